"""How many bytes the files of visitors take together: of a workspace within a day, of one network address within an hour.

Counted by ten minutes and whole, over all processes, and also what has been deleted since. Called by `web/widget`.
"""

from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx

LEAST_BYTES = 10_000
"""What a file counts at least: its rows take room too."""
_ALL = b""

# The row of the workspace comes first, so that no two wait for each other.
_ADD = text("""
    INSERT INTO visitor_bytes AS b (workspace_id, counted, from_at, bytes)
    SELECT :w, c.counted, date_bin('10 minutes', now(), timestamptz '2000-01-01 00:00Z'), :bytes
    FROM unnest(CAST(:counted AS bytea[])) WITH ORDINALITY AS c (counted, n) ORDER BY c.n
    ON CONFLICT (workspace_id, counted, from_at) DO UPDATE SET bytes = b.bytes + EXCLUDED.bytes""")
_TAKEN = text("""
    SELECT coalesce(sum(bytes) FILTER (WHERE counted = ''), 0)::bigint AS of_workspace,
           coalesce(sum(bytes) FILTER (WHERE counted <> '' AND from_at > now() - interval '1 hour'), 0)::bigint AS of_network
    FROM visitor_bytes
    WHERE workspace_id = :w AND counted = ANY (CAST(:counted AS bytea[])) AND from_at > now() - interval '1 day'""")


@dataclass(frozen=True, slots=True)
class Taken:
    """Bytes: of all visitors within a day, and of those at the one network address within an hour."""

    of_workspace: int
    of_network: int


async def taken(workspace: WorkspaceId, tx: Tx, network_sum: bytes) -> Taken:
    row = (await tx.execute(_TAKEN, {"w": workspace, "counted": [_ALL, network_sum]})).one()
    return Taken(row.of_workspace, row.of_network)


async def add(workspace: WorkspaceId, tx: Tx, network_sum: bytes, size_bytes: int) -> Taken:
    """One more file. Others of the workspace wait until the caller's transaction ends, so that none is counted without it."""
    given = {"w": workspace, "counted": [_ALL, network_sum], "bytes": max(size_bytes, LEAST_BYTES)}
    await tx.execute(_ADD, given)
    return await taken(workspace, tx, network_sum)
