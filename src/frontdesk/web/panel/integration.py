"""`/panel/integrations/{id}`: one integration: its settings, a test, what was sent lately, pausing it, removal."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from frontdesk.core.ids import parse
from frontdesk.core.strict_json import NotJson, loads
from frontdesk.store import integrations as stored
from frontdesk.store import tasks as stored_tasks
from frontdesk.store.integration_health import Health, health_of_all
from frontdesk.web.etag import Expected
from frontdesk.web.panel.channel import Editing, expected
from frontdesk.web.panel.fields import Field, again, given
from frontdesk.web.panel.integrations import MOST, PATH, Connected, connected, plan_of_integrations
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.plugin_form import name_field, plugin_fields, plugin_mistakes
from frontdesk.web.panel.secret_shown import secret_shown
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.panel.trials import shown_trial
from frontdesk.web.route import Route
from frontdesk.web.v1 import integrations as api
from frontdesk.web.v1.in_bin import live

ROUTES: list[Route] = []
ONE = PATH + "/{integration_id}"
SHOWN = 20
STATUSES = ("", "failed", "waiting")


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery as a row. `what`: the kind of webhook, as its body says."""

    row: api.DeliveryView
    what: str


def _id_of(visit: Visit) -> str:
    return parse("intg", visit.request.path_params["integration_id"])


async def _read(visit: Visit) -> Connected:
    async with visit.work() as tx:
        found = live(await stored.read_integration(visit.workspace, tx, _id_of(visit)))
        health = await health_of_all(visit.workspace, tx, visit.program.clock.now())
        plan = await plan_of_integrations(visit, tx)
    return connected(visit, found, health.get(found.id, Health()), plan)


@opens(
    ROUTES,
    "GET",
    ONE,
    menu="integrations",
    permission="integrations.read",
    summary="The page of an integration.",
)
async def integration_page(visit: Visit) -> Response:
    row = await _read(visit)
    found = row.integration
    values = {
        "row": row,
        "editing": Editing(_fields(visit, found), found.row_version),
        "path": f"{PATH}/{found.id}",
        "tasks": await _tasks(visit, found.task_ids),
        "signs": api.signs(visit.program, found.type),
        **await _activity(visit, found),
    }
    return await visit.show("integration.html", values)


@opens(
    ROUTES,
    "GET",
    ONE + "/activity",
    menu="integrations",
    permission="integrations.read",
    summary="What was sent to an integration.",
)
async def activity(visit: Visit) -> Response:
    row = await _read(visit)
    found = row.integration
    values = {"path": f"{PATH}/{found.id}", "row": row, **await _activity(visit, found)}
    return await visit.show("_activity.html", values, part=True)


async def _activity(visit: Visit, integration: stored.Integration) -> dict[str, object]:
    query = visit.request.query_params
    status = query.get("status", "")
    status = status if status in STATUSES else ""
    before = query.get("before", "")
    async with visit.work() as tx:
        found = await stored.deliveries_to(
            visit.workspace,
            tx,
            integration.id,
            before=int(before) if before.isdecimal() and len(before) < len(str(api.NEWEST)) else api.NEWEST,
            status=status,
            limit=SHOWN + 1,
            within=visit.actor.assistant_ids,
        )
    labels = _labels(visit, integration)
    sent = [(api.delivery_shown(visit.actor, row), _what(row.body)) for row in found[:SHOWN]]
    shown = [Sent(row, labels.get(what, what)) for row, what in sent]
    earlier = found[SHOWN - 1].seq if len(found) > SHOWN else None
    return {"deliveries": shown, "status": status, "earlier": earlier, "is_first": not before}


def _labels(visit: Visit, found: stored.Integration) -> dict[str, str]:
    """What the values are called that its settings choose from, kinds of webhooks among them."""
    model = visit.program.integration_types.get(found.type)
    fields = plugin_fields(visit, model, found.settings) if model else []
    return {one.value: one.label for field in fields for one in field.choices}


def _what(body: str) -> str:
    """Which kind of webhook it is, by the field that says so."""
    try:
        said = loads(body.encode())
    except NotJson:
        return ""
    return str(said.get("wh_type", "")) if isinstance(said, dict) else ""


async def _tasks(visit: Visit, ids: Sequence[str]) -> list[stored_tasks.Task]:
    within = visit.actor.assistant_ids
    async with visit.work() as tx:
        every = await stored_tasks.list_tasks(visit.workspace, tx, after="", limit=MOST, within=within)
    return [task for task in every if task.id in ids]


@opens(
    ROUTES,
    "POST",
    ONE,
    menu="integrations",
    permission="integrations.write",
    summary="Save an integration.",
)
async def save_integration(visit: Visit) -> Response:
    sent = await visit.form()
    found = (await _read(visit)).integration
    fields, path = _fields(visit, found), f"{PATH}/{found.id}"
    try:
        change = api.IntegrationChange(name=sent.get("name"), settings=given(fields, sent))
        async with visit.asking() as ask:
            await api.update_integration(ask, found.id, change, expected(sent.get("version")), Response())
    except MENDABLE as error:
        mistakes = plugin_mistakes(visit, error)
        fields, mistakes = again(fields, sent, mistakes, fields if mistakes.code == "conflict" else [])
        values = {"editing": Editing(fields, found.row_version, mistakes), "path": path}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await visit.go(path, toast=visit.say("shell.saved"))


def _fields(visit: Visit, found: stored.Integration) -> list[Field]:
    model = visit.program.integration_types.get(found.type)
    name = name_field(visit, "integrations", found.name)
    return [name, *(plugin_fields(visit, model, found.settings, secrets=found.secret_names) if model else [])]


@opens(
    ROUTES,
    "POST",
    ONE + "/test",
    menu="integrations",
    permission="integrations.write",
    summary="Send a sample.",
)
async def test_integration(visit: Visit) -> Response:
    """By the settings that are stored: what was sent, what came back, how long it took."""
    async with visit.asking() as ask:
        tried = await api.try_integration(ask, _id_of(visit))
    labels = _labels(visit, (await _read(visit)).integration)
    return await shown_trial(visit, tried, lambda body: labels.get(_what(body), ""))


@opens(
    ROUTES,
    "POST",
    ONE + "/rotate",
    menu="integrations",
    permission="integrations.write",
    summary="Replace what signs an integration's posts, by the form.",
)
async def rotate_integration_secret(visit: Visit) -> Response:
    found = (await _read(visit)).integration
    async with visit.asking() as ask:
        made = await api.rotate_integration(ask, found.id, Response())
    above = (visit.say("nav.integrations"), PATH)
    return await secret_shown(visit, found.name, made.secret, path=f"{PATH}/{found.id}", above=above)


@opens(
    ROUTES,
    "POST",
    ONE + "/switch",
    menu="integrations",
    permission="integrations.write",
    summary="Switch an integration.",
)
async def switch_integration(visit: Visit) -> Response:
    """On or off, as the query says; the toast takes it back."""
    on, path = visit.request.query_params.get("to") == "on", f"{PATH}/{_id_of(visit)}"
    async with visit.asking() as ask:
        change = api.IntegrationChange(enabled=on)
        made = await api.update_integration(ask, _id_of(visit), change, Expected(None), Response())
    said = visit.say("integrations.on" if on else "integrations.off", name=made.name)
    return await visit.go(path, toast=said, undo=Undo(f"{path}/switch?to={'off' if on else 'on'}"))


@opens(
    ROUTES,
    "POST",
    ONE + "/delete",
    menu="integrations",
    permission="integrations.write",
    summary="Delete an integration.",
)
async def remove_integration(visit: Visit) -> Response:
    found = (await _read(visit)).integration
    async with visit.asking() as ask:
        await api.delete_integration(ask, found.id, Expected(None))
    undo = Undo(f"{PATH}/{found.id}/restore")
    return await visit.go(PATH, toast=visit.say("integrations.deleted", name=found.name), undo=undo)


@opens(
    ROUTES,
    "POST",
    ONE + "/restore",
    menu="integrations",
    permission="integrations.write",
    summary="Bring an integration back from the bin.",
)
async def bring_integration_back(visit: Visit) -> Response:
    async with visit.asking() as ask:
        made = await api.restore_integration(ask, _id_of(visit), Response())
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("integrations.restored", name=made.name))
