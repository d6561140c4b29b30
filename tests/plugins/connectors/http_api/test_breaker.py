"""Closed, open, one trial: by a clock that the test moves."""

from datetime import UTC, datetime, timedelta

from frontdesk.plugins.connectors.http_api.breaker import FAILURES, PAUSE_S, Breaker

KEY = ("asst_1", "Balance")


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def test_it_opens_after_failures_in_a_row_and_lets_one_try_after_the_pause() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES - 1):
        breaker.failed(KEY)
    breaker.worked(KEY)
    for _ in range(FAILURES):
        assert not breaker.refuses(KEY)
        breaker.failed(KEY)
    assert breaker.refuses(KEY)
    clock.time += timedelta(seconds=PAUSE_S)
    assert not breaker.refuses(KEY)
    assert breaker.refuses(KEY), "one at a time"
    breaker.failed(KEY)
    assert breaker.refuses(KEY)
    clock.time += timedelta(seconds=PAUSE_S)
    assert not breaker.refuses(KEY)
    breaker.worked(KEY)
    assert not breaker.refuses(KEY)
