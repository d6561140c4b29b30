"""The job that keeps the figures: what changed in each workspace is counted, step by step. Registered by `app`.

Broken off anywhere it has counted whole steps, and goes on behind them the next time.
"""

from frontdesk.core.ids import WorkspaceId
from frontdesk.insight import periods
from frontdesk.store import tallies, workspaces
from frontdesk.store.connect import Store
from frontdesk.store.directory import every_workspace

EVERY_S = 10.0


class Counting:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def sweep(self) -> None:
        for one in await every_workspace(self._store):
            await count(one.workspace, self._store)


async def count(workspace: WorkspaceId, store: Store) -> None:
    """Until everything is counted, or a conversation is held by somebody."""
    step: tallies.Step = "more"
    while step == "more":
        async with store.unit_of_work(workspace) as tx:
            name = await workspaces.time_zone(workspace, tx)
            zone = periods.zone_of(name).key
            if not name or await tallies.is_current(workspace, tx, zone=zone):
                return
            step = await tallies.step(workspace, tx, zone=zone)
