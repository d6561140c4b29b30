"""How long closed conversations are kept, and those that were kept for so long. Deleted by `insight.expiring`, batch by batch.

Due is what is closed for so many days, has nothing to answer and nothing to deliver; what was merged into a conversation goes with it, and not before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store import forgetting
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.tx import Tx

LEAST_DAYS = 14
"""What was received tells repeats apart for so long (`KEEP_INBOUND_DAYS`), and goes with its conversation."""
MOST_DAYS = 36_500

_READ = "SELECT closed_days, row_version FROM retention WHERE workspace_id = :w"
_BEGIN = text("INSERT INTO retention (workspace_id) VALUES (:w) ON CONFLICT DO NOTHING")
_PUT = text("UPDATE retention SET closed_days = :days, row_version = row_version + 1 WHERE workspace_id = :w")
_IS_RIPE = "{c}.owner = 'closed' AND {c}.closed_at < CAST(:before AS timestamptz)"
_IS_QUIET = """{c}.inbound_seq <= {c}.handled_seq AND ({c}.lane_until IS NULL OR {c}.lane_until < now())
    AND NOT EXISTS (SELECT FROM deliveries d WHERE d.workspace_id = :w AND d.conversation_id = {c}.id
                    AND d.status IN ('waiting', 'sending'))"""
_IS_DUE = f"{_IS_RIPE} AND {_IS_QUIET}"
# What was merged into one that is gone has nothing to go with.
_STANDS_ALONE = """(c.merged_into IS NULL OR NOT EXISTS (
    SELECT FROM conversations s WHERE s.workspace_id = :w AND s.id = c.merged_into))"""
# By the index alone; what was merged into a conversation that stays longer is few, and is taken off.
_CLOSED = """
    SELECT {counts} FROM conversations c
    WHERE c.workspace_id = :w AND c.owner = 'closed' AND c.closed_at < CAST(:before_0 AS timestamptz)"""
_STAYING = """
    SELECT {counts} FROM conversations c JOIN conversations s ON s.workspace_id = :w AND s.id = c.merged_into
    WHERE c.workspace_id = :w AND c.merged_into IS NOT NULL AND c.owner = 'closed'"""
_BEFORE = "{c}.closed_at < CAST(:before_{n} AS timestamptz)"
# One that somebody holds is about to be written to: it is looked at again in the next round.
_DUE = text(f"""
    SELECT c.id FROM conversations c
    WHERE c.workspace_id = :w AND {_IS_DUE.format(c="c")} AND {_STANDS_ALONE}
      AND NOT EXISTS (SELECT FROM conversations m
                      WHERE m.workspace_id = :w AND m.merged_into = c.id AND NOT ({_IS_DUE.format(c="m")}))
    ORDER BY c.closed_at LIMIT :most FOR UPDATE SKIP LOCKED""")
_MERGED = text("""
    SELECT m.id, m.merged_into FROM conversations m
    WHERE m.workspace_id = :w AND m.merged_into = ANY (CAST(:ids AS text[]))""")
_HELD = text(f"""
    SELECT m.id FROM conversations m
    WHERE m.workspace_id = :w AND m.id = ANY (CAST(:ids AS text[])) AND {_IS_DUE.format(c="m")}
    ORDER BY m.id FOR UPDATE SKIP LOCKED""")
_DELETE = text("DELETE FROM conversations WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))")


@dataclass(frozen=True, slots=True)
class Retention:
    """`closed_days`: after so many days closed conversations are deleted; None keeps them."""

    closed_days: int | None
    row_version: int


async def read(workspace: WorkspaceId, tx: Tx, *, for_change: bool = False) -> Retention:
    if for_change:
        await tx.execute(_BEGIN, {"w": workspace})
    sql = text(_READ + (" FOR UPDATE" if for_change else ""))
    row = (await tx.execute(sql, {"w": workspace})).one_or_none()
    return Retention(None, 1) if row is None else Retention(*row)


async def put(workspace: WorkspaceId, tx: Tx, closed_days: int | None) -> None:
    """Called after `read(for_change=True)`; the row's version goes up."""
    await tx.execute(_PUT, {"w": workspace, "days": closed_days})


async def count_closed(workspace: WorkspaceId, tx: Tx, moments: Sequence[datetime]) -> list[int]:
    """How many conversations have been closed since before each of these, the latest first, and would be deleted."""
    given = {"w": workspace, **{f"before_{n}": moment for n, moment in enumerate(moments)}}
    closed = [_BEFORE.format(c="c", n=n) for n in range(len(moments))]
    staying = [
        f"{each} AND (s.owner <> 'closed' OR s.closed_at IS NULL OR NOT {_BEFORE.format(c='s', n=n)})"
        for n, each in enumerate(closed)
    ]
    of_all = (await tx.execute(_counted(_CLOSED, closed), given)).one()
    off = (await tx.execute(_counted(_STAYING, staying), given)).one()
    return [count - less for count, less in zip(of_all, off, strict=True)]


def _counted(sql: str, conditions: Sequence[str]) -> TextClause:
    return text(sql.format(counts=", ".join(f"count(*) FILTER (WHERE {each})" for each in conditions)))


@across_workspaces("asks once where something is kept for too long; it is deleted inside each workspace")
async def kept_too_long(store: Store, now: datetime) -> list[WorkspaceId]:
    """Those with closed conversations that are older than they are to be kept, also where something keeps them yet."""
    async with store.claim_work() as connection:
        rows = await connection.fetch("SELECT * FROM kept_too_long($1)", now)
    return [WorkspaceId(row["workspace_id"]) for row in rows]


async def hold_due(workspace: WorkspaceId, tx: Tx, *, before: datetime, most: int) -> list[ConversationId]:
    """Conversations to delete, held until the transaction ends: about `most` of them, each with what was merged into it."""
    given = {"w": workspace, "before": before}
    due = list((await tx.execute(_DUE, {**given, "most": most})).scalars())
    merged = {row.id: row.merged_into for row in await tx.execute(_MERGED, {**given, "ids": due})}
    if not merged:
        return due
    held = set((await tx.execute(_HELD, {**given, "ids": list(merged)})).scalars())
    kept = {survivor for one, survivor in merged.items() if one not in held}
    return [one for one in due if one not in kept] + [
        ConversationId(one) for one in sorted(held) if merged[one] not in kept
    ]


async def delete(workspace: WorkspaceId, tx: Tx, conversations: Sequence[ConversationId]) -> int:
    """Those that are held, with all that is stored of them, for good; how many files went along."""
    files = await forgetting.forget_beside(workspace, tx, conversations)
    await tx.execute(_DELETE, {"w": workspace, "ids": list(conversations)})
    return files
