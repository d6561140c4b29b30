"""One's own workspace: made at the first start, named through a link that works once."""

from datetime import timedelta

from frontdesk.app.wiring import Running
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import workspaces
from frontdesk.store.directory import every_workspace
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key, list_keys, revoke_key

KEY_NAME = "Set-up link"
LINK_LIVES = timedelta(days=1)


async def set_up_link(running: Running) -> str | None:
    """A fresh link while the workspace has not been set up; None afterwards. Older links stop working."""
    store = running.store
    own = next((row.workspace for row in await every_workspace(store) if row.is_default), None)
    if own is None:
        own = WorkspaceId(mint("ws"))
        async with store.unit_of_work(own) as tx:
            await workspaces.create(own, tx, name="My workspace", is_default=True)
    async with store.unit_of_work(own) as tx:
        if await workspaces.is_set_up(own, tx):
            return None
        for key in await list_keys(own, tx):
            if key.kind == "setup" and key.revoked_at is None:
                await revoke_key(own, tx, key.id)
        expires_at = running.line.clock.now() + LINK_LIVES
        _, text = await create_key(own, tx, kind="setup", name=KEY_NAME, expires_at=expires_at)
    return f"{running.settings.address}/setup?token={text.reveal()}"
