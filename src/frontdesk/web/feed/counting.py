"""How many conversations each view has, told to each reader when it has become another number; now and then at most."""

import time
from collections.abc import Collection, Mapping, Sequence

import msgspec

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.desk_counts import counts_of
from frontdesk.web.feed.frames import Event

EVERY_S = 2.0


class Counting:
    """Of one workspace. `due` says that something may have changed."""

    def __init__(self, workspace: WorkspaceId, store: Store) -> None:
        self._workspace = workspace
        self._store = store
        self._told: dict[str, Mapping[str, object]] = {}
        self._is_due = False
        self._counted_at = -EVERY_S

    def due(self) -> None:
        self._is_due = True

    async def news(self, readers: Collection[str]) -> Sequence[Event]:
        """For the readers whose counts are others than they were told. They must be limited to no assistants."""
        is_new = not self._told.keys() >= set(readers)
        now = time.monotonic()
        if not readers or not (is_new or self._is_due) or now - self._counted_at < EVERY_S:
            return ()
        self._counted_at, self._is_due = now, False
        async with self._store.unit_of_work(self._workspace) as tx:
            found = await counts_of(self._workspace, tx, readers)
        changed = {reader: counts for reader, counts in found.items() if self._told.get(reader) != counts}
        self._told = dict(found)
        return [
            Event("counts", msgspec.json.encode(counts), only_for=reader)
            for reader, counts in changed.items()
        ]
