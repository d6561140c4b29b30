"""The audit log: who did what to what, appended only, each entry chained to the one before by its hash.

Changing, removing or slipping in an entry breaks the chain at that entry. The hash is computed by the database
over its own text of the values, so that writing and verifying cannot differ in how they spell JSON or time.
Entries cut off at the end show only against a remembered `Chain`, which is why `verify` gives one back.
Append is the last act of a transaction: it holds the workspace's chain until the commit.
"""

import math
import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, json_text
from frontdesk.store.tx import Tx

AT_ONCE = 200
"""Entries of one statement, whose time rises with the square of their number: 0.01 s for 200, 1 s for 4,000."""
AT_A_TIME = 5_000
"""Entries that one statement verifies, in about 0.03 s."""
_LOWEST = -(2**63)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('audit ' || :workspace, 0))")
# Of many, each needs the hash of the one before it.
_APPEND = text("""
    INSERT INTO audit (workspace_id, seq, at, actor, action, target, before, after, ip, previous_hash, hash)
    WITH RECURSIVE given AS MATERIALIZED (
        SELECT *
        FROM unnest(CAST(:at AS timestamptz[]), CAST(:actor AS text[]), CAST(:action AS text[]),
                    CAST(:target AS text[]), CAST(:before AS jsonb[]), CAST(:after AS jsonb[]), CAST(:ip AS text[]))
             WITH ORDINALITY AS entry (at, actor, action, target, before, after, ip, place)),
    chained AS (
        SELECT CAST(0 AS bigint) AS place, coalesce(last.seq, 0) AS seq,
               CAST(NULL AS timestamptz) AS at, CAST(NULL AS text) AS actor, CAST(NULL AS text) AS action,
               CAST(NULL AS text) AS target, CAST(NULL AS jsonb) AS before, CAST(NULL AS jsonb) AS after,
               CAST(NULL AS text) AS ip, CAST('' AS bytea) AS previous_hash,
               coalesce(last.hash, CAST('' AS bytea)) AS hash
        FROM (SELECT 1) AS one
        LEFT JOIN LATERAL (SELECT seq, hash FROM audit WHERE workspace_id = :workspace
                           ORDER BY seq DESC LIMIT 1) AS last ON true
        UNION ALL
        SELECT g.place, c.seq + 1, g.at, g.actor, g.action, g.target, g.before, g.after, g.ip, c.hash,
               sha256(c.hash || convert_to(CAST(jsonb_build_array(
                   CAST(:workspace AS text), c.seq + 1, extract(epoch FROM g.at), g.actor, g.action, g.target,
                   g.before, g.after, g.ip) AS text), 'UTF8'))
        FROM chained c JOIN given g ON g.place = c.place + 1)
    SELECT :workspace, seq, at, actor, action, target, before, after, ip, previous_hash, hash
    FROM chained WHERE place > 0 ORDER BY place""")
_PAGE = text("""
    WITH page AS MATERIALIZED (
        SELECT * FROM audit WHERE workspace_id = :workspace AND seq > :above ORDER BY seq LIMIT :many),
    judged AS (
        SELECT seq, seq = :length + row_number() OVER (ORDER BY seq)
               AND previous_hash = lag(hash, 1, CAST(:head AS bytea)) OVER (ORDER BY seq)
               AND hash = sha256(previous_hash || convert_to(CAST(jsonb_build_array(
                   workspace_id, seq, extract(epoch FROM at), actor, action, target, before, after, ip) AS text),
                   'UTF8')) AS fits
        FROM page)
    SELECT last.seq, last.hash, (SELECT min(seq) FROM judged WHERE NOT fits) AS broken
    FROM (SELECT seq, hash FROM page ORDER BY seq DESC LIMIT 1) AS last""")
_HEAD = text("SELECT seq, hash FROM audit WHERE workspace_id = :workspace ORDER BY seq DESC LIMIT 1")
_HASH_AT = text("SELECT hash FROM audit WHERE workspace_id = :workspace AND seq = :seq")


asked_from: ContextVar[str | None] = ContextVar("asked_from", default=None)
"""The network address of the request that is answered; `web` sets it, and entries that name none are given it.

Work that outlives the request that woke it empties it for itself: what the program does of its own accord comes from nowhere.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done. `actor` is `Actor.name`; `before` and `after` hold what changed, never secrets."""

    at: datetime
    actor: str
    action: str
    target: str
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the log stood when it was verified; keep it elsewhere to notice a log that was cut short."""

    length: int
    head: bytes


NOTHING = Chain(0, b"")


class Broken(Exception):
    """The log was tampered with; the first entry that does not fit is `seq`."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"the audit log does not fit from entry {seq} on")
        self.seq = seq


async def append(workspace: WorkspaceId, tx: Tx, *entries: Entry) -> None:
    """Entries in their order, many in one statement."""
    if not entries:
        return
    await tx.execute(_LOCK, {"workspace": workspace})
    for first in range(0, len(entries), AT_ONCE):
        await tx.execute(_APPEND, _columns(workspace, entries[first : first + AT_ONCE]))


def _columns(workspace: WorkspaceId, entries: Sequence[Entry]) -> dict[str, object]:
    return {
        "workspace": workspace,
        "at": [entry.at for entry in entries],
        "actor": [entry.actor for entry in entries],
        "action": [entry.action for entry in entries],
        "target": [entry.target for entry in entries],
        "before": [_json(entry.before) for entry in entries],
        "after": [_json(entry.after) for entry in entries],
        "ip": [entry.ip or asked_from.get() for entry in entries],
    }


def _json(value: Mapping[str, object] | None) -> str | None:
    return None if value is None else json_text(value)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What going through the log found.

    `chain` is how far it got, `complete` whether that was the end; where time was up, go on from there. `broken` is the
    first entry that does not fit, and `chain` then where the log stands.
    """

    chain: Chain
    complete: bool = True
    broken: int | None = None


async def verify(
    workspace: WorkspaceId,
    store: Store,
    remembered: Chain = NOTHING,
    *,
    after: Chain = NOTHING,
    within_s: float = math.inf,
) -> Verdict:
    """Go through what comes after `after`, each page in a transaction of its own, and look whether `remembered` is still there."""
    ends_at = time.monotonic() + within_s
    try:
        async with store.unit_of_work(workspace) as tx:
            await _check_remembered(workspace, tx, remembered)
        while True:
            async with store.unit_of_work(workspace) as tx:
                reached = await _next_page(workspace, tx, after)
            if reached == after or time.monotonic() >= ends_at:
                return Verdict(reached, complete=reached == after)
            after = reached
    except Broken as error:
        async with store.unit_of_work(workspace) as tx:
            return Verdict(await _end(workspace, tx), broken=error.seq)


async def _next_page(workspace: WorkspaceId, tx: Tx, after: Chain) -> Chain:
    """The end of the `AT_A_TIME` entries after `after`; `after` itself where there are none."""
    # Nothing stands before the first one, whatever its number.
    above = after.length or _LOWEST
    given = {"above": above, "length": after.length, "head": after.head, "many": AT_A_TIME}
    row = (await tx.execute(_PAGE, {"workspace": workspace, **given})).first()
    if row is None:
        return after
    if row.broken is not None:
        raise Broken(row.broken)
    return Chain(row.seq, row.hash)


async def _check_remembered(workspace: WorkspaceId, tx: Tx, remembered: Chain) -> None:
    """Raises `Broken` where the log is no longer the one that it was."""
    if remembered.length:
        there = await tx.execute(_HASH_AT, {"workspace": workspace, "seq": remembered.length})
        if there.scalar() != remembered.head:
            raise Broken(remembered.length)


async def _end(workspace: WorkspaceId, tx: Tx) -> Chain:
    """Where the log stands, looked at without going through it."""
    head = (await tx.execute(_HEAD, {"workspace": workspace})).first()
    return Chain(head.seq, head.hash) if head is not None else NOTHING
