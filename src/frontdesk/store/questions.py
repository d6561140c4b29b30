"""What the knowledge base was asked, and what came of it. Written by `library`'s answering; hit rate and gaps are made of it."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import text

from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId
from frontdesk.store.bots import is_no_preview
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx

# A turn that is stepped again asks under the same key. Of a conversation that was erased meanwhile nothing is kept, nor of
# what an author asks to try their bot.
_NOTE = f"""
    INSERT INTO knowledge_questions (workspace_id, key, assistant_id, conversation_id, question, language, outcome,
                                     how, fit, article_id, ms)
    SELECT $1, $2, $3, c.id, $5, $6, $7, $8, $9, $10, $11
    FROM conversations c WHERE c.workspace_id = $1 AND c.id = $4 AND {is_no_preview("$1")}
    FOR KEY SHARE
    ON CONFLICT (workspace_id, key) DO NOTHING"""
_OPEN = text("""
    SELECT key, question, language, fit, asked_at FROM knowledge_questions
    WHERE workspace_id = :w AND outcome = 'none' AND settled_at IS NULL
      AND asked_at >= CAST(:since AS timestamptz)
    ORDER BY asked_at DESC LIMIT :most""")
_SETTLE = text("""
    UPDATE knowledge_questions SET settled_at = CAST(:at AS timestamptz)
    WHERE workspace_id = :w AND key = ANY (CAST(:keys AS text[])) AND outcome = 'none' AND settled_at IS NULL""")
_DRAFTED = text("""
    UPDATE knowledge_questions SET article_id = :article
    WHERE workspace_id = :w AND key = ANY (CAST(:keys AS text[])) AND outcome = 'none'""")
_SPAN = """
    q.asked_at >= CAST(:since AS timestamptz) AND q.asked_at < CAST(:until AS timestamptz)
    AND (:assistant_id = '' OR q.assistant_id = :assistant_id)
    AND (cardinality(CAST(:within AS text[])) = 0 OR q.assistant_id = ANY (CAST(:within AS text[])))"""
_FIGURES = text(f"""
    SELECT count(*) FILTER (WHERE outcome = 'found') AS found, count(*) FILTER (WHERE outcome = 'none') AS none,
           count(*) FILTER (WHERE outcome = 'unavailable') AS unavailable,
           count(*) FILTER (WHERE how = 'model') AS model, count(*) FILTER (WHERE how = 'curated') AS curated,
           coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), 0) AS ms
    FROM knowledge_questions q WHERE q.workspace_id = :w AND {_SPAN}""")
_COUNTS = text(f"""
    SELECT count(*) FILTER (WHERE outcome = 'found'), count(*) FILTER (WHERE outcome = 'none')
    FROM knowledge_questions q WHERE q.workspace_id = :w AND {_SPAN}""")
_MOST_USED = text(f"""
    SELECT q.article_id, a.title, count(*) AS times
    FROM knowledge_questions q JOIN articles a ON a.workspace_id = q.workspace_id AND a.id = q.article_id
    WHERE q.workspace_id = :w AND {_SPAN} AND q.outcome = 'found'
    GROUP BY q.article_id, a.title ORDER BY times DESC, q.article_id LIMIT :most""")

How = Literal["", "extract", "curated", "model"]


class Asked(msgspec.Struct, frozen=True):
    """One question and its outcome; `how` says who put the answer into words, `fit` how sure the best article was."""

    key: str
    assistant_id: AssistantId
    conversation_id: ConversationId
    question: str
    language: str
    outcome: Literal["found", "none", "unavailable"]
    how: How = ""
    fit: float = 0.0
    article_id: str | None = None
    ms: int = 0


class OpenQuestion(msgspec.Struct, frozen=True):
    """One that found no answer and that nobody has dealt with."""

    key: str
    question: str
    language: str
    fit: float
    asked_at: datetime


class Figures(msgspec.Struct, frozen=True):
    """Questions by outcome; of the answered ones how many a model or a person worded; the median time."""

    found: int
    none: int
    unavailable: int
    model: int
    curated: int
    ms: float

    @property
    def hit_rate(self) -> float | None:
        """The share of questions with an answer; None while nothing was asked."""
        asked = self.found + self.none
        return self.found / asked if asked else None


class Span(msgspec.Struct, frozen=True):
    """Questions asked from `since` to before `until`; empty: to every assistant, to all that the reader may see."""

    since: datetime
    until: datetime
    assistant_id: str = ""
    within: tuple[str, ...] = ()


class Used(msgspec.Struct, frozen=True):
    article_id: str
    title: str
    times: int


async def note(workspace: WorkspaceId, store: Store, asked: Asked) -> None:
    """Keep a question of a conversation; the same one again changes nothing."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(_NOTE, workspace, *msgspec.structs.astuple(asked))


async def open_questions(workspace: WorkspaceId, tx: Tx, *, since: datetime, most: int) -> list[OpenQuestion]:
    """The latest first."""
    rows = await tx.execute(_OPEN, {"w": workspace, "since": since, "most": most})
    return [OpenQuestion(*row) for row in rows]


async def settle(workspace: WorkspaceId, tx: Tx, keys: list[str], *, at: datetime) -> int:
    """They are dealt with; how many were still open."""
    return (await tx.execute(_SETTLE, {"w": workspace, "keys": keys, "at": at})).rowcount


async def drafted(workspace: WorkspaceId, tx: Tx, keys: list[str], article_id: str) -> None:
    """The draft was made of them: it goes when one of those who asked is forgotten."""
    await tx.execute(_DRAFTED, {"w": workspace, "keys": keys, "article": article_id})


async def figures(workspace: WorkspaceId, tx: Tx, span: Span) -> Figures:
    return Figures(*(await tx.execute(_FIGURES, _given(workspace, span))).one())


async def counts(workspace: WorkspaceId, tx: Tx, span: Span) -> tuple[int, int]:
    """How many found an answer, and how many none."""
    found, none = (await tx.execute(_COUNTS, _given(workspace, span))).one()
    return int(found), int(none)


async def most_used(workspace: WorkspaceId, tx: Tx, span: Span, *, most: int) -> list[Used]:
    """The articles that answered most."""
    rows = await tx.execute(_MOST_USED, {**_given(workspace, span), "most": most})
    return [Used(*row) for row in rows]


def _given(workspace: WorkspaceId, span: Span) -> dict[str, object]:
    return {"w": workspace, **msgspec.structs.asdict(span), "within": list(span.within)}
