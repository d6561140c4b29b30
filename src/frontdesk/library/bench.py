"""The search bench: what a question would be answered with, the passages in their order, and why others lost.

Called by the API and the panel; loads what searches, which a program without questions does not need.
"""

from dataclasses import dataclass
from typing import Literal

from frontdesk.core.action import NOWHERE, Page
from frontdesk.core.ids import WorkspaceId
from frontdesk.knowledge.tuning import Tuning
from frontdesk.library.answering import passage_of
from frontdesk.library.hit import Hit
from frontdesk.library.judging import judged
from frontdesk.library.search import Query, Search, Searched
from frontdesk.ports.embedder import Embedders
from frontdesk.store.connect import Store
from frontdesk.store.retrieval import Scope

SHOWN = 8
EMBED_WITHIN_S = 10.0
"""Whoever tries a question waits for a model that has to be loaded first, for a while."""

Why = Literal["answers", "behind", "names", "fit"]
"""`answers`: this is the answer; `behind`: it would do, another goes before; `names`: it says nothing of what the
question names; `fit`: it is not sure enough that it is about the question."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One passage, what it would say, and what became of it."""

    article_id: str
    title: str
    headings: tuple[str, ...]
    url: str
    language: str
    is_curated: bool
    text: str
    fit: float
    words: float
    meaning: float | None
    page: float
    lacks: tuple[str, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Trial:
    """`answer` empty: a gap. `least` is the fit from which on a passage answers."""

    answer: str
    passages: tuple[Ranked, ...]
    least: float
    by_meaning: bool
    corrected: dict[str, str]
    ms: int


async def try_question(
    workspace: WorkspaceId,
    store: Store,
    embedders: Embedders,
    question: str,
    *,
    tuning: Tuning,
    language: str = "",
    scope: Scope | None = None,
    page: Page = NOWHERE,
) -> Trial:
    """What a customer would be answered who asks this, before a model words it.

    Raises:
        Unavailable: The database is away.
    """
    search = Search(store, embedders, tuning, embed_within_s=EMBED_WITHIN_S)
    query = Query(question, language, Scope() if scope is None else scope, page)
    found = await search.find(workspace, query, most=SHOWN)
    found = await judged(workspace, store, found, found.least)
    texts = [passage_of(found, hit).text for hit in found.hits]
    whys = _whys(found, texts)
    first = next((place for place, why in enumerate(whys) if why == "answers"), None)
    ranked = tuple(_ranked(hit, text, why) for hit, text, why in zip(found.hits, texts, whys, strict=True))
    answer = "" if first is None else texts[first]
    return Trial(answer, ranked, found.least, found.by_meaning, dict(found.corrected), found.ms)


def _whys(found: Searched, texts: list[str]) -> list[Why]:
    answered = False
    whys: list[Why] = []
    for hit, text in zip(found.hits, texts, strict=True):
        if not text or not (hit.fit >= found.least or hit.is_curated):
            whys.append("fit")
        elif hit.lacks:
            whys.append("names")
        else:
            whys.append("behind" if answered else "answers")
            answered = True
    return whys


def _ranked(hit: Hit, text: str, why: Why) -> Ranked:
    near = None if hit.near is None else max((hit.near.whole, *hit.near.sentences))
    return Ranked(
        hit.found.article_id,
        hit.found.title,
        tuple(hit.found.headings),
        hit.found.url,
        hit.found.language,
        hit.found.kind == "answer",
        text,
        hit.fit,
        hit.words,
        near,
        hit.page,
        hit.lacks,
        why,
    )
