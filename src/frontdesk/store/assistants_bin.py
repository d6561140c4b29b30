"""Assistants that go into the bin and come out of it, with their tasks and the channels that nobody else uses.

All that goes together is marked with one moment, and what has that mark comes back. Channels over which somebody has
written stay. Called by `web` and by the demo.
"""

from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.store.bots import PREVIEW
from frontdesk.store.tx import Tx

_ALONE = """
    c.deleted_at IS NULL
    AND EXISTS (SELECT FROM tasks t WHERE t.workspace_id = c.workspace_id AND t.channel_id = c.id
                AND t.assistant_id = :id AND t.deleted_at IS NULL)
    AND NOT EXISTS (SELECT FROM tasks t WHERE t.workspace_id = c.workspace_id AND t.channel_id = c.id
                    AND t.assistant_id <> :id AND t.deleted_at IS NULL)
    AND NOT EXISTS (SELECT FROM conversations v WHERE v.workspace_id = c.workspace_id AND v.channel_id = c.id)"""
_REACH = text(f"""
    SELECT ARRAY(SELECT t.name FROM tasks t
                 JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id AND c.type <> '{PREVIEW}'
                 WHERE t.workspace_id = :workspace AND t.assistant_id = :id AND t.deleted_at IS NULL
                 ORDER BY t.id) AS tasks,
           ARRAY(SELECT c.name FROM channels c
                 WHERE c.workspace_id = :workspace AND {_ALONE} AND c.type <> '{PREVIEW}' ORDER BY c.id) AS channels,
           (SELECT count(*) FROM tasks t
            JOIN conversations v ON v.workspace_id = t.workspace_id AND v.task_id = t.id AND v.owner <> 'closed'
            JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id AND c.type <> '{PREVIEW}'
            WHERE t.workspace_id = :workspace AND t.assistant_id = :id) AS conversations""")
# Channels are held before the assistant, as by whoever binds the two.
_HOLD_BOUND = text("""
    SELECT c.id FROM channels c
    WHERE c.workspace_id = :workspace AND EXISTS (
        SELECT FROM tasks t WHERE t.workspace_id = c.workspace_id AND t.channel_id = c.id AND t.assistant_id = :id)
    ORDER BY c.id FOR UPDATE OF c""")
_CHANNELS_GONE = text(f"""
    UPDATE channels c SET deleted_at = now(), row_version = c.row_version + 1
    WHERE c.workspace_id = :workspace AND {_ALONE} AND c.id = ANY (CAST(:held AS text[]))""")
_TASKS_GONE = text("""
    UPDATE tasks SET deleted_at = now(), row_version = row_version + 1
    WHERE workspace_id = :workspace AND assistant_id = :id AND deleted_at IS NULL""")
_GONE = text("""
    UPDATE assistants SET deleted_at = now(), row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_CHANNELS_BACK = text("""
    UPDATE channels c SET deleted_at = NULL, row_version = c.row_version + 1
    FROM assistants a
    WHERE a.workspace_id = :workspace AND a.id = :id AND c.workspace_id = a.workspace_id
      AND c.deleted_at = a.deleted_at
      AND EXISTS (SELECT FROM tasks t WHERE t.workspace_id = c.workspace_id AND t.channel_id = c.id
                  AND t.assistant_id = a.id AND t.deleted_at = a.deleted_at)""")
# What was put into the bin by itself meanwhile keeps its task there.
_TASKS_BACK = text("""
    UPDATE tasks t SET deleted_at = NULL, row_version = t.row_version + 1
    FROM assistants a, channels c
    WHERE a.workspace_id = :workspace AND a.id = :id AND t.workspace_id = a.workspace_id AND t.assistant_id = a.id
      AND t.deleted_at = a.deleted_at
      AND c.workspace_id = t.workspace_id AND c.id = t.channel_id AND c.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM integrations i WHERE i.workspace_id = t.workspace_id AND i.id = t.integration_id
                      AND i.deleted_at IS NOT NULL)
    RETURNING c.id, c.type, c.enabled""")
_BACK = text("""
    UPDATE assistants a SET deleted_at = NULL, row_version = a.row_version + 1,
        is_default = a.is_default AND NOT EXISTS (
            SELECT FROM assistants b WHERE b.workspace_id = a.workspace_id AND b.is_default AND b.deleted_at IS NULL)
    WHERE a.workspace_id = :workspace AND a.id = :id AND a.deleted_at IS NOT NULL""")


@dataclass(frozen=True, slots=True)
class Reach:
    """What an assistant takes along: names of tasks and channels, and how many conversations are open under them."""

    tasks: tuple[str, ...]
    channels: tuple[str, ...]
    conversations: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """A channel whose task came back."""

    id: str
    type: str
    enabled: bool


async def reach(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> Reach:
    row = (await tx.execute(_REACH, {"workspace": workspace, "id": assistant_id})).one()
    return Reach(tuple(row.tasks), tuple(row.channels), row.conversations)


async def hold_bound(workspace: WorkspaceId, tx: Tx, assistant_id: str) -> list[str]:
    """The channels that it is bound to, kept from everybody else; before the assistant itself is."""
    return list((await tx.execute(_HOLD_BOUND, {"workspace": workspace, "id": assistant_id})).scalars())


async def put_in_bin(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, held: list[str]) -> None:
    """Remove one that is held for change; `held`: the channels of `hold_bound`."""
    place = {"workspace": workspace, "id": assistant_id}
    await tx.execute(_CHANNELS_GONE, {**place, "held": held})
    await tx.execute(_TASKS_GONE, place)
    await tx.execute(_GONE, place)


async def restore(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> list[Reopened]:
    """Bring one back with what went along; the channels over which it is reached again."""
    place = {"workspace": workspace, "id": assistant_id}
    await tx.execute(_CHANNELS_BACK, place)
    found = [Reopened(*row) for row in await tx.execute(_TASKS_BACK, place)]
    await tx.execute(_BACK, place)
    return found
