"""What an endpoint's posts are signed with: the current secret, and for a day after a rotation the ones before.

They lie among `secrets`; the name of an old one says until when it signs.
"""

from datetime import datetime, timedelta

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store.secrets import Vault, delete_secrets, list_secrets, put_secrets, reveal_secrets
from frontdesk.store.tx import Tx

CURRENT = "current"
_OLD = "until_"
OLD_SIGNS_FOR = timedelta(hours=24)
MOST_OLD = 2


async def keep_first(workspace: WorkspaceId, tx: Tx, vault: Vault, webhook_id: str, secret: Redacted) -> None:
    await put_secrets(workspace, tx, vault, webhook_id, {CURRENT: secret})


async def signing(
    workspace: WorkspaceId, tx: Tx, vault: Vault, webhook_id: str, now: datetime
) -> list[Redacted]:
    """Those that sign at this moment, the current one first, then the younger before the older."""
    names = [CURRENT, *await _old(workspace, tx, webhook_id, now)]
    found = await reveal_secrets(workspace, tx, vault, webhook_id, names)
    return [found[name] for name in names if name in found]


async def rotate(
    workspace: WorkspaceId, tx: Tx, vault: Vault, webhook_id: str, *, secret: Redacted, now: datetime
) -> datetime:
    """Let `secret` sign from now on; until when the one before does. Of a third old one nothing stays."""
    until = now + OLD_SIGNS_FOR
    before = await reveal_secrets(workspace, tx, vault, webhook_id, [CURRENT])
    kept = (await _old(workspace, tx, webhook_id, now))[: MOST_OLD - 1]
    every = [one.name for one in await list_secrets(workspace, tx, webhook_id)]
    await delete_secrets(workspace, tx, webhook_id, [name for name in every if name not in kept])
    # Two rotations within a second must not take each other's place.
    name = next(
        made for n in range(MOST_OLD + 1) if (made := f"{_OLD}{int(until.timestamp()) + n}") not in kept
    )
    values = {CURRENT: secret, **({name: before[CURRENT]} if CURRENT in before else {})}
    await put_secrets(workspace, tx, vault, webhook_id, values)
    return until


async def old_until(workspace: WorkspaceId, tx: Tx, webhook_id: str, now: datetime) -> list[datetime]:
    """Until when old secrets sign, the latest first."""
    names = await _old(workspace, tx, webhook_id, now)
    return [datetime.fromtimestamp(_until(name), now.tzinfo) for name in names]


async def _old(workspace: WorkspaceId, tx: Tx, webhook_id: str, now: datetime) -> list[str]:
    names = [one.name for one in await list_secrets(workspace, tx, webhook_id) if one.name.startswith(_OLD)]
    return sorted((name for name in names if _until(name) > now.timestamp()), key=_until, reverse=True)


def _until(name: str) -> int:
    return int(name.removeprefix(_OLD))
