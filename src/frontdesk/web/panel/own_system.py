"""`/panel/integrations/api-rest` and `/panel/integrations/4biz`: what a system outside needs to reach an assistant.

Values are computed and to be copied; see `wires`. API Rest has a box that posts to the real address.
"""

from dataclasses import dataclass

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.store.assistants import Assistant, list_assistants
from frontdesk.store.channels import list_channels
from frontdesk.web import site_files
from frontdesk.web.etag import Expected
from frontdesk.web.panel import wires
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import language_name
from frontdesk.web.route import Route
from frontdesk.web.v1 import assistants as api

ROUTES: list[Route] = []
ABOVE = "/panel/integrations"
API_REST = f"{ABOVE}/api-rest"
OWN_CHAT = f"{API_REST}/own-chat"
PARAMETERS = f"{ABOVE}/4biz"
SERVERS = {"python": "server.py", "node": "server.mjs", "php": "server.php"}
STARTS = {"python": "python3 server.py", "node": "node server.mjs", "php": "php -S 127.0.0.1:8080 server.php"}
CHANNEL = "rest"
MOST = 500
CODES = ("en", "es", "pt", "fr", "de", "it", "ru", "uz")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The assistants there are, and the one that was chosen; None where there is none."""

    every: tuple[Assistant, ...]
    one: Assistant | None
    has_channel: bool


async def _chosen(visit: Visit, wanted: str) -> Chosen:
    within = visit.actor.assistant_ids
    async with visit.work() as tx:
        every = await list_assistants(visit.workspace, tx, after="", limit=MOST, within=within)
        channels = await list_channels(visit.workspace, tx, after="", limit=MOST, within=within)
    one = next((each for each in every if each.id == wanted), None if wanted else next(iter(every), None))
    if wanted and one is None:
        raise Refused("not_found", "There is no such assistant.")
    answering = {
        task.assistant_id
        for channel in channels
        if channel.type == CHANNEL and channel.enabled
        for task in channel.tasks
    }
    return Chosen(tuple(every), one, one is not None and one.id in answering)


@opens(
    ROUTES,
    "GET",
    API_REST,
    menu="integrations",
    permission="integrations.read",
    summary="The page of API Rest.",
    entry="api_rest",
    rank=80,
)
async def api_rest_page(visit: Visit) -> Response:
    chosen = await _chosen(visit, visit.request.query_params.get("assistant", ""))
    address = wires.endpoint(visit.program.public_url, chosen.one) if chosen.one else ""
    own = f"/a/{chosen.one.id}{wires.MESSAGES}" if chosen.one else ""
    fetched = wires.base(visit.program.public_url, chosen.one) + wires.FETCHED if chosen.one else ""
    values = {"chosen": chosen, "address": address, "own": own, "fetched": fetched, "own_chat": OWN_CHAT}
    return await visit.show("api_rest.html", values)


@opens(
    ROUTES,
    "GET",
    OWN_CHAT,
    menu="integrations",
    permission="integrations.read",
    summary="The page of a chat page of one's own.",
)
async def own_chat_page(visit: Visit) -> Response:
    chosen = await _chosen(visit, visit.request.query_params.get("assistant", ""))
    wanted = visit.request.query_params.get("server", "")
    server = wanted if wanted in SERVERS else "python"
    address = wires.base(visit.program.public_url, chosen.one) if chosen.one else ""
    started = f"export FRONTDESK_URL={address}\nexport FRONTDESK_KEY=fd_rasa_...\n{STARTS[server]}"
    names = (SERVERS[server], "index.html", "chat.js", "chat.css")
    values = {
        "chosen": chosen,
        "server": server,
        "servers": tuple(SERVERS),
        "started": started,
        "files": [(name, site_files.own_chat(name)) for name in names],
        "above": API_REST,
        "path": OWN_CHAT,
        "download": f"{OWN_CHAT}/download",
    }
    return await visit.show("own_chat.html", values)


@opens(
    ROUTES,
    "GET",
    OWN_CHAT + "/download",
    menu="integrations",
    permission="integrations.read",
    summary="A chat page of one's own, as an archive.",
)
async def own_chat_download(visit: Visit) -> Response:  # noqa: ARG001  # who may open it was asked
    headers = {"content-disposition": 'attachment; filename="own-chat.zip"'}
    return Response(site_files.archive("own-chat"), headers=headers, media_type="application/zip")


@opens(
    ROUTES,
    "GET",
    PARAMETERS,
    menu="integrations",
    permission="integrations.read",
    summary="The page of 4biz.",
    entry="fourbiz",
    rank=90,
)
async def parameters_page(visit: Visit) -> Response:
    query = visit.request.query_params
    chosen = await _chosen(visit, query.get("assistant", ""))
    language = query.get("language", visit.viewer.language)
    if language not in CODES:
        raise Refused("not_found", "There is no such language here.")
    sheet = wires.sheet(visit.program.public_url, chosen.one, language) if chosen.one else None
    names = {code: language_name(code, visit.viewer.language) for code in CODES}
    values = {"chosen": chosen, "sheet": sheet, "language_code": language, "codes": CODES, "names": names}
    return await visit.show("parameters.html", values)


@opens(
    ROUTES,
    "POST",
    PARAMETERS,
    menu="integrations",
    permission="assistants.write",
    summary="Have an assistant answer at the host name of a language.",
)
async def add_host(visit: Visit) -> Response:
    sent = await visit.form()
    chosen = await _chosen(visit, sent.get("assistant"))
    language = sent.get("language")
    if chosen.one is None or language not in CODES:
        raise Refused("not_found", "There is no such assistant or language.")
    sheet = wires.sheet(visit.program.public_url, chosen.one, language)
    change = api.AssistantChange(hosts=[*chosen.one.hosts, sheet.host])
    async with visit.asking() as ask:
        await api.update_assistant(ask, chosen.one.id, change, Expected(None), Response())
    path = f"{PARAMETERS}?assistant={chosen.one.id}&language={language}"
    return await visit.go(path, toast=visit.say("integrations.host_added", host=sheet.host))
