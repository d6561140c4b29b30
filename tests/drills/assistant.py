"""An assistant beside the demo's, made in the database of a running installation."""

from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import bots, workspaces
from frontdesk.store.channels import create_channel
from frontdesk.store.connect import open_store
from frontdesk.store.ids import mint
from frontdesk.studio.publish import publish


@dataclass(frozen=True)
class Assistant:
    workspace: WorkspaceId
    path: str

    @property
    def webhook(self) -> str:
        return f"{self.path}/webhooks/rest/webhook"


async def make_assistant(
    url: str, files: Mapping[str, str], *, env: Mapping[str, str], callback: str = ""
) -> Assistant:
    """`url` is the database's, as the program's login; with `callback` there is a callback channel to that address."""
    store = await open_store(url, pool_size=2)
    workspace = WorkspaceId(mint("ws"))
    try:
        async with store.unit_of_work(workspace) as tx:
            await workspaces.create(workspace, tx, name="Drill")
            made = await bots.create_assistant(
                workspace, tx, slug="drill", name="Drill", is_default=False, env=env
            )
            if callback:
                await create_channel(
                    workspace,
                    tx,
                    channel_type="callback",
                    name="Drill",
                    settings={"url": callback},
                    assistant_id=made.id,
                )
        await publish(workspace, store, made.id, files=files, by="drill")
    finally:
        await store.close()
    return Assistant(workspace, f"/a/{made.id}")
