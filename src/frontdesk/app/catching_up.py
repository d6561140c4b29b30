"""Looks after conversations that a former release has left, or still writes while this one starts: an upgrade may run both at
a time.

Soon after the start, then every hour of the first day; a program that runs for longer has no former release beside it.
"""

from datetime import timedelta

import structlog

from frontdesk.ports.clock import Clock
from frontdesk.store import behind, desk_keys
from frontdesk.store.connect import Store
from frontdesk.store.directory import each_workspace

UPGRADES_TAKE = timedelta(days=1)

log = structlog.get_logger()


class CatchingUp:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._started_at = clock.now()

    async def sweep(self) -> None:
        """What was written from a day before the start on, and what programs have whose keys end or have ended."""
        if self._clock.now() - self._started_at > UPGRADES_TAKE:
            return
        async for one in each_workspace(self._store):
            since = self._started_at - UPGRADES_TAKE
            given = await behind.give_files(one.workspace, self._store, since=since)
            if given:
                log.info("conversations.files_given", workspace=one.workspace, count=given)
            caught = await behind.catch_up(one.workspace, self._store, since=since)
            if caught:
                log.info("conversations.caught_up", workspace=one.workspace, count=caught)
            unseen = await desk_keys.look_at_unseen(one.workspace, self._store)
            if unseen:
                log.info("conversations.of_keys_looked_at", workspace=one.workspace, count=unseen)
