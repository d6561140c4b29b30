"""`/panel/ai/{id}/try`: talking to the draft, each answer with why it was given."""

from collections.abc import Iterator

from starlette.responses import Response

from frontdesk.core.action import Heard, Restarted, Said
from frontdesk.core.ids import AssistantId
from frontdesk.core.message import MAX_TEXT
from frontdesk.dialog.problems import BotInvalid
from frontdesk.store import traces as stored_traces
from frontdesk.studio import previewing, trying
from frontdesk.studio.checking import check
from frontdesk.studio.trace_words import told
from frontdesk.studio.traces import Trace, read_trace
from frontdesk.web.panel.assistant import PATH, about, writer
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route

ROUTES: list[Route] = []


@opens(
    ROUTES, "GET", PATH + "/try", menu="ai", permission="bots.write", summary="Talk to an assistant's draft."
)
async def try_page(visit: Visit) -> Response:
    async with visit.work() as tx:
        shown = await about(visit, tx, "try")
    return await visit.show("ai_try.html", {"about": shown, "most_text": MAX_TEXT})


@opens(
    ROUTES,
    "POST",
    PATH + "/try",
    menu="ai",
    permission="bots.write",
    summary="Say something to an assistant's draft.",
)
async def say_to_draft(visit: Visit) -> Response:
    given = await visit.form()
    text, payload = given.get("text", "").strip()[:MAX_TEXT], given.get("payload", "")[:MAX_TEXT]
    async with visit.work() as tx:
        shown = await about(visit, tx, "try")
    preview = given.get("preview", "")
    if not preview:
        try:
            preview = await _begun(visit, shown.assistant.id, shown.draft.texts)
        except BotInvalid as error:
            broken = {"about": shown, "problems": error.problems}
            return await visit.show("_ai_broken.html", broken, part=True)
    heard: Heard = Restarted() if text.lower() == "reset" else Said(text, payload=payload)
    shop = visit.program.authors
    answer = await previewing.say(
        visit.workspace, shop.line, shop.lanes, shown.assistant.id, preview=preview, heard=heard
    )
    async with visit.work() as tx:
        rows = await stored_traces.list_traces(visit.workspace, tx, answer.conversation_id, limit=1)
    trace = read_trace(rows[0]) if rows else None
    values = {
        "about": shown,
        "preview": preview,
        "said": text or payload,
        "messages": answer.messages,
        "complete": answer.complete,
        "trace": trace,
        "lines": [] if trace is None else list(_lines(trace)),
    }
    return await visit.show("_ai_said.html", values, part=True)


async def _begun(visit: Visit, assistant_id: AssistantId, texts: dict[str, str]) -> str:
    checked = await check(texts, limits=visit.program.text_limits)
    async with visit.work() as tx:
        version = await trying.tried(visit.workspace, tx, assistant_id, checked, writer(visit))
    return previewing.new_preview(version)


def _lines(trace: Trace) -> Iterator[dict[str, object]]:
    """What happened in a turn: a kind, and the words of the bot's files with their place in them."""
    for entry in trace.entries:
        kind, words = told(entry)
        file, line = (entry.file, entry.line) if entry.file else ("", 0)
        yield {"kind": kind, "told": words, "file": file, "line": line or 0}
