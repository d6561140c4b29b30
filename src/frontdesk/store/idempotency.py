"""The first answer to an Idempotency-Key, kept for a day and written in the transaction of the work itself.

A key is claimed by inserting its row as the first act of the unit of work. Whoever comes second with the same
key, in this process or another, waits in the database until the first is over: committed, then the kept
answer is there; rolled back or crashed, then the key is free and the second does the work. Called by `web`.
"""

from dataclasses import dataclass

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.tx import Tx

WAIT_S = 5
# The lease: a process that froze or a host that vanished in the middle loses its transaction, and so its claim.
LEASE_S = 30
_LOCK_NOT_AVAILABLE = "55P03"

_BOUND = text("""
    SELECT set_config('lock_timeout', :wait, true), set_config('idle_in_transaction_session_timeout', :lease, true)""")
_FORGET_OLD = text("""
    DELETE FROM idempotency_keys
    WHERE workspace_id = :workspace AND actor = :actor AND route = :route AND key = :key
      AND created_at < now() - interval '24 hours'""")
_CLAIM = text("""
    INSERT INTO idempotency_keys (workspace_id, actor, route, key, body_hash)
    VALUES (:workspace, :actor, :route, :key, :body_hash)
    ON CONFLICT DO NOTHING RETURNING key""")
_READ = text("""
    SELECT body_hash, status, headers, body FROM idempotency_keys
    WHERE workspace_id = :workspace AND actor = :actor AND route = :route AND key = :key
      AND created_at >= now() - interval '24 hours'""")
_KEEP = text("""
    UPDATE idempotency_keys SET status = :status, headers = CAST(:headers AS jsonb), body = :body
    WHERE workspace_id = :workspace AND actor = :actor AND route = :route AND key = :key""")


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """One Idempotency-Key in its scope. `body_hash` stands for all that the caller sent."""

    actor: str
    route: str
    key: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


async def claim(workspace: WorkspaceId, tx: Tx, asked: AskedOnce) -> KeptAnswer | None:
    """The answer that was given before, or None: the work is yours, `keep` its answer.

    Raises `Refused`: `idempotency_mismatch` when the key came with another body, `idempotency_in_progress`
    when the first one takes longer than we wait.
    """
    place = _place(workspace, asked)
    await tx.execute(_BOUND, {"wait": f"{WAIT_S}s", "lease": f"{LEASE_S}s"})
    try:
        await tx.execute(_FORGET_OLD, place)
        claimed = (await tx.execute(_CLAIM, {**place, "body_hash": asked.body_hash})).first()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            raise in_progress() from None
        raise
    await tx.execute(_BOUND, {"wait": "0", "lease": f"{LEASE_S}s"})
    return None if claimed is not None else await kept_answer(workspace, tx, asked)


async def kept_answer(workspace: WorkspaceId, tx: Tx, asked: AskedOnce) -> KeptAnswer | None:
    """What was answered, without a claim; None when it was not asked within the day."""
    row = (await tx.execute(_READ, _place(workspace, asked))).first()
    if row is None:
        return None
    if row.body_hash != asked.body_hash:
        raise Refused("idempotency_mismatch", "This Idempotency-Key was used for another request.")
    headers = msgspec.convert(row.headers, tuple[tuple[str, str], ...])
    return KeptAnswer(row.status, headers, row.body)


def in_progress() -> Refused:
    return Refused("idempotency_in_progress", "The first request with this key still runs; ask again.")


async def keep(workspace: WorkspaceId, tx: Tx, asked: AskedOnce, answer: KeptAnswer) -> None:
    await tx.execute(
        _KEEP,
        {
            **_place(workspace, asked),
            "status": answer.status,
            "headers": json_text(answer.headers),
            "body": answer.body,
        },
    )


def _place(workspace: WorkspaceId, asked: AskedOnce) -> dict[str, object]:
    return {"workspace": workspace, "actor": asked.actor, "route": asked.route, "key": asked.key}
