"""What customers asked and the knowledge base did not know, grouped; and how well it does in all.

A gap becomes a draft article with one call: its questions are then dealt with.
"""

import asyncio
import hashlib
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.knowledge.grouping import asks, group
from frontdesk.library import editing
from frontdesk.nlu.masking import Mask
from frontdesk.ports.embedder import Embedder, Embedders
from frontdesk.store import questions, retrieval
from frontdesk.store.articles import Article, Content
from frontdesk.store.connect import Store
from frontdesk.store.questions import Figures, OpenQuestion, Used
from frontdesk.store.tx import Tx

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

MOST_LOOKED_AT = 500
MOST_USED = 10
MOST_NAMED = 5
ID_LETTERS = 8
"""As many tell hundreds of gaps apart."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask the same; it is taken up by `id`, or as much of it as is no other gap's.

    `key` is that of the typical question.
    """

    id: str
    key: str
    question: str
    language: str
    times: int
    last_at: datetime
    best_fit: float
    keys: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What came of the questions of some time, and which articles answered most of them."""

    figures: Figures
    used: tuple[Used, ...]


async def list_gaps(
    workspace: WorkspaceId, store: Store, embedders: Embedders, *, since: datetime
) -> list[Gap]:
    """What was asked most often first; of many the latest 500 questions are looked at."""
    async with store.unit_of_work(workspace) as tx:
        found = await questions.open_questions(workspace, tx, since=since, most=MOST_LOOKED_AT)
    found = [one for one in found if asks(one.question, one.language)]
    asked = [(one.question, one.language) for one in found]
    fingerprint = (await retrieval.open_index(workspace, store)).fingerprint
    embedder = None if fingerprint is None else embedders.by(fingerprint)
    cosines = [] if embedder is None else await _cosines(embedder, asked)
    groups = await asyncio.to_thread(group, asked, cosines)
    return [_gap([found[place] for place in places]) for places in groups]


def find(gaps: Sequence[Gap], wanted: str) -> Gap:
    """The gap with this id, key or beginning of an id.

    Raises:
        Refused: There is none, or there are several.
    """
    found = [gap for gap in gaps if wanted in {gap.id, gap.key}] or [
        gap for gap in gaps if wanted and gap.id.startswith(wanted)
    ]
    if not found:
        raise Refused("not_found", f"There is no gap {wanted}.")
    if len(found) > 1:
        told = ", ".join(gap.id for gap in found[:MOST_NAMED])
        raise Refused("conflict", f"Several gaps begin with {wanted}: {told}. Give more of it.")
    return found[0]


async def draft(
    workspace: WorkspaceId, tx: Tx, gap: Gap, *, by: str, at: datetime, title: str = "", body: str = ""
) -> Article:
    """A draft that answers a gap; its questions are dealt with from now on.

    Raises:
        Refused: `conflict`, somebody has taken them up meanwhile.
    """
    if await questions.settle(workspace, tx, list(gap.keys), at=at) == 0:
        raise Refused("conflict", "These questions are dealt with already.")
    content = Content(
        title=(title or gap.question)[: editing.MOST_TITLE],
        body=body or editing.TO_WRITE,
        kind="answer",
        questions=tuple(dict.fromkeys(one[: editing.MOST_TITLE] for one in (gap.question, *gap.others)))[
            : editing.MOST_LISTED
        ],
        language=gap.language or "en",
        status="draft",
    )
    made = await editing.add(workspace, tx, content, by=by, at=at, asked_by_customers=True)
    await questions.drafted(workspace, tx, list(gap.keys), made.id)
    return made


async def usage(workspace: WorkspaceId, tx: Tx, *, since: datetime, until: datetime) -> Usage:
    span = questions.Span(since, until)
    figures = await questions.figures(workspace, tx, span)
    used = await questions.most_used(workspace, tx, span, most=MOST_USED)
    return Usage(figures, tuple(used))


async def _cosines(embedder: Embedder, asked: Sequence[tuple[str, str]]) -> list[list[float]]:
    """How near each is to each; those in languages that the model was not made for are near none."""
    profile = embedder.profile
    known = [place for place, (_, language) in enumerate(asked) if profile.knows(language)]
    texts = [asked[place][0] for place in known]
    if not texts:
        return []
    try:
        found = await embedder.embed_queries(
            [Mask().hide(text) for text in texts] if profile.is_outside else texts
        )
    except Unavailable as error:
        log.warning("knowledge.words_alone", reason=error.message)
        return []
    return await asyncio.to_thread(_compared, found, known, len(asked))


def _compared(found: "NDArray[numpy.float32]", known: Sequence[int], many: int) -> list[list[float]]:
    # Found late, as everywhere: a program whose bots never ask needs no numbers in arrays.
    arrays = importlib.import_module("numpy")
    cosines = arrays.zeros((many, many))
    cosines[arrays.ix_(known, known)] = found @ found.T
    compared: list[list[float]] = cosines.tolist()
    return compared


def _gap(found: Sequence[OpenQuestion]) -> Gap:
    first = found[0]
    return Gap(
        hashlib.sha256(first.key.encode()).hexdigest()[:ID_LETTERS],
        first.key,
        first.question,
        first.language,
        len(found),
        max(one.asked_at for one in found),
        max(one.fit for one in found),
        tuple(one.key for one in found),
        tuple(dict.fromkeys(one.question for one in found[1:])),
    )
