"""What of access is of no more use is taken away, every hour: sessions that ran out, old links, tries of long ago."""

from datetime import datetime, timedelta

from frontdesk.access.sessions import IDLE
from frontdesk.access.throttling import FORGOTTEN_AFTER
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.access_links import trim_links
from frontdesk.store.account_sessions import trim_sessions
from frontdesk.store.connect import Store
from frontdesk.store.sign_in_tries import trim_tries

LINKS_KEPT = timedelta(days=30)


async def trim_workspace(workspace: WorkspaceId, store: Store, now: datetime) -> None:
    async with store.unit_of_work(workspace) as tx:
        await trim_sessions(workspace, tx, now=now, seen_since=now - IDLE)
        await trim_links(workspace, tx, before=now - LINKS_KEPT)


async def trim_all(store: Store, now: datetime) -> None:
    """What is no workspace's."""
    await trim_tries(store, before=now - 2 * FORGOTTEN_AFTER)
