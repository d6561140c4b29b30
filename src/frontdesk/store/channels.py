"""Channels and the tasks that bind them to assistants. Called by `web`.

A channel goes into the bin with its tasks, and comes back with those that went with it.

`within` is the set of assistants an actor is limited to, empty for no limit: other assistants' tasks are not
shown, and a channel without a task to show is not there.
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, ChannelId, TaskId, WorkspaceId
from frontdesk.store.bots import PREVIEW
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx
from frontdesk.store.webhook_secrets import VISITORS

_READ = """
    SELECT c.id, c.type, c.name, c.enabled, c.settings, c.row_version, c.created_at, c.deleted_at, shown.tasks,
           ARRAY(SELECT s.name FROM secrets s
                 WHERE s.workspace_id = c.workspace_id AND s.owner_id = c.id ORDER BY s.name) AS secret_names
    FROM channels c
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', t.id, 'assistant_id', t.assistant_id, 'service_mode', t.service_mode)
                   ORDER BY t.id), '[]') AS tasks
        FROM tasks t
        WHERE t.workspace_id = c.workspace_id AND t.channel_id = c.id AND t.deleted_at IS NOT DISTINCT FROM c.deleted_at
          AND (cardinality(CAST(:within AS text[])) = 0 OR t.assistant_id = ANY (CAST(:within AS text[])))) AS shown
    WHERE c.workspace_id = :workspace
      AND (cardinality(CAST(:within AS text[])) = 0 OR jsonb_array_length(shown.tasks) > 0)"""
# Previews come with their assistant and are nobody's to set up.
_LIST = text(
    _READ
    + f" AND c.type <> '{PREVIEW}' AND (c.deleted_at IS NOT NULL) = :bin AND c.id > :after ORDER BY c.id LIMIT :limit"
)
_READ_ONE = text(_READ + " AND c.id = :id")
_READ_FOR_CHANGE = text(_READ + " AND c.id = :id FOR UPDATE OF c")
_INSERT = text("""
    INSERT INTO channels (workspace_id, id, type, name, settings)
    VALUES (:workspace, :id, :type, :name, CAST(:settings AS jsonb))""")
_INSERT_TASK = text("""
    INSERT INTO tasks (workspace_id, id, channel_id, assistant_id, name)
    VALUES (:workspace, :id, :channel_id, :assistant_id, :name)""")
_UPDATE = text("""
    UPDATE channels SET name = :name, enabled = :enabled, settings = CAST(:settings AS jsonb),
                        row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_IN_USE = text("""
    SELECT EXISTS (SELECT FROM conversations WHERE workspace_id = :workspace AND channel_id = :id)""")
_ANY = text(f"""
    SELECT EXISTS (SELECT FROM channels
                   WHERE workspace_id = :workspace AND type <> '{PREVIEW}' AND deleted_at IS NULL)""")
_TASKS_GONE = text("""
    UPDATE tasks SET deleted_at = now(), row_version = row_version + 1
    WHERE workspace_id = :workspace AND channel_id = :id AND deleted_at IS NULL""")
_TASKS_BACK = text("""
    UPDATE tasks t SET deleted_at = NULL, row_version = t.row_version + 1
    FROM channels c
    WHERE c.workspace_id = :workspace AND c.id = :id AND t.workspace_id = c.workspace_id AND t.channel_id = c.id
      AND t.deleted_at = c.deleted_at""")
_IN_BIN = text("""
    UPDATE channels SET deleted_at = CASE WHEN :gone THEN now() END, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
# Held, so that none of them is removed before the tasks that tell it are back.
_TOLD = text("""
    SELECT i.name, i.deleted_at IS NOT NULL AS in_bin FROM tasks t
    JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
    JOIN integrations i ON i.workspace_id = t.workspace_id AND i.id = t.integration_id
    WHERE t.workspace_id = :workspace AND t.channel_id = :id AND t.deleted_at = c.deleted_at
    ORDER BY i.id FOR UPDATE OF i""")
_ANSWERING = text("""
    SELECT a.name, a.deleted_at IS NOT NULL AS in_bin FROM tasks t
    JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
    JOIN assistants a ON a.workspace_id = t.workspace_id AND a.id = t.assistant_id
    WHERE t.workspace_id = :workspace AND t.channel_id = :id AND t.deleted_at = c.deleted_at
    ORDER BY a.id FOR UPDATE OF a""")


# Of two at a time the second waits for the first, and then sees its channel.
_HOLD = text("""
    SELECT id FROM assistants WHERE workspace_id = :workspace AND id = ANY (CAST(:assistants AS text[]))
    ORDER BY id FOR NO KEY UPDATE""")
_SWITCHED_ON = text("""
    SELECT c.id, c.name FROM channels c
    JOIN tasks t ON t.workspace_id = c.workspace_id AND t.channel_id = c.id
    WHERE c.workspace_id = :workspace AND c.type = :type AND c.enabled AND c.deleted_at IS NULL AND c.id <> :but
      AND t.deleted_at IS NULL
      AND t.assistant_id = ANY (CAST(:assistants AS text[]))
    ORDER BY c.created_at LIMIT 1""")


class Task(msgspec.Struct, frozen=True):
    """The binding of a channel to an assistant."""

    id: TaskId
    assistant_id: AssistantId
    service_mode: str


@dataclass(frozen=True, slots=True)
class Channel:
    """`settings` are without secrets; `secret_names` says which secrets there are.

    `has_sign_in_secret`: sites can prove with one who of their visitors is signed in.
    """

    id: ChannelId
    type: str
    name: str
    enabled: bool
    settings: dict[str, object]
    secret_names: tuple[str, ...]
    tasks: tuple[Task, ...]
    row_version: int
    created_at: datetime
    deleted_at: datetime | None
    has_sign_in_secret: bool


async def list_channels(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    after: str,
    limit: int,
    within: AbstractSet[str],
    from_bin: bool = False,
) -> list[Channel]:
    """In the order they were made, those after the id `after`; without previews."""
    values = {
        "workspace": workspace,
        "after": after,
        "limit": limit,
        "within": sorted(within),
        "bin": from_bin,
    }
    rows = await tx.execute(_LIST, values)
    return [_channel(row) for row in rows]


async def has_any(workspace: WorkspaceId, tx: Tx) -> bool:
    """Whether anybody can write to this workspace yet."""
    return bool(await tx.scalar(_ANY, {"workspace": workspace}))


async def read_channel(
    workspace: WorkspaceId, tx: Tx, channel_id: str, *, within: AbstractSet[str], for_change: bool = False
) -> Channel:
    """One channel; `for_change` keeps others from changing it until the commit."""
    rows = await tx.execute(
        _READ_FOR_CHANGE if for_change else _READ_ONE,
        {"workspace": workspace, "id": channel_id, "within": sorted(within)},
    )
    row = rows.first()
    if row is None:
        raise Refused("not_found", "There is no such channel.")
    return _channel(row)


async def refuse_second(
    workspace: WorkspaceId, tx: Tx, *, channel_type: str, assistant_ids: Collection[str], but: str = ""
) -> None:
    """Messages find a channel by its assistant and type, so a second one that is switched on would never be used.

    Args:
        workspace: Where they are.
        tx: Until its end nobody else gets past here for these assistants.
        channel_type: The id of a channel plug-in.
        assistant_ids: Who is to answer.
        but: The channel that is to be switched on, where it is there already.

    Raises:
        Refused: `channel_taken`, with the channel that is there.
    """
    place = {"workspace": workspace, "assistants": sorted(assistant_ids)}
    await tx.execute(_HOLD, place)
    other = (await tx.execute(_SWITCHED_ON, {**place, "type": channel_type, "but": but})).first()
    if other is not None:
        raise Refused(
            "channel_taken",
            f"The assistant has a {channel_type} channel that is switched on, {other.name!r} ({other.id}), and only "
            "one of a type is used. Change that one's settings, or switch it off first: enabled = false.",
        )


async def create_channel(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    channel_type: str,
    name: str,
    settings: Mapping[str, object],
    assistant_id: str | None,
) -> ChannelId:
    """A channel, and its task for an assistant that the caller has seen to be there, if it is for one."""
    channel_id = ChannelId(mint("chan"))
    channel = {"workspace": workspace, "id": channel_id, "name": name}
    await tx.execute(_INSERT, {**channel, "type": channel_type, "settings": json_text(settings)})
    if assistant_id is not None:
        await tx.execute(
            _INSERT_TASK,
            {**channel, "id": mint("task"), "channel_id": channel_id, "assistant_id": assistant_id},
        )
    return channel_id


async def update_channel(
    workspace: WorkspaceId,
    tx: Tx,
    channel_id: ChannelId,
    *,
    name: str,
    enabled: bool,
    settings: Mapping[str, object],
) -> None:
    await tx.execute(
        _UPDATE,
        {
            "workspace": workspace,
            "id": channel_id,
            "name": name,
            "enabled": enabled,
            "settings": json_text(settings),
        },
    )


async def put_in_bin(workspace: WorkspaceId, tx: Tx, channel_id: ChannelId) -> None:
    """Remove a channel that nobody has written over, with its tasks; in the end its conversations would go with it."""
    place = {"workspace": workspace, "id": channel_id}
    if (await tx.execute(_IN_USE, place)).scalar():
        raise Refused("in_use", "The channel has conversations; switch it off instead: enabled = false.")
    await tx.execute(_TASKS_GONE, place)
    await tx.execute(_IN_BIN, {**place, "gone": True})


async def restore_channel(workspace: WorkspaceId, tx: Tx, channel_id: ChannelId) -> None:
    """Bring a channel back, as it was, with the tasks that went with it."""
    place = {"workspace": workspace, "id": channel_id}
    for answering in await tx.execute(_ANSWERING, place):
        if answering.in_bin:
            raise Refused(
                "in_bin",
                f"Its assistant {answering.name} is in the bin; restore that, and the channel comes along.",
            )
    for told in await tx.execute(_TOLD, place):
        if told.in_bin:
            raise Refused(
                "in_bin",
                f"Its task tells the integration {told.name}, which is in the bin; restore that first.",
            )
    await tx.execute(_TASKS_BACK, place)
    await tx.execute(_IN_BIN, {**place, "gone": False})


def _channel(row: Row[Any]) -> Channel:
    return Channel(
        row.id,
        row.type,
        row.name,
        row.enabled,
        row.settings,
        tuple(name for name in row.secret_names if not name.startswith(VISITORS)),
        msgspec.convert(row.tasks, tuple[Task, ...]),
        row.row_version,
        row.created_at,
        row.deleted_at,
        any(name.startswith(VISITORS) for name in row.secret_names),
    )


async def first_of(
    workspace: WorkspaceId, tx: Tx, *, assistant_id: str, types: Collection[str]
) -> str | None:
    """The assistant's oldest channel of these types that is switched on, as its task is."""
    found: str | None = await tx.scalar(
        text("""
            SELECT c.id FROM tasks t JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
            WHERE t.workspace_id = :w AND t.assistant_id = :assistant AND t.enabled AND t.deleted_at IS NULL
              AND c.enabled AND c.deleted_at IS NULL AND c.type = ANY (CAST(:types AS text[]))
            ORDER BY c.created_at, c.id LIMIT 1"""),
        {"w": workspace, "assistant": assistant_id, "types": list(types)},
    )
    return found
