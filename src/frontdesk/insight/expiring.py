"""Deletes closed conversations whose workspace keeps them no longer: the job behind Settings, Privacy. Registered by `app`.

Each batch is one transaction with its entry in the audit log, so a round that broke off has deleted whole batches, and the
next one goes on. Workspaces take turns, and each has so many batches a round: whoever has years to let go keeps none waiting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from frontdesk.core.ids import WorkspaceId
from frontdesk.insight import periods
from frontdesk.ports.clock import Clock
from frontdesk.store import audit, retention, tallies, workspaces
from frontdesk.store.connect import Store

log = structlog.get_logger()
EVERY_S = 300.0
BATCH = 200
BATCHES = 25
"""Of one workspace in a round."""
BY = "retention"


def before(now: datetime, days: int) -> datetime:
    """What was closed earlier than this has been kept for `days`."""
    return now - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Expiring:
    """`touch` tells every process that a workspace has news."""

    store: Store
    clock: Clock
    touch: Callable[[str], None]
    batch: int = BATCH
    batches: int = BATCHES

    async def sweep(self) -> None:
        """One round: a batch of each workspace in turn, until nothing is due or each had its share."""
        waiting = await retention.kept_too_long(self.store, self.clock.now())
        for _ in range(self.batches):
            waiting = [workspace for workspace in waiting if await self._has_more(workspace)]

    async def _has_more(self, workspace: WorkspaceId) -> bool:
        try:
            return await self.delete_some(workspace) > 0
        except Exception:
            # Tried again in the next round; the others have their turn all the same.
            log.exception("retention.not_deleted", workspace=workspace)
            return False

    async def delete_some(self, workspace: WorkspaceId) -> int:
        """One batch; how many conversations went."""
        async with self.store.unit_of_work(workspace) as tx:
            days = (await retention.read(workspace, tx)).closed_days
            if days is None:
                return 0
            limit = before(self.clock.now(), days)
            due = await retention.hold_due(workspace, tx, before=limit, most=self.batch)
            if not due:
                return 0
            zone = periods.zone_of(await workspaces.time_zone(workspace, tx)).key
            await tallies.keep(workspace, tx, due, zone=zone)
            files = await retention.delete(workspace, tx, due)
            after = {"days": days, "conversations": len(due), "files": files}
            entry = audit.Entry(self.clock.now(), BY, "retention.applied", workspace, after=after)
            await audit.append(workspace, tx, entry)
        self.touch(workspace)
        return len(due)
