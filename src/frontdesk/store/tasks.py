"""Tasks: a channel, who answers on it and how, and whom to tell. Called by `web` and by the demo.

`within` is the set of assistants an actor is limited to, empty for no limit; other assistants' tasks are not there.
"""

from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, ChannelId, IntegrationId, TaskId, WorkspaceId
from frontdesk.store.accounts import answers
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

ServiceMode = Literal["ai", "ai_then_people", "ai_suggests", "people"]
SERVICE_MODES: tuple[ServiceMode, ...] = get_args(ServiceMode)

_READ = f"""
    SELECT t.id, t.type, t.name, t.enabled, t.service_mode, t.channel_id, t.assistant_id, t.integration_id,
           t.manager_id, t.row_version, t.created_at, t.deleted_at, c.name AS channel_name, c.type AS channel_type,
           c.enabled AS channel_enabled, a.name AS assistant_name, a.published_version IS NOT NULL AS is_published,
           i.name AS integration_name, i.enabled AS integration_enabled, m.name AS manager_name,
           coalesce({answers("m")}, false) AS manager_answers
    FROM tasks t
    JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
    JOIN assistants a ON a.workspace_id = t.workspace_id AND a.id = t.assistant_id
    LEFT JOIN integrations i ON i.workspace_id = t.workspace_id AND i.id = t.integration_id
    LEFT JOIN accounts m ON m.workspace_id = t.workspace_id AND m.id = t.manager_id
    WHERE t.workspace_id = :workspace
      AND (cardinality(CAST(:within AS text[])) = 0 OR t.assistant_id = ANY (CAST(:within AS text[])))"""
_LIST = text(_READ + " AND (t.deleted_at IS NOT NULL) = :bin AND t.id > :after ORDER BY t.id LIMIT :limit")
_READ_ONE = text(_READ + " AND t.id = :id")
_READ_FOR_CHANGE = text(_READ + " AND t.id = :id FOR UPDATE OF t")
_INSERT = text("""
    INSERT INTO tasks (workspace_id, id, type, name, service_mode, channel_id, assistant_id, integration_id, manager_id)
    VALUES (:workspace, :id, :type, :name, :service_mode, :channel_id, :assistant_id, :integration_id, :manager_id)
    ON CONFLICT (workspace_id, channel_id, assistant_id) DO NOTHING RETURNING id""")
_UPDATE = text("""
    UPDATE tasks SET name = :name, enabled = :enabled, service_mode = :service_mode,
                     integration_id = :integration_id, manager_id = :manager_id, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_IN_USE = text("""
    SELECT EXISTS (SELECT FROM conversations WHERE workspace_id = :workspace AND task_id = :id)""")
_IN_BIN = text("""
    UPDATE tasks SET deleted_at = CASE WHEN :gone THEN now() END, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_OF_PAIR = text("""
    SELECT name, deleted_at IS NOT NULL AS in_bin FROM tasks
    WHERE workspace_id = :workspace AND channel_id = :channel_id AND assistant_id = :assistant_id""")


@dataclass(frozen=True, slots=True)
class Task:
    """A task with the names of what it binds; `integration_name` and `manager_name` are empty where there is none."""

    id: TaskId
    type: str
    name: str
    enabled: bool
    service_mode: ServiceMode
    channel_id: ChannelId
    channel_name: str
    channel_type: str
    channel_enabled: bool
    assistant_id: AssistantId
    assistant_name: str
    is_published: bool
    integration_id: IntegrationId | None
    integration_name: str
    integration_enabled: bool
    manager_id: str
    manager_name: str
    manager_answers: bool
    row_version: int
    created_at: datetime
    deleted_at: datetime | None


async def list_tasks(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    after: str,
    limit: int,
    within: AbstractSet[str],
    from_bin: bool = False,
) -> list[Task]:
    """In the order they were made, those after the id `after`."""
    values = {
        "workspace": workspace,
        "after": after,
        "limit": limit,
        "within": sorted(within),
        "bin": from_bin,
    }
    rows = await tx.execute(_LIST, values)
    return [_task(row) for row in rows]


async def read_task(
    workspace: WorkspaceId, tx: Tx, task_id: str, *, within: AbstractSet[str], for_change: bool = False
) -> Task:
    """One task; `for_change` keeps others from changing it until the commit."""
    values = {"workspace": workspace, "id": task_id, "within": sorted(within)}
    row = (await tx.execute(_READ_FOR_CHANGE if for_change else _READ_ONE, values)).first()
    if row is None:
        raise Refused("not_found", "There is no such task.")
    return _task(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a task binds."""

    name: str
    channel_id: str
    assistant_id: str
    service_mode: ServiceMode = "ai"
    integration_id: str | None = None
    manager_id: str = ""
    type: str = "web"


async def add_task(workspace: WorkspaceId, tx: Tx, task: NewTask) -> TaskId:
    """Bind what the caller has seen to be there.

    Raises:
        Refused: The two have a task already.
    """
    values = {"workspace": workspace, "id": mint("task"), **asdict(task)}
    made = (await tx.execute(_INSERT, values)).scalar()
    if made is None:
        there = (await tx.execute(_OF_PAIR, values)).first()
        if there is not None and there.in_bin:
            raise Refused(
                "in_bin", f"The two have a task, {there.name!r}, which is in the bin; restore that one."
            )
        raise Refused("task_taken", "The channel and the assistant have a task already; change that one.")
    return TaskId(made)


async def update_task(
    workspace: WorkspaceId,
    tx: Tx,
    task_id: TaskId,
    *,
    name: str,
    enabled: bool,
    service_mode: ServiceMode,
    integration_id: str | None,
    manager_id: str,
) -> None:
    values = {
        "name": name,
        "enabled": enabled,
        "service_mode": service_mode,
        "integration_id": integration_id,
        "manager_id": manager_id,
    }
    await tx.execute(_UPDATE, {"workspace": workspace, "id": task_id, **values})


async def put_in_bin(workspace: WorkspaceId, tx: Tx, task_id: TaskId) -> None:
    """Remove a task under which nobody has written."""
    place = {"workspace": workspace, "id": task_id}
    if (await tx.execute(_IN_USE, place)).scalar():
        raise Refused("in_use", "The task has conversations; switch it off instead: enabled = false.")
    await tx.execute(_IN_BIN, {**place, "gone": True})


async def restore_task(workspace: WorkspaceId, tx: Tx, task_id: TaskId) -> None:
    """Bring a task back, as it was; the caller has seen that what it binds is there."""
    await tx.execute(_IN_BIN, {"workspace": workspace, "id": task_id, "gone": False})


def _task(row: Row[Any]) -> Task:
    return Task(
        row.id,
        row.type,
        row.name,
        row.enabled,
        row.service_mode,
        row.channel_id,
        row.channel_name,
        row.channel_type,
        row.channel_enabled,
        row.assistant_id,
        row.assistant_name,
        row.is_published,
        row.integration_id,
        row.integration_name or "",
        bool(row.integration_enabled),
        row.manager_id,
        row.manager_name or "",
        row.manager_answers,
        row.row_version,
        row.created_at,
        row.deleted_at,
    )
