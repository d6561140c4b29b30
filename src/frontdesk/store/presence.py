"""Who is at work: what people chose to be, whether an inbox of theirs is open, and how many customers they take at once.

Nobody is written down for each key they press: an open inbox is noted every `NOTE_EVERY_S`, for everybody of a process
together, and who was not noted for `GONE_AFTER_S` is offline whatever they chose. Called by the live feed and the API.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx

State = Literal["online", "away", "offline"]
NOTE_EVERY_S = 20.0
GONE_AFTER_S = 60.0

_STATE = f"""CASE WHEN p.seen_at > CAST(:now AS timestamptz) - make_interval(secs => {GONE_AFTER_S}) THEN p.state ELSE 'offline' END"""
_PEOPLE = text(f"""
    SELECT a.id, a.name, coalesce({_STATE}, 'offline') AS state, coalesce(p.state, 'online') AS chosen,
           p.capacity
    FROM accounts a LEFT JOIN presence p ON p.workspace_id = a.workspace_id AND p.account_id = a.id
    WHERE a.workspace_id = :w AND (CAST(:ids AS text[]) IS NULL OR a.id = ANY(CAST(:ids AS text[])))
    ORDER BY a.id""")
_WERE_HERE = text("""
    SELECT EXISTS (
        SELECT FROM presence
        WHERE workspace_id = :w AND account_id = ANY(CAST(:ids AS text[])) AND state = 'online'
          AND seen_at > CAST(:now AS timestamptz) - make_interval(secs => :within_s))""")
_CHOOSE = text("""
    INSERT INTO presence (workspace_id, account_id, state, capacity)
    VALUES (:w, :account, coalesce(CAST(:state AS text), 'online'), CAST(:capacity AS smallint))
    ON CONFLICT (workspace_id, account_id) DO UPDATE
    SET state = coalesce(CAST(:state AS text), presence.state),
        capacity = CASE WHEN :sets_capacity THEN CAST(:capacity AS smallint) ELSE presence.capacity END""")
# Of whoever was the last to leave nobody notes that they are gone: who comes back after too long is somebody who came.
_NOTE = """
    WITH before AS (
        SELECT account_id, shown, seen_at > $3::timestamptz - make_interval(secs => $4) AS was_here
        FROM presence WHERE workspace_id = $1 AND account_id = ANY($2::text[])),
    noted AS (
        INSERT INTO presence (workspace_id, account_id, seen_at, shown)
        SELECT $1, id, $3::timestamptz, 'online' FROM accounts WHERE workspace_id = $1 AND id = ANY($2::text[]) ORDER BY id
        ON CONFLICT (workspace_id, account_id) DO UPDATE SET seen_at = $3, shown = presence.state
        RETURNING account_id, shown)
    SELECT noted.account_id FROM noted LEFT JOIN before USING (account_id)
    WHERE before.shown IS DISTINCT FROM noted.shown OR before.was_here IS NOT TRUE
"""
_GONE = """
    UPDATE presence SET shown = 'offline'
    WHERE workspace_id = $1 AND shown <> 'offline' AND seen_at <= $2::timestamptz - make_interval(secs => $3)
    RETURNING account_id
"""


@dataclass(frozen=True, slots=True)
class Person:
    """`state` is what colleagues see, `chosen` what they would be while an inbox of theirs is open.

    `capacity`: None for as many as the settings of the desk say.
    """

    id: str
    name: str
    state: State
    chosen: State
    capacity: int | None


async def people(
    workspace: WorkspaceId, tx: Tx, now: datetime, ids: Collection[str] | None = None
) -> Sequence[Person]:
    """Everybody with an account, or those of `ids`."""
    given = {"w": workspace, "now": now, "ids": None if ids is None else list(ids)}
    return [_person(row) for row in await tx.execute(_PEOPLE, given)]


async def were_here(
    workspace: WorkspaceId, tx: Tx, now: datetime, ids: Collection[str], within_s: float
) -> bool:
    """Whether an inbox of one of `ids`, who chose to be online, was open within that time."""
    given = {"w": workspace, "now": now, "ids": list(ids), "within_s": within_s}
    return bool((await tx.execute(_WERE_HERE, given)).scalar_one())


async def choose(
    workspace: WorkspaceId,
    tx: Tx,
    account_id: str,
    *,
    state: State | None,
    sets_capacity: bool,
    capacity: int | None,
) -> None:
    """A state of None stays as it is, as does the capacity unless it is set: to None for what the desk says."""
    values = {"state": state, "sets_capacity": sets_capacity, "capacity": capacity}
    await tx.execute(_CHOOSE, {"w": workspace, "account": account_id, **values})


async def note_open(
    workspace: WorkspaceId, store: Store, account_ids: Collection[str], now: datetime
) -> Sequence[str]:
    """An inbox of these is open; whom others see in another way now."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_NOTE, workspace, list(account_ids), now, GONE_AFTER_S)
    return [row["account_id"] for row in rows]


async def note_gone(workspace: WorkspaceId, store: Store, now: datetime) -> Sequence[str]:
    """Whose inbox was last open too long ago; each is told once, by one process."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_GONE, workspace, now, GONE_AFTER_S)
    return [row["account_id"] for row in rows]


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.state, row.chosen, row.capacity)
