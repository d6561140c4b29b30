"""What a question is answered from: terms' lists, vectors, and the passages that came out best. Called by `library`.

Read statement by statement, without a transaction: what goes away in between is not in the last of them.
"""

from collections.abc import Mapping, Sequence

import asyncpg
import msgspec

from frontdesk.core.ids import ArticleId, WorkspaceId
from frontdesk.store.connect import Store

_OPEN = """
    SELECT l.language, l.passages, l.terms, i.fingerprint, to_regclass('passage_vectors') IS NOT NULL AS vectors
    FROM knowledge_languages l LEFT JOIN knowledge_indexes i ON i.workspace_id = l.workspace_id
    WHERE l.workspace_id = $1"""
_LISTS = """
    SELECT p.language, p.term, p.packed
    FROM unnest($2::text[], $3::text[]) AS asked (language, term)
    JOIN postings p ON p.workspace_id = $1 AND p.language = asked.language AND p.term = asked.term"""
# Row security lets no operator of trigrams use an index: terms that begin alike are few enough to look through.
_ALIKE = """
    SELECT term FROM postings
    WHERE workspace_id = $1 AND language = $2 AND term >= $3 AND term < $4 AND length(term) BETWEEN $5 AND $6
      AND term LIKE ANY ($7)
    LIMIT $8"""
# The question's vector is read from its text once, not once a row.
_CLOSEST = """
    WITH asked AS MATERIALIZED (SELECT $3::text::halfvec AS v)
    SELECT p.no FROM passage_vectors p, asked
    WHERE p.workspace_id = $1 AND p.fingerprint = $2 AND ($5::bigint[] IS NULL OR p.no = ANY ($5))
    ORDER BY p.whole <#> asked.v LIMIT $4"""
_NEAR = """
    WITH asked AS MATERIALIZED (SELECT $3::text::halfvec AS v)
    SELECT p.no, -(p.whole <#> asked.v) AS whole,
           ARRAY(SELECT -(s.v <#> asked.v)
                 FROM unnest(p.sentences) WITH ORDINALITY AS s (v, place) ORDER BY s.place) AS sentences
    FROM asked, passage_vectors p
    WHERE p.workspace_id = $1 AND p.fingerprint = $2 AND p.no = ANY ($4)"""
_USUAL = """
    WITH asked AS MATERIALIZED (SELECT $3::text::halfvec AS v)
    SELECT avg(-(p.whole <#> asked.v))::float8 FROM passage_vectors p, asked
    WHERE p.workspace_id = $1 AND p.fingerprint = $2"""
# From the passages to their articles, in that order: without statistics (after the first import) it would be chosen the
# other way round, through all articles.
_READ = """
    WITH wanted AS MATERIALIZED (
        SELECT no, article_id, headings, text, start, sentences, coalesce(asks, true) AS asks FROM passages
        WHERE workspace_id = $1 AND no = ANY ($4))
    SELECT p.no, p.article_id, a.kind, a.title, a.url, a.language, a.tags, a.source, p.headings, p.text,
           p.start, p.sentences, p.asks AND a.kind = 'answer', a.questions,
           CASE WHEN a.kind = 'answer' AND (p.asks OR length(a.body) <= $5) THEN a.body ELSE '' END
    FROM wanted p CROSS JOIN LATERAL (
        SELECT a.kind, a.title, a.url, a.language, a.tags, s.name AS source, a.questions, a.body
        FROM articles a JOIN knowledge_sources s ON s.workspace_id = $1 AND s.id = a.source_id
        WHERE a.workspace_id = $1 AND a.id = p.article_id
          AND a.status = 'published' AND a.audience IN ('', $2)
          AND ($3 = '' OR s.name = $3 OR $3 = ANY (a.tags))
        OFFSET 0) a"""
_NUMBERS = """
    SELECT p.no
    FROM passages p
    JOIN articles a ON a.workspace_id = p.workspace_id AND a.id = p.article_id
    JOIN knowledge_sources s ON s.workspace_id = a.workspace_id AND s.id = a.source_id
    WHERE p.workspace_id = $1 AND a.status = 'published' AND a.audience IN ('', $2)
      AND ($3 = '' OR s.name = $3 OR $3 = ANY (a.tags))"""


SHORT_ANSWER = 600
"""Characters of a curated answer that is given whole wherever in it something was found."""


class Language(msgspec.Struct, frozen=True):
    passages: int
    terms: int


class Index(msgspec.Struct, frozen=True):
    """What there is to search in: counts by language, and whose vectors are complete (None: nobody's)."""

    languages: dict[str, Language]
    fingerprint: str | None


class Nearness(msgspec.Struct, frozen=True):
    """Cosines of a passage with the question: of the whole and of each sentence."""

    whole: float
    sentences: tuple[float, ...]


class Found(msgspec.Struct, frozen=True):
    """A passage with what its article says of itself.

    `asks`: it is the questions of a curated answer; `answer` is that answer whole, empty for a passage of a long one.
    """

    no: int
    article_id: ArticleId
    kind: str
    title: str
    url: str
    language: str
    tags: tuple[str, ...]
    source: str
    headings: tuple[str, ...]
    text: str
    start: int
    sentences: tuple[int, ...]
    asks: bool
    questions: tuple[str, ...]
    answer: str


class Scope(msgspec.Struct, frozen=True):
    """Which articles may answer: everybody's and those of `audience`; of one source or tag, or of all."""

    audience: str = ""
    part: str = ""


async def open_index(workspace: WorkspaceId, store: Store) -> Index:
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_OPEN, workspace)
    languages = {row["language"]: Language(row["passages"], row["terms"]) for row in rows}
    fingerprint = rows[0]["fingerprint"] if rows and rows[0]["vectors"] else None
    return Index(languages, fingerprint)


async def lists(
    workspace: WorkspaceId, store: Store, asked: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, bytes]]:
    """The packed list of each term that is known, by language; `asked` are the terms by language."""
    pairs = [(language, term) for language, terms in asked.items() for term in set(terms)]
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            _LISTS, workspace, [language for language, _ in pairs], [term for _, term in pairs]
        )
    found: dict[str, dict[str, bytes]] = {language: {} for language in asked}
    for row in rows:
        found[row["language"]][row["term"]] = row["packed"]
    return found


async def terms_like(
    workspace: WorkspaceId,
    store: Store,
    language: str,
    term: str,
    *,
    pieces: Sequence[str],
    longer: int,
    most: int,
) -> list[str]:
    """Terms with the same first letter and one of the pieces, no more than `longer` letters longer or shorter."""
    after = chr(ord(term[0]) + 1)
    lengths = len(term) - longer, len(term) + longer
    having = [f"%{piece}%" for piece in pieces]
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_ALIKE, workspace, language, term[0], after, *lengths, having, most)
    return [row["term"] for row in rows]


async def closest(
    workspace: WorkspaceId,
    store: Store,
    fingerprint: str,
    vector: str,
    *,
    most: int,
    within: Sequence[int] | None = None,
) -> list[int]:
    """The numbers of the passages whose wholes are nearest (of `within`, if given), nearest first.

    `vector` is what pgvector reads.
    """
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_CLOSEST, workspace, fingerprint, vector, most, within)
    return [row["no"] for row in rows]


async def nearness(
    workspace: WorkspaceId, store: Store, fingerprint: str, vector: str, numbers: Sequence[int]
) -> dict[int, Nearness]:
    """How near the passages of these numbers are, those that have vectors, by number."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_NEAR, workspace, fingerprint, vector, numbers)
    return {no: Nearness(whole, tuple(sentences)) for no, whole, sentences in rows}


async def usual_cosine(workspace: WorkspaceId, store: Store, fingerprint: str, vector: str) -> float:
    """The mean cosine of the question with all passages; 0 without any."""
    async with store.turn_work(workspace) as connection:
        return float(await connection.fetchval(_USUAL, workspace, fingerprint, vector) or 0.0)


async def read(
    workspace: WorkspaceId, store: Store, scope: Scope, numbers: Sequence[int]
) -> dict[int, Found]:
    """The passages of these numbers that may answer, by number."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_READ, workspace, scope.audience, scope.part, numbers, SHORT_ANSWER)
    return {row[0]: _found(row) for row in rows}


async def numbers(workspace: WorkspaceId, store: Store, scope: Scope) -> set[int]:
    """Every passage that may answer; for a scope that leaves out most."""
    async with store.turn_work(workspace) as connection:
        return {row["no"] for row in await connection.fetch(_NUMBERS, workspace, scope.audience, scope.part)}


def _found(row: asyncpg.Record) -> Found:
    # By place, in the order of `_READ`: eighty a question, for which going by name takes three times as long.
    no, article_id, kind, title, url, language, tags, source, headings, text, start, inside, *curated = row
    asks, asked, answer = curated
    return Found(
        no,
        article_id,
        kind,
        title,
        url,
        language,
        tuple(tags),
        source,
        tuple(headings),
        text,
        start,
        tuple(inside),
        asks,
        tuple(asked),
        answer,
    )
