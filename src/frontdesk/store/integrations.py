"""Integrations: the outside systems that tasks tell of what happens, and what was sent to them. Called by `web`."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import DeliveryId, IntegrationId, WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

_READ = """
    SELECT i.id, i.type, i.name, i.settings, i.enabled, i.row_version, i.created_at, i.deleted_at,
           ARRAY(SELECT s.name FROM secrets s
                 WHERE s.workspace_id = i.workspace_id AND s.owner_id = i.id AND s.name NOT LIKE 'signing.%'
                 ORDER BY s.name) AS secret_names,
           EXISTS (SELECT FROM secrets s WHERE s.workspace_id = i.workspace_id AND s.owner_id = i.id
                     AND s.name = 'signing.current') AS signed,
           ARRAY(SELECT t.id FROM tasks t
                 WHERE t.workspace_id = i.workspace_id AND t.integration_id = i.id AND t.deleted_at IS NULL
                 ORDER BY t.id) AS task_ids
    FROM integrations i WHERE i.workspace_id = :workspace"""
_LIST = text(_READ + " AND (i.deleted_at IS NOT NULL) = :bin AND i.id > :after ORDER BY i.id LIMIT :limit")
_READ_ONE = text(_READ + " AND i.id = :id")
_READ_FOR_CHANGE = text(_READ + " AND i.id = :id FOR UPDATE OF i")
_INSERT = text("""
    INSERT INTO integrations (workspace_id, id, type, name, settings)
    VALUES (:workspace, :id, :type, :name, CAST(:settings AS jsonb))""")
_UPDATE = text("""
    UPDATE integrations SET name = :name, enabled = :enabled, settings = CAST(:settings AS jsonb),
                            row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_IN_BIN = text("""
    UPDATE integrations SET deleted_at = CASE WHEN :gone THEN now() END, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_USED = text("""
    SELECT id FROM tasks WHERE workspace_id = :workspace AND integration_id = :id AND deleted_at IS NULL
    ORDER BY id LIMIT 1""")
_DELIVERIES = text("""
    SELECT d.id, d.seq, d.conversation_id, d.status, d.tries, d.detail, convert_from(d.body, 'UTF8') AS body,
           d.created_at, d.due_at, d.finished_at
    FROM deliveries d
    WHERE d.workspace_id = :workspace AND d.target_id = :id AND d.target_id LIKE 'intg%'
      AND d.seq < :before AND (:status = '' OR d.status = :status)
      AND (cardinality(CAST(:within AS text[])) = 0 OR EXISTS (
          SELECT FROM conversations c WHERE c.workspace_id = d.workspace_id AND c.id = d.conversation_id
            AND c.assistant_id = ANY (CAST(:within AS text[]))))
    ORDER BY d.seq DESC LIMIT :limit""")


@dataclass(frozen=True, slots=True)
class Integration:
    """`settings` are without secrets; `secret_names` says which secrets there are. `signed`: whether its posts are."""

    id: IntegrationId
    type: str
    name: str
    enabled: bool
    settings: dict[str, object]
    secret_names: tuple[str, ...]
    signed: bool
    task_ids: tuple[str, ...]
    row_version: int
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """What was, or is to be, sent. `detail` says how the last try ended; `due_at` when the next one is."""

    id: DeliveryId
    seq: int
    conversation_id: str | None
    status: str
    tries: int
    detail: str
    body: str
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None


async def list_integrations(
    workspace: WorkspaceId, tx: Tx, *, after: str, limit: int, from_bin: bool = False
) -> list[Integration]:
    """In the order they were made, those after the id `after`."""
    rows = await tx.execute(_LIST, {"workspace": workspace, "after": after, "limit": limit, "bin": from_bin})
    return [_integration(row) for row in rows]


async def read_integration(
    workspace: WorkspaceId, tx: Tx, integration_id: str, *, for_change: bool = False
) -> Integration:
    """One integration; `for_change` keeps others from changing it until the commit."""
    statement = _READ_FOR_CHANGE if for_change else _READ_ONE
    row = (await tx.execute(statement, {"workspace": workspace, "id": integration_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such integration.")
    return _integration(row)


async def create_integration(
    workspace: WorkspaceId, tx: Tx, *, kind: str, name: str, settings: Mapping[str, object]
) -> IntegrationId:
    made = IntegrationId(mint("intg"))
    values = {"workspace": workspace, "id": made, "type": kind, "name": name, "settings": json_text(settings)}
    await tx.execute(_INSERT, values)
    return made


async def update_integration(
    workspace: WorkspaceId,
    tx: Tx,
    integration_id: IntegrationId,
    *,
    name: str,
    enabled: bool,
    settings: Mapping[str, object],
) -> None:
    values = {"name": name, "enabled": enabled, "settings": json_text(settings)}
    await tx.execute(_UPDATE, {"workspace": workspace, "id": integration_id, **values})


async def put_in_bin(workspace: WorkspaceId, tx: Tx, integration_id: IntegrationId) -> None:
    """Remove one that is held for change and that no task uses; what still waits to be sent to it is given up."""
    place = {"workspace": workspace, "id": integration_id}
    task = (await tx.execute(_USED, place)).scalar()
    if task is not None:
        raise Refused(
            "in_use",
            f"The task {task} tells it what happens; give that task another integration or none first.",
        )
    await tx.execute(_IN_BIN, {**place, "gone": True})


async def restore_integration(workspace: WorkspaceId, tx: Tx, integration_id: IntegrationId) -> None:
    """Bring one back, as it was, with its secrets."""
    await tx.execute(_IN_BIN, {"workspace": workspace, "id": integration_id, "gone": False})


async def deliveries_to(
    workspace: WorkspaceId,
    tx: Tx,
    integration_id: str,
    *,
    before: int,
    status: str,
    limit: int,
    within: AbstractSet[str],
) -> list[DeliveryRow]:
    """The newest first, those numbered below `before`; of one status, or of any where it is empty.

    `within`: the assistants whose conversations are shown; empty for all.
    """
    values = {
        "id": integration_id,
        "before": before,
        "status": status,
        "limit": limit,
        "within": sorted(within),
    }
    rows = await tx.execute(_DELIVERIES, {"workspace": workspace, **values})
    return [DeliveryRow(*row) for row in rows]


def _integration(row: Row[Any]) -> Integration:
    return Integration(
        row.id,
        row.type,
        row.name,
        row.enabled,
        row.settings,
        tuple(row.secret_names),
        row.signed,
        tuple(row.task_ids),
        row.row_version,
        row.created_at,
        row.deleted_at,
    )
