"""How integrations do: what was sent to them lately, what waits, what failed. Called by the page of integrations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx

LOOKED_AT = 1000
"""Of each integration no more than its newest deliveries are counted."""
LATELY = timedelta(days=7)
# What was withheld before it was tried says nothing of an integration.
_HEALTH = text("""
    SELECT i.id,
           count(*) FILTER (WHERE d.status = 'sent' AND d.created_at > :since) AS sent,
           count(*) FILTER (WHERE d.status IN ('waiting', 'sending')) AS waiting,
           coalesce(max(d.tries) FILTER (WHERE d.status = 'waiting'), 0) AS tries,
           max(d.finished_at) FILTER (WHERE d.status = 'sent') AS sent_at,
           max(d.finished_at) FILTER (WHERE d.status = 'failed' AND d.tries > 0) AS failed_at,
           min(d.finished_at) FILTER (WHERE d.status = 'failed' AND d.tries > 0) AS first_failed_at,
           count(*) FILTER (WHERE d.status = 'failed' AND d.tries > 0) AS failed,
           (array_agg(d.detail ORDER BY d.seq DESC)
            FILTER (WHERE d.detail <> '' AND d.status <> 'sent' AND (d.status <> 'failed' OR d.tries > 0)))[1] AS detail
    FROM integrations i
    LEFT JOIN LATERAL (
        SELECT seq, status, tries, detail, created_at, finished_at FROM deliveries
        WHERE workspace_id = :workspace AND target_id = i.id AND target_id LIKE 'intg%'
        ORDER BY seq DESC LIMIT :looked_at) AS d ON true
    WHERE i.workspace_id = :workspace
    GROUP BY i.id""")


@dataclass(frozen=True, slots=True)
class Health:
    """Of one integration.

    Attributes:
        sent: Lately, of the newest.
        tries: Of the one that waits and was tried most.
        failed: Given up, of the newest.
        detail: How the last try that did not arrive ended.
    """

    sent: int = 0
    waiting: int = 0
    tries: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    first_failed_at: datetime | None = None
    failed: int = 0
    detail: str = ""

    @property
    def state(self) -> str:
        """`failing`, `retrying`, `works`, or `silent` where nothing was sent yet."""
        if self.failed_at is not None and (self.sent_at is None or self.sent_at < self.failed_at):
            return "failing"
        if self.tries:
            return "retrying"
        return "works" if self.sent_at is not None else "silent"


async def health_of_all(workspace: WorkspaceId, tx: Tx, now: datetime) -> dict[str, Health]:
    rows = await tx.execute(_HEALTH, {"workspace": workspace, "since": now - LATELY, "looked_at": LOOKED_AT})
    return {
        row.id: Health(
            row.sent,
            row.waiting,
            row.tries,
            row.sent_at,
            row.failed_at,
            row.first_failed_at,
            row.failed,
            row.detail or "",
        )
        for row in rows
    }
