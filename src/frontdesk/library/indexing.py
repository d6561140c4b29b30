"""Makes what was written findable: words first, an article at a time, then vectors of whichever model is set. A background job.

What is done is in place at once and whole; a job that dies leaves the rest as it was, and the next one goes on.
Vectors of another model are made beside those in use, which answer until the new ones are complete.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import ArticleId, WorkspaceId
from frontdesk.knowledge.entries import Entry, of_answer, of_article, read_by_models
from frontdesk.knowledge.postings import without
from frontdesk.library import choosing
from frontdesk.library.vector_text import vector_text, vectors_text
from frontdesk.ports.embedder import Embedder, Embedders
from frontdesk.store import passages, vectors
from frontdesk.store.connect import Store
from frontdesk.store.passages import Due, Lists, PassageRow
from frontdesk.store.vectors import Bare, Made

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

ARTICLES_AT_ONCE = 40
CHARACTERS_AT_ONCE = 400_000
"""Of articles that are taken in together: the longest have 2 million."""
PASSAGES_AT_ONCE = 16
RENEWED_AT_ONCE = 8
"""Answers that a former release took in, until their vectors are made anew: few enough for the others to be compared."""
NO_TEXT = "There is no text in it."
BROKE = "Indexing it failed; the program's log says why."

log = structlog.get_logger()


class _OneAtATime:
    """Work on workspaces. Whoever comes while it is under way leaves word instead of waiting: jobs' places are few."""

    def __init__(self, work: Callable[[WorkspaceId], Awaitable[None]]) -> None:
        self._work = work
        self._asked: set[WorkspaceId] = set()
        self._under_way: set[WorkspaceId] = set()

    async def run(self, workspace: WorkspaceId) -> bool:
        """Whether it was done here; else whoever is at it does it once more."""
        self._asked.add(workspace)
        if workspace in self._under_way:
            return False
        self._under_way.add(workspace)
        try:
            while workspace in self._asked:
                self._asked.discard(workspace)
                await self._work(workspace)
        finally:
            self._under_way.discard(workspace)
        return True


class Indexing:
    """Words are never kept waiting for vectors: these take long, and what was written meanwhile is theirs as well."""

    def __init__(self, store: Store, embedders: Embedders) -> None:
        self._store = store
        self._embedders = embedders
        self._by_words = _OneAtATime(self._words)
        self._by_meaning = _OneAtATime(self._vectors)

    async def run(self, workspace: WorkspaceId) -> None:
        """Everything that is due in a workspace, or at once nothing where another run is at it, which then goes on."""
        while await self._by_words.run(workspace):
            await self._by_meaning.run(workspace)
            if not await passages.are_former(workspace, self._store):
                return

    async def _words(self, workspace: WorkspaceId) -> None:
        while batch := await passages.due(workspace, self._store, ARTICLES_AT_ONCE):
            for some in _of_a_size(batch):
                await self._take_in(workspace, some)
        for some in _of_a_size(await passages.former(workspace, self._store, RENEWED_AT_ONCE)):
            await self._take_in(workspace, some)

    async def _take_in(self, workspace: WorkspaceId, batch: Sequence[Due]) -> None:
        """The passages of these articles. Of several of which one breaks it each is taken in by itself."""
        try:
            await self._put(workspace, batch)
        except Unavailable:
            raise
        except Exception as error:
            if len(batch) > 1:
                for article in batch:
                    await self._take_in(workspace, [article])
                return
            log.exception("knowledge.article_broke", article=batch[0].id, error=type(error).__name__)
            await passages.failed(workspace, self._store, batch[0], BROKE)

    async def _put(self, workspace: WorkspaceId, batch: Sequence[Due]) -> None:
        entries = await asyncio.to_thread(_entries, batch)
        for article in batch:
            if article.status == "published" and not entries[article.id]:
                await passages.failed(workspace, self._store, article, NO_TEXT)
        wanted = [article for article in batch if entries[article.id] or article.status != "published"]
        many = sum(len(found) for found in entries.values())
        first = await passages.reserve(workspace, self._store, many) if many else 0
        rows, lists = await asyncio.to_thread(_numbered, wanted, entries, first)
        done = await passages.replace(
            workspace, self._store, wanted, passages=rows, lists=lists, without=without
        )
        log.debug("knowledge.indexed", articles=len(done), passages=len(rows))

    async def _vectors(self, workspace: WorkspaceId) -> None:
        embedder = await choosing.wanted(workspace, self._store, self._embedders)
        if embedder is None:
            return
        fingerprint = embedder.profile.fingerprint
        serving = (await vectors.state(workspace, self._store, fingerprint)).fingerprint
        former = None if serving in {None, fingerprint} else self._embedders.by(serving)
        if former is not None:
            # It answers until the new ones are complete, also with what was written since.
            await self._fill(workspace, former)
        problem = await self._fill(workspace, embedder)
        if problem:
            await vectors.note_problem(workspace, self._store, problem)
            return
        state = await vectors.state(workspace, self._store, fingerprint)
        if state.passages and (state.fingerprint != fingerprint or state.problem):
            await vectors.serve(workspace, self._store, fingerprint)
        if state.passages and state.fingerprint != fingerprint:
            log.info("knowledge.model_changed", fingerprint=fingerprint, passages=state.passages)

    async def _fill(self, workspace: WorkspaceId, embedder: Embedder) -> str:
        """Makes the vectors that passages lack of a model; what was in the way, if anything."""
        fingerprint, after = embedder.profile.fingerprint, 0
        # What a model says of a language that it was not made for is worth nothing.
        languages = embedder.profile.languages
        try:
            while batch := await vectors.bare(
                workspace,
                self._store,
                fingerprint,
                after=after,
                most=PASSAGES_AT_ONCE,
                languages=languages,
            ):
                await vectors.put(workspace, self._store, fingerprint, await _embedded(embedder, batch))
                after = batch[-1].no
        except Unavailable as error:
            log.warning("knowledge.vectors_missing", model=embedder.profile.id, reason=error.message)
            return error.message
        return ""


def _of_a_size(batch: Sequence[Due]) -> Iterator[list[Due]]:
    some: list[Due] = []
    size = 0
    for article in batch:
        if some and size + len(article.body) > CHARACTERS_AT_ONCE:
            yield some
            some, size = [], 0
        some.append(article)
        size += len(article.body)
    if some:
        yield some


def _entries(batch: Sequence[Due]) -> dict[ArticleId, list[Entry]]:
    return {article.id: _of(article) for article in batch}


def _of(article: Due) -> list[Entry]:
    if article.status != "published":
        return []
    if article.kind == "answer":
        return of_answer((article.title, *article.questions), article.body, article.language)
    return of_article(article.title, article.body, article.language)


def _numbered(
    articles: Sequence[Due], entries: dict[ArticleId, list[Entry]], first: int
) -> tuple[list[PassageRow], dict[ArticleId, list[Lists]]]:
    rows: list[PassageRow] = []
    lists: dict[ArticleId, list[Lists]] = {}
    no = first
    for article in articles:
        for entry in entries[article.id]:
            rows.append(_row(article, entry, no))
            lists.setdefault(article.id, []).append(Lists(article.language, entry.packed(no)))
            no += 1
    return rows, lists


def _row(article: Due, entry: Entry, no: int) -> PassageRow:
    return PassageRow(
        no,
        article.id,
        article.language,
        entry.headings,
        entry.text,
        entry.start,
        tuple(place for span in entry.sentences for place in (span.start, span.end)),
        entry.terms,
        entry.length,
        entry.asks,
    )


async def _embedded(embedder: Embedder, batch: Sequence[Bare]) -> list[Made]:
    wholes = await embedder.embed_passages(
        [read_by_models(each.title, each.headings, each.text) for each in batch]
    )
    texts = [_sentences(each) for each in batch]
    inside = await embedder.embed_passages([text for each in texts for text in each])
    return await asyncio.to_thread(_spelt, batch, wholes, texts, inside)


def _spelt(
    batch: Sequence[Bare],
    wholes: "NDArray[numpy.float32]",
    texts: Sequence[Sequence[str]],
    inside: "NDArray[numpy.float32]",
) -> list[Made]:
    made, at = [], 0
    for each, whole, own in zip(batch, wholes, texts, strict=True):
        made.append(Made(each.no, vector_text(whole), vectors_text(inside[at : at + len(own)])))
        at += len(own)
    return made


def _sentences(bare: Bare) -> list[str]:
    places = bare.sentences
    return [bare.text[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]


class Progress(msgspec.Struct, frozen=True):
    """How far indexing is: passages that are findable by words, and those of them that `model` has read.

    `model` is the id of the one that their languages want, empty for none; `by_meaning` tells that it is through.
    Until then `meanwhile` answers: the id of the former one, empty for words alone.
    """

    passages: int
    with_vectors: int
    model: str
    by_meaning: bool
    meanwhile: str
    problem: str


async def progress(workspace: WorkspaceId, store: Store, embedders: Embedders) -> Progress:
    embedder = await choosing.wanted(workspace, store, embedders)
    fingerprint = None if embedder is None else embedder.profile.fingerprint
    state = await vectors.state(workspace, store, fingerprint)
    serving = None if state.fingerprint is None else embedders.by(state.fingerprint)
    return Progress(
        state.passages,
        state.made,
        "" if embedder is None else embedder.profile.id,
        fingerprint is not None and state.fingerprint == fingerprint,
        "" if serving is None else serving.profile.id,
        state.problem,
    )
