"""Vectors of passages, beside those of another model while they are made. Called by `library`'s indexing.

Only a complete set answers: `knowledge_indexes.fingerprint` names it, and changes in one statement.
"""

from collections.abc import Collection, Sequence

import msgspec

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, across_workspaces

_THERE = "SELECT to_regclass('passage_vectors') IS NOT NULL"
_MISSING = """
    SELECT p.no, a.title, p.headings, p.text, p.sentences
    FROM passages p
    JOIN articles a ON a.workspace_id = p.workspace_id AND a.id = p.article_id
    WHERE p.workspace_id = $1 AND p.no > $3
      AND ($5::text[] = '{}' OR split_part(p.language, '-', 1) = ANY ($5))
      AND NOT EXISTS (SELECT FROM passage_vectors v
                      WHERE v.workspace_id = $1 AND v.fingerprint = $2 AND v.no = p.no)
    ORDER BY p.no LIMIT $4"""
# The lock: another that indexes may remove the passage between finding it and the end of this.
_PUT = """
    INSERT INTO passage_vectors (workspace_id, fingerprint, no, whole, sentences)
    SELECT $1, $2, p.no, $4::text::halfvec, $5::text::halfvec[] FROM passages p
    WHERE p.workspace_id = $1 AND p.no = $3
    FOR KEY SHARE
    ON CONFLICT DO NOTHING"""
_SERVE = """
    INSERT INTO knowledge_indexes (workspace_id, fingerprint) VALUES ($1, $2)
    ON CONFLICT (workspace_id) DO UPDATE SET fingerprint = $2, problem = '', changed_at = now()"""
_OTHERS = "DELETE FROM passage_vectors WHERE workspace_id = $1 AND fingerprint <> $2"
_PROBLEM = """
    INSERT INTO knowledge_indexes (workspace_id, problem) VALUES ($1, $2)
    ON CONFLICT (workspace_id) DO UPDATE SET problem = $2, changed_at = now()"""
_STATE = """
    SELECT (SELECT count(*) FROM passages WHERE workspace_id = $1),
           (SELECT fingerprint FROM knowledge_indexes WHERE workspace_id = $1),
           coalesce((SELECT problem FROM knowledge_indexes WHERE workspace_id = $1), '')"""
_MADE = "SELECT count(*) FROM passage_vectors WHERE workspace_id = $1 AND fingerprint = $2"

_SHARE = """
    SELECT count(v.no)::float8 / greatest(count(*), 1)
    FROM passages p
    LEFT JOIN passage_vectors v ON v.workspace_id = $1 AND v.fingerprint = $2 AND v.no = p.no
    WHERE p.workspace_id = $1 AND ($3::text[] = '{}' OR split_part(p.language, '-', 1) = ANY ($3))"""


class Bare(msgspec.Struct, frozen=True):
    """A passage without vectors; `sentences` are pairs of places within `text`."""

    no: int
    title: str
    headings: tuple[str, ...]
    text: str
    sentences: tuple[int, ...]


class Made(msgspec.Struct, frozen=True):
    """A passage's vectors, as pgvector reads them: one, and a list."""

    no: int
    whole: str
    sentences: str


class State(msgspec.Struct, frozen=True):
    """`fingerprint`: whose vectors answer; None: nobody's. `made`: how many passages have those that were asked for."""

    passages: int
    fingerprint: str | None
    problem: str
    made: int


@across_workspaces("asks the catalogue about a table, no workspace's rows")
async def is_there(store: Store) -> bool:
    """Whether this PostgreSQL keeps vectors at all."""
    async with store.claim_work() as connection:
        return bool(await connection.fetchval(_THERE))


async def bare(
    workspace: WorkspaceId,
    store: Store,
    fingerprint: str,
    *,
    after: int,
    most: int,
    languages: Collection[str] = (),
) -> list[Bare]:
    """Passages that have no vectors of this model, in the order of their numbers, from behind `after`.

    Those in `languages` (ISO 639-1), where any are given.
    """
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_MISSING, workspace, fingerprint, after, most, list(languages))
    return [Bare(row[0], row[1], tuple(row[2]), row[3], tuple(row[4])) for row in rows]


async def are_missing(
    workspace: WorkspaceId, store: Store, fingerprint: str, *, languages: Collection[str] = ()
) -> bool:
    """Whether passages lack vectors of this model, also where it answers already."""
    return bool(await bare(workspace, store, fingerprint, after=0, most=1, languages=languages))


async def share(
    workspace: WorkspaceId, store: Store, fingerprint: str, *, languages: Collection[str] = ()
) -> float:
    """Of the passages in `languages` (of all, where none are given) those that have vectors of this model, 0 to 1."""
    async with store.turn_work(workspace) as connection:
        return float(await connection.fetchval(_SHARE, workspace, fingerprint, list(languages)))


async def put(workspace: WorkspaceId, store: Store, fingerprint: str, made: Sequence[Made]) -> None:
    """Those of passages that are still there."""
    async with store.turn_work(workspace) as connection, connection.transaction():
        await connection.executemany(
            _PUT, [(workspace, fingerprint, each.no, each.whole, each.sentences) for each in made]
        )


async def serve(workspace: WorkspaceId, store: Store, fingerprint: str) -> None:
    """From now on this model's vectors answer; the others go."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(_SERVE, workspace, fingerprint)
        await connection.execute(_OTHERS, workspace, fingerprint)


async def note_problem(workspace: WorkspaceId, store: Store, problem: str) -> None:
    """Why there are no vectors, for people to see."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(_PROBLEM, workspace, problem)


async def state(workspace: WorkspaceId, store: Store, fingerprint: str | None) -> State:
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_STATE, workspace)
        passages, serving, problem = row or (0, None, "")
        made = 0
        if fingerprint is not None and await connection.fetchval(_THERE):
            made = await connection.fetchval(_MADE, workspace, fingerprint)
    return State(passages, serving, problem, made)
