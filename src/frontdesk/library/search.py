"""Finds what may answer a question: words and meaning, in what one may see, best first. Called by `answering` and the search bench.

Two kinds of candidates are looked up, the same passages are scored by both, and what cannot be had (a model
that is away, vectors that are being made) is left out: words alone always answer.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy
import structlog

from frontdesk.core.action import NOWHERE, Page
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.knowledge import fusion, postings, typos
from frontdesk.knowledge.fusion import CANDIDATES, Near
from frontdesk.knowledge.pages import bonus
from frontdesk.knowledge.scores import Scores
from frontdesk.knowledge.tuning import Tuning
from frontdesk.knowledge.words import asking_terms, primary, terms
from frontdesk.library import naming
from frontdesk.library.hit import Hit
from frontdesk.library.vector_text import vector_text
from frontdesk.nlu.masking import Mask
from frontdesk.ports.embedder import Embedder, EmbedderProfile, Embedders
from frontdesk.store import retrieval, vectors
from frontdesk.store.connect import Store
from frontdesk.store.retrieval import Found, Index, Nearness, Scope

MOST_TERMS = 64
MOST_ALIKE, LONGER = 3_000, 2
MOST_CORRECTED = 3
MOSTLY = 0.8
"""Of the best by words (of all, where no word fits) so many must have vectors, else words alone decide: while those of
many new articles are being made, the few that have some would come before all that fit."""
EMBED_WITHIN_S = 2.0
"""A question whose vector takes longer is looked for by its words."""
REST_S = 30.0
"""A model that failed is not asked again for so long: each question would wait for it in vain."""
SAME_LANGUAGE = 0.4
"""Added to the rank of what is in the language of the question; the spread of ranks is 1."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, in which language, by whom and from where; `personal` values never leave this installation."""

    text: str
    language: str = ""
    scope: Scope = field(default_factory=Scope)
    page: Page = NOWHERE
    personal: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Searched:
    """Best first; `weights` of the question's terms by language; `by_meaning` tells whether vectors took part.

    `least` is the fit from which on a hit is taken to answer, where nobody set another.
    """

    question: str
    hits: tuple[Hit, ...]
    weights: Mapping[str, Mapping[str, float]]
    by_meaning: bool
    corrected: Mapping[str, str]
    least: float
    ms: int


@dataclass(slots=True)
class _Words:
    """By words alone; `plain` is the question without what is personal."""

    plain: str
    scores: Scores
    weights: dict[str, dict[str, float]]
    corrected: dict[str, str]
    passages: int
    lists: Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The question's vector, of which model it is, and the passages nearest to it, nearest first."""

    profile: EmbedderProfile
    vector: str
    closest: Sequence[int]


class Search:
    """Compares with the model whose vectors are in place, whichever is wanted now."""

    def __init__(
        self,
        store: Store,
        embedders: Embedders,
        tuning: Tuning | None = None,
        *,
        embed_within_s: float = EMBED_WITHIN_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._embedders = embedders
        self._tuning = Tuning() if tuning is None else tuning
        self._embed_within_s = embed_within_s
        self._clock = clock
        self._rests_until: dict[str, float] = {}

    async def find(self, workspace: WorkspaceId, query: Query, *, most: int = 10) -> Searched:
        """At most `most` passages, one an article.

        Raises:
            Unavailable: The database is away.
        """
        started = time.monotonic()
        index = await retrieval.open_index(workspace, self._store)
        # Each waits for the database, on a connection of its own: side by side they take what the slower takes.
        words, meaning = await asyncio.gather(
            self._by_words(workspace, index, query), self._meaning(workspace, index, query)
        )
        narrow = query.scope != Scope()
        hits, hidden = await self._candidates(workspace, query, words, meaning, narrow=narrow)
        if hidden and len(hits) < most and not narrow:
            hits, _ = await self._candidates(workspace, query, words, meaning, narrow=True)
        # Vectors that were put out of use a moment ago are not there any more, though the question has one.
        by_meaning = any(hit.near is not None for hit in hits)
        least = self._tuning.least if by_meaning else self._tuning.least_by_words
        chosen = _one_an_article(self._named(query, hits, words, most))[:most]
        ms = round((time.monotonic() - started) * 1000)
        return Searched(query.text, tuple(chosen), words.weights, by_meaning, words.corrected, least, ms)

    def _named(self, query: Query, hits: list[Hit], words: _Words, most: int) -> list[Hit]:
        seen = {hit.found.no for hit in hits}

        def heard(word: str) -> bool:
            return any(
                _has_all(lists, terms(word, language), words.corrected, seen)
                for language, lists in words.lists.items()
            )

        return naming.marked(hits, words.plain, query.language, heard, most=most)

    async def _meaning(self, workspace: WorkspaceId, index: Index, query: Query) -> _Meaning | None:
        """By the model whose vectors are in place, where that is here and knows the language of the question."""
        if index.fingerprint is None or not query.text.strip():
            return None
        embedder = self._embedders.by(index.fingerprint)
        if embedder is None or not embedder.profile.knows(query.language):
            return None
        vector = await self._vector(embedder, query)
        if vector is None:
            return None
        closest = await retrieval.closest(workspace, self._store, index.fingerprint, vector, most=CANDIDATES)
        return _Meaning(embedder.profile, vector, closest)

    async def _vector(self, embedder: Embedder, query: Query) -> str | None:
        """The question's, as pgvector reads it; None while the model is away."""
        profile = embedder.profile
        if self._clock() < self._rests_until.get(profile.fingerprint, 0.0):
            return None
        text = Mask(query.personal).hide(query.text) if profile.is_outside else query.text
        try:
            async with asyncio.timeout(self._embed_within_s):
                return vector_text((await embedder.embed_queries([text]))[0])
        except TimeoutError:
            reason = f"{profile.id} took longer than {self._embed_within_s:g} s"
        except Unavailable as error:
            reason = error.message
        self._rests_until[profile.fingerprint] = self._clock() + REST_S
        log.warning("knowledge.words_alone", reason=reason)
        return None

    async def _by_words(self, workspace: WorkspaceId, index: Index, query: Query) -> _Words:
        asked = {language: terms(query.text, language)[:MOST_TERMS] for language in index.languages}
        lists = await retrieval.lists(workspace, self._store, asked) if asked else {}
        plain = Mask(query.personal).without(query.text)
        if plain != query.text:
            asked = _impersonal(plain, asked, lists)
        corrected = await self._correct(workspace, asked, lists)
        many = sum(counts.passages for counts in index.languages.values())
        words = _Words(plain, Scores(), {}, corrected, many, lists)
        for language, counts in index.languages.items():
            stats = postings.Stats(counts.passages, counts.terms)
            wanted = [corrected.get(term, term) for term in asked[language]]
            found = postings.score(
                wanted, lists[language], stats, most=counts.passages, idle=asking_terms(language)
            )
            words.weights[language] = postings.weights(wanted, lists[language], stats)
            words.scores.add(found)
        return words

    async def _correct(
        self,
        workspace: WorkspaceId,
        asked: Mapping[str, Sequence[str]],
        lists: dict[str, dict[str, bytes]],
    ) -> dict[str, str]:
        """Words that nobody knows, as they were probably meant; their lists are added to `lists`."""
        corrected: dict[str, str] = {}
        for language, term in _unknown(asked, lists)[:MOST_CORRECTED]:
            alike = await retrieval.terms_like(
                workspace,
                self._store,
                language,
                term,
                pieces=typos.pieces(term),
                longer=LONGER,
                most=MOST_ALIKE,
            )
            # Thousands of words to compare with: in a thread, or every conversation of this process waits.
            meant = await asyncio.to_thread(typos.nearest, term, alike)
            if meant is not None:
                corrected[term] = meant
        if corrected:
            meant_terms = {language: list(corrected.values()) for language in asked}
            for language, found in (await retrieval.lists(workspace, self._store, meant_terms)).items():
                lists[language].update(found)
        return corrected

    async def _candidates(
        self, workspace: WorkspaceId, query: Query, words: _Words, meaning: _Meaning | None, *, narrow: bool
    ) -> tuple[list[Hit], bool]:
        """Ranked hits, and whether some candidates may not be seen. `narrow`: look among those that may from the start."""
        allowed = await retrieval.numbers(workspace, self._store, query.scope) if narrow else None
        best = words.scores.best(CANDIDATES, allowed)
        closest = () if meaning is None else await self._closest(workspace, meaning, allowed)
        numbers = list(dict.fromkeys((*best, *closest)))
        near, found = await asyncio.gather(
            self._near(workspace, words, meaning, numbers),
            retrieval.read(workspace, self._store, query.scope, numbers),
        )
        if near and not await self._are_most(workspace, meaning, near, best):
            near = {}
            numbers, found = best, {no: found[no] for no in best if no in found}
        share = 0.0 if meaning is None else self._share(meaning)
        return self._ranked(query, words, near, found, share=share), len(found) < len(numbers)

    async def _are_most(
        self,
        workspace: WorkspaceId,
        meaning: _Meaning | None,
        near: Mapping[int, Nearness],
        best: Sequence[int],
    ) -> bool:
        """Whether enough passages have vectors for these to be compared with those that have none."""
        if best or meaning is None:
            return sum(no in near for no in best) >= MOSTLY * len(best)
        profile = meaning.profile
        share = await vectors.share(workspace, self._store, profile.fingerprint, languages=profile.languages)
        return share >= MOSTLY

    def _share(self, meaning: _Meaning) -> float:
        """How much meaning counts beside words."""
        given = self._tuning.meaning_weight
        return meaning.profile.dense_weight if given is None else given

    async def _closest(
        self, workspace: WorkspaceId, meaning: _Meaning, within: set[int] | None
    ) -> Sequence[int]:
        if within is None:
            return meaning.closest
        profile, vector = meaning.profile, meaning.vector
        return await retrieval.closest(
            workspace, self._store, profile.fingerprint, vector, most=CANDIDATES, within=list(within)
        )

    async def _near(
        self, workspace: WorkspaceId, words: _Words, meaning: _Meaning | None, numbers: Sequence[int]
    ) -> dict[int, Nearness]:
        if meaning is None:
            return {}
        asked = workspace, self._store, meaning.profile.fingerprint, meaning.vector
        near = await retrieval.nearness(*asked, numbers)
        if not meaning.profile.usual:
            return near
        usual = fusion.CROWDED
        if words.passages >= fusion.TELLING:
            usual = await retrieval.usual_cosine(*asked)
        return {no: _spread_out(each, usual) for no, each in near.items()}

    def _ranked(
        self,
        query: Query,
        words: _Words,
        near: dict[int, Nearness],
        found: dict[int, Found],
        *,
        share: float,
    ) -> list[Hit]:
        numbers = list(found)
        if not numbers:
            return []
        score, inside, fit = words.scores.of(numbers)
        if any(no in near for no in numbers):
            cosines = _near(numbers, near)
            rank = fusion.hybrid_rank(score, inside, cosines, share)
            fit = fusion.hybrid_fit(fit, cosines)
        else:
            rank = fusion.lexical_rank(score)
        language = primary(query.language)
        page_terms = frozenset(terms(query.page.title, query.language))
        hits = []
        nowhere = query.page == NOWHERE
        for no, ranked, fits, scored in zip(
            numbers, rank.tolist(), fit.tolist(), score.tolist(), strict=True
        ):
            each = found[no]
            added = 0.0 if nowhere else _page_bonus(query.page, page_terms, each)
            own = SAME_LANGUAGE if language and primary(each.language) == language else 0.0
            same, curated = 0.0, False
            if each.asks:
                weights = words.weights.get(each.language, {})
                same = naming.same_question(query.text, each, weights, near.get(no))
                curated = same >= self._tuning.same_question
            hits.append(Hit(each, ranked + added + own, fits, scored, near.get(no), added, same, curated))
        # A question that somebody has answered by hand is answered with that.
        return sorted(hits, key=lambda hit: (not hit.is_curated, -hit.same if hit.is_curated else -hit.rank))


def _impersonal(
    plain: str, asked: Mapping[str, list[str]], lists: Mapping[str, Mapping[str, bytes]]
) -> dict[str, list[str]]:
    """Without the parts of addresses and numbers that no article has: they are not what is asked about."""
    kept = {language: frozenset(terms(plain, language)) for language in asked}
    return {
        language: [term for term in wanted if term in lists[language] or term in kept[language]]
        for language, wanted in asked.items()
    }


def _unknown(
    asked: Mapping[str, Sequence[str]], lists: Mapping[str, Mapping[str, bytes]]
) -> list[tuple[str, str]]:
    """Terms that no article has; where there are several languages, only of questions of which none has anything."""
    if len(asked) > 1 and any(lists.values()):
        return []
    return [
        (language, term)
        for language, wanted in asked.items()
        for term in dict.fromkeys(wanted)
        if term not in lists[language] and typos.pieces(term)
    ]


def _has_all(
    lists: Mapping[str, bytes],
    wanted: Sequence[str],
    corrected: Mapping[str, str],
    seen: Set[int],
) -> bool:
    """Whether each term stands in one of the passages."""
    return all(
        not seen.isdisjoint(postings.numbers(lists.get(corrected.get(term, term), b"")).tolist())
        for term in wanted
    )


def _page_bonus(page: Page, page_terms: frozenset[str], found: Found) -> float:
    title = frozenset(terms(found.title, found.language))
    return bonus(page, page_terms, url=found.url, title=title, tags=found.tags)


def _spread_out(near: Nearness, usual: float) -> Nearness:
    inside = tuple(fusion.spread_out(cosine, usual) for cosine in near.sentences)
    return Nearness(fusion.spread_out(near.whole, usual), inside)


def _near(numbers: Sequence[int], near: Mapping[int, Nearness]) -> Near:
    """A passage whose vectors are not made yet is like the average of the others."""
    known = {no: (each.whole, max(each.sentences, default=each.whole)) for no, each in near.items()}
    usual = numpy.mean([known[no] for no in numbers if no in known], axis=0)
    each = numpy.array([known.get(no, usual) for no in numbers])
    return Near(each[:, 0], each[:, 1])


def _one_an_article(hits: Sequence[Hit]) -> list[Hit]:
    seen: dict[str, Hit] = {}
    for hit in hits:
        seen.setdefault(hit.found.article_id, hit)
    return list(seen.values())
