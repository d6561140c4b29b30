"""What an endpoint's or an integration's posts are signed with: the current secret, and for a day the ones before it.

They lie among `secrets`; the name of an old one says until when it signs. Beside the secrets of an integration's own
settings their names begin with `BESIDE`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store.secrets import Vault, delete_secrets, list_secrets, opened, put_secrets, reveal_secrets
from frontdesk.store.tx import Tx

BESIDE = "signing."
VISITORS = "visitors."
"""Of a channel: what sites prove with who of their visitors is signed in."""
CURRENT = "current"
_OLD = "until_"
OLD_SIGNS_FOR = timedelta(hours=24)
MOST_OLD = 2
_ADDRESSED = """
    SELECT w.url, w.enabled, s.name, s.key_id, s.sealed
    FROM webhooks w LEFT JOIN secrets s ON s.workspace_id = w.workspace_id AND s.owner_id = w.id
    WHERE w.workspace_id = $1 AND w.id = $2 AND w.deleted_at IS NULL"""


class Addressed(NamedTuple):
    """An endpoint as it is posted to; `secrets` sign, the current one first."""

    url: str
    enabled: bool
    secrets: list[Redacted]


async def addressed(
    workspace: WorkspaceId, connection: asyncpg.Connection, vault: Vault, webhook_id: str, now: datetime
) -> Addressed | None:
    """In one statement, since deliveries ask for it all the time; None when the endpoint was removed."""
    rows = await connection.fetch(_ADDRESSED, workspace, webhook_id)
    if not rows:
        return None
    sealed = {name: (name, key_id, value) for _, _, name, key_id, value in rows if name is not None}
    names = [name for name in (CURRENT, *_in_force(sealed, now, "")) if name in sealed]
    found = opened(workspace, vault, webhook_id, (sealed[name] for name in names))
    return Addressed(rows[0]["url"], rows[0]["enabled"], [found[name] for name in names if name in found])


async def keep_first(
    workspace: WorkspaceId, tx: Tx, vault: Vault, owner_id: str, secret: Redacted, *, prefix: str = ""
) -> None:
    await put_secrets(workspace, tx, vault, owner_id, {prefix + CURRENT: secret})


async def signing(
    workspace: WorkspaceId, tx: Tx, vault: Vault, owner_id: str, now: datetime, *, prefix: str = ""
) -> list[Redacted]:
    """Those that sign at this moment, the current one first, then the younger before the older."""
    names = [prefix + CURRENT, *await _old(workspace, tx, owner_id, now, prefix)]
    found = await reveal_secrets(workspace, tx, vault, owner_id, names)
    return [found[name] for name in names if name in found]


async def rotate(
    workspace: WorkspaceId,
    tx: Tx,
    vault: Vault,
    owner_id: str,
    *,
    secret: Redacted,
    now: datetime,
    prefix: str = "",
) -> datetime | None:
    """Let `secret` sign from now on; until when the one before does, if there was one. Of a third old one nothing stays."""
    until, current = now + OLD_SIGNS_FOR, prefix + CURRENT
    before = await reveal_secrets(workspace, tx, vault, owner_id, [current])
    kept = (await _old(workspace, tx, owner_id, now, prefix))[: MOST_OLD - 1]
    every = [one.name for one in await list_secrets(workspace, tx, owner_id) if one.name.startswith(prefix)]
    await delete_secrets(workspace, tx, owner_id, [name for name in every if name not in kept])
    # Two rotations within a second must not take each other's place.
    name = next(
        made
        for n in range(MOST_OLD + 1)
        if (made := f"{prefix}{_OLD}{int(until.timestamp()) + n}") not in kept
    )
    values = {current: secret, **({name: before[current]} if current in before else {})}
    await put_secrets(workspace, tx, vault, owner_id, values)
    return until if current in before else None


async def old_until(workspace: WorkspaceId, tx: Tx, owner_id: str, now: datetime) -> list[datetime]:
    """Until when old secrets sign, the latest first."""
    names = await _old(workspace, tx, owner_id, now, "")
    return [datetime.fromtimestamp(_until(name), now.tzinfo) for name in names]


async def _old(workspace: WorkspaceId, tx: Tx, owner_id: str, now: datetime, prefix: str) -> list[str]:
    return _in_force([one.name for one in await list_secrets(workspace, tx, owner_id)], now, prefix)


def _in_force(every: Iterable[str], now: datetime, prefix: str) -> list[str]:
    """Of all names those of old secrets that still sign, the younger before the older."""
    names = [name for name in every if name.startswith(prefix + _OLD)]
    return sorted((name for name in names if _until(name) > now.timestamp()), key=_until, reverse=True)


def _until(name: str) -> int:
    return int(name.rpartition("_")[2])
