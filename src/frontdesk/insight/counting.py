"""The job that keeps the figures: what changed in each workspace is counted, step by step. Registered by `app`.

Broken off anywhere it has counted whole steps, and goes on behind them the next time. Workspaces take turns, so none
waits until all of another is counted.
"""

import structlog

from frontdesk.core.ids import WorkspaceId
from frontdesk.insight import periods
from frontdesk.store import tallies, workspaces
from frontdesk.store.connect import Store

log = structlog.get_logger()
EVERY_S = 10.0
STEPS = 3
"""In one workspace before it is the others' turn."""


class Counting:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def sweep(self) -> None:
        waiting = await tallies.uncounted(self._store)
        while waiting:
            waiting = [workspace for workspace in waiting if await self._has_more(workspace)]

    async def _has_more(self, workspace: WorkspaceId) -> bool:
        try:
            return await count_some(workspace, self._store)
        except Exception:
            # Tried again at the next round; the others are counted all the same.
            log.exception("figures.not_counted", workspace=workspace)
            return False


async def count(workspace: WorkspaceId, store: Store, *, batch: int = tallies.BATCH) -> None:
    """Until everything is counted, or a conversation is held by somebody."""
    while await count_some(workspace, store, batch=batch):
        pass


async def count_some(workspace: WorkspaceId, store: Store, *, batch: int = tallies.BATCH) -> bool:
    """A few steps; whether there is more to count."""
    for _ in range(STEPS):
        async with store.unit_of_work(workspace) as tx:
            name = await workspaces.time_zone(workspace, tx)
            zone = periods.zone_of(name).key
            if not name or await tallies.is_current(workspace, tx, zone=zone):
                return False
            if await tallies.step(workspace, tx, zone=zone, batch=batch) != "more":
                return False
    return True
