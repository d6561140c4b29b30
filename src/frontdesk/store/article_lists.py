"""Articles as they are looked through: by words of the title, status, part; and what each was good for. For `library`.

An article is said to have helped where, after it was quoted, no person had to take the conversation over.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx

_LIST = text("""
    SELECT a.id, a.title, a.kind, a.status, a.language, a.tags, a.url, a.questions, s.name AS source, a.version,
           a.problem, a.status = 'published' AND a.indexed_version IS DISTINCT FROM a.version AS waits,
           a.created_at, a.updated_at, a.updated_by
    FROM articles a JOIN knowledge_sources s ON s.workspace_id = a.workspace_id AND s.id = a.source_id
    WHERE a.workspace_id = :w AND (:before = '' OR a.id < :before)
      AND CASE WHEN :status = '' THEN a.status <> 'removed' ELSE a.status = :status END
      AND (:source = '' OR s.name = :source) AND (:tag = '' OR :tag = ANY (a.tags))
      AND (:language = '' OR a.language = :language)
      AND (:words = '' OR a.title ILIKE :words ESCAPE '!')
    ORDER BY a.id DESC LIMIT :limit""")
_USE = text("""
    SELECT q.article_id, count(*) AS quoted, count(DISTINCT q.conversation_id) AS conversations,
           count(DISTINCT q.conversation_id) FILTER (WHERE c.owner NOT IN ('queued', 'human') AND NOT EXISTS (
               SELECT FROM messages m
               WHERE m.workspace_id = q.workspace_id AND m.conversation_id = q.conversation_id
                 AND m.author = 'operator' AND m.created_at > q.asked_at)) AS helped
    FROM knowledge_questions q
    JOIN conversations c ON c.workspace_id = q.workspace_id AND c.id = q.conversation_id
    WHERE q.workspace_id = :w AND q.outcome = 'found' AND q.asked_at >= CAST(:since AS timestamptz)
      AND q.article_id = ANY (CAST(:ids AS text[]))
    GROUP BY q.article_id""")
_STALE = text("""
    SELECT count(*) FILTER (WHERE status = 'draft') AS drafts,
           count(*) FILTER (WHERE status = 'published' AND updated_at < CAST(:before AS timestamptz)) AS stale,
           count(*) FILTER (WHERE status = 'removed') AS removed
    FROM articles WHERE workspace_id = :w""")


@dataclass(frozen=True, slots=True)
class Listed:
    """An article without its text; `waits` for indexing, which `problem` keeps from it."""

    id: str
    title: str
    kind: str
    status: str
    language: str
    tags: tuple[str, ...]
    url: str
    questions: tuple[str, ...]
    source: str
    version: int
    problem: str
    waits: bool
    created_at: datetime
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class Use:
    """How often it was quoted, in how many conversations, and in how many of these nobody took over afterwards."""

    quoted: int = 0
    conversations: int = 0
    helped: int = 0

    @property
    def share(self) -> float | None:
        return self.helped / self.conversations if self.conversations else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; what is empty may be anything, in the `status` anything but removed."""

    words: str = ""
    status: str = ""
    source: str = ""
    tag: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Ages:
    """Drafts, published articles that nobody has changed for long, and articles in the bin."""

    drafts: int
    stale: int
    removed: int


async def list_articles(
    workspace: WorkspaceId, tx: Tx, wanted: Wanted, *, before: str = "", limit: int
) -> list[Listed]:
    """The newest first, those made before the one with the id `before`."""
    given = {
        "w": workspace,
        "before": before,
        "limit": limit,
        "status": wanted.status,
        "source": wanted.source,
        "tag": wanted.tag,
        "language": wanted.language,
        "words": _pattern(wanted.words),
    }
    return [_listed(row) for row in await tx.execute(_LIST, given)]


async def use_of(workspace: WorkspaceId, tx: Tx, ids: Collection[str], *, since: datetime) -> dict[str, Use]:
    """By article; those that were not quoted are left out."""
    rows = await tx.execute(_USE, {"w": workspace, "since": since, "ids": sorted(ids)})
    return {row.article_id: Use(row.quoted, row.conversations, row.helped) for row in rows}


async def ages(workspace: WorkspaceId, tx: Tx, *, stale_before: datetime) -> Ages:
    return Ages(*(await tx.execute(_STALE, {"w": workspace, "before": stale_before})).one())


def _pattern(words: str) -> str:
    if not words:
        return ""
    plain = words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        row.id,
        row.title,
        row.kind,
        row.status,
        row.language,
        tuple(row.tags),
        row.url,
        tuple(row.questions),
        row.source,
        row.version,
        row.problem,
        row.waits,
        row.created_at,
        row.updated_at,
        row.updated_by,
    )
