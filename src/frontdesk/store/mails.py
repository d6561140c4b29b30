"""How a workspace sends mail, and the mails that are on their way: deliveries to the target `mail`. Called by `turn.mails`
and `hub.mail`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.ids import DeliveryId, WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.tx import Tx

TARGET = "mail"
"""The target of every mail, and the owner of the mail settings' secrets."""

_READ = """
    SELECT m.kind, m.settings, m.row_version, m.changed_at,
           ARRAY(SELECT s.name FROM secrets s
                 WHERE s.workspace_id = m.workspace_id AND s.owner_id = 'mail' ORDER BY s.name) AS secret_names
    FROM mail_settings m WHERE m.workspace_id = :w"""
_READ_FOR_CHANGE = text(_READ + " FOR UPDATE OF m")
_READ_NOW = text(_READ)
_PUT = text("""
    INSERT INTO mail_settings (workspace_id, kind, settings) VALUES (:w, :kind, CAST(:settings AS jsonb))
    ON CONFLICT (workspace_id) DO UPDATE
    SET kind = EXCLUDED.kind, settings = EXCLUDED.settings, row_version = mail_settings.row_version + 1,
        changed_at = now()""")
_DELETE = text("DELETE FROM mail_settings WHERE workspace_id = :w")
_SENDER = text("""
    SELECT m.kind, w.name, w.language, w.time_zone
    FROM workspaces w LEFT JOIN mail_settings m ON m.workspace_id = w.workspace_id
    WHERE w.workspace_id = :w""")
_ADD = text("""
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, conversation_id, body)
    VALUES (:w, :id, :lane, :kind, 'mail', :conversation, :body)""")
_RECENT = text("""
    SELECT id, status, tries, detail, created_at, finished_at, due_at FROM deliveries
    WHERE workspace_id = :w AND target_id = 'mail' ORDER BY seq DESC LIMIT :limit""")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`kind`: the plug-in that sends. `settings` are without secrets."""

    kind: str
    settings: dict[str, object]
    row_version: int
    changed_at: datetime
    secret_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail of the workspace is from; `kind` is empty where no mail can be sent."""

    kind: str
    name: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Posted:
    """How it stands with one mail; what is in it, and for whom, is sealed."""

    id: DeliveryId
    status: str
    tries: int
    detail: str
    created_at: datetime
    finished_at: datetime | None
    due_at: datetime


async def read(workspace: WorkspaceId, tx: Tx, *, for_change: bool = False) -> MailSettings | None:
    """None where none were given."""
    row = (await tx.execute(_READ_FOR_CHANGE if for_change else _READ_NOW, {"w": workspace})).first()
    if row is None:
        return None
    return MailSettings(row.kind, row.settings, row.row_version, row.changed_at, tuple(row.secret_names))


async def put(workspace: WorkspaceId, tx: Tx, *, kind: str, settings: Mapping[str, object]) -> None:
    await tx.execute(_PUT, {"w": workspace, "kind": kind, "settings": json_text(settings)})


async def delete(workspace: WorkspaceId, tx: Tx) -> None:
    await tx.execute(_DELETE, {"w": workspace})


async def sender(workspace: WorkspaceId, tx: Tx) -> Sender:
    row = (await tx.execute(_SENDER, {"w": workspace})).one()
    return Sender(row.kind or "", row.name, row.language, row.time_zone)


async def add(
    workspace: WorkspaceId,
    tx: Tx,
    delivery_id: DeliveryId,
    *,
    lane: str,
    kind: str,
    body: bytes,
    conversation_id: str | None,
) -> None:
    """One mail to be sent, its `body` sealed."""
    values = {
        "w": workspace,
        "id": delivery_id,
        "lane": lane,
        "kind": kind,
        "body": body,
        "conversation": conversation_id,
    }
    await tx.execute(_ADD, values)


async def recent(workspace: WorkspaceId, tx: Tx, *, limit: int) -> list[Posted]:
    """The last ones, newest first."""
    return [Posted(*row) for row in await tx.execute(_RECENT, {"w": workspace, "limit": limit})]
