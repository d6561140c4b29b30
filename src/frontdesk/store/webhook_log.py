"""What was sent to endpoints, every attempt at it, and sending it again. Called by `web`.

A delivery that is sent again keeps its id and its bytes. What was sent or given up goes in a lane beside the
conversation's, in the order of events, so that it neither waits for what is new nor holds that up. What waits for its
next try has it now, in its own lane.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import DeliveryId, WebhookId, WorkspaceId
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx
from frontdesk.store.webhooks import KIND

_COLUMNS = """
    d.id, d.seq, d.event, d.conversation_id, d.status, d.tries, d.detail, convert_from(d.body, 'UTF8') AS body,
    d.created_at, d.due_at, d.finished_at"""
_ITS = "d.target_id = :webhook AND d.target_id LIKE 'hook%'"
_WITHIN = """
    (cardinality(CAST(:within AS text[])) = 0 OR EXISTS (
        SELECT FROM conversations c WHERE c.workspace_id = d.workspace_id AND c.id = d.conversation_id
          AND c.assistant_id = ANY (CAST(:within AS text[]))))"""
# A statement of its own for each filter: one that fits all of them would be planned without their indexes.
_LIST = f"""
    SELECT {_COLUMNS} FROM deliveries d
    WHERE d.workspace_id = :workspace AND {_ITS} AND d.seq < :before AND {_WITHIN} {{filters}}
    ORDER BY d.seq DESC LIMIT :limit"""
_OF_STATUS = {status: f" AND d.status = '{status}'" for status in ("waiting", "sending", "sent", "failed")}
_OF_EVENT = " AND d.event = :event"
_ONE = text(
    f"SELECT {_COLUMNS} FROM deliveries d WHERE d.workspace_id = :workspace AND {_ITS} AND d.id = :id AND {_WITHIN}"
)
_ATTEMPTS = text("""
    SELECT at, took_ms, ok, status, detail, answer FROM webhook_attempts
    WHERE workspace_id = :workspace AND delivery_id = :id ORDER BY seq""")
# A test tells of what there is not: no conversation, nor an alert.
_HAPPENED = """
    (d.conversation_id IS NOT NULL OR EXISTS (
        SELECT FROM alerts a WHERE a.workspace_id = d.workspace_id
          AND a.id = CAST(convert_from(d.body, 'UTF8') AS json) -> 'data' ->> 'alert_id'))"""
# It waits for its next try, or behind one of its lane that does; what is on its way anyhow does not count.
_HELD_UP = """
    (d.status = 'waiting' AND (d.due_at > now() OR EXISTS (
        SELECT FROM deliveries h WHERE h.workspace_id = d.workspace_id AND h.lane = d.lane AND h.status = 'waiting'
          AND h.seq < d.seq AND h.due_at > now())))"""
# What waits stays in its lane, where those before it have to go first: all of them are due, as far as it is chosen.
_AGAIN = f"""
    WITH chosen AS MATERIALIZED (
        SELECT d.workspace_id, d.id, d.seq, d.status = 'waiting' AS waits,
               CASE WHEN d.status = 'waiting' THEN d.lane
                    ELSE d.target_id || ':' || coalesce(d.conversation_id, '') || CAST(:again AS text) END AS lane
        FROM deliveries d
        WHERE d.workspace_id = :workspace AND {_ITS} AND {{which}} AND {_WITHIN} ORDER BY d.seq LIMIT :limit FOR UPDATE OF d),
    again AS (
        UPDATE deliveries d
        SET status = 'waiting', tries = 0, due_at = now(), finished_at = NULL, claim_token = NULL, lane = chosen.lane
        FROM chosen WHERE NOT chosen.waits AND d.workspace_id = chosen.workspace_id AND d.id = chosen.id),
    lanes AS MATERIALIZED (SELECT lane, max(seq) AS last FROM chosen GROUP BY lane),
    sooner AS (
        UPDATE deliveries d SET due_at = now()
        FROM lanes WHERE d.workspace_id = :workspace AND d.lane = lanes.lane AND d.seq <= lanes.last
          AND d.status = 'waiting' AND d.due_at > now()),
    woken AS MATERIALIZED (
        SELECT enqueue_job('deliver', convert_to(json_build_object('workspace', CAST(:workspace AS text), 'lane', s.lane,
                                                                   'asked_for', 'true')::text, 'UTF8'),
                           interval '0') AS job
        FROM lanes s)
    SELECT (SELECT count(*) FROM chosen) AS count, (SELECT count(job) FROM woken)"""
_ONE_AGAIN = text(_AGAIN.format(which="d.id = :id AND d.status <> 'sending'"))
_ALL_AGAIN = text(
    _AGAIN.format(
        which=f"""d.status IN ('failed', 'waiting') AND (d.status = 'failed' OR {_HELD_UP})
          AND d.created_at >= :since AND d.created_at < :until AND {_HAPPENED}"""
    )
)
_NOTE = text("""
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, event, body, status, tries, detail, finished_at)
    VALUES (:workspace, :id, :lane, :kind, :webhook, :event, :body, :status, 1, :detail, now())""")
_NOTE_ATTEMPT = text("""
    INSERT INTO webhook_attempts (workspace_id, webhook_id, delivery_id, took_ms, ok, status, detail, answer)
    VALUES (:workspace, :webhook, :id, :took_ms, :ok, :http_status, :detail, :answer)""")
_AGAIN_LANE = ":again"
MOST_AGAIN = 10_000
"""Deliveries that one request sends again."""


@dataclass(frozen=True, slots=True)
class Logged:
    """What was, or is to be, sent. `detail` says how the last try ended; `due_at` when the next one is."""

    id: DeliveryId
    seq: int
    event: str
    conversation_id: str | None
    status: str
    tries: int
    detail: str
    body: str
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `status` is the answer's, None where none came; `answer` its first bytes."""

    at: datetime
    took_ms: int
    ok: bool
    status: int | None
    detail: str
    answer: bytes


@dataclass(frozen=True, slots=True)
class TestSent:
    """A test that was sent, to be kept in the log."""

    id: DeliveryId
    event: str
    body: bytes
    ok: bool
    detail: str
    took_ms: int
    status: int | None
    answer: bytes


async def list_deliveries(
    workspace: WorkspaceId,
    tx: Tx,
    webhook_id: WebhookId,
    *,
    before: int,
    limit: int,
    status: str = "",
    event: str = "",
    within: AbstractSet[str] = frozenset(),
) -> list[Logged]:
    """The newest first, those numbered below `before`; `within`: the assistants whose are shown, empty for all."""
    values: dict[str, object] = {"before": before, "limit": limit, "within": sorted(within)}
    filters = _OF_STATUS[status] if status else ""
    if event:
        filters += _OF_EVENT
        values["event"] = event
    statement = text(_LIST.format(filters=filters))
    rows = await tx.execute(statement, {"workspace": workspace, "webhook": webhook_id, **values})
    return [_logged(row) for row in rows]


async def read_delivery(
    workspace: WorkspaceId, tx: Tx, webhook_id: WebhookId, delivery_id: str, *, within: AbstractSet[str]
) -> tuple[Logged, list[Attempt]]:
    """One delivery of the endpoint with its attempts, the oldest first."""
    values = {"workspace": workspace, "webhook": webhook_id, "id": delivery_id, "within": sorted(within)}
    row = (await tx.execute(_ONE, values)).first()
    if row is None:
        raise Refused("not_found", "Nothing of this id was sent to this webhook.")
    attempts = await tx.execute(_ATTEMPTS, {"workspace": workspace, "id": delivery_id})
    return _logged(row), [Attempt(*attempt) for attempt in attempts]


async def send_again(
    workspace: WorkspaceId, tx: Tx, webhook_id: WebhookId, delivery_id: str, *, within: AbstractSet[str]
) -> bool:
    """Send what was sent or given up once more, and what waits now; False for what is on its way."""
    values = {"workspace": workspace, "webhook": webhook_id, "id": delivery_id, "within": sorted(within)}
    return bool((await tx.execute(_ONE_AGAIN, {**values, "limit": 1, "again": _AGAIN_LANE})).scalar_one())


async def catch_up(
    workspace: WorkspaceId,
    tx: Tx,
    webhook_id: WebhookId,
    *,
    since: datetime,
    until: datetime,
    within: AbstractSet[str],
) -> int:
    """Send what did not arrive of the events between the two moments, the oldest first; how many.

    That is what was given up, and what waits for its next try or behind that; no tests.
    """
    values = {"workspace": workspace, "webhook": webhook_id, "since": since, "until": until}
    found = await tx.execute(
        _ALL_AGAIN, {**values, "within": sorted(within), "limit": MOST_AGAIN, "again": _AGAIN_LANE}
    )
    return int(found.scalar_one())


async def note_test(workspace: WorkspaceId, tx: Tx, webhook_id: WebhookId, test: TestSent) -> None:
    """Keep a test that was sent in the log."""
    values: dict[str, Any] = {
        "workspace": workspace,
        "id": test.id,
        "lane": f"{webhook_id}:{mint('dlv')}",
        "kind": KIND,
        "webhook": webhook_id,
        "event": test.event,
        "body": test.body,
        "status": "sent" if test.ok else "failed",
        "detail": test.detail,
        "took_ms": test.took_ms,
        "ok": test.ok,
        "http_status": test.status,
        "answer": test.answer,
    }
    await tx.execute(_NOTE, values)
    await tx.execute(_NOTE_ATTEMPT, values)


def _logged(row: Row[Any]) -> Logged:
    return Logged(**row._mapping)  # noqa: SLF001  # the documented way to a row as a mapping
