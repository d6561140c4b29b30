"""How much one target may be asked at a time by this process, and when it is left alone because it is down.

Kept in memory: what is at stake is other targets' time, never a delivery. Called by `turn/deliver.py`.

open --fails in a row--> left alone for a pause --> one probe at a time --ok--> open
                                  ^------------------- fails (longer pause) --'
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from frontdesk.core.ids import WorkspaceId

FAILS = 3
PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0


class Lane(NamedTuple):
    workspace: WorkspaceId
    lane: str


class Target(NamedTuple):
    workspace: WorkspaceId
    id: str


@dataclass(slots=True)
class _State:
    in_flight: int = 0
    fails: int = 0
    pause_s: float = PAUSE_S
    alone_until: float = 0.0
    waiting: dict[Lane, None] = field(default_factory=dict)  # in the order in which they came


class Targets:
    def __init__(self, *, at_once: int, now: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._now = now
        self._states: defaultdict[Target, _State] = defaultdict(_State)

    def alone_s(self, target: Target) -> float:
        """For how much longer the target is left alone; 0 when it may be tried."""
        state = self._states.get(target)
        return 0.0 if state is None else max(0.0, state.alone_until - self._now())

    def enter(self, target: Target, lane: Lane) -> bool:
        """Take one of the target's slots; when none is free, `lane` is handed out by `next` later."""
        state = self._states[target]
        if not self._has_room(state):
            state.waiting[lane] = None
            return False
        state.waiting.pop(lane, None)
        state.in_flight += 1
        return True

    def leave(self, target: Target) -> None:
        self._states[target].in_flight -= 1

    def next(self, target: Target) -> Lane | None:
        """The lane that has waited longest for a slot, when one is free."""
        state = self._states[target]
        if state.waiting and self._has_room(state):
            lane = next(iter(state.waiting))
            del state.waiting[lane]
            return lane
        if not (state.waiting or state.in_flight or state.fails):
            del self._states[target]
        return None

    def worked(self, target: Target) -> None:
        """It answered: whatever was wrong with it is over."""
        state = self._states[target]
        state.fails, state.pause_s, state.alone_until = 0, PAUSE_S, 0.0

    def failed(self, target: Target) -> None:
        state = self._states[target]
        state.fails += 1
        # Attempts that were under way together count as one reason to leave it alone.
        if state.fails >= FAILS and self._now() >= state.alone_until:
            state.alone_until = self._now() + state.pause_s
            state.pause_s = min(2 * state.pause_s, LONGEST_PAUSE_S)

    def _has_room(self, state: _State) -> bool:
        return state.in_flight < (1 if state.fails >= FAILS else self._at_once)
