"""`/panel/settings/integration`: what is pasted into a site to have the widget, filled in, with the steps for each kind of site.

What Shopify themes take is Liquid, which the shop fills in itself: what stands in its braces is not for us.
"""

from dataclasses import dataclass
from html import escape

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.store.assistants import Assistant, list_assistants
from frontdesk.store.channels import Channel, list_channels
from frontdesk.web import site_files
from frontdesk.web.panel.channel import Editing
from frontdesk.web.panel.look import Look, look_shown
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import say
from frontdesk.web.panel.widget_tag import CHANNEL, tag_of
from frontdesk.web.route import Route, not_found

ROUTES: list[Route] = []
PATH = "/panel/settings/integration"
MOST = 500
SITES = ("html", "wordpress", "shopify", "wix", "squarespace")
DOWNLOADS = {"wordpress": "wordpress", "shopify": "shopify"}
SHORTCODE = '[ai_assistant theme="dark" position="bottom-left"]'


@dataclass(frozen=True, slots=True)
class Chosen:
    """The assistants there are, and the one that was chosen; None where there is none.

    `channel`: its site widget; of several the one that is switched on.
    """

    every: tuple[Assistant, ...]
    one: Assistant | None
    channel: Channel | None

    @property
    def has_channel(self) -> bool:
        return self.channel is not None and self.channel.enabled


@dataclass(frozen=True, slots=True)
class Paste:
    """`name` names its text in the catalogue; `text` is what is copied."""

    name: str
    text: str


def pastes(site: str, public_url: str, assistant_id: str, link: str) -> list[Paste]:
    """What is copied for one kind of site, in the order of its steps. `link`: what a link to the chat is called."""
    tag = tag_of(public_url, assistant_id)
    if site == "wordpress":
        return [Paste("address", public_url), Paste("assistant", assistant_id), Paste("shortcode", SHORTCODE)]
    if site == "shopify":
        return [
            Paste(name, site_files.liquid(name, public_url, assistant_id)) for name in ("theme", "product")
        ]
    if site == "html":
        page = f"{public_url}/chat/{assistant_id}"
        return [
            Paste("tag", tag.plain),
            Paste("pinned", tag.pinned),
            Paste("policy", tag.policy),
            Paste("page", page),
            Paste("noscript", f'<noscript><a href="{escape(page)}">{escape(link)}</a></noscript>'),
        ]
    return [Paste("tag", tag.plain)]


async def chosen_of(visit: Visit) -> Chosen:
    """
    Raises:
        Refused: The query names an assistant that is not there.
    """
    wanted = visit.request.query_params.get("assistant", "")
    within = visit.actor.assistant_ids
    async with visit.work() as tx:
        every = await list_assistants(visit.workspace, tx, after="", limit=MOST, within=within)
        channels = await list_channels(visit.workspace, tx, after="", limit=MOST, within=within)
    there = sorted((each for each in channels if each.type == CHANNEL), key=lambda each: each.enabled)
    # Of several channels the one that is switched on, of several assistants the first that has such a one.
    answering = {task.assistant_id: channel for channel in there for task in channel.tasks}
    working = {assistant_id for assistant_id, channel in answering.items() if channel.enabled}
    ready = sorted(every, key=lambda each: each.id not in working)
    one = next((each for each in ready if wanted in {"", each.id}), None)
    if wanted and one is None:
        raise Refused("not_found", "There is no such assistant.")
    return Chosen(tuple(every), one, answering.get(one.id) if one else None)


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="channels.read",
    summary="The page of what is pasted into a site.",
    entry="integration",
    rank=65,
)
async def settings_integration_page(visit: Visit) -> Response:
    return await shown(visit, "html")


@opens(
    ROUTES,
    "GET",
    PATH + "/{site}",
    menu="settings",
    permission="channels.read",
    summary="What is pasted into a site of one kind.",
)
async def settings_integration_site(visit: Visit) -> Response:
    site = visit.request.path_params["site"]
    if site not in SITES:
        raise not_found()
    return await shown(visit, site)


@opens(
    ROUTES,
    "GET",
    PATH + "/{site}/download",
    menu="settings",
    permission="channels.read",
    summary="What a site of one kind installs, as an archive.",
)
async def settings_integration_download(visit: Visit) -> Response:
    name = DOWNLOADS.get(visit.request.path_params["site"])
    if name is None:
        raise not_found()
    file = f"{site_files.DOWNLOADS[name].inside}.zip"
    headers = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(site_files.archive(name), headers=headers, media_type="application/zip")


async def shown(visit: Visit, site: str, mistaken: Editing | None = None) -> Response:
    """`mistaken`: the form of the look as it was sent, with what is wrong in it."""
    chosen = await chosen_of(visit)
    public_url, link = visit.program.public_url, say(visit.viewer.language, "integration.html.link")
    values = {
        "chosen": chosen,
        "site": site,
        "sites": SITES,
        "path": PATH,
        "download": f"{PATH}/{site}/download" if site in DOWNLOADS else "",
        "pastes": pastes(site, public_url, chosen.one.id, link) if chosen.one else [],
        "look": _look(visit, chosen) if site == "html" else None,
        "editing": mistaken,
    }
    status = mistaken.mistakes.status if mistaken and mistaken.mistakes else 200
    return await visit.show("settings_integration.html", values, status=status)


def _look(visit: Visit, chosen: Chosen) -> Look | None:
    return look_shown(visit, chosen.one, chosen.channel) if chosen.one and chosen.channel else None
