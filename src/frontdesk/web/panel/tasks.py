"""`/panel/tasks`: who answers where, together with whom, in one sentence a task; and making one.

What is done here is done by the endpoints of `/api/v1/tasks`.
"""

import json

from starlette.responses import Response

from frontdesk.store import tasks as stored
from frontdesk.store.accounts import list_accounts
from frontdesk.store.channels import list_channels
from frontdesk.store.integrations import list_integrations
from frontdesk.store.tx import Tx
from frontdesk.web.panel.channels import assistants_of
from frontdesk.web.panel.fields import Choice, Field, Mistakes, again, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE, mistakes_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import tasks as api
from frontdesk.web.v1.tasks import create_task as make_task

ROUTES: list[Route] = []
PATH = "/panel/tasks"
NEW = f"{PATH}/new"
SEND = "/api/1.1/wf/send_message_external"
MOST = 500


@opens(ROUTES, "GET", PATH, menu="tasks", permission="tasks.read", summary="The page Tasks.")
async def tasks_page(visit: Visit) -> Response:
    return await _page(visit, None, 200)


async def _page(visit: Visit, adding: dict[str, object] | None, status: int) -> Response:
    within = visit.actor.assistant_ids
    async with visit.work() as tx:
        found = await stored.list_tasks(visit.workspace, tx, after="", limit=MOST, within=within)
    shown = [task for task in found if task.channel_type in visit.program.channel_types]
    rows = [(task, lacks(visit, task)) for task in shown]
    values = {"rows": rows, "adding": adding, "ready": await _ready(visit)}
    return await visit.show("tasks.html", values, status=status)


async def _ready(visit: Visit) -> dict[str, bool]:
    """What a task needs to be made of, and whether it is there."""
    async with visit.work() as tx:
        channels = await _channels(visit, tx)
    return {"channel": bool(channels), "assistant": bool(await assistants_of(visit))}


def lacks(visit: Visit, task: stored.Task) -> list[str]:
    """What keeps a task from its work, by the API's words for it."""
    return [lack.what for lack in api.lacks(task, told=task.channel_type in visit.program.by_task)]


def command(visit: Visit, task: stored.Task, *, key: str = "KEY") -> str:
    """A call that hands in a message for the task; whoever makes it puts a key of theirs in where none is given."""
    body = json.dumps({"task_id": task.id, "chat_id": "123456789", "message": "Test message via api"})
    address = visit.program.public_url + SEND
    return (
        f"curl -X POST {address} -H 'Authorization: Bearer {key}' "
        f"-H 'Content-Type: application/json' -d '{body}'"
    )


# --- making one


@opens(ROUTES, "GET", NEW, menu="tasks", permission="tasks.write", summary="The form that makes a task.")
async def new_task(visit: Visit) -> Response:
    return await _adding(visit, await new_fields(visit), None, 200)


@opens(ROUTES, "POST", NEW, menu="tasks", permission="tasks.write", summary="Make a task.")
async def add_task(visit: Visit) -> Response:
    sent = await visit.form()
    fields = await new_fields(visit)
    try:
        new = api.NewTask.model_validate(_given(fields, sent))
        async with visit.asking() as ask:
            made = await make_task(ask, new, Response())
    except MENDABLE as error:
        fields, mistakes = again(fields, sent, mistakes_of(error, visit.viewer.language))
        return await _adding(visit, fields, mistakes, mistakes.status)
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("tasks.made"))


def _given(fields: list[Field], sent: Sent) -> dict[str, object]:
    return {name: value for name, value in given(fields, sent, prefix="").items() if value is not None}


async def _adding(visit: Visit, fields: list[Field], mistakes: Mistakes | None, status: int) -> Response:
    adding: dict[str, object] = {"fields": fields, "mistakes": mistakes}
    if visit.is_part:
        return await visit.show("_task_new.html", {"adding": adding}, status=status, part=True)
    return await _page(visit, adding, status)


async def new_fields(visit: Visit) -> list[Field]:
    """What a task is made of; the first field has the focus."""
    say = visit.say
    async with visit.work() as tx:
        channels = await _channels(visit, tx)
    assistants = tuple(Choice(*pair) for pair in await assistants_of(visit))
    kinds = (Choice("web", say("tasks.web")),)
    return [
        Field("type", say("tasks.type"), "select", value="web", required=True, choices=kinds, autofocus=True),
        mode_field(visit, "ai"),
        _choice("channel_id", say("tasks.channel"), channels),
        _choice("assistant_id", say("tasks.assistant"), assistants),
        *await other_fields(visit, "", ""),
        Field("name", say("tasks.name"), hint=say("tasks.name_hint"), most_letters=api.MOST_NAME),
    ]


def _choice(name: str, label: str, choices: tuple[Choice, ...]) -> Field:
    """A field with nothing to choose has its value already."""
    only = choices[0].value if len(choices) == 1 else ""
    return Field(name, label, "select", value=only, required=True, choices=choices)


def mode_field(visit: Visit, value: str) -> Field:
    say = visit.say
    choices = tuple(
        Choice(mode, say(f"modes.{mode}"), say(f"tasks.mode_lines.{mode}")) for mode in stored.SERVICE_MODES
    )
    return Field("service_mode", say("tasks.mode"), "radio", value=value, required=True, choices=choices)


async def other_fields(visit: Visit, integration_id: str, manager_id: str) -> list[Field]:
    """Whom to tell, and who is responsible; both can be left out."""
    async with visit.work() as tx:
        integrations = await list_integrations(visit.workspace, tx, after="", limit=MOST)
        people = await list_accounts(visit.workspace, tx) if visit.actor.may("people.read") else []
    told = tuple(Choice(one.id, one.name) for one in integrations)
    persons = tuple(Choice(one.id, one.name) for one in people if one.answers or one.id == manager_id)
    say = visit.say
    return [
        Field(
            "integration_id",
            say("tasks.integration"),
            "select",
            hint=say("tasks.integration_hint"),
            value=integration_id,
            choices=told,
        ),
        Field(
            "manager_id",
            say("tasks.manager"),
            "select",
            hint=say("tasks.manager_hint"),
            value=manager_id,
            choices=persons,
        ),
    ]


async def _channels(visit: Visit, tx: Tx) -> tuple[Choice, ...]:
    """The channels a task can be made for, first those whose messages name their task."""
    found = await list_channels(visit.workspace, tx, after="", limit=MOST, within=frozenset())
    shown = [one for one in found if one.type in visit.program.channel_types]
    shown.sort(key=lambda one: one.type not in visit.program.by_task)
    return tuple(Choice(one.id, one.name) for one in shown)
