"""`/panel/tasks/{id}`: one task: its id to copy, how to hand in a message, its settings, switching it off, removal."""

from starlette.responses import Response

from frontdesk.core.ids import parse
from frontdesk.store import tasks as stored
from frontdesk.web.etag import Expected
from frontdesk.web.panel.channel import Editing, expected
from frontdesk.web.panel.fields import Field, again, given
from frontdesk.web.panel.mistakes import MENDABLE, mistakes_of
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.panel.tasks import PATH, command, lacks, mode_field, other_fields
from frontdesk.web.route import Route
from frontdesk.web.v1 import tasks as api
from frontdesk.web.v1.in_bin import live

ROUTES: list[Route] = []
ONE = PATH + "/{task_id}"


async def _read(visit: Visit) -> stored.Task:
    task_id, within = parse("task", visit.request.path_params["task_id"]), visit.actor.assistant_ids
    async with visit.work() as tx:
        return live(await stored.read_task(visit.workspace, tx, task_id, within=within))


@opens(ROUTES, "GET", ONE, menu="tasks", permission="tasks.read", summary="The page of a task.")
async def task_page(visit: Visit) -> Response:
    task = await _read(visit)
    values = {
        "task": task,
        "lacks": lacks(visit, task),
        "editing": Editing(await _fields(visit, task), task.row_version),
        "path": f"{PATH}/{task.id}",
        "command": command(visit, task) if task.channel_type in visit.program.by_task else "",
    }
    return await visit.show("task.html", values)


@opens(ROUTES, "POST", ONE, menu="tasks", permission="tasks.write", summary="Save a task.")
async def save_task(visit: Visit) -> Response:
    sent, task = await visit.form(), await _read(visit)
    fields, path = await _fields(visit, task), f"{PATH}/{task.id}"
    try:
        change = api.TaskChange.model_validate(given(fields, sent, prefix=""))
        async with visit.asking() as ask:
            await api.update_task(ask, task.id, change, expected(sent.get("version")), Response())
    except MENDABLE as error:
        mistakes = mistakes_of(error, visit.viewer.language)
        fields, mistakes = again(fields, sent, mistakes, fields if mistakes.code == "conflict" else [])
        values = {"editing": Editing(fields, task.row_version, mistakes), "path": path}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await visit.go(path, toast=visit.say("shell.saved"))


async def _fields(visit: Visit, task: stored.Task) -> list[Field]:
    say = visit.say
    return [
        Field("name", say("tasks.name"), value=task.name, required=True, most_letters=api.MOST_NAME),
        mode_field(visit, task.service_mode),
        *await other_fields(visit, task.integration_id or "", task.manager_id),
    ]


@opens(ROUTES, "POST", ONE + "/switch", menu="tasks", permission="tasks.write", summary="Switch a task.")
async def switch_task(visit: Visit) -> Response:
    """On or off, as the query says; the toast takes it back."""
    task, on = await _read(visit), visit.request.query_params.get("to") == "on"
    async with visit.asking() as ask:
        await api.update_task(ask, task.id, api.TaskChange(enabled=on), Expected(None), Response())
    path = f"{PATH}/{task.id}"
    undo = Undo(f"{path}/switch?to={'off' if on else 'on'}")
    return await visit.go(path, toast=visit.say("tasks.on" if on else "tasks.off", name=task.name), undo=undo)


@opens(ROUTES, "POST", ONE + "/delete", menu="tasks", permission="tasks.write", summary="Delete a task.")
async def remove_task(visit: Visit) -> Response:
    task = await _read(visit)
    async with visit.asking() as ask:
        await api.delete_task(ask, task.id, Expected(None))
    undo = Undo(f"{PATH}/{task.id}/restore")
    return await visit.go(PATH, toast=visit.say("tasks.deleted", name=task.name), undo=undo)


@opens(
    ROUTES,
    "POST",
    ONE + "/restore",
    menu="tasks",
    permission="tasks.write",
    summary="Bring a task back from the bin.",
)
async def bring_task_back(visit: Visit) -> Response:
    async with visit.asking() as ask:
        made = await api.restore_task(ask, visit.request.path_params["task_id"], Response())
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("tasks.restored", name=made.name))
