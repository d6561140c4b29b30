"""The audit log: who did what to what, appended only, each entry chained to the one before by its hash.

Changing, removing or slipping in an entry breaks the chain at that entry. The hash is computed by the database
over its own text of the values, so that writing and verifying cannot differ in how they spell JSON or time.
Entries cut off at the end show only against a remembered `Chain`, which is why `verify` gives one back.
Append is the last act of a transaction: it holds the workspace's chain until the commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.tx import Tx

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('audit ' || :workspace, 0))")
_APPEND = text("""
    INSERT INTO audit (workspace_id, seq, at, actor, action, target, before, after, ip, previous_hash, hash)
    SELECT workspace_id, seq, at, actor, action, target, before, after, ip, previous_hash,
           sha256(previous_hash || convert_to(CAST(jsonb_build_array(
               workspace_id, seq, extract(epoch FROM at), actor, action, target, before, after, ip) AS text), 'UTF8'))
    FROM (SELECT CAST(:workspace AS text) AS workspace_id, coalesce(last.seq, 0) + 1 AS seq,
                 CAST(:at AS timestamptz) AS at, CAST(:actor AS text) AS actor, CAST(:action AS text) AS action,
                 CAST(:target AS text) AS target, CAST(:before AS jsonb) AS before,
                 CAST(:after AS jsonb) AS after, CAST(:ip AS text) AS ip,
                 coalesce(last.hash, CAST('' AS bytea)) AS previous_hash
          FROM (SELECT 1) AS one
          LEFT JOIN LATERAL (SELECT seq, hash FROM audit WHERE workspace_id = :workspace
                             ORDER BY seq DESC LIMIT 1) AS last ON true) AS entry""")
_FIRST_BROKEN = text("""
    SELECT seq
    FROM (SELECT *, row_number() OVER (ORDER BY seq) AS place, lag(hash) OVER (ORDER BY seq) AS hash_before
          FROM audit WHERE workspace_id = :workspace) AS entry
    WHERE seq <> place
       OR previous_hash <> coalesce(hash_before, CAST('' AS bytea))
       OR hash <> sha256(previous_hash || convert_to(CAST(jsonb_build_array(
               workspace_id, seq, extract(epoch FROM at), actor, action, target, before, after, ip) AS text), 'UTF8'))
    ORDER BY seq LIMIT 1""")
_HEAD = text("SELECT seq, hash FROM audit WHERE workspace_id = :workspace ORDER BY seq DESC LIMIT 1")
_HASH_AT = text("SELECT hash FROM audit WHERE workspace_id = :workspace AND seq = :seq")


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


class Broken(Exception):
    """The log was tampered with; the first entry that does not fit is `seq`."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"the audit log does not fit from entry {seq} on")
        self.seq = seq


async def append(workspace: WorkspaceId, tx: Tx, entry: Entry) -> None:
    await tx.execute(_LOCK, {"workspace": workspace})
    await tx.execute(
        _APPEND,
        {
            "workspace": workspace,
            "at": entry.at,
            "actor": entry.actor,
            "action": entry.action,
            "target": entry.target,
            "before": None if entry.before is None else json_text(entry.before),
            "after": None if entry.after is None else json_text(entry.after),
            "ip": entry.ip,
        },
    )


async def verify(workspace: WorkspaceId, tx: Tx, remembered: Chain | None = None) -> Chain:
    """Go through the whole log; raises `Broken` at the first entry that does not fit."""
    broken = (await tx.execute(_FIRST_BROKEN, {"workspace": workspace})).scalar()
    if broken is not None:
        raise Broken(broken)
    if remembered is not None and remembered.length:
        there = await tx.execute(_HASH_AT, {"workspace": workspace, "seq": remembered.length})
        if there.scalar() != remembered.head:
            raise Broken(remembered.length)
    head = (await tx.execute(_HEAD, {"workspace": workspace})).first()
    return Chain(head.seq, head.hash) if head is not None else Chain(0, b"")
