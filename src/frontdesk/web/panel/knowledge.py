"""`/panel/knowledge`: what may be quoted, where it fails, what to write next; gaps, the bin, and trying a question.

What is done here is done by the endpoints of `/api/v1/articles`, `/gaps` and `/knowledge`; files go there from the browser.
"""

from datetime import timedelta

from starlette.responses import Response

from frontdesk.core.ids import parse
from frontdesk.core.plan import EDITED
from frontdesk.library import editing
from frontdesk.library import gaps as gap_lists
from frontdesk.library.importing import MOST_FILE_BYTES
from frontdesk.library.writing import FILES_SOURCE
from frontdesk.store import article_lists
from frontdesk.store import articles as stored
from frontdesk.store.article_lists import Use, Wanted
from frontdesk.store.retrieval import Scope
from frontdesk.web.panel.people import names
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.panel.texts import LANGUAGES
from frontdesk.web.route import Route
from frontdesk.web.v1.articles import QUOTED
from frontdesk.web.v1.knowledge import MOST_QUESTION, figures, gaps, try_question

ROUTES: list[Route] = []
PATH = "/panel/knowledge"
SHOWN, SHOWN_GAPS = 25, 3
DAYS, GAP_DAYS = 7, 30
BIN_DAYS = 30
STATUSES = ("", "published", "draft")


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="knowledge",
    permission="articles.read",
    summary="The page Knowledge.",
    entry="overview",
    rank=1,
)
async def knowledge_page(visit: Visit) -> Response:
    asked = visit.request.query_params
    status = asked.get("status", "")
    wanted = Wanted(
        asked.get("q", "").strip()[:200],
        status if status in STATUSES else "",
        asked.get("source", "")[: editing.MOST_NAME],
        asked.get("tag", "")[: editing.MOST_NAME],
    )
    before = parse("art", asked["before"]) if asked.get("before") else ""
    async with visit.asking() as ask:
        rows = await article_lists.list_articles(
            visit.workspace, ask.tx, wanted, before=before, limit=SHOWN + 1
        )
        since = visit.program.clock.now() - QUOTED
        use = await article_lists.use_of(visit.workspace, ask.tx, [row.id for row in rows], since=since)
        found = await figures(ask, DAYS)
        parts = await stored.parts(visit.workspace, ask.tx)
        known = await names(visit, visit.workspace, ask.tx)
    values = {
        "rows": rows[:SHOWN],
        "more": rows[SHOWN - 1].id if len(rows) > SHOWN else "",
        "use": use,
        "unused": Use(),
        "figures": found,
        "wanted": wanted,
        "statuses": STATUSES,
        "parts": parts,
        "names": known,
        "filtered": wanted != Wanted() or before,
    }
    return await visit.show("knowledge.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/gaps",
    menu="knowledge",
    permission="articles.read",
    summary="What customers asked and found no answer.",
    entry="gaps",
    rank=2,
)
async def gaps_page(visit: Visit) -> Response:
    async with visit.asking() as ask:
        found = await gaps(ask, GAP_DAYS)
    if visit.request.query_params.get("top"):
        values = {"gaps": found[:SHOWN_GAPS], "all": len(found)}
        return await visit.show("_gaps.html", values, part=True)
    return await visit.show("knowledge_gaps.html", {"gaps": found, "all": len(found), "days": GAP_DAYS})


@opens(
    ROUTES,
    "POST",
    PATH + "/gaps/{gap_id}",
    menu="knowledge",
    permission="articles.write",
    summary="Make a draft article of a gap.",
)
async def take_up_gap(visit: Visit) -> Response:
    async with visit.asking() as ask:
        gap = gap_lists.find(await gaps(ask, GAP_DAYS), visit.request.path_params["gap_id"])
        made = await gap_lists.draft(
            visit.workspace, ask.tx, gap, by=visit.actor.name, at=visit.program.clock.now()
        )
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("knowledge.gaps.taken"))


@opens(
    ROUTES,
    "GET",
    PATH + "/try",
    menu="knowledge",
    permission="articles.read",
    summary="Try a question on the knowledge base.",
    entry="try",
    rank=3,
)
async def try_question_page(visit: Visit) -> Response:
    asked = visit.request.query_params
    question = asked.get("q", "").strip()[:MOST_QUESTION]
    language = asked.get("language", "")[:20]
    part, page_url = asked.get("part", "")[: editing.MOST_NAME], asked.get("page", "")[: editing.MOST_URL]
    trial = None
    async with visit.asking() as ask:
        parts = await stored.parts(visit.workspace, ask.tx)
        if question:
            trial = await try_question(
                ask, question, language=language, scope=Scope(part=part), page_url=page_url
            )
    values = {
        "question": question,
        "language_asked": language,
        "part_asked": part,
        "page_asked": page_url,
        "parts": parts,
        "trial": trial,
        "most": MOST_QUESTION,
        "spoken": LANGUAGES,
    }
    return await visit.show("knowledge_try.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/upload",
    menu="knowledge",
    permission="articles.write",
    summary="Upload files to the knowledge base.",
    entry="upload",
    rank=4,
)
async def upload_page(visit: Visit) -> Response:
    values = {
        "source": FILES_SOURCE,
        "most_mb": MOST_FILE_BYTES // 1_000_000,
        "spoken": LANGUAGES,
        "plans": EDITED,
    }
    return await visit.show("knowledge_upload.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/bin",
    menu="knowledge",
    permission="articles.read",
    summary="Articles that were removed.",
    entry="bin",
    rank=5,
)
async def bin_page(visit: Visit) -> Response:
    asked = visit.request.query_params.get("before", "")
    before = parse("art", asked) if asked else ""
    async with visit.work() as tx:
        rows = await article_lists.list_articles(
            visit.workspace, tx, Wanted(status="removed"), before=before, limit=SHOWN + 1
        )
        known = await names(visit, visit.workspace, tx)
    values = {
        "rows": rows[:SHOWN],
        "more": rows[SHOWN - 1].id if len(rows) > SHOWN else "",
        "names": known,
        "gone_at": {row.id: row.updated_at + timedelta(days=BIN_DAYS) for row in rows},
        "days": BIN_DAYS,
    }
    return await visit.show("knowledge_bin.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/{article_id}/remove",
    menu="knowledge",
    permission="articles.write",
    summary="Put an article into the bin.",
)
async def bin_article(visit: Visit) -> Response:
    article_id = parse("art", visit.request.path_params["article_id"])
    async with visit.work() as tx:
        found = await stored.read_article(visit.workspace, tx, article_id)
        await editing.remove(
            visit.workspace, tx, article_id, by=visit.actor.name, at=visit.program.clock.now()
        )
    toast = visit.say("knowledge.removed", title=found.content.title)
    return await visit.go(PATH, toast=toast, undo=Undo(f"{PATH}/{article_id}/restore"))


@opens(
    ROUTES,
    "POST",
    PATH + "/{article_id}/restore",
    menu="knowledge",
    permission="articles.write",
    summary="Bring an article back from the bin.",
)
async def unbin_article(visit: Visit) -> Response:
    article_id = parse("art", visit.request.path_params["article_id"])
    async with visit.work() as tx:
        found = await editing.restore(
            visit.workspace, tx, article_id, by=visit.actor.name, at=visit.program.clock.now()
        )
    return await visit.go(
        f"{PATH}/{article_id}", toast=visit.say("knowledge.restored", title=found.content.title)
    )
