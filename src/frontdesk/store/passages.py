"""What is found of articles: writing it, an article at a time and whole. Called by `library`'s indexing.

Each write is one transaction, so that a search sees an article as it was or as it is, also when the program dies
in between. Writers of a workspace take turns (an advisory lock): a term's list is one row for all articles.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import asyncpg
import msgspec

from frontdesk.core.ids import ArticleId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces, json_text, raw
from frontdesk.store.tx import Tx

Without = Callable[[bytes, Sequence[int]], bytes]
"""`knowledge.postings.without`."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('knowledge ' || $1, 0))"
_RESERVE = """
    INSERT INTO knowledge_indexes (workspace_id, next_no) VALUES ($1, 1 + $2)
    ON CONFLICT (workspace_id) DO UPDATE SET next_no = knowledge_indexes.next_no + $2
    RETURNING next_no - $2"""
_DUE = """
    SELECT id, kind, title, body, questions, language, version, status
    FROM articles
    WHERE workspace_id = $1 AND due
    ORDER BY updated_at LIMIT $2"""
# Curated answers as a former release took them in: `asks` is null where it made the passage.
_IS_FORMER = """
    a.kind = 'answer' AND a.status = 'published' AND NOT a.due AND a.problem = ''
    AND EXISTS (SELECT FROM passages p WHERE p.workspace_id = $1 AND p.article_id = a.id AND p.asks IS NULL)"""
_FORMER = f"""
    SELECT a.id, a.kind, a.title, a.body, a.questions, a.language, a.version, a.status
    FROM articles a WHERE a.workspace_id = $1 AND {_IS_FORMER} ORDER BY a.id LIMIT $2"""
_ARE_FORMER = f"SELECT EXISTS (SELECT FROM articles a WHERE a.workspace_id = $1 AND {_IS_FORMER})"
_LANGUAGES = """
    SELECT language FROM knowledge_languages
    WHERE workspace_id = $1 AND passages > 0 ORDER BY passages DESC, language"""
_AS_IT_WAS = """
    SELECT id FROM articles
    WHERE workspace_id = $1 AND (id, version) IN (SELECT * FROM unnest($2::text[], $3::integer[]))
    ORDER BY id FOR UPDATE"""
_OLD = "SELECT no, language, terms, length FROM passages WHERE workspace_id = $1 AND article_id = ANY ($2)"
_DROP = "DELETE FROM passages WHERE workspace_id = $1 AND article_id = ANY ($2)"
_LISTS = "SELECT term, packed FROM postings WHERE workspace_id = $1 AND language = $2 AND term = ANY ($3)"
_SHORTEN = """
    UPDATE postings SET packed = new.packed
    FROM unnest($3::text[], $4::bytea[]) AS new (term, packed)
    WHERE postings.workspace_id = $1 AND postings.language = $2 AND postings.term = new.term"""
_EMPTY = """
    DELETE FROM postings WHERE workspace_id = $1 AND language = $2 AND term = ANY ($3) AND packed = ''"""
_PUT = """
    INSERT INTO passages
        (workspace_id, no, article_id, language, headings, text, start, sentences, terms, length, asks)
    SELECT $1, p.* FROM jsonb_to_recordset($2::jsonb)
        AS p (no bigint, article_id text, language text, headings text[], text text, start integer,
              sentences integer[], terms text[], length integer, asks boolean)"""
_APPEND = """
    INSERT INTO postings (workspace_id, language, term, packed)
    SELECT $1, $2, new.term, new.packed FROM unnest($3::text[], $4::bytea[]) AS new (term, packed)
    ORDER BY new.term
    ON CONFLICT (workspace_id, language, term) DO UPDATE SET packed = postings.packed || excluded.packed"""
_COUNT = """
    INSERT INTO knowledge_languages (workspace_id, language, passages, terms) VALUES ($1, $2, $3, $4)
    ON CONFLICT (workspace_id, language) DO UPDATE
    SET passages = knowledge_languages.passages + excluded.passages,
        terms = knowledge_languages.terms + excluded.terms"""
_FORGET = "DELETE FROM knowledge_languages WHERE workspace_id = $1 AND passages <= 0"
_DONE = """
    UPDATE articles SET indexed_version = CASE status WHEN 'published' THEN version END
    WHERE workspace_id = $1 AND id = ANY ($2)"""
_FAILED = """
    UPDATE articles SET problem = $4 WHERE workspace_id = $1 AND id = $2 AND version = $3"""
_AGAIN = """
    UPDATE articles SET indexed_version = NULL, problem = ''
    WHERE workspace_id = $1 AND status = 'published'"""


class Due(msgspec.Struct, frozen=True):
    """An article whose passages are not, or no longer, what it says; those of one that is not published have to go."""

    id: ArticleId
    kind: str
    title: str
    body: str
    questions: tuple[str, ...]
    language: str
    version: int
    status: str


class PassageRow(msgspec.Struct, frozen=True):
    """`start` is where `text` stands in the body, `sentences` are pairs of places within `text`, one after the other.

    `asks`: it is not of the body, but the questions of a curated answer.
    """

    no: int
    article_id: ArticleId
    language: str
    headings: tuple[str, ...]
    text: str
    start: int
    sentences: tuple[int, ...]
    terms: tuple[str, ...]
    length: int
    asks: bool


class Lists(msgspec.Struct, frozen=True):
    """What is appended to the lists of one language's terms, by term."""

    language: str
    packed: Mapping[str, bytes]


async def due(workspace: WorkspaceId, store: Store, most: int) -> list[Due]:
    """The articles that have waited longest; none of those that indexing failed at."""
    async with store.turn_work(workspace) as connection:
        return [Due(*row) for row in await connection.fetch(_DUE, workspace, most)]


async def former(workspace: WorkspaceId, store: Store, most: int) -> list[Due]:
    """Curated answers that a former release took in: found by their questions, and not by what they say."""
    async with store.turn_work(workspace) as connection:
        return [Due(*row) for row in await connection.fetch(_FORMER, workspace, most)]


async def are_former(workspace: WorkspaceId, store: Store) -> bool:
    """Whether there are any of those."""
    async with store.turn_work(workspace) as connection:
        return bool(await connection.fetchval(_ARE_FORMER, workspace))


class Kept(msgspec.Struct, frozen=True):
    """A workspace with articles. `is_due`: some of them are not found as they are by now.

    `languages` are those that passages are in, the one of most passages first; `fingerprint` is whose vectors answer,
    None for nobody's, and `problem` why there are none of another.
    """

    workspace: WorkspaceId
    is_due: bool
    languages: tuple[str, ...]
    fingerprint: str | None
    problem: str

    def is_of(self, fingerprint: str) -> bool:
        """Whether this model's vectors answer, and nothing is known to be wrong with them."""
        return self.fingerprint == fingerprint and not self.problem


@across_workspaces("asks once which workspaces have articles; they are indexed inside each")
async def every_kept(store: Store) -> list[Kept]:
    async with store.claim_work() as connection:
        rows = await connection.fetch("SELECT * FROM with_articles()")
    return [Kept(row[0], row[1], tuple(row[2]), row[3], row[4]) for row in rows]


async def languages(workspace: WorkspaceId, store: Store) -> list[str]:
    """Those that passages are in, the one of most passages first."""
    async with store.turn_work(workspace) as connection:
        return [row["language"] for row in await connection.fetch(_LANGUAGES, workspace)]


async def reserve(workspace: WorkspaceId, store: Store, many: int) -> int:
    """The first of as many passage numbers, which nobody else gets."""
    async with store.turn_work(workspace) as connection:
        first: int = await connection.fetchval(_RESERVE, workspace, many)
    return first


async def replace(
    workspace: WorkspaceId,
    store: Store,
    articles: Sequence[Due],
    *,
    passages: Sequence[PassageRow],
    lists: Mapping[ArticleId, Sequence[Lists]],
    without: Without,
) -> list[ArticleId]:
    """Put these passages in the place of those that the articles had.

    Args:
        articles: As they were read; one that was changed since keeps what it had.
        passages: Theirs.
        lists: What theirs add to the terms' lists.
        without: Takes passages out of a list.

    Returns:
        Whose passages are in place now.
    """
    async with store.turn_work(workspace) as connection, connection.transaction():
        await connection.execute(_LOCK, workspace)
        rows = await connection.fetch(
            _AS_IT_WAS, workspace, [article.id for article in articles], [a.version for a in articles]
        )
        kept = {ArticleId(row["id"]) for row in rows}
        await _take_away(workspace, connection, kept, without)
        await _put(workspace, connection, [row for row in passages if row.article_id in kept])
        await _append(workspace, connection, [lists[article] for article in kept if article in lists])
        await connection.execute(_FORGET, workspace)
        await connection.execute(_DONE, workspace, list(kept))
    return list(kept)


async def failed(workspace: WorkspaceId, store: Store, article: Due, problem: str) -> None:
    """Its last indexed version goes on answering; the author sees why."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(_FAILED, workspace, article.id, article.version, problem)


async def index_all_again(workspace: WorkspaceId, tx: Tx) -> None:
    """Every article is due; what is found now is found until then."""
    await (await raw(tx)).execute(_AGAIN, workspace)


async def _take_away(
    workspace: WorkspaceId, connection: asyncpg.Connection, articles: Iterable[str], without: Without
) -> None:
    wanted = list(articles)
    gone: dict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in await connection.fetch(_OLD, workspace, wanted):
        gone[row["language"]].append(row)
    for language, rows in gone.items():
        numbers = [row["no"] for row in rows]
        terms = list({term for row in rows for term in row["terms"]})
        found = await connection.fetch(_LISTS, workspace, language, terms)
        # Thousands of lists: in a thread, or every conversation of this process waits.
        shorter = await asyncio.to_thread(_shortened, found, numbers, without)
        await connection.execute(_SHORTEN, workspace, language, [row["term"] for row in found], shorter)
        await connection.execute(_EMPTY, workspace, language, terms)
        length = sum(row["length"] for row in rows)
        await connection.execute(_COUNT, workspace, language, -len(rows), -length)
    await connection.execute(_DROP, workspace, wanted)


def _shortened(found: Sequence[asyncpg.Record], numbers: Sequence[int], without: Without) -> list[bytes]:
    return [without(row["packed"], numbers) for row in found]


async def _put(workspace: WorkspaceId, connection: asyncpg.Connection, rows: Sequence[PassageRow]) -> None:
    await connection.execute(_PUT, workspace, await asyncio.to_thread(json_text, rows))
    counts: dict[str, tuple[int, int]] = {}
    for row in rows:
        passages, terms = counts.get(row.language, (0, 0))
        counts[row.language] = (passages + 1, terms + row.length)
    for language, (passages, terms) in counts.items():
        await connection.execute(_COUNT, workspace, language, passages, terms)


async def _append(
    workspace: WorkspaceId, connection: asyncpg.Connection, lists: Iterable[Sequence[Lists]]
) -> None:
    for language, by_term in (await asyncio.to_thread(_joined, list(lists))).items():
        await connection.execute(_APPEND, workspace, language, list(by_term), list(by_term.values()))


def _joined(lists: Iterable[Sequence[Lists]]) -> dict[str, dict[str, bytes]]:
    """What is appended to each term's list, by language."""
    joined: dict[str, dict[str, bytearray]] = defaultdict(lambda: defaultdict(bytearray))
    for of_article in lists:
        for each in of_article:
            for term, packed in each.packed.items():
                joined[each.language][term] += packed
    return {
        language: {term: bytes(packed) for term, packed in by_term.items()}
        for language, by_term in joined.items()
    }
