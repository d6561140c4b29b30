"""Calls to outside systems, written down before they are made and after they were answered.

A row without an answer means: it may have happened. Called by `turn/decide.py`.
"""

from dataclasses import dataclass

import msgspec

from frontdesk.core.action import Fetched
from frontdesk.core.ids import InboundId, WorkspaceId
from frontdesk.store.connect import Store, json_text

MODEL = ""
"""The action under which a language model's moves are kept: no action is called so."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """`first` is True when the row was made just now; `fetched` is the recorded answer, if any."""

    first: bool
    fetched: Fetched | None


async def begin(
    workspace: WorkspaceId, store: Store, inbound_id: InboundId, key: str, *, action: str, idempotent: bool
) -> Attempt:
    async with store.turn_work(workspace) as connection:
        made = await connection.fetchval(
            """INSERT INTO call_attempts (workspace_id, inbound_id, call_key, action, idempotent)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING true""",
            workspace,
            inbound_id,
            key,
            action,
            idempotent,
        )
        if made:
            return Attempt(first=True, fetched=None)
        recorded = await connection.fetchval(
            "SELECT fetched FROM call_attempts WHERE workspace_id = $1 AND inbound_id = $2 AND call_key = $3",
            workspace,
            inbound_id,
            key,
        )
    return Attempt(
        first=False, fetched=None if recorded is None else msgspec.json.decode(recorded, type=Fetched)
    )


async def finish(workspace: WorkspaceId, store: Store, inbound_id: InboundId, fetched: Fetched) -> None:
    """Keep a call's answer; the first one stands, for the turn may have been decided on it already."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            """UPDATE call_attempts SET finished_at = now(), fetched = $4::jsonb
               WHERE workspace_id = $1 AND inbound_id = $2 AND call_key = $3 AND fetched IS NULL""",
            workspace,
            inbound_id,
            fetched.key,
            json_text(fetched),
        )


async def answers(workspace: WorkspaceId, store: Store, inbound_id: InboundId) -> list[tuple[str, Fetched]]:
    """The calls of actions of one turn that were answered, in the order in which they were made."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            """SELECT action, fetched FROM call_attempts
               WHERE workspace_id = $1 AND inbound_id = $2 AND action <> $3 AND fetched IS NOT NULL
               ORDER BY started_at""",
            workspace,
            inbound_id,
            MODEL,
        )
    return [(row["action"], msgspec.json.decode(row["fetched"], type=Fetched)) for row in rows]
