"""Services of language models of a workspace, without their keys (`secrets`, under the service's id). Called by `hub`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AiServiceId, WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

_COLUMNS = """
    SELECT s.id, s.kind, s.name, s.settings, s.models, s.limits, s.place, s.enabled, s.row_version, s.created_at, s.rests,
           ARRAY(SELECT c.name FROM secrets c
                 WHERE c.workspace_id = s.workspace_id AND c.owner_id = s.id ORDER BY c.name) AS secret_names
    FROM ai_services s WHERE s.workspace_id = :workspace"""
_LIST = text(_COLUMNS + " ORDER BY s.place, s.id")
_READ = text(_COLUMNS + " AND (s.id = :wanted OR s.name = :wanted)")
_READ_FOR_CHANGE = text(_COLUMNS + " AND (s.id = :wanted OR s.name = :wanted) FOR UPDATE OF s")
_INSERT = text("""
    INSERT INTO ai_services (workspace_id, id, kind, name, settings, models, limits, place)
    SELECT CAST(:workspace AS text), :id, :kind, :name, CAST(:settings AS jsonb), CAST(:models AS jsonb),
           CAST(:limits AS jsonb), coalesce(max(place), 0) + 1
    FROM ai_services WHERE workspace_id = :workspace""")
_UPDATE = text("""
    UPDATE ai_services SET name = :name, settings = CAST(:settings AS jsonb), models = CAST(:models AS jsonb),
           limits = CAST(:limits AS jsonb), enabled = :enabled, rests = NULL, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_PLACE = text("UPDATE ai_services SET place = :place WHERE workspace_id = :workspace AND id = :id")
# Not a change of the service: its version stays.
_REST = text("""
    UPDATE ai_services SET rests = CAST(:rests AS jsonb)
    WHERE workspace_id = :workspace AND id = :id AND row_version = :version""")
_DELETE = text("DELETE FROM ai_services WHERE workspace_id = :workspace AND id = :id")
_DELETE_SECRETS = text("DELETE FROM secrets WHERE workspace_id = :workspace AND owner_id = :id")
_READ_LIMITS = text("SELECT limits FROM ai_limits WHERE workspace_id = :workspace")
_PUT_LIMITS = text("""
    INSERT INTO ai_limits (workspace_id, limits) VALUES (:workspace, CAST(:limits AS jsonb))
    ON CONFLICT (workspace_id) DO UPDATE SET limits = EXCLUDED.limits, changed_at = now()""")


class Models(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which of the service's models is asked for what; an empty one is not asked for it."""

    standard: str = ""
    complex: str = ""
    image: str = ""


class ServiceLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one service may be used for; 0 is no limit.

    Prices are in whole units of a currency: for a million tokens, and for a picture.
    """

    tokens_a_day: int = 0
    tokens_a_month: int = 0
    answer_tokens: int = 800
    price_in: float = 0.0
    price_out: float = 0.0
    price_image: float = 0.0


class WorkspaceLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all services of a workspace together may be used for; 0 is no limit."""

    tokens_a_day: int = 0
    tokens_a_month: int = 0
    tokens_a_conversation: int = 100_000


class Rests(msgspec.Struct, frozen=True):
    """That a service is left alone: `why` is the name of the trouble, `detail` a few words of the service's about it."""

    since: datetime
    until: datetime
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AiService:
    """`settings` are without secrets; `place` is where it stands in the order in which services are asked.

    `rests` tells of its last rest, until it has answered or was changed; each process leaves it alone by itself.
    """

    id: AiServiceId
    kind: str
    name: str
    settings: dict[str, object]
    models: Models
    limits: ServiceLimits
    place: int
    enabled: bool
    row_version: int
    created_at: datetime
    secret_names: tuple[str, ...]
    rests: Rests | None = None


async def list_services(workspace: WorkspaceId, tx: Tx) -> list[AiService]:
    """In the order in which they are asked."""
    return [_service(row) for row in await tx.execute(_LIST, {"workspace": workspace})]


async def read_service(workspace: WorkspaceId, tx: Tx, wanted: str, *, for_change: bool = False) -> AiService:
    """The one with this id or name; `for_change` keeps others from changing it until the commit."""
    sql = _READ_FOR_CHANGE if for_change else _READ
    row = (await tx.execute(sql, {"workspace": workspace, "wanted": wanted})).first()
    if row is None:
        raise Refused("not_found", "There is no such AI service.")
    return _service(row)


@dataclass(frozen=True, slots=True)
class NewService:
    kind: str
    name: str
    settings: Mapping[str, object]
    models: Models
    limits: ServiceLimits


async def create_service(workspace: WorkspaceId, tx: Tx, new: NewService) -> AiServiceId:
    """The last in the order."""
    service_id = AiServiceId(mint("ais"))
    values = {"workspace": workspace, "id": service_id, "kind": new.kind, **_fields(new.name, new.settings)}
    try:
        await tx.execute(
            _INSERT, {**values, "models": json_text(new.models), "limits": json_text(new.limits)}
        )
    except IntegrityError:
        raise _name_taken(new.name) from None
    return service_id


async def update_service(
    workspace: WorkspaceId,
    tx: Tx,
    service: AiService,
) -> None:
    """Write what may change of `service`; its place has a function of its own."""
    values = {"workspace": workspace, "id": service.id, "enabled": service.enabled}
    changed = {"models": json_text(service.models), "limits": json_text(service.limits)}
    try:
        await tx.execute(_UPDATE, {**values, **_fields(service.name, service.settings), **changed})
    except IntegrityError:
        raise _name_taken(service.name) from None


async def note_rest(workspace: WorkspaceId, tx: Tx, service: AiService, rests: Rests | None) -> None:
    """Have it shown; nothing is done where the service was changed meanwhile."""
    values = {"workspace": workspace, "id": service.id, "version": service.row_version}
    await tx.execute(_REST, {**values, "rests": None if rests is None else json_text(rests)})


async def put_in_order(workspace: WorkspaceId, tx: Tx, ids: list[AiServiceId]) -> None:
    for place, service_id in enumerate(ids, 1):
        await tx.execute(_PLACE, {"workspace": workspace, "id": service_id, "place": place})


async def delete_service(workspace: WorkspaceId, tx: Tx, service_id: AiServiceId) -> None:
    """The service and its secrets; what it was used for stays in the sums."""
    for sql in (_DELETE_SECRETS, _DELETE):
        await tx.execute(sql, {"workspace": workspace, "id": service_id})


async def read_limits(workspace: WorkspaceId, tx: Tx) -> WorkspaceLimits:
    found = (await tx.execute(_READ_LIMITS, {"workspace": workspace})).scalar()
    return WorkspaceLimits() if found is None else msgspec.convert(found, WorkspaceLimits)


async def put_limits(workspace: WorkspaceId, tx: Tx, limits: WorkspaceLimits) -> None:
    await tx.execute(_PUT_LIMITS, {"workspace": workspace, "limits": json_text(limits)})


def _fields(name: str, settings: Mapping[str, object]) -> dict[str, str]:
    return {"name": name, "settings": json_text(settings)}


def _name_taken(name: str) -> Refused:
    return Refused("conflict", f"There is an AI service called {name} already.", field="name")


def _service(row: Row[Any]) -> AiService:
    return AiService(
        row.id,
        row.kind,
        row.name,
        row.settings,
        msgspec.convert(row.models, Models),
        msgspec.convert(row.limits, ServiceLimits),
        row.place,
        row.enabled,
        row.row_version,
        row.created_at,
        tuple(row.secret_names),
        None if row.rests is None else msgspec.convert(row.rests, Rests),
    )
