"""`/api/v1/knowledge` and `/api/v1/gaps`: try a question, see how well questions are answered, take up what was not."""

import importlib
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.action import Page as CustomersPage
from frontdesk.library import editing
from frontdesk.library import gaps as gap_lists
from frontdesk.library.gaps import Gap
from frontdesk.store import article_lists, questions
from frontdesk.store import articles as stored
from frontdesk.store.retrieval import Scope
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.articles import PATH as ARTICLES
from frontdesk.web.v1.articles import ArticleView, shown_article

ROUTES: list[Route] = []
MOST_QUESTION = 1_000
YEAR = timedelta(days=365)

Days = Annotated[int, Query(ge=1, le=365, description="Of the last so many days.")]


class PassageView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    article_id: str
    title: str
    headings: list[str]
    url: str
    language: str
    is_curated: bool = Field(description="Somebody wrote it as the answer to its questions.")
    text: str = Field(description="What it would say.")
    fit: float = Field(description="How sure it is that it is about the question, 0 to 1.")
    words: float = Field(description="How well its words fit (BM25).")
    meaning: float | None = Field(description="How near its meaning is; null where words alone decided.")
    page: float = Field(description="What the customer's page added.")
    lacks: list[str] = Field(description="Names in the question that it says nothing of.")
    why: Literal["answers", "behind", "names", "fit"] = Field(
        description="`answers`; or why it does not: `behind` another, says nothing of the `names`, too little `fit`."
    )


class TrialView(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "answer": "You have 30 days.",
                    "passages": [],
                    "least": 0.4,
                    "by_meaning": True,
                    "corrected": {},
                    "ms": 12,
                }
            ]
        },
    )

    answer: str = Field(description="Empty: it would be a gap.")
    passages: list[PassageView]
    least: float = Field(description="The fit from which on a passage answers.")
    by_meaning: bool
    corrected: dict[str, str] = Field(description="Words that nobody writes, as they were taken.")
    ms: int


class FiguresView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "days": 7,
                    "asked": 120,
                    "answered": 96,
                    "unavailable": 0,
                    "answered_share": 0.8,
                    "articles": 31,
                    "published": 28,
                    "drafts": 3,
                    "stale": 4,
                    "in_bin": 1,
                    "waiting": 0,
                    "failed": 0,
                }
            ]
        }
    )

    days: int
    asked: int = Field(
        description="Questions that the knowledge base was asked, those while it was away left out."
    )
    answered: int
    unavailable: int = Field(description="Questions while it could not be asked.")
    answered_share: float | None = Field(description="Of those asked; null while nothing was.")
    articles: int
    published: int
    drafts: int
    stale: int = Field(description="Published and not changed for a year.")
    in_bin: int
    waiting: int = Field(description="For indexing.")
    failed: int = Field(description="At indexing.")


class GapView(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "5f0c3b2a",
                    "question": "do you ship to norway",
                    "language": "en",
                    "times": 12,
                    "last_at": "2026-11-21T16:30:00Z",
                    "best_fit": 0.21,
                    "others": ["shipping norway?"],
                }
            ]
        },
    )

    id: str
    question: str = Field(description="The typical one; what is personal in it is hidden.")
    language: str
    times: int
    last_at: datetime
    best_fit: float = Field(description="How well the best passage fitted, 0 to 1.")
    others: list[str]


class Gaps(BaseModel):
    data: list[GapView]


class NewDraft(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Shipping to Norway"}]}
    )

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=editing.MOST_TITLE)] = ""


@route(
    ROUTES,
    "GET",
    "/api/v1/knowledge/search",
    permission="articles.read",
    summary="Try a question: what would answer it, and why others would not.",
)
async def search_knowledge(
    ask: Asked,
    *,
    q: Annotated[str, Query(min_length=1, max_length=MOST_QUESTION, description="As a customer asks.")],
    language: Annotated[str, Query(max_length=20)] = "",
    part: Annotated[str, Query(max_length=editing.MOST_NAME, description="A source or tag to look in.")] = "",
    audience: Annotated[str, Query(max_length=editing.MOST_NAME)] = "",
    page_url: Annotated[str, Query(max_length=editing.MOST_URL, description="Where the customer is.")] = "",
) -> TrialView:
    return await try_question(ask, q, language=language, scope=Scope(audience, part), page_url=page_url)


@route(
    ROUTES,
    "GET",
    "/api/v1/knowledge/figures",
    permission="articles.read",
    summary="How well questions are answered, and how the knowledge base is.",
)
async def read_figures(ask: Asked, days: Days = 7) -> FiguresView:
    return await figures(ask, days)


@route(
    ROUTES,
    "GET",
    "/api/v1/gaps",
    permission="articles.read",
    summary="What customers asked and found no answer, what was asked most first.",
)
async def list_gaps(ask: Asked, days: Days = 30) -> Gaps:
    return Gaps(data=[GapView.model_validate(gap) for gap in await gaps(ask, days)])


@route(
    ROUTES,
    "POST",
    "/api/v1/gaps/{gap_id}/draft",
    permission="articles.write",
    summary="Make a draft article of a gap; its questions are dealt with.",
    status=201,
)
async def draft_gap(
    ask: Asked, gap_id: str, response: Response, days: Days = 30, given: NewDraft | None = None
) -> ArticleView:
    gap = gap_lists.find(await gaps(ask, days), gap_id)
    title = "" if given is None else given.title
    made = await gap_lists.draft(
        ask.workspace, ask.tx, gap, by=ask.actor.name, at=ask.program.clock.now(), title=title
    )
    response.headers["Location"] = f"{ARTICLES}/{made.id}"
    return shown_article(made, response)


async def try_question(
    ask: Ask, question: str, *, language: str = "", scope: Scope | None = None, page_url: str = ""
) -> TrialView:
    # Found late: what searches counts in arrays, which a program whose bots never ask does without.
    bench = importlib.import_module("frontdesk.library.bench")
    shop = ask.program.authors
    found = await ask.aside(
        bench.try_question(
            ask.workspace,
            ask.program.store,
            shop.embedders,
            question,
            tuning=shop.tuning,
            language=language,
            scope=scope,
            page=CustomersPage(url=page_url),
        )
    )
    return TrialView.model_validate(found)


async def gaps(ask: Ask, days: int) -> list[Gap]:
    since = ask.program.clock.now() - timedelta(days=days)
    shop = ask.program.authors
    return await ask.aside(gap_lists.list_gaps(ask.workspace, ask.program.store, shop.embedders, since=since))


async def figures(ask: Ask, days: int) -> FiguresView:
    now = ask.program.clock.now()
    counts = await stored.count(ask.workspace, ask.tx)
    span = questions.Span(now - timedelta(days=days), now + timedelta(days=1))
    found = await questions.figures(ask.workspace, ask.tx, span)
    ages = await article_lists.ages(ask.workspace, ask.tx, stale_before=now - YEAR)
    return FiguresView(
        days=days,
        asked=found.found + found.none,
        answered=found.found,
        unavailable=found.unavailable,
        answered_share=found.hit_rate,
        articles=counts.articles,
        published=counts.published,
        drafts=ages.drafts,
        stale=ages.stale,
        in_bin=ages.removed,
        waiting=counts.waiting,
        failed=counts.failed,
    )
