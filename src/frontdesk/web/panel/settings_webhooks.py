"""`/panel/settings/webhooks`: endpoints that are told of events, each with a page, done by the endpoints of `/api/v1/webhooks`.

A secret is shown by the answer that made it, and by nothing else. The log is `settings_webhook_log`.
"""

from starlette.responses import Response

from frontdesk.core.event import EVENTS
from frontdesk.web.cursor import MOST_A_PAGE
from frontdesk.web.etag import Expected
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Field, again
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE, mistakes_of
from frontdesk.web.panel.plan_said import seen
from frontdesk.web.panel.secret_shown import secret_shown
from frontdesk.web.panel.settings_forms import Editing, saved, version_of
from frontdesk.web.panel.settings_webhook_log import log_of
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import webhooks as api

ROUTES: list[Route] = []
PATH = "/panel/settings/webhooks"
ONE = PATH + "/{webhook_id}"
EVENT = "event."


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="webhooks.read",
    summary="The page of webhooks.",
    entry="webhooks",
    rank=75,
)
async def settings_webhooks_page(visit: Visit) -> Response:
    async with visit.asking() as ask:
        found = await api.list_webhooks(ask, limit=MOST_A_PAGE, cursor="")
        plan = await seen(visit.program, visit.workspace, ask.tx, ["webhooks"], visit.viewer.language)
    values = {"path": PATH, "rows": found.data, "addresses": visit.program.outgoing_addresses, "plan": plan}
    return await visit.show("settings_webhooks.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/new",
    menu="settings",
    permission="webhooks.write",
    summary="The form that adds a webhook.",
)
async def settings_webhook_new(visit: Visit) -> Response:
    editing = Editing(_fields(visit, None), "")
    values = {"editing": editing, "path": f"{PATH}/new", "above": PATH}
    return await visit.show("settings_webhook_new.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/new",
    menu="settings",
    permission="webhooks.write",
    summary="Add a webhook, by the form.",
)
async def settings_webhook_add(visit: Visit) -> Response:
    sent, fields = await visit.form(), _fields(visit, None)
    try:
        wanted = api.NewWebhook.model_validate(_wanted(sent))
        async with visit.asking() as ask:
            made = await api.create_webhook(ask, wanted, Response())
    except MENDABLE as error:
        shown, mistakes = again(fields, sent, mistakes_of(error, visit.viewer.language))
        values = {"editing": Editing(shown, "", mistakes), "path": f"{PATH}/new"}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await _secret(visit, made.id, made.secret, made.description or made.url)


@opens(ROUTES, "GET", ONE, menu="settings", permission="webhooks.read", summary="The page of one webhook.")
async def settings_webhook_page(visit: Visit) -> Response:
    editing, found = await _read(visit)
    async with visit.work() as tx:
        plan = await seen(visit.program, visit.workspace, tx, ["webhooks"], visit.viewer.language)
    values = {
        "hook": found,
        "plan": plan,
        "editing": editing,
        "path": f"{PATH}/{found.id}",
        "above": PATH,
        **await log_of(visit, found.id),
    }
    return await visit.show("settings_webhook.html", values)


@opens(
    ROUTES,
    "POST",
    ONE,
    menu="settings",
    permission="webhooks.write",
    summary="Change a webhook, by the form.",
)
async def settings_webhook_save(visit: Visit) -> Response:
    editing, found = await _read(visit)

    async def save(_: list[Field], sent: Sent) -> None:
        change = api.WebhookChange.model_validate(_wanted(sent))
        async with visit.asking() as ask:
            await api.update_webhook(ask, found.id, change, expected(sent.get("version")), Response())

    return await saved(visit, editing, save, path=f"{PATH}/{found.id}")


@opens(
    ROUTES,
    "POST",
    ONE + "/test",
    menu="settings",
    permission="webhooks.write",
    summary="Send a test to a webhook, by the form.",
)
async def settings_webhook_test(visit: Visit) -> Response:
    wanted = api.TestWanted.model_validate({"event": (await visit.form()).get("event", next(iter(EVENTS)))})
    async with visit.asking() as ask:
        tried = await api.try_webhook(ask, visit.request.path_params["webhook_id"], wanted)
    return await visit.show("_webhook_tried.html", {"tried": tried}, part=True)


@opens(
    ROUTES,
    "POST",
    ONE + "/rotate",
    menu="settings",
    permission="webhooks.write",
    summary="Replace the secret of a webhook, by the form.",
)
async def settings_webhook_rotate(visit: Visit) -> Response:
    async with visit.asking() as ask:
        found = await api.read_webhook(ask, visit.request.path_params["webhook_id"], Response())
        made = await api.rotate_webhook(ask, found.id, Response())
    return await _secret(visit, found.id, made.secret, found.description or found.url)


@opens(
    ROUTES,
    "POST",
    ONE + "/switch",
    menu="settings",
    permission="webhooks.write",
    summary="Switch a webhook, by the form.",
)
async def settings_webhook_switch(visit: Visit) -> Response:
    """On or off, as the query says."""
    on = visit.request.query_params.get("to") == "on"
    path = f"{PATH}/{visit.request.path_params['webhook_id']}"
    async with visit.asking() as ask:
        change = api.WebhookChange(enabled=on)
        webhook_id = visit.request.path_params["webhook_id"]
        await api.update_webhook(ask, webhook_id, change, Expected(None), Response())
    return await visit.go(path, toast=visit.say("webhooks.on" if on else "webhooks.off"))


@opens(
    ROUTES,
    "POST",
    ONE + "/remove",
    menu="settings",
    permission="webhooks.write",
    summary="Remove a webhook, by the form.",
)
async def settings_webhook_remove(visit: Visit) -> Response:
    async with visit.asking() as ask:
        found = await api.read_webhook(ask, visit.request.path_params["webhook_id"], Response())
        await api.delete_webhook(ask, found.id, Expected(None))
    toast = visit.say("workspace.removed", None, name=found.description or found.url)
    return await visit.go(PATH, toast=toast, undo=Undo(f"{PATH}/{found.id}/restore"))


@opens(
    ROUTES,
    "POST",
    ONE + "/restore",
    menu="settings",
    permission="webhooks.write",
    summary="Bring a webhook back from the bin.",
)
async def settings_webhook_restore(visit: Visit) -> Response:
    async with visit.asking() as ask:
        made = await api.restore_webhook(ask, visit.request.path_params["webhook_id"], Response())
    toast = visit.say("workspace.restored", None, name=made.description or made.url)
    return await visit.go(f"{PATH}/{made.id}", toast=toast)


async def _read(visit: Visit) -> tuple[Editing, api.WebhookView]:
    answer = Response()
    async with visit.asking() as ask:
        found = await api.read_webhook(ask, visit.request.path_params["webhook_id"], answer)
    return Editing(_fields(visit, found), version_of(answer)), found


def _fields(visit: Visit, found: api.WebhookView | None) -> list[Field]:
    told = tuple(EVENTS) if found is None else found.events
    address = Field(
        "url",
        visit.say("webhooks.url"),
        kind="url",
        hint=visit.say("webhooks.url_line"),
        value="" if found is None else found.url,
        required=True,
        most_letters=2000,
    )
    note = Field(
        "description",
        visit.say("webhooks.description"),
        value="" if found is None else found.description,
        most_letters=200,
    )
    events = (
        Field(
            EVENT + name,
            visit.say(f"webhooks.events.{name.replace('.', '_')}"),
            kind="switch",
            hint=name,
            value=name in told,
            group=visit.say("webhooks.told_of"),
        )
        for name in EVENTS
    )
    return [address, note, *events]


def _wanted(sent: Sent) -> dict[str, object]:
    events = [name for name in EVENTS if sent.get(EVENT + name) == "on"]
    return {"url": sent.get("url"), "description": sent.get("description"), "events": events}


async def _secret(visit: Visit, webhook_id: str, secret: str, name: str) -> Response:
    above = (visit.say("settings.below.webhooks"), PATH)
    return await secret_shown(visit, name, secret, path=f"{PATH}/{webhook_id}", above=above)
