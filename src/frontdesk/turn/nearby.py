"""The sender of deliveries in this process, while there is one: who commits some tells it, and no job is needed.

A process without a sender leaves a job in its commit, for another process. A wake-up that is lost here, with the
process or at its stop, is made up for by the net under the deliveries. Called by `turn/announcing.py`.
"""

from collections.abc import Callable, Iterable

from frontdesk.core.ids import WorkspaceId
from frontdesk.turn.targets import Lane


class Nearby:
    def __init__(self) -> None:
        self._work: Callable[[Lane], None] | None = None

    @property
    def is_there(self) -> bool:
        return self._work is not None

    def begin(self, work: Callable[[Lane], None]) -> None:
        """From now on `work` hears of every lane that has something new."""
        self._work = work

    def end(self, work: Callable[[Lane], None]) -> None:
        """`work` hears of nothing more, if it did."""
        if self._work == work:
            self._work = None

    def wake(self, workspace: WorkspaceId, lanes: Iterable[str]) -> None:
        """After the commit of deliveries in these lanes."""
        if self._work is not None:
            for name in dict.fromkeys(lanes):
                self._work(Lane(workspace, name))
