"""Assistants as the API shows and changes them; making and publishing them is elsewhere. Called by `web`."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.store.tx import Tx

_COLUMNS = """
    SELECT a.id, a.slug, a.name, a.is_default, a.published_version, a.row_version, a.created_at, a.deleted_at,
           ARRAY(SELECT h.host FROM assistant_hosts h
                 WHERE h.workspace_id = a.workspace_id AND h.assistant_id = a.id ORDER BY h.host) AS hosts
    FROM assistants a WHERE a.workspace_id = :workspace"""
_LIST = text(f"""{_COLUMNS} AND (a.deleted_at IS NOT NULL) = :bin AND a.id > :after
      AND (cardinality(CAST(:within AS text[])) = 0 OR a.id = ANY (CAST(:within AS text[])))
    ORDER BY a.id LIMIT :limit""")
_READ = text(f"{_COLUMNS} AND a.id = :id")
_READ_FOR_CHANGE = text(f"{_COLUMNS} AND a.id = :id FOR UPDATE OF a")
_DEFAULT = text(
    "SELECT id FROM assistants WHERE workspace_id = :workspace AND is_default AND deleted_at IS NULL"
)
_NAMES = text("""
    SELECT w.name, a.name FROM workspaces w LEFT JOIN assistants a ON a.workspace_id = w.workspace_id AND a.id = :id
    WHERE w.workspace_id = :workspace""")
_ENV = text("SELECT env FROM assistants WHERE workspace_id = :workspace AND id = :id")
_UPDATE = text("""
    UPDATE assistants SET name = :name, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_FORMER_DEFAULT = text("""
    UPDATE assistants SET is_default = false, row_version = row_version + 1
    WHERE workspace_id = :workspace AND is_default AND id <> :id""")
_NEW_DEFAULT = text("""
    UPDATE assistants SET is_default = true WHERE workspace_id = :workspace AND id = :id""")
_RELEASE = text("""
    DELETE FROM assistant_hosts
    WHERE workspace_id = :workspace AND assistant_id = :id AND host <> ALL (CAST(:hosts AS text[]))""")
# In one order for everybody, so that two who want the same names never wait for each other in a ring.
_CLAIM = text("""
    INSERT INTO assistant_hosts (workspace_id, host, assistant_id)
    SELECT :workspace, host, :id FROM unnest(CAST(:hosts AS text[])) AS host ORDER BY host
    ON CONFLICT (host) DO NOTHING""")
_OWN = text("""
    SELECT host FROM assistant_hosts WHERE workspace_id = :workspace AND assistant_id = :id""")


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
    deleted_at: datetime | None


async def list_assistants(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    after: str,
    limit: int,
    within: AbstractSet[str],
    from_bin: bool = False,
) -> list[Assistant]:
    """In the order they were made, those after the id `after`; `within` limits to some ids unless empty."""
    values = {
        "workspace": workspace,
        "after": after,
        "limit": limit,
        "within": sorted(within),
        "bin": from_bin,
    }
    rows = await tx.execute(_LIST, values)
    return [_assistant(row) for row in rows]


async def read_assistant(
    workspace: WorkspaceId, tx: Tx, assistant_id: str, *, for_change: bool = False, also_bin: bool = False
) -> Assistant:
    """One assistant; `for_change` keeps others from changing it until the commit.

    Raises:
        Refused: There is none, or it is in the bin and not asked for there with `also_bin`.
    """
    found = await tx.execute(
        _READ_FOR_CHANGE if for_change else _READ, {"workspace": workspace, "id": assistant_id}
    )
    row = found.first()
    if row is None:
        raise Refused("not_found", "There is no such assistant.")
    if row.deleted_at is not None and not also_bin:
        raise Refused("not_found", "The assistant is in the bin; restore it first.")
    return _assistant(row)


async def find_default(workspace: WorkspaceId, tx: Tx) -> AssistantId | None:
    """The one that answers where no other is asked for."""
    found: str | None = await tx.scalar(_DEFAULT, {"workspace": workspace})
    return None if found is None else AssistantId(found)


async def own_names(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> tuple[str, ...]:
    """What the company and its assistant are called."""
    row = (await tx.execute(_NAMES, {"workspace": workspace, "id": assistant_id})).first()
    return () if row is None else tuple(name for name in row if name)


async def env_of(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> dict[str, str]:
    """The values that its bot sees as `env.*` here, over those of its files."""
    found: dict[str, str] | None = await tx.scalar(_ENV, {"workspace": workspace, "id": assistant_id})
    return dict(found or {})


async def update_assistant(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    *,
    name: str,
    hosts: Collection[str] | None = None,
) -> None:
    """Change its name, and the host names at which it answers unless None: lower case, without port.

    Raises:
        Refused: `host_taken`, when another assistant of the installation has one of them.
    """
    place = {"workspace": workspace, "id": assistant_id}
    if hosts is not None:
        await _claim(tx, place, sorted(set(hosts)))
    await tx.execute(_UPDATE, {**place, "name": name})


async def make_default(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> None:
    """Have it answer where no other is asked for; the caller holds the workspace, and none other does so any more."""
    place = {"workspace": workspace, "id": assistant_id}
    await tx.execute(_FORMER_DEFAULT, place)
    await tx.execute(_NEW_DEFAULT, place)


async def _claim(tx: Tx, place: dict[str, str], wanted: list[str]) -> None:
    await tx.execute(_RELEASE, {**place, "hosts": wanted})
    await tx.execute(_CLAIM, {**place, "hosts": wanted})
    own = set((await tx.execute(_OWN, place)).scalars())
    taken = [host for host in wanted if host not in own]
    if taken:
        raise host_taken(taken[0])


def host_taken(host: str) -> Refused:
    return Refused("host_taken", f"{host} belongs to another assistant; choose another name.", field="hosts")


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
        row.deleted_at,
    )
