"""`/panel/channels/{id}`: one channel: its settings, who answers on it, whether it works, switching it off, removal."""

from dataclasses import dataclass

from starlette.responses import Response

from frontdesk.core.ids import parse
from frontdesk.store import channels as stored
from frontdesk.store import tasks as stored_tasks
from frontdesk.store.channel_health import Reach, last_lines, reach
from frontdesk.web.etag import Expected, read_if_match
from frontdesk.web.panel import own_system, widget_tag
from frontdesk.web.panel.channels import MOST, PATH, Card, assistants_of, card, plan_of_channels
from frontdesk.web.panel.fields import Field, Mistakes, again, given
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.plugin_form import name_field, plugin_fields, plugin_mistakes
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.panel.tasks import command
from frontdesk.web.panel.trials import shown_trial
from frontdesk.web.route import Route
from frontdesk.web.v1 import channels as api
from frontdesk.web.v1.in_bin import live

ROUTES: list[Route] = []
ONE = PATH + "/{channel_id}"


@dataclass(frozen=True, slots=True)
class Editing:
    """The form of what can be changed."""

    fields: list[Field]
    version: int
    mistakes: Mistakes | None = None


async def _read(visit: Visit) -> tuple[Card, Reach]:
    channel_id = parse("chan", visit.request.path_params["channel_id"])
    async with visit.work() as tx:
        found = live(
            await stored.read_channel(visit.workspace, tx, channel_id, within=visit.actor.assistant_ids)
        )
        health = await last_lines(visit.workspace, tx, [found.id])
        goes_along = await reach(visit.workspace, tx, found.id)
    plan = await plan_of_channels(visit)
    return card(visit, found, health[found.id], dict(await assistants_of(visit)), plan), goes_along


@opens(ROUTES, "GET", ONE, menu="channels", permission="channels.read", summary="The page of a channel.")
async def channel_page(visit: Visit) -> Response:
    found, goes_along = await _read(visit)
    editing = Editing(_fields(visit, found.channel), found.channel.row_version)
    values = {
        "card": found,
        "reach": goes_along,
        "editing": editing,
        "path": f"{PATH}/{found.channel.id}",
        "tasks": await _tasks(visit, found.channel.id),
        "by_task": found.channel.type in visit.program.by_task,
        "is_rest": found.channel.type == own_system.CHANNEL,
        "outward": found.channel.type in visit.program.outward,
        "tags": _tags(visit, found.channel),
        "signs_in": _signs_in(found.channel),
    }
    return await visit.show("channel.html", values)


def _signs_in(channel: stored.Channel) -> str:
    """Whether its visitors can be signed in; `locked`: they have to, and there is nothing that can prove it."""
    if channel.type != widget_tag.CHANNEL:
        return ""
    proves = channel.has_sign_in_secret or channel.settings.get("sign_in_key")
    return "locked" if channel.settings.get("only_signed_in") and not proves else "open"


def _tags(visit: Visit, channel: stored.Channel) -> list[widget_tag.Tag]:
    """What is pasted into pages; none where nobody answers, or the channel is of another type."""
    if channel.type != widget_tag.CHANNEL:
        return []
    return [widget_tag.tag_of(visit.program.public_url, task.assistant_id) for task in channel.tasks[:1]]


async def _tasks(visit: Visit, channel_id: str) -> list[stored_tasks.Task]:
    if not visit.actor.may("tasks.read"):
        return []
    async with visit.work() as tx:
        every = await stored_tasks.list_tasks(
            visit.workspace, tx, after="", limit=MOST, within=visit.actor.assistant_ids
        )
    return [task for task in every if task.channel_id == channel_id]


@opens(ROUTES, "POST", ONE, menu="channels", permission="channels.write", summary="Save a channel.")
async def save_channel(visit: Visit) -> Response:
    sent = await visit.form()
    found, _ = await _read(visit)
    channel = found.channel
    fields = _fields(visit, channel)
    try:
        change = api.ChannelChange(name=sent.get("name"), settings=given(fields, sent))
        async with visit.asking() as ask:
            await api.update_channel(ask, channel.id, change, expected(sent.get("version")), Response())
    except MENDABLE as error:
        mistakes = plugin_mistakes(visit, error)
        stored_now = fields if mistakes.code == "conflict" else []
        fields, mistakes = again(fields, sent, mistakes, stored_now)
        editing = Editing(fields, channel.row_version, mistakes)
        values = {"editing": editing, "path": f"{PATH}/{channel.id}"}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await visit.go(f"{PATH}/{channel.id}", toast=visit.say("shell.saved"))


@opens(
    ROUTES,
    "POST",
    ONE + "/test",
    menu="channels",
    permission="channels.write",
    summary="Send a line over a channel.",
)
async def test_channel(visit: Visit) -> Response:
    """By the settings that are stored: what was sent, what came back, how long it took."""
    async with visit.asking() as ask:
        tried = await api.try_channel(ask, visit.request.path_params["channel_id"])
    return await shown_trial(visit, tried)


@opens(
    ROUTES,
    "GET",
    ONE + "/test",
    menu="channels",
    permission="channels.read",
    summary="How to hand in a test message over a channel, and when the last one came.",
)
async def test_hand_in(visit: Visit) -> Response:
    found, _ = await _read(visit)
    calls = [(task, command(visit, task)) for task in await _tasks(visit, found.channel.id)]
    values = {"card": found, "calls": calls, "path": f"{PATH}/{found.channel.id}"}
    return await visit.show("_hand_in.html", values, part=True)


def expected(version: str) -> Expected:
    """The row version that a form was made from."""
    return read_if_match(f'"{version}"')


def _fields(visit: Visit, channel: stored.Channel) -> list[Field]:
    name = name_field(visit, "channels", channel.name)
    model = visit.program.channel_types[channel.type]
    return [name, *plugin_fields(visit, model, channel.settings, secrets=channel.secret_names)]


@opens(
    ROUTES, "POST", ONE + "/switch", menu="channels", permission="channels.write", summary="Switch a channel."
)
async def switch_channel(visit: Visit) -> Response:
    """On or off, as the query says; the toast takes it back."""
    channel_id = visit.request.path_params["channel_id"]
    on = visit.request.query_params.get("to") == "on"
    async with visit.asking() as ask:
        made = await api.update_channel(
            ask, channel_id, api.ChannelChange(enabled=on), Expected(None), Response()
        )
    path = f"{PATH}/{channel_id}"
    undo = Undo(f"{path}/switch?to={'off' if on else 'on'}")
    return await visit.go(
        path, toast=visit.say("channels.on" if on else "channels.off", name=made.name), undo=undo
    )


@opens(
    ROUTES, "POST", ONE + "/delete", menu="channels", permission="channels.write", summary="Delete a channel."
)
async def remove_channel(visit: Visit) -> Response:
    found, _ = await _read(visit)
    async with visit.asking() as ask:
        await api.delete_channel(ask, found.channel.id, Expected(None))
    undo = Undo(f"{PATH}/{found.channel.id}/restore")
    return await visit.go(PATH, toast=visit.say("channels.deleted", name=found.channel.name), undo=undo)


@opens(
    ROUTES,
    "POST",
    ONE + "/restore",
    menu="channels",
    permission="channels.write",
    summary="Bring a channel back from the bin.",
)
async def bring_channel_back(visit: Visit) -> Response:
    async with visit.asking() as ask:
        made = await api.restore_channel(ask, visit.request.path_params["channel_id"], Response())
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("channels.restored", name=made.name))
