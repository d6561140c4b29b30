"""Assistants as the API lists them; making and publishing them is elsewhere. Called by `web`."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.store.tx import Tx

_LIST = text("""
    SELECT id, slug, name, hosts, is_default, published_version, row_version, created_at FROM assistants
    WHERE workspace_id = :workspace AND id > :after
      AND (cardinality(CAST(:within AS text[])) = 0 OR id = ANY (CAST(:within AS text[])))
    ORDER BY id LIMIT :limit""")
_READ = text("""
    SELECT id, slug, name, hosts, is_default, published_version, row_version, created_at FROM assistants
    WHERE workspace_id = :workspace AND id = :id""")


@dataclass(frozen=True, slots=True)
class Assistant:
    id: AssistantId
    slug: str
    name: str
    hosts: tuple[str, ...]
    is_default: bool
    published_version: BotVersionId | None
    row_version: int
    created_at: datetime


async def list_assistants(
    workspace: WorkspaceId, tx: Tx, *, after: str, limit: int, within: AbstractSet[str]
) -> list[Assistant]:
    """In the order they were made, those after the id `after`; `within` limits to some ids unless empty."""
    rows = await tx.execute(
        _LIST, {"workspace": workspace, "after": after, "limit": limit, "within": sorted(within)}
    )
    return [_assistant(row) for row in rows]


async def read_assistant(workspace: WorkspaceId, tx: Tx, assistant_id: str) -> Assistant:
    row = (await tx.execute(_READ, {"workspace": workspace, "id": assistant_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such assistant.")
    return _assistant(row)


def _assistant(row: Row[Any]) -> Assistant:
    return Assistant(
        row.id,
        row.slug,
        row.name,
        tuple(row.hosts),
        row.is_default,
        row.published_version,
        row.row_version,
        row.created_at,
    )
