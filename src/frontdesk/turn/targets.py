"""How much of one target this process asks at a time, and when it leaves a target alone because it is down.

open --fails in a row--> left alone for a pause --> one probe at a time --ok--> open
                                  ^------------------- fails (longer pause) --'
Kept in memory: what is at stake is other targets' time, never a delivery. Called by `turn/deliver.py`
and, for the job's name, `turn/mails.py`.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from frontdesk.core.ids import WorkspaceId

JOB = "deliver"
"""The job that tells another process of a lane that has something to send."""
FAILS = 5
"""More than one delivery is tried, so that no single one closes its target."""
PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0
FIRST_ROOM = 4
"""Deliveries on their way to a target at a time, before it has shown that it answers."""
MOST_ROOM = 24
"""Below the connections that one host is given for a purpose, so that another target there finds one free."""
ALL_AT_ONCE = 400
MOST_WAITING = 10_000
"""Lanes of one target that are remembered; the net under the deliveries finds the others."""


class Target(NamedTuple):
    workspace: WorkspaceId
    id: str


class Lane(NamedTuple):
    """Deliveries of one conversation to one target, `<target>:<conversation>`."""

    workspace: WorkspaceId
    name: str

    @property
    def target(self) -> Target:
        return Target(self.workspace, self.name.partition(":")[0])


@dataclass(slots=True)
class _State:
    in_flight: int = 0
    room: int = FIRST_ROOM
    fails: int = 0
    pause_s: float = PAUSE_S
    alone_until: float = 0.0
    waiting: dict[Lane, None] = field(default_factory=dict)  # in the order in which they came


class Targets:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._in_flight = 0
        self._turned_away: dict[Target, None] = {}
        self._states: defaultdict[Target, _State] = defaultdict(_State)

    def enter(self, lane: Lane) -> bool:
        """Take a place at the lane's target; without one it waits, and `next` hands it out."""
        state = self._states[lane.target]
        if not self._has_room(state):
            self.queue(lane)
            self._remember_if_full(lane.target)
            return False
        self._take(state, lane)
        return True

    def queue(self, lane: Lane) -> None:
        """Put the lane behind those that wait for a place."""
        waiting = self._states[lane.target].waiting
        if len(waiting) < MOST_WAITING:
            waiting[lane] = None

    def waits(self, lane: Lane) -> bool:
        """Whether `next` will hand it out."""
        state = self._states.get(lane.target)
        return state is not None and lane in state.waiting

    def leave(self, target: Target) -> None:
        """Give a place back."""
        state = self._states[target]
        state.in_flight -= 1
        self._in_flight -= 1
        if not (state.waiting or state.in_flight or state.fails):
            del self._states[target]

    def next(self, target: Target) -> Lane | None:
        """The lane that waited longest, in its place now; None when none waits or there is no place."""
        state = self._states.get(target)
        if state is None or not state.waiting:
            return None
        if not self._has_room(state):
            self._remember_if_full(target)
            return None
        lane = next(iter(state.waiting))
        self._take(state, lane)
        return lane

    def turned_away(self) -> list[Target]:
        """The targets whose lanes found no place because there were too many of all targets, once there is one."""
        if self._in_flight >= ALL_AT_ONCE:
            return []
        found, self._turned_away = list(self._turned_away), {}
        return found

    def crowded(self, target: Target) -> bool:
        """Whether lanes wait for a place."""
        return bool(self._states[target].waiting)

    def alone_s(self, target: Target) -> float:
        """For how much longer the target is left alone."""
        state = self._states.get(target)
        return 0.0 if state is None else max(0.0, state.alone_until - self._now())

    def worked(self, target: Target) -> None:
        """It answered: whatever was wrong with it is over."""
        state = self._states[target]
        state.room = min(state.room + 1, MOST_ROOM)
        state.fails, state.pause_s, state.alone_until = 0, PAUSE_S, 0.0

    def failed(self, target: Target) -> None:
        state = self._states[target]
        state.room = FIRST_ROOM
        state.fails += 1
        # Attempts that were under way together are one reason to leave it alone.
        if state.fails >= FAILS and self._now() >= state.alone_until:
            state.alone_until = self._now() + state.pause_s
            state.pause_s = min(2 * state.pause_s, LONGEST_PAUSE_S)

    def bother(self, target: Target) -> None:
        """Somebody says that it is there again: it is probed now instead of after its pause."""
        if target in self._states:
            self._states[target].alone_until = 0.0

    def _remember_if_full(self, target: Target) -> None:
        if self._in_flight >= ALL_AT_ONCE:
            self._turned_away[target] = None

    def _take(self, state: _State, lane: Lane) -> None:
        state.waiting.pop(lane, None)
        state.in_flight += 1
        self._in_flight += 1

    def _has_room(self, state: _State) -> bool:
        if self._in_flight >= ALL_AT_ONCE or self._now() < state.alone_until:
            return False
        return state.in_flight < (1 if state.fails >= FAILS else state.room)
