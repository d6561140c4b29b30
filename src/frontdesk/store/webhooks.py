"""Endpoints that are told of events: what they want, how they do, and what switched one off. Called by `web` and `turn`.

on --by hand--> off            --by hand--> on
 |--410-------> off (gone)
 `--nothing but failures for days--> off (failing)
What a plan switched off is off "by hand" in the table, and `plan_stops` knows better: it is read as `plan`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WebhookId, WorkspaceId
from frontdesk.core.plan import lacking
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

KIND = "webhook"
"""The kind of the deliveries that go to endpoints."""
Because = Literal["", "by_hand", "gone", "failing", "plan"]
MOST = 50
"""Endpoints of one workspace; each event is written once for each that wants it."""
SEVERAL = 3
"""Failures within a day, before which the clock of an endpoint that only fails begins anew."""

_READ = """
    SELECT w.id, w.url, w.events, w.description, w.enabled, w.disabled_because, w.disabled_detail, w.disabled_at,
           CASE WHEN EXISTS (SELECT FROM webhook_attempts a
                             WHERE a.workspace_id = w.workspace_id AND a.webhook_id = w.id AND a.ok
                               AND a.at >= w.failing_since)
                THEN NULL ELSE w.failing_since END AS failing_since,
           w.held, w.row_version, w.created_at, w.deleted_at,
           NOT w.enabled AND EXISTS (SELECT FROM plan_stops s WHERE s.workspace_id = w.workspace_id AND s.id = w.id)
               AS stopped,
           CASE WHEN NOT w.enabled THEN (SELECT p.plan FROM plan_of(w.workspace_id) p) END AS plan
    FROM webhooks w WHERE w.workspace_id = :workspace"""
_LIST = text(_READ + " AND (w.deleted_at IS NOT NULL) = :bin AND w.id > :after ORDER BY w.id LIMIT :limit")
_READ_ONE = text(_READ + " AND w.id = :id")
_READ_FOR_CHANGE = text(_READ + " AND w.id = :id FOR UPDATE OF w")
_COUNT = text("SELECT count(*) FROM webhooks WHERE workspace_id = :workspace AND deleted_at IS NULL")
_INSERT = text("""
    INSERT INTO webhooks (workspace_id, id, url, events, description, enabled, disabled_because, disabled_at)
    VALUES (:workspace, :id, :url, :events, :description, :enabled, CASE WHEN :enabled THEN '' ELSE 'by_hand' END,
            CASE WHEN :enabled THEN NULL ELSE now() END)""")
_UPDATE = text("""
    UPDATE webhooks
    SET url = :url, events = :events, description = :description, enabled = :enabled,
        disabled_because = CASE WHEN :enabled THEN '' WHEN enabled THEN 'by_hand' ELSE disabled_because END,
        disabled_detail = CASE WHEN :enabled THEN '' ELSE disabled_detail END,
        disabled_at = CASE WHEN :enabled THEN NULL WHEN enabled THEN now() ELSE disabled_at END,
        failing_since = CASE WHEN :enabled AND enabled AND url = :url THEN failing_since END,
        fails = CASE WHEN :enabled AND enabled AND url = :url THEN fails ELSE 0 END,
        held = held AND :enabled, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_IN_BIN = text("""
    UPDATE webhooks SET deleted_at = CASE WHEN :gone THEN now() END, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_GIVE_UP = """
    UPDATE deliveries SET status = 'failed', detail = {detail}, finished_at = now()
    WHERE workspace_id = {workspace} AND target_id = {id} AND target_id LIKE 'hook%' AND status = 'waiting'"""
_GIVE_UP_HERE = text(_GIVE_UP.format(workspace=":workspace", id=":id", detail=":detail"))


@dataclass(frozen=True, slots=True)
class Webhook:
    """`failing_since`: nothing arrived since then. `held`: so much waits for it that events go to its log at once."""

    id: WebhookId
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_because: Because
    disabled_detail: str
    disabled_at: datetime | None
    failing_since: datetime | None
    held: bool
    row_version: int
    created_at: datetime
    deleted_at: datetime | None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.description or self.url


async def list_webhooks(
    workspace: WorkspaceId, tx: Tx, *, after: str, limit: int, from_bin: bool = False
) -> list[Webhook]:
    """In the order they were made, those after the id `after`."""
    values = {"workspace": workspace, "after": after, "limit": limit, "bin": from_bin}
    return [_webhook(row) for row in await tx.execute(_LIST, values)]


async def read_webhook(
    workspace: WorkspaceId, tx: Tx, webhook_id: str, *, for_change: bool = False
) -> Webhook:
    """One endpoint; `for_change` keeps others from changing it until the commit."""
    statement = _READ_FOR_CHANGE if for_change else _READ_ONE
    row = (await tx.execute(statement, {"workspace": workspace, "id": webhook_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such webhook.")
    return _webhook(row)


async def find_webhook(workspace: WorkspaceId, tx: Tx, webhook_id: str) -> Webhook | None:
    """The same, held for change; None where it is gone."""
    row = (await tx.execute(_READ_FOR_CHANGE, {"workspace": workspace, "id": webhook_id})).first()
    return None if row is None else _webhook(row)


async def create_webhook(
    workspace: WorkspaceId, tx: Tx, *, url: str, events: Sequence[str], description: str, enabled: bool
) -> WebhookId:
    await refuse_more(workspace, tx)
    made = WebhookId(mint("hook"))
    values = {"url": url, "events": list(events), "description": description, "enabled": enabled}
    await tx.execute(_INSERT, {"workspace": workspace, "id": made, **values})
    return made


async def refuse_more(workspace: WorkspaceId, tx: Tx) -> None:
    """
    Raises:
        Refused: The workspace has as many endpoints as one may have.
    """
    if int((await tx.execute(_COUNT, {"workspace": workspace})).scalar_one()) >= MOST:
        raise Refused("invalid", f"A workspace has at most {MOST} webhooks; delete one first.")


async def update_webhook(
    workspace: WorkspaceId,
    tx: Tx,
    webhook_id: WebhookId,
    *,
    url: str,
    events: Sequence[str],
    description: str,
    enabled: bool,
) -> None:
    """Change one that is held for change; switched off, what waits for it is given up, and can be sent again."""
    values = {"url": url, "events": list(events), "description": description, "enabled": enabled}
    await tx.execute(_UPDATE, {"workspace": workspace, "id": webhook_id, **values})
    if not enabled:
        await _give_up(workspace, tx, webhook_id, "not sent: the endpoint was switched off")


async def put_in_bin(workspace: WorkspaceId, tx: Tx, webhook_id: WebhookId) -> None:
    """Remove one that is held for change; what still waits for it is given up."""
    await tx.execute(_IN_BIN, {"workspace": workspace, "id": webhook_id, "gone": True})
    await _give_up(workspace, tx, webhook_id, "not sent: the endpoint was deleted")


async def restore_webhook(workspace: WorkspaceId, tx: Tx, webhook_id: WebhookId) -> None:
    await refuse_more(workspace, tx)
    await tx.execute(_IN_BIN, {"workspace": workspace, "id": webhook_id, "gone": False})


async def _give_up(workspace: WorkspaceId, tx: Tx, webhook_id: str, detail: str) -> None:
    await tx.execute(_GIVE_UP_HERE, {"workspace": workspace, "id": webhook_id, "detail": detail})


def _webhook(row: Row[Any]) -> Webhook:
    values = dict(row._mapping)  # noqa: SLF001  # the documented way to a row as a mapping
    stopped, plan = values.pop("stopped"), values.pop("plan")
    if stopped:
        # Without a plan it is about to go on again.
        values["disabled_because"] = "plan"
        values["disabled_detail"] = lacking(plan, "webhooks") if plan else ""
    return Webhook(**values)


# --- the sender's side

# A success since the clock began, or too few failures in a day, begin it anew.
_FAILED = """
    UPDATE webhooks w
    SET failing_since = CASE WHEN f.anew THEN now() ELSE w.failing_since END,
        fails = CASE WHEN f.anew THEN 1 ELSE w.fails + 1 END
    FROM (SELECT o.workspace_id, o.id,
                 o.failing_since IS NULL
                 OR o.fails < $3 AND o.failing_since < now() - interval '1 day'
                 OR EXISTS (SELECT FROM webhook_attempts a
                            WHERE a.workspace_id = $1 AND a.webhook_id = $2 AND a.ok AND a.at >= o.failing_since) AS anew
          FROM webhooks o WHERE o.workspace_id = $1 AND o.id = $2 FOR UPDATE) f
    WHERE w.workspace_id = f.workspace_id AND w.id = f.id
    RETURNING w.fails >= $3 AND w.failing_since < now() - make_interval(secs => $4) AND w.enabled"""
_SWITCH_OFF = text("""
    UPDATE webhooks
    SET enabled = false, disabled_because = :because, disabled_detail = left(:detail, 500), disabled_at = now(),
        held = false, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id AND enabled RETURNING coalesce(nullif(description, ''), url)""")
_HOLD = """
    UPDATE webhooks w SET held = NOT w.held
    FROM (SELECT h.workspace_id, h.id,
                 (SELECT count(*) FROM (
                      SELECT FROM deliveries d
                      WHERE d.workspace_id = h.workspace_id AND d.target_id = h.id AND d.target_id LIKE 'hook%'
                        AND d.status IN ('waiting', 'sending') LIMIT $1) waiting) AS waiting
          FROM webhooks h WHERE h.enabled AND h.deleted_at IS NULL) f
    WHERE w.workspace_id = f.workspace_id AND w.id = f.id
      AND w.held = (f.waiting < CASE WHEN w.held THEN $1 / 2 ELSE $1 END)"""


async def failed(workspace: WorkspaceId, store: Store, webhook_id: str, *, patience_s: float) -> bool:
    """Note that an attempt failed; True where it has done nothing but fail for as long as `patience_s`."""
    async with store.turn_work(workspace) as connection:
        return bool(await connection.fetchval(_FAILED, workspace, webhook_id, SEVERAL, patience_s))


async def switch_off(
    workspace: WorkspaceId, tx: Tx, webhook_id: str, *, because: str, detail: str
) -> str | None:
    """Switch an endpoint off and give up what waits for it: what people call it, or None where it was off already."""
    place = {"workspace": workspace, "id": webhook_id}
    name = (await tx.execute(_SWITCH_OFF, {**place, "because": because, "detail": detail})).scalar()
    if name is not None:
        await _give_up(workspace, tx, webhook_id, "not sent: the endpoint was switched off")
    return name


@across_workspaces("bounds what waits for each endpoint; whose it is does not matter")
async def hold_back(store: Store, *, most: int) -> int:
    """Let events for endpoints for which `most` wait go straight to their logs, until half of those are gone.

    How many endpoints this changed.
    """
    async with store.claim_work() as connection:
        return int((await connection.execute(_HOLD, most)).split()[1])
