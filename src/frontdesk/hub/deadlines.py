"""How long models may take over one turn, however often they are asked in it: the customer waits for the turn.

A model that calls one action after the other is asked each time; a deadline for each question would add up.
"""

import time

FORGET_S = 120.0
"""A turn that is run again after so long begins with all its time."""
MOST_KEPT = 10_000


class Deadlines:
    """By turn, when it began to ask; remembered for this process. A question outside of a turn has its own time."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}

    def until(self, turn: str, within_s: float) -> float:
        """The moment of `time.monotonic` at which the turn's last question is given up."""
        now = time.monotonic()
        if not turn:
            return now + within_s
        began = self._began.get(turn)
        if began is None or now - began > within_s + FORGET_S:
            self._began.pop(turn, None)
            if len(self._began) >= MOST_KEPT:
                del self._began[next(iter(self._began))]
            began = self._began[turn] = now
        return began + within_s
