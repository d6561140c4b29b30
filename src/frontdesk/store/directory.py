"""The way in: from a host, a path or a key's prefix to the workspace it belongs to. Called by `web` and `turn`.

The only reads that look across workspaces; the database offers them as functions, not as tables.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

import asyncpg
import msgspec

from frontdesk.core.actor import NOWHERE
from frontdesk.core.ids import AssistantId, BotVersionId, ChannelId, IntegrationId, TaskId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.plans import from_row

A_PAGE = 500
"""Workspaces that are read at once."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The integration of a task, switched on; `settings` are without secrets."""

    id: IntegrationId
    type: str
    settings: dict[str, object]


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where a message that came in at some address belongs."""

    workspace: WorkspaceId
    assistant_id: AssistantId
    slug: str
    channel_id: ChannelId
    channel_type: str
    task_id: TaskId
    service_mode: str
    env: dict[str, str]
    published_version: BotVersionId | None
    settings: dict[str, object]
    language: str
    manager_id: str = ""
    integration: Connected | None = None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key as stored, found by one of its secrets.

    Attributes:
        hash: The SHA-256 of the whole secret.
        secret_until: When this secret ends, where another one has taken its place.
        addresses: The networks that it is taken from; empty means all.
        origins: Those of pages of others that may use it.
        requests_a_minute: How often each key of the workspace may ask; None is without a limit.
        plan: The workspace's plan where that is what sets the limit; else empty.
    """

    workspace: WorkspaceId
    id: str
    kind: str
    hash: bytes
    scopes: frozenset[str]
    assistant_ids: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    secret_until: datetime | None
    addresses: tuple[IPv4Network | IPv6Network, ...]
    origins: frozenset[str]
    requests_a_minute: int | None
    plan: str


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    workspace: WorkspaceId
    name: str
    is_default: bool
    is_demo: bool


@across_workspaces("the address of a request is all that is known; the workspace is what is looked for")
async def find_entrance(store: Store, *, host: str, name: str, channel_type: str) -> Entrance | None:
    """The assistant for a host name without port, or for the id or slug in a path when `name` is not empty."""
    async with store.turn_work(NOWHERE) as connection:
        row = await connection.fetchrow("SELECT * FROM find_assistant($1, $2, $3)", host, name, channel_type)
    return None if row is None else _entrance(row["workspace_id"], channel_type, row)


@across_workspaces("a key says by its prefix which workspace it opens")
async def find_key(store: Store, prefix: str) -> KeyRow | None:
    async with store.turn_work(NOWHERE) as connection:
        row = await connection.fetchrow("SELECT * FROM find_api_key($1)", prefix)
    if row is None:
        return None
    limit, plan = row["requests_a_minute"], from_row(row["plan"], row["switches"], row["quotas"])
    by_plan = plan.most("requests_a_minute")
    is_by_plan = by_plan is not None and (limit is None or by_plan < limit)
    return KeyRow(
        workspace=row["workspace_id"],
        id=row["id"],
        kind=row["kind"],
        hash=row["hash"],
        scopes=frozenset(row["scopes"]),
        assistant_ids=frozenset(row["assistant_ids"]),
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        secret_until=row["secret_until"],
        addresses=tuple(ip_network(address) for address in row["addresses"]),
        origins=frozenset(row["origins"]),
        requests_a_minute=by_plan if is_by_plan else limit,
        plan=plan.name if is_by_plan else "",
    )


@across_workspaces("what a browser asks before a request names no key, and so no workspace")
async def is_listed(store: Store, origin: str) -> bool:
    """Whether pages of this origin may use some key that works."""
    async with store.turn_work(NOWHERE) as connection:
        return bool(await connection.fetchval("SELECT origin_is_listed($1)", origin))


@across_workspaces("housekeeping visits each workspace in turn")
async def every_workspace(store: Store) -> list[WorkspaceRow]:
    async with store.turn_work(NOWHERE) as connection:
        rows = await connection.fetch("SELECT * FROM every_workspace()")
    return [_workspace(row) for row in rows]


@across_workspaces("which workspace is the installation's own is what is looked for")
async def own_workspace(store: Store) -> WorkspaceRow | None:
    """The installation's own, for which set-up links are; None before the first start is over."""
    async with store.turn_work(NOWHERE) as connection:
        row = await connection.fetchrow("SELECT * FROM every_workspace() WHERE is_default")
    return None if row is None else _workspace(row)


@across_workspaces("housekeeping visits each workspace in turn")
async def each_workspace(store: Store, *, a_page: int = A_PAGE) -> AsyncGenerator[WorkspaceRow]:
    """One after the other, however many there are; no connection is held meanwhile."""
    after = ""
    while True:
        async with store.turn_work(NOWHERE) as connection:
            rows = await connection.fetch("SELECT * FROM workspaces_after($1, $2)", after, a_page)
        for row in rows:
            yield _workspace(row)
        if len(rows) < a_page:
            return
        after = rows[-1]["workspace_id"]


def _workspace(row: asyncpg.Record) -> WorkspaceRow:
    return WorkspaceRow(row["workspace_id"], row["name"], row["is_default"], row["is_demo"])


INTEGRATION = """
    CASE WHEN i.enabled AND i.deleted_at IS NULL THEN jsonb_build_object('id', i.id, 'type', i.type, 'settings', i.settings) END"""
"""The integration of a task, as `Connected` is read from it."""
_ENTRANCE = f"""
    SELECT a.id AS assistant_id, a.slug, c.id AS channel_id, t.id AS task_id, t.service_mode, a.env,
           a.published_version, c.settings, w.language, c.type, t.manager_id,
           {INTEGRATION} AS integration
    FROM tasks t
    JOIN workspaces w ON w.workspace_id = t.workspace_id
    JOIN assistants a ON a.workspace_id = t.workspace_id AND a.id = t.assistant_id AND a.deleted_at IS NULL
    JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
    LEFT JOIN integrations i ON i.workspace_id = t.workspace_id AND i.id = t.integration_id
    WHERE t.workspace_id = $1
"""
_OPEN = "t.enabled AND c.enabled AND t.deleted_at IS NULL AND c.deleted_at IS NULL"
# $1 workspace, $2 host, $3 name. One question after the other, each answered out of an index.
_NAMED = """
    CASE WHEN $3 <> '' THEN coalesce(
             (SELECT a.id FROM assistants a WHERE a.workspace_id = $1 AND a.id = $3),
             (SELECT a.id FROM assistants a WHERE a.workspace_id = $1 AND a.slug = $3))
         ELSE coalesce(
             (SELECT h.assistant_id FROM assistant_hosts h WHERE h.workspace_id = $1 AND h.host = $2),
             (SELECT a.id FROM assistants a WHERE a.workspace_id = $1 AND a.is_default AND a.deleted_at IS NULL)) END
"""


async def entrance_of(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, assistant_id: AssistantId
) -> Entrance | None:
    """Where a conversation that is under way belongs; None when its channel or assistant is gone, or the assistant is in the bin."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(
            f"{_ENTRANCE} AND t.channel_id = $2 AND t.assistant_id = $3", workspace, channel_id, assistant_id
        )
    return None if row is None else _entrance(workspace, row["type"], row)


async def entrance_by_task(workspace: WorkspaceId, store: Store, task_id: str) -> Entrance | None:
    """Where a message that names its task belongs; None when the task or its channel is not there, in the bin or switched off."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(f"{_ENTRANCE} AND {_OPEN} AND t.id = $2", workspace, task_id)
    return None if row is None else _entrance(workspace, row["type"], row)


async def entrance_in(
    workspace: WorkspaceId, store: Store, *, host: str, name: str, channel_type: str
) -> Entrance | None:
    """As `find_entrance`, but among the assistants of one workspace; without host or name its default one."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(
            f"""{_ENTRANCE} AND {_OPEN} AND c.type = $4
                AND t.assistant_id = (SELECT {_NAMED})
                ORDER BY c.created_at LIMIT 1""",
            workspace,
            host,
            name,
            channel_type,
        )
    return None if row is None else _entrance(workspace, row["type"], row)


def _entrance(workspace: WorkspaceId, channel_type: str, row: asyncpg.Record) -> Entrance:
    return Entrance(
        workspace=workspace,
        assistant_id=row["assistant_id"],
        slug=row["slug"],
        channel_id=row["channel_id"],
        channel_type=channel_type,
        task_id=row["task_id"],
        service_mode=row["service_mode"],
        env=msgspec.json.decode(row["env"], type=dict[str, str]),
        published_version=row["published_version"],
        settings=msgspec.json.decode(row["settings"]),
        language=row["language"],
        manager_id=row["manager_id"],
        integration=None
        if row["integration"] is None
        else msgspec.json.decode(row["integration"], type=Connected),
    )
