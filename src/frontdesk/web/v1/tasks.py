"""`/api/v1/tasks`: list, create, read, change, remove into the bin and out of it.

A task binds a channel, the assistant who answers there, how people and the assistant share the work, and the
integration that is told of it. Its id is what messages of an external messenger name.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.store import tasks as stored
from frontdesk.store.assistants import Assistant
from frontdesk.store.channels import Channel, read_channel
from frontdesk.store.desk_people import answering
from frontdesk.store.integrations import Integration, read_integration
from frontdesk.store.tasks import ServiceMode
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.assistants import reachable
from frontdesk.web.v1.channels import refuse_second
from frontdesk.web.v1.in_bin import FromBin, live

ROUTES: list[Route] = []
PATH = "/api/v1/tasks"
MOST_NAME = 100
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_NAME)]
Manager = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
TaskType = Annotated[
    Literal["web"], BeforeValidator(lambda given: given.lower() if isinstance(given, str) else given)
]
_MODE = Field(
    description="`ai`: the assistant answers. `ai_then_people`: people take over where it has no answer. "
    "`ai_suggests`: people answer, the assistant suggests. `people`: people alone."
)


class NewTask(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: TaskType = "web"
    name: Name = Field(default="", description="Made of the names of channel and assistant unless given.")
    service_mode: Annotated[ServiceMode, _MODE] = "ai"
    channel_id: str
    assistant_id: str
    integration_id: str | None = Field(default=None, description="Who is told what happens.")
    manager_id: Manager = Field(
        default="", description="The account of who is responsible; told to the integration."
    )


class TaskChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_NAME)] | None
    ) = None
    enabled: bool | None = None
    service_mode: Annotated[ServiceMode, _MODE] | None = None
    integration_id: str | None = Field(default=None, description="null takes it away.")
    manager_id: Manager | None = Field(default=None, description="null takes it away.")


class Named(BaseModel):
    id: str
    name: str


class Lack(BaseModel):
    """Something that a task needs to do its work."""

    what: Literal[
        "task_off",
        "channel_off",
        "assistant_unpublished",
        "integration_missing",
        "integration_off",
        "manager_gone",
    ]
    message: str


class TaskView(BaseModel):
    id: str
    type: str
    name: str
    enabled: bool
    service_mode: ServiceMode
    channel: Named
    assistant: Named
    integration: Named | None
    manager_id: str
    manager: Named | None
    lacks: list[Lack] = Field(description="What keeps it from its work; empty when nothing does.")
    created_at: datetime
    deleted_at: datetime | None


@route(ROUTES, "GET", PATH, permission="tasks.read", summary="List tasks.")
async def list_tasks(
    ask: Asked, *, from_bin: FromBin = False, limit: Limit = 50, cursor: Cursor = ""
) -> Page[TaskView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin}"
    after, within = read_cursor(key, of, cursor), ask.actor.assistant_ids
    rows = await stored.list_tasks(
        ask.workspace, ask.tx, after=after, limit=limit + 1, within=within, from_bin=from_bin
    )
    return page(key, of, rows, limit, lambda row: _view(ask, row))


@route(ROUTES, "POST", PATH, permission="tasks.write", summary="Create a task.", status=201)
async def create_task(ask: Asked, given: NewTask, response: Response) -> TaskView:
    channel_name, assistant_name = await _bound(ask, given)
    await _known_integration(ask, given.integration_id)
    await _known_manager(ask, given.manager_id, "")
    name = given.name or f"{channel_name}: {assistant_name}"[:MOST_NAME]
    made = await stored.add_task(
        ask.workspace, ask.tx, stored.NewTask(**{**given.model_dump(), "name": name})
    )
    task = await _reachable(ask, made)
    await ask.record("task.created", made, after=_noted(task))
    response.headers["Location"] = f"{PATH}/{made}"
    return _shown(ask, task, response)


@route(ROUTES, "GET", PATH + "/{task_id}", permission="tasks.read", summary="Read a task.")
async def read_task(ask: Asked, task_id: str, response: Response) -> TaskView:
    return _shown(ask, await _reachable(ask, task_id), response)


@route(ROUTES, "PATCH", PATH + "/{task_id}", permission="tasks.write", summary="Change a task.")
async def update_task(
    ask: Asked, task_id: str, change: TaskChange, expected: IfMatch, response: Response
) -> TaskView:
    before = live(await _reachable(ask, task_id, for_change=True), expected.refuse_unless)
    given = change.model_fields_set
    integration_id = change.integration_id if "integration_id" in given else before.integration_id
    await _known_integration(ask, integration_id)
    manager_id = (change.manager_id or "") if "manager_id" in given else before.manager_id
    await _known_manager(ask, manager_id, before.manager_id)
    await stored.update_task(
        ask.workspace,
        ask.tx,
        before.id,
        name=before.name if change.name is None else change.name,
        enabled=before.enabled if change.enabled is None else change.enabled,
        service_mode=before.service_mode if change.service_mode is None else change.service_mode,
        integration_id=integration_id,
        manager_id=manager_id,
    )
    after = await _reachable(ask, task_id)
    await ask.record("task.updated", after.id, before=_noted(before), after=_noted(after))
    return _shown(ask, after, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{task_id}",
    permission="tasks.write",
    summary="Put a task under which nobody has written into the bin.",
    status=204,
)
async def delete_task(ask: Asked, task_id: str, expected: IfMatchOptional) -> None:
    task = live(await _reachable(ask, task_id, for_change=True), expected.refuse_unless)
    await stored.put_in_bin(ask.workspace, ask.tx, task.id)
    await ask.record("task.deleted", task.id, before=_noted(task))


@route(
    ROUTES,
    "POST",
    PATH + "/{task_id}/restore",
    permission="tasks.write",
    summary="Take a task out of the bin.",
)
async def restore_task(ask: Asked, task_id: str, response: Response) -> TaskView:
    # Channel and assistant are held before the task, as by whoever removes one of them with its tasks.
    bound = await _reachable(ask, task_id)
    channel = await read_channel(ask.workspace, ask.tx, bound.channel_id, within=frozenset(), for_change=True)
    assistant = await reachable(ask, bound.assistant_id, for_change=True, also_bin=True)
    task = await _reachable(ask, task_id, for_change=True)
    if task.deleted_at is not None:
        _refuse_in_bin("assistant", assistant)
        _refuse_in_bin("channel", channel)
        if channel.enabled:
            await refuse_second(ask, channel, [task.assistant_id])
        if task.integration_id is not None:
            _refuse_in_bin("integration", await _held_integration(ask, task.integration_id))
        await stored.restore_task(ask.workspace, ask.tx, task.id)
        await ask.record("task.restored", task.id)
    return _shown(ask, await _reachable(ask, task_id), response)


def _refuse_in_bin(noun: str, bound: Assistant | Channel | Integration) -> None:
    if bound.deleted_at is not None:
        raise Refused("in_bin", f"Its {noun} {bound.name} is in the bin; restore that first.")


async def _held_integration(ask: Ask, integration_id: str) -> Integration:
    """Held, so that nobody removes it while a task begins to tell it."""
    return await read_integration(ask.workspace, ask.tx, parse("intg", integration_id), for_change=True)


async def _reachable(ask: Ask, task_id: str, *, for_change: bool = False) -> stored.Task:
    within = ask.actor.assistant_ids
    return await stored.read_task(
        ask.workspace, ask.tx, parse("task", task_id), within=within, for_change=for_change
    )


async def _bound(ask: Ask, given: NewTask) -> tuple[str, str]:
    """The names of the channel and the assistant that are to be bound, both seen to be there."""
    try:
        parse("chan", given.channel_id)
        channel = live(
            await read_channel(ask.workspace, ask.tx, given.channel_id, within=frozenset(), for_change=True)
        )
    except Refused as error:
        raise Refused("invalid", error.message, field="channel_id") from None
    try:
        assistant = await reachable(ask, given.assistant_id, for_change=True)
    except Refused as error:
        raise Refused("invalid", error.message, field="assistant_id") from None
    if channel.enabled:
        await refuse_second(ask, channel, [assistant.id])
    return channel.name, assistant.name


async def _known_integration(ask: Ask, integration_id: str | None) -> None:
    if integration_id is None:
        return
    try:
        live(await _held_integration(ask, integration_id))
    except Refused as error:
        raise Refused("invalid", error.message, field="integration_id") from None


async def _known_manager(ask: Ask, manager_id: str, before: str) -> None:
    if manager_id not in {"", before} and not await answering(ask.workspace, ask.tx, [manager_id]):
        raise Refused("invalid", "There is no such account, or it may not answer.", field="manager_id")


def _shown(ask: Ask, task: stored.Task, response: Response) -> TaskView:
    set_etag(response, task.row_version)
    return _view(ask, task)


def _view(ask: Ask, task: stored.Task) -> TaskView:
    integration = None
    if task.integration_id is not None:
        integration = Named(id=task.integration_id, name=task.integration_name)
    return TaskView(
        id=task.id,
        type=task.type,
        name=task.name,
        enabled=task.enabled,
        service_mode=task.service_mode,
        channel=Named(id=task.channel_id, name=task.channel_name),
        assistant=Named(id=task.assistant_id, name=task.assistant_name),
        integration=integration,
        manager_id=task.manager_id,
        manager=Named(id=task.manager_id, name=task.manager_name) if task.manager_name else None,
        lacks=list(lacks(task, told=task.channel_type in ask.program.by_task)),
        created_at=task.created_at,
        deleted_at=task.deleted_at,
    )


def lacks(task: stored.Task, *, told: bool) -> Iterator[Lack]:
    """`told`: the channel carries no answers by itself, an integration has to."""
    if not task.enabled:
        yield Lack(what="task_off", message="The task is switched off.")
    if not task.channel_enabled:
        yield Lack(what="channel_off", message=f"The channel {task.channel_name} is switched off.")
    if not task.is_published:
        yield Lack(
            what="assistant_unpublished", message=f"{task.assistant_name} has no published version yet."
        )
    if told and task.integration_id is None:
        yield Lack(
            what="integration_missing",
            message="Without an integration nobody outside is told the answers; choose one.",
        )
    if task.integration_id is not None and not task.integration_enabled:
        yield Lack(
            what="integration_off", message=f"The integration {task.integration_name} is switched off."
        )
    if task.manager_id and not task.manager_answers:
        yield Lack(
            what="manager_gone",
            message=f"{task.manager_name or 'The manager'} answers customers no more; choose another manager.",
        )


def _noted(task: stored.Task) -> dict[str, object]:
    return {
        "name": task.name,
        "enabled": task.enabled,
        "service_mode": task.service_mode,
        "channel_id": task.channel_id,
        "assistant_id": task.assistant_id,
        "integration_id": task.integration_id,
        "manager_id": task.manager_id,
    }
