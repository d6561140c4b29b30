"""Answers a bot's question out of the knowledge base: search, decide whether that is an answer, put it into words.

A curated answer is given as it was written where its question is asked; else a model words it where one is set up and its answer holds; else
the sentences that fit best are given as they stand. Every question is kept with what came of it, without what is
personal in it.
"""

import asyncio
import importlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
import structlog

from frontdesk.core.action import Looked, Lookup, Passage
from frontdesk.core.errors import Unavailable
from frontdesk.knowledge.extract import Extract, continued, extract, rank_sentences
from frontdesk.knowledge.links import own_only, says_something
from frontdesk.knowledge.sentences import Span
from frontdesk.knowledge.tuning import Tuning
from frontdesk.library.judging import judged
from frontdesk.nlu.masking import Mask
from frontdesk.ports.answerer import Asker, Writer
from frontdesk.ports.embedder import Embedders
from frontdesk.store import assistants, questions
from frontdesk.store.connect import Store
from frontdesk.store.questions import Asked, How
from frontdesk.store.retrieval import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.library.hit import Hit
    from frontdesk.library.search import Search, Searched
    from frontdesk.store.retrieval import Found

MOST_READ = 5
"""Passages that a model is shown."""
MOST_OF_ONE = 4_000
"""Characters of a passage; those found are shorter, curated answers may not be."""
LITERAL = 0.9
"""From this likeness to its own question on a curated answer is given before the customer is asked what is meant."""
LOST = 0.5
"""What is left of how well a sentence fits that leads away from its article's site."""
MOST_ASKED = 2_000
"""Characters of a question that are read and kept."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Suggested:
    """An answer for a person to send or not; `article_id` and `passage` are where it comes from."""

    text: str
    by: Literal["article", "model"]
    article_id: str
    passage: Passage


class Answering:
    """`ports.answerer.Answerer`. `writer` None: always in the articles' own words."""

    def __init__(
        self,
        store: Store,
        embedders: Embedders,
        writer: Writer | None = None,
        tuning: Tuning | None = None,
        *,
        embed_within_s: float = 2.0,
    ) -> None:
        self._store = store
        self._embedders = embedders
        self._writer = writer
        self._tuning = tuning
        self._embed_within_s = embed_within_s
        self._search: Search | None = None

    async def look(self, asker: Asker, need: Lookup) -> Looked:
        started = time.monotonic()
        try:
            looked, how, article = await self._look(asker, need)
            looked = msgspec.structs.replace(looked, how=how)
        except Unavailable as error:
            looked, how, article = Looked(need.key, "unavailable", reason=error.message), "", None
        asked = Asked(
            need.key,
            asker.assistant_id,
            asker.conversation_id,
            Mask(asker.personal).hide(need.text)[:MOST_ASKED],
            need.language,
            looked.outcome,
            how,
            looked.best_score,
            article,
            round((time.monotonic() - started) * 1000),
        )
        try:
            await questions.note(asker.workspace, self._store, asked)
        except Unavailable:
            log.warning("knowledge.question_not_kept", conversation=asker.conversation_id)
        return looked

    async def suggest(self, asker: Asker, need: Lookup, *, within_s: float) -> list[Suggested]:
        """Answers to what a customer wrote, the best first; nothing is sent, and nothing of the question is kept.

        The articles' own words are there when a model does not answer within `within_s`.

        Raises:
            Unavailable: The knowledge base is away.
        """
        until = asyncio.get_running_loop().time() + within_s
        found = await self._find(asker, need)
        found = await judged(asker.workspace, self._store, found, found.least)
        hits = [hit for hit in found.hits if hit.fit >= found.least or hit.is_curated]
        told = [(hit, passage) for hit in hits if (passage := passage_of(found, hit)).text]
        told = await self._named(asker, need, told)
        made = [Suggested(one.text, "article", hit.found.article_id, one) for hit, one in told[: need.most]]
        if not hits or (told and told[0][0].is_curated):
            return made
        try:
            async with asyncio.timeout_at(until):
                written = await self._written(asker, need, hits)
        except TimeoutError:
            return made
        if written is None:
            return made
        used = written.passages[0]
        whose = next((hit for hit in hits if _whole(hit) == used), hits[0])
        return [Suggested(written.answer, "model", whose.found.article_id, used), *made]

    async def is_curated(self, asker: Asker, need: Lookup) -> bool:
        try:
            found = await self._find(asker, need)
        except Unavailable:
            return False
        return bool(found.hits) and found.hits[0].is_curated and found.hits[0].same >= LITERAL

    async def _find(self, asker: Asker, need: Lookup) -> "Searched":
        # Found late: numbers in arrays cost a program whose bots never ask memory and a slower start.
        searching = importlib.import_module("frontdesk.library.search")
        if self._search is None:
            self._search = searching.Search(
                self._store, self._embedders, self._tuning, embed_within_s=self._embed_within_s
            )
        # Hidden before it is cut: half of a card's number has not its form any more.
        mask = Mask(asker.personal)
        query = searching.Query(
            mask.restore(mask.hide(need.text)[:MOST_ASKED]),
            need.language,
            Scope(need.audience, need.knowledge),
            asker.page,
            asker.personal,
        )
        return await self._search.find(asker.workspace, query, most=max(MOST_READ, need.most))

    async def _look(self, asker: Asker, need: Lookup) -> tuple[Looked, How, str | None]:
        found = await self._find(asker, need)
        least = found.least if need.least is None else need.least
        found = await judged(asker.workspace, self._store, found, least)
        hits = [hit for hit in found.hits if hit.fit >= least or hit.is_curated]
        best = max((hit.fit for hit in found.hits), default=0.0)
        if not hits:
            return Looked(need.key, "none", best_score=best), "", None
        told = [(hit, passage) for hit in hits if (passage := passage_of(found, hit)).text]
        if not told:
            return Looked(need.key, "none", best_score=best), "", None
        told = await self._named(asker, need, told)
        if told and told[0][0].is_curated:
            return _told(need, told, best), "curated", told[0][0].found.article_id
        # A model tells by itself what passages say nothing of, and may know that France is in Europe.
        written = await self._written(asker, need, hits)
        if written is not None:
            return written, "model", (told[0][0] if told else hits[0]).found.article_id
        if not told:
            return Looked(need.key, "none", best_score=best), "", None
        return _told(need, told, best), "extract", told[0][0].found.article_id

    async def _named(
        self, asker: Asker, need: Lookup, told: "list[tuple[Hit, Passage]]"
    ) -> "list[tuple[Hit, Passage]]":
        """Those that speak of what the question names; with a `least` of 0 whatever fits best is wanted."""
        if need.least == 0 or not any(hit.lacks for hit, _ in told):
            return told
        async with self._store.unit_of_work(asker.workspace) as tx:
            own = await assistants.own_names(asker.workspace, tx, asker.assistant_id)
        ours = frozenset(" ".join(own).casefold().split())
        return [(hit, passage) for hit, passage in told if all(name.casefold() in ours for name in hit.lacks)]

    async def _written(self, asker: Asker, need: Lookup, hits: "Sequence[Hit]") -> Looked | None:
        """The model's answer, where there is one that holds."""
        if self._writer is None:
            return None
        read = [_whole(hit) for hit in hits[:MOST_READ]]
        written = await self._writer.write(asker, need.text, read, language=need.language)
        if written is None:
            return None
        used = tuple(read[place] for place in written.used if place < len(read))
        return Looked(need.key, "found", written.text, used or (read[0],), best_score=hits[0].fit)


def _told(need: Lookup, told: "Sequence[tuple[Hit, Passage]]", best: float) -> Looked:
    shown = tuple(passage for _, passage in told[: need.most])
    return Looked(need.key, "found", shown[0].text, shown, best_score=max(best, shown[0].score))


def passage_of(found: "Searched", hit: "Hit") -> Passage:
    """What a hit says, in its own words; without a text where it says nothing that may be passed on."""
    each = hit.found
    if each.answer:
        return Passage(each.answer, each.title, each.url, max(hit.same, hit.fit), is_curated=True)
    taken = extracted(found, hit)
    start = each.start + (taken.spans[0].start if taken.spans else 0)
    title = _passed_on(each, each.title)
    return Passage(taken.text, title, each.url, hit.fit, start, is_curated=each.kind == "answer")


def extracted(found: "Searched", hit: "Hit") -> Extract:
    """The sentences of a hit that answer, with their places in its text."""
    terms = importlib.import_module("frontdesk.knowledge.words").terms
    asks_figure = importlib.import_module("frontdesk.knowledge.figures").asks_figure
    each = hit.found
    places = each.sentences
    spans = [Span(start, end) for start, end in zip(places[::2], places[1::2], strict=True)]
    inside = [frozenset(terms(each.text[span.start : span.end], each.language)) for span in spans]
    cosines = () if hit.near is None else hit.near.sentences
    told = [_passed_on(each, each.text[span.start : span.end]) for span in spans]
    ranked = rank_sentences(
        found.weights.get(each.language, {}),
        inside,
        cosines,
        above=terms(" ".join((each.title, *each.headings)), each.language),
        figure=asks_figure(found.question, each.language),
        goes_on=continued(each.text, spans),
    )
    # One that loses an address has lost what it was about; one that was nothing else is no answer.
    lost = {place for place, text in enumerate(told) if len(text) < spans[place].end - spans[place].start}
    ranked = [
        (place, LOST * fit if place in lost else fit) for place, fit in ranked if says_something(told[place])
    ]
    if not ranked:
        return Extract("", ())
    taken = extract(each.text, spans, sorted(ranked, key=lambda one: -one[1]))
    return Extract(_passed_on(each, taken.text), taken.spans)


def _passed_on(found: "Found", text: str) -> str:
    """With its addresses, where somebody wrote it for customers; else with those of its own site."""
    return text if found.kind == "answer" else own_only(text, found.url)


def _whole(hit: "Hit") -> Passage:
    """What a model reads of a hit."""
    each = hit.found
    text = each.answer or each.text
    above = " - ".join(each.headings)
    told = own_only((f"{above}\n{text}" if above else text)[:MOST_OF_ONE], each.url)
    start = 0 if each.answer else each.start
    return Passage(told, own_only(each.title, each.url), each.url, hit.fit, start, each.kind == "answer")
