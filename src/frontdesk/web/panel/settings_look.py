"""`/panel/settings/integration/look`: how the widget of an assistant looks on every site, saved and seen before it is.

The preview is a page of its own in a frame: in a sandbox, without cookies, and able to ask nobody anything.
"""

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.web.etag import Expected
from frontdesk.web.panel.channel import Editing, expected
from frontdesk.web.panel.fields import again, given
from frontdesk.web.panel.look import look_fields
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.pages import page
from frontdesk.web.panel.plugin_form import plugin_mistakes
from frontdesk.web.panel.settings_integration import PATH, Chosen, chosen_of, shown
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.widget_tag import CHANNEL
from frontdesk.web.route import Route
from frontdesk.web.v1 import channels as api

ROUTES: list[Route] = []
LOOK = PATH + "/look"
PREVIEW_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts",
    # Nothing to keep apart: it has an origin of its own.
    "cross-origin-opener-policy": "unsafe-none",
    "x-frame-options": "SAMEORIGIN",
}


@opens(
    ROUTES,
    "GET",
    LOOK + "/preview",
    menu="settings",
    permission="channels.read",
    summary="The page in which the look of a site widget is seen before it is saved.",
)
async def look_preview(visit: Visit) -> Response:
    return page("widget_preview.html", {}, headers=PREVIEW_HEADERS, language=visit.viewer.language)


@opens(
    ROUTES,
    "POST",
    LOOK,
    menu="settings",
    permission="channels.write",
    summary="Save how the site widget of an assistant looks.",
)
async def save_look(visit: Visit) -> Response:
    sent = await visit.form()
    chosen = await chosen_of(visit)
    if chosen.one is None or chosen.channel is None:
        raise Refused("not_found", "This assistant has no site widget.")
    channel = chosen.channel
    fields = look_fields(visit, channel)
    path = f"{PATH}?assistant={chosen.one.id}"
    try:
        change = api.ChannelChange(settings=given(fields, sent))
        async with visit.asking() as ask:
            await api.update_channel(ask, channel.id, change, expected(sent.get("version")), Response())
    except MENDABLE as error:
        mistakes = plugin_mistakes(visit, error)
        stored_now = fields if mistakes.code == "conflict" else []
        fields, mistakes = again(fields, sent, mistakes, stored_now)
        editing = Editing(fields, channel.row_version, mistakes)
        if not visit.is_part:
            return await shown(visit, "html", editing)
        values = {"editing": editing, "path": f"{LOOK}?assistant={chosen.one.id}"}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await visit.go(path, toast=visit.say("shell.saved"))


@opens(
    ROUTES,
    "POST",
    PATH + "/channel",
    menu="settings",
    permission="channels.write",
    summary="Make the site widget of an assistant.",
)
async def make_channel(visit: Visit) -> Response:
    """A channel that is there already is switched on."""
    chosen = await chosen_of(visit)
    if chosen.one is None:
        raise Refused("not_found", "There is no such assistant.")
    name = await _made(visit, chosen.one.id, chosen)
    return await visit.go(f"{PATH}?assistant={chosen.one.id}", toast=visit.say("channels.added", name=name))


async def _made(visit: Visit, assistant_id: str, chosen: Chosen) -> str:
    async with visit.asking() as ask:
        if chosen.channel is not None:
            change = api.ChannelChange(enabled=True)
            made = await api.update_channel(ask, chosen.channel.id, change, Expected(None), Response())
            return made.name
        name = visit.say("integration.channel_name")
        new = api.NewChannel(type=CHANNEL, name=name, assistant_id=assistant_id)
        return (await api.create_channel(ask, new, Response())).name
