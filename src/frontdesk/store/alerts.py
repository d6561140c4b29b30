"""Alerts and their settings, the faults that are counted for them, and what else is measured. Called by `insight` and `web`.

Faults are counted in memory (`Faults`) and written every few seconds, so that a flood of them costs next to nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.alerts import LEAST_VOLUME, AlertKind, AlertSettings
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, across_workspaces, json_text
from frontdesk.store.directory import own_workspace
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

WINDOW_S = 900
LATE_S = 300
MOST_LATE = 1_000_000
_MOST_HELD = 10_000
_COLUMNS = "id, kind, figure, threshold, raised_at, over_at, acknowledged_at, acknowledged_by"
_LIST = text(f"""
    SELECT {_COLUMNS} FROM alerts WHERE workspace_id = :w AND id < :before ORDER BY id DESC LIMIT :limit""")
_ONE = text(f"SELECT {_COLUMNS} FROM alerts WHERE workspace_id = :w AND id = :id")
_OPEN = text(f"SELECT {_COLUMNS} FROM alerts WHERE workspace_id = :w AND over_at IS NULL")
_RAISE = text("""
    INSERT INTO alerts (workspace_id, id, kind, figure, threshold, raised_at)
    VALUES (:w, :id, :kind, :figure, :threshold, :at)
    ON CONFLICT (workspace_id, kind) WHERE over_at IS NULL DO NOTHING RETURNING id""")
_END = text("UPDATE alerts SET over_at = :at WHERE workspace_id = :w AND id = :id AND over_at IS NULL")
_ACKNOWLEDGE = text("""
    UPDATE alerts SET acknowledged_at = :at, acknowledged_by = :by
    WHERE workspace_id = :w AND id = :id AND acknowledged_at IS NULL""")
_SETTINGS = text("SELECT settings, row_version FROM alert_settings WHERE workspace_id = :w")
_SETTINGS_FOR_CHANGE = text(
    "SELECT settings, row_version FROM alert_settings WHERE workspace_id = :w FOR UPDATE"
)
_PUT = text("""
    INSERT INTO alert_settings (workspace_id, settings, row_version) VALUES (:w, CAST(:settings AS jsonb), 2)
    ON CONFLICT (workspace_id) DO UPDATE
    SET settings = EXCLUDED.settings, row_version = alert_settings.row_version + 1""")
_COUNT = text("""
    INSERT INTO fault_counts (workspace_id, kind, at, count)
    VALUES (:w, :kind, date_trunc('minute', now()), :count)
    ON CONFLICT (workspace_id, kind, at) DO UPDATE SET count = fault_counts.count + EXCLUDED.count""")
# All in one, as each workspace is asked every minute. Hours without a message are hours too: the mean is over all of them
# since the first that is known.
_MEASURE = text("""
    WITH found AS MATERIALIZED (
    SELECT
        (SELECT coalesce(sum(count), 0) FROM fault_counts
         WHERE workspace_id = :w AND kind = 'keys' AND at > now() - make_interval(secs => :window)) AS keys,
        (SELECT coalesce(sum(count), 0) FROM fault_counts
         WHERE workspace_id = :w AND kind = 'requests' AND at > now() - make_interval(secs => :window)) AS requests,
        (SELECT count(*) FROM (
            SELECT FROM deliveries WHERE workspace_id = :w AND status = 'waiting'
              AND due_at < now() - make_interval(secs => :late) LIMIT :most) AS late) AS backlog,
        (SELECT count(*) FROM audit
         WHERE workspace_id = :w AND action = 'account.sign_in_failed'
           AND at > now() - make_interval(secs => :window))
        + (SELECT count(*) FROM audit
           WHERE workspace_id = :w AND action = 'account.code_refused'
             AND at > now() - make_interval(secs => :window))
        + (SELECT coalesce(sum(count), 0) FROM fault_counts
           WHERE workspace_id = :w AND kind = 'sign_ins'
             AND at > now() - make_interval(secs => :window)) AS sign_ins,
        (SELECT count(*) FROM inbound
         WHERE workspace_id = :w AND received_at >= date_trunc('hour', now())) AS messages),
    kept AS (
        INSERT INTO fault_counts (workspace_id, kind, at, count)
        SELECT :w, 'messages', date_trunc('hour', now()), messages FROM found
        ON CONFLICT (workspace_id, kind, at) DO UPDATE SET count = EXCLUDED.count
        WHERE fault_counts.count <> EXCLUDED.count),
    trimmed AS (
        DELETE FROM fault_counts
        WHERE workspace_id = :w
          AND at < now() - CASE kind WHEN 'messages' THEN interval '8 days' ELSE interval '1 day' END)
    SELECT found.*, past.sum / nullif(past.hours, 0) AS mean, past.hours
    FROM found, (
        SELECT sum(count) AS sum, extract(epoch FROM date_trunc('hour', now()) - min(at)) / 3600 AS hours
        FROM fault_counts
        WHERE workspace_id = :w AND kind = 'messages' AND at < date_trunc('hour', now())) past""")
_TELL = text("""
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, event, body, status, detail, finished_at)
    SELECT :w, 'dlv_' || substr(CAST(:seed AS text), 5, 10) || left(md5(CAST(:seed AS text) || h.id), 16),
           h.id || '\\:alerts', 'webhook', h.id, :event, :body,
           CASE WHEN h.held THEN 'failed' ELSE 'waiting' END,
           CASE WHEN h.held THEN 'not sent: too many wait for this endpoint' ELSE '' END,
           CASE WHEN h.held THEN now() END
    FROM webhooks h
    WHERE h.workspace_id = :w AND h.enabled AND h.deleted_at IS NULL AND CAST(:event AS text) = ANY (h.events)
    RETURNING lane, status""")

whose: ContextVar[str] = ContextVar("whose", default="")
"""The workspace for which something is done just now; whoever does it says so, faults are counted for it."""


class Faults:
    """Faults of this process that nobody has written down yet."""

    def __init__(self) -> None:
        self._held: Counter[tuple[str, AlertKind]] = Counter()

    def count(self, kind: AlertKind, workspace: str = "") -> None:
        """One more; those that no workspace can be told of are left out."""
        place = (workspace or whose.get(), kind)
        if place[0] and (place in self._held or len(self._held) < _MOST_HELD):
            self._held[place] += 1

    def count_nobodys(self, kind: AlertKind) -> None:
        """One that belongs to no workspace; the installation's own hears of it."""
        if ("", kind) in self._held or len(self._held) < _MOST_HELD:
            self._held["", kind] += 1

    @across_workspaces("what was held in memory; each count is written inside its own workspace")
    async def write(self, store: Store) -> None:
        """Write down what was counted; what cannot be written is kept for the next time."""
        held, self._held = self._held, Counter()
        for (workspace, kind), count in held.items():
            try:
                told = workspace or await _own(store)
                if told:
                    async with store.unit_of_work(WorkspaceId(told)) as tx:
                        await tx.execute(_COUNT, {"w": told, "kind": kind, "count": count})
            except Unavailable:
                self._held[(workspace, kind)] += count


async def _own(store: Store) -> str:
    own = await own_workspace(store)
    return "" if own is None else own.workspace


@dataclass(frozen=True, slots=True)
class Alert:
    """`figure` is what was measured when it was raised; `over_at` None while it lasts."""

    id: str
    kind: AlertKind
    figure: float
    threshold: float
    raised_at: datetime
    over_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str


@dataclass(frozen=True, slots=True)
class Measured:
    """`usual`: messages of an hour, as far as is known."""

    keys: int
    requests: int
    backlog: int
    sign_ins: int
    messages: int
    usual: float | None


async def measure(workspace: WorkspaceId, tx: Tx) -> Measured:
    """What there is now; this hour's messages are kept, to know later what was usual."""
    values = {"w": workspace, "window": WINDOW_S, "late": LATE_S, "most": MOST_LATE}
    found = dict((await tx.execute(_MEASURE, values)).one()._mapping)  # noqa: SLF001  # the documented way to a row as a mapping
    mean, hours = found.pop("mean"), found.pop("hours")
    known = mean is not None and hours >= LEAST_VOLUME
    return Measured(**found, usual=float(mean) if known else None)


async def open_alerts(workspace: WorkspaceId, tx: Tx) -> dict[AlertKind, Alert]:
    rows = await tx.execute(_OPEN, {"w": workspace})
    return {alert.kind: alert for alert in map(_alert, rows)}


async def raise_one(
    workspace: WorkspaceId, tx: Tx, kind: AlertKind, *, figure: float, threshold: float, at: datetime
) -> Alert | None:
    """A new alert; None where one of its kind is open already."""
    made = mint("alert")
    values = {"w": workspace, "id": made, "kind": kind, "figure": figure, "threshold": threshold, "at": at}
    if (await tx.execute(_RAISE, values)).first() is None:
        return None
    return Alert(made, kind, figure, threshold, at, None, None, "")


async def end(workspace: WorkspaceId, tx: Tx, alert_id: str, at: datetime) -> bool:
    """Whether it lasted until now."""
    return (await tx.execute(_END, {"w": workspace, "id": alert_id, "at": at})).rowcount > 0


async def list_alerts(workspace: WorkspaceId, tx: Tx, *, before: str, limit: int) -> list[Alert]:
    """The latest first, those before the id `before`; empty: all."""
    rows = await tx.execute(_LIST, {"w": workspace, "before": before or "alert~", "limit": limit})
    return [_alert(row) for row in rows]


async def read_alert(workspace: WorkspaceId, tx: Tx, alert_id: str) -> Alert:
    row = (await tx.execute(_ONE, {"w": workspace, "id": alert_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such alert.")
    return _alert(row)


async def acknowledge(workspace: WorkspaceId, tx: Tx, alert_id: str, *, by: str, at: datetime) -> bool:
    """Whether it was not before."""
    done = await tx.execute(_ACKNOWLEDGE, {"w": workspace, "id": alert_id, "by": by, "at": at})
    return done.rowcount > 0


async def read_settings(
    workspace: WorkspaceId, tx: Tx, *, for_change: bool = False
) -> tuple[AlertSettings, int]:
    """The settings and their version."""
    row = (await tx.execute(_SETTINGS_FOR_CHANGE if for_change else _SETTINGS, {"w": workspace})).first()
    return (
        (AlertSettings(), 1) if row is None else (AlertSettings.model_validate(row.settings), row.row_version)
    )


async def put_settings(workspace: WorkspaceId, tx: Tx, settings: Mapping[str, object]) -> None:
    await tx.execute(_PUT, {"w": workspace, "settings": json_text(settings)})


async def tell_webhooks(workspace: WorkspaceId, tx: Tx, *, event: str, body: bytes) -> Sequence[str]:
    """Deliveries to the endpoints that want this event; their lanes, to be woken."""
    rows = await tx.execute(_TELL, {"w": workspace, "seed": mint("evt"), "event": event, "body": body})
    return sorted({row.lane for row in rows if row.status == "waiting"})


def _alert(row: Row[Any]) -> Alert:
    return Alert(**row._mapping)  # noqa: SLF001  # the documented way to a row as a mapping
