"""`/panel/ai`: the assistants, and how another begins: from an example, a folder, or answering out of articles alone.

What is done here is done by the endpoints of `/api/v1/assistants`; uploads go there from the browser.
"""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId
from frontdesk.dialog.problems import BotInvalid
from frontdesk.store import assistants as stored
from frontdesk.store import drafts as stored_drafts
from frontdesk.store import versions
from frontdesk.store.assistants import Assistant
from frontdesk.store.drafts import By
from frontdesk.store.versions import Version
from frontdesk.studio import drafts, starting
from frontdesk.studio.checking import check
from frontdesk.studio.publish import Publisher, put_live
from frontdesk.web.panel.people import Names, names
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import LANGUAGES
from frontdesk.web.route import Route
from frontdesk.web.v1.beginnings import NewAssistant, files_of, refuse_another

ROUTES: list[Route] = []
PATH = "/panel/ai"
MOST = 200
MOST_NAME = 100


@dataclass(frozen=True, slots=True)
class Line:
    """An assistant as the list shows it: the version that answers, and who changed its draft, when."""

    assistant: Assistant
    live: Version | None
    draft_by: str
    draft_at: datetime | None


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="ai",
    permission="assistants.read",
    summary="The page AI.",
    entry="assistants",
    rank=1,
)
async def ai_page(visit: Visit) -> Response:
    """With `create` in the query the dialog that makes one is open."""
    async with visit.work() as tx:
        within = visit.actor.assistant_ids
        found = await stored.list_assistants(visit.workspace, tx, after="", limit=MOST, within=within)
        live = await versions.all_live(visit.workspace, tx)
        written = await stored_drafts.open_drafts(visit.workspace, tx)
        known = await names(visit, visit.workspace, tx)
    lines = [_line(one, live, written, known) for one in found]
    values = {
        "lines": lines,
        "names": known,
        "examples": sorted(visit.program.authors.examples),
        "spoken": LANGUAGES,
        "most_name": MOST_NAME,
        "creating": "create" in visit.request.query_params,
    }
    return await visit.show("ai.html", values)


@opens(ROUTES, "POST", PATH, menu="ai", permission="assistants.write", summary="Create an assistant.")
async def create_ai(visit: Visit) -> Response:
    refuse_another(visit.actor)
    given = await visit.form()
    name = given.get("name", "").strip()
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise Refused("invalid", visit.say("ai.create.name_wrong", most=MOST_NAME), field="name")
    begin = given.get("begin", "")
    if begin not in {"example", "knowledge"}:
        raise Refused("invalid", visit.say("ai.create.choose"), field="begin")
    wanted = NewAssistant(
        name=name,
        begin="example" if begin == "example" else "knowledge",
        example=given.get("example", ""),
        language=given.get("language", "en"),
    )
    files = files_of(visit.program, begin, name, wanted)
    by = By(visit.actor.name, visit.program.clock.now())
    async with visit.work() as tx:
        made = await starting.create(visit.workspace, tx, name=name, files=files, by=by)
    live = bool(given.get("publish")) and await publish_first(visit, made.id, dict(files))
    toast = visit.say("ai.create.live" if live else "ai.create.made", name=name)
    return await visit.go(f"{PATH}/{made.id}", toast=toast)


async def publish_first(visit: Visit, assistant_id: AssistantId, files: dict[str, str]) -> bool:
    """Have it answer at once; False where its files do not load, which its page then says."""
    if not visit.actor.may("bots.publish"):
        return False
    try:
        checked = await check(files, limits=visit.program.text_limits)
    except BotInvalid:
        return False
    by = Publisher(visit.actor.name, visit.program.clock.now())
    async with visit.work() as tx:
        await stored.read_assistant(visit.workspace, tx, assistant_id, for_change=True)
        await drafts.end(visit.workspace, tx, assistant_id)
        await put_live(visit.workspace, tx, assistant_id, checked, by)
    return True


def _line(
    one: Assistant,
    live: dict[str, Version],
    written: dict[str, tuple[str, datetime]],
    known: Names,
) -> Line:
    by, at = written.get(one.id, ("", None))
    return Line(one, live.get(one.id), known.of(by) if by else "", at)
