"""`/panel/settings/integration`: what is pasted into a site to have the widget, filled in, with the steps for each kind of site.

What Shopify themes take is Liquid, which the shop fills in itself: what stands in its braces is not for us.
"""

from dataclasses import dataclass
from html import escape

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.store.assistants import Assistant, list_assistants
from frontdesk.store.channels import list_channels
from frontdesk.web import site_files
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
    """The assistants there are, and the one that was chosen; None where there is none."""

    every: tuple[Assistant, ...]
    one: Assistant | None
    has_channel: bool


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
            Paste("policy", tag.policy),
            Paste("pinned", tag.pinned),
            Paste("page", page),
            Paste("noscript", f'<noscript><a href="{escape(page)}">{escape(link)}</a></noscript>'),
        ]
    return [Paste("tag", tag.plain)]


async def _chosen(visit: Visit, wanted: str) -> Chosen:
    within = visit.actor.assistant_ids
    async with visit.work() as tx:
        every = await list_assistants(visit.workspace, tx, after="", limit=MOST, within=within)
        channels = await list_channels(visit.workspace, tx, after="", limit=MOST, within=within)
    answering = {
        task.assistant_id
        for channel in channels
        if channel.type == CHANNEL and channel.enabled
        for task in channel.tasks
    }
    # Of several the first that has a widget already.
    ready = sorted(every, key=lambda each: each.id not in answering)
    one = next((each for each in ready if wanted in {"", each.id}), None)
    if wanted and one is None:
        raise Refused("not_found", "There is no such assistant.")
    return Chosen(tuple(every), one, one is not None and one.id in answering)


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
    return await _page(visit, "html")


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
    return await _page(visit, site)


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


async def _page(visit: Visit, site: str) -> Response:
    chosen = await _chosen(visit, visit.request.query_params.get("assistant", ""))
    public_url, link = visit.program.public_url, say(visit.viewer.language, "integration.html.link")
    values = {
        "chosen": chosen,
        "site": site,
        "sites": SITES,
        "path": PATH,
        "download": f"{PATH}/{site}/download" if site in DOWNLOADS else "",
        "pastes": pastes(site, public_url, chosen.one.id, link) if chosen.one else [],
    }
    return await visit.show("settings_integration.html", values)
