"""Where a conversation is written to. Of two that became one, the one that goes on is written to at both addresses.

Called by `turns` when something comes to the address of one that was merged, and by `desk_acts` when it is.
"""

import asyncpg

from frontdesk.core.ids import ChannelId, ConversationId, WorkspaceId

ENDED = "ended:"
"""What the `reader` of an address begins with where only those may go on who prove who they are; behind it stands where
everybody else writes who names that address."""


class Elsewhere(Exception):  # no fault: an address
    """Who writes here without proof writes to `external_id` of the same channel."""

    def __init__(self, external_id: str) -> None:
        super().__init__()
        self.external_id = external_id


def elsewhere(reader: str) -> str:
    """Where somebody without proof writes who names an address with this `reader`; empty where that is there."""
    return reader.removeprefix(ENDED) if reader.startswith(ENDED) else ""


async def bring_survivor(
    workspace: WorkspaceId,
    connection: asyncpg.Connection,
    merged: ConversationId,
    survivor: ConversationId,
    *,
    at: tuple[ChannelId, str],
) -> None:
    """From now on `survivor` is written to at channel and customer `at`, where `merged` was found; in the caller's transaction.

    Nothing happens when this is so already. `merged` goes on by itself when its survivor was erased.
    """
    rows = {
        row["id"]: tuple(row.values())[1:]
        for row in await connection.fetch(
            """SELECT id, channel_id, external_id, merged_into FROM conversations
               WHERE workspace_id = $1 AND id IN ($2, $3) ORDER BY id FOR UPDATE""",
            workspace,
            merged,
            survivor,
        )
    }
    # What was read before the lock may be what another message that came here has changed since.
    if rows.get(merged) != (*at, survivor):
        return
    if survivor in rows:
        await swap_addresses(workspace, connection, merged, survivor)
        return
    await connection.execute(
        """UPDATE conversations SET merged_into = NULL, version = version + 1
           WHERE workspace_id = $1 AND id = $2""",
        workspace,
        merged,
    )


async def swap_addresses(
    workspace: WorkspaceId, connection: asyncpg.Connection, one: ConversationId, other: ConversationId
) -> None:
    """Each is written to where the other was; inside the caller's transaction."""
    rows = {
        row["id"]: tuple(row.values())[1:]
        for row in await connection.fetch(
            """SELECT id, channel_id, external_id, task_id, assistant_id, reader FROM conversations
               WHERE workspace_id = $1 AND id IN ($2, $3) ORDER BY id FOR UPDATE""",
            workspace,
            one,
            other,
        )
    }
    # No two may have the same address, not for a moment.
    nowhere = (rows[one][0], f"merged:{one}", *rows[one][2:])
    for conversation, address in ((one, nowhere), (other, rows[one]), (one, rows[other])):
        await connection.execute(
            """UPDATE conversations
               SET channel_id = $3, external_id = $4, task_id = $5, assistant_id = $6, reader = $7,
                   version = version + 1
               WHERE workspace_id = $1 AND id = $2""",
            workspace,
            conversation,
            *address,
        )
