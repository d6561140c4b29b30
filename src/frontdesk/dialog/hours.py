"""Business hours: what is open when, as the clock on the wall in their own time zone says.

An interval belongs to the day it begins on: a holiday takes away those that begin on it, and one over midnight
ends on the day after. Where clocks change, an hour that comes twice counts twice and one left out never comes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60
_FARTHEST_DAYS = 800
"""How far ahead an opening is looked for: past a year, its holidays, and the next year's."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start_min` to before `end_min`, in minutes from midnight; an end beyond 24:00 is on the next day."""

    start_min: int
    end_min: int

    def __post_init__(self) -> None:
        if not (0 <= self.start_min < DAY_MIN and self.start_min < self.end_min <= self.start_min + DAY_MIN):
            raise ValueError(f"no such interval: {self.start_min}-{self.end_min}")


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of a week, Monday first, with holidays by date and by month and day of every year."""

    zone: ZoneInfo
    week: tuple[tuple[Interval, ...], ...]
    closed_on: frozenset[date] = frozenset()
    closed_yearly: frozenset[tuple[int, int]] = frozenset()

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at an aware moment."""
        wall = now.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        today = wall.date()
        return any(each.start_min <= minute < each.end_min for each in self._of(today)) or any(
            minute + DAY_MIN < each.end_min for each in self._of(today - timedelta(days=1))
        )

    def next_opening(self, now: datetime) -> datetime | None:
        """The first moment from now on when it is open, in its time zone: now itself while it is.

        None when it does not open again for more than two years.
        """
        if self.is_open(now):
            return now.astimezone(self.zone)
        first = now.astimezone(self.zone).date()
        for ahead in range(_FARTHEST_DAYS):
            day = first + timedelta(days=ahead)
            later = [moment for moment in self._candidates(day) if moment > now and self.is_open(moment)]
            if later:
                return min(later).astimezone(self.zone)
        return None

    def _of(self, day: date) -> tuple[Interval, ...]:
        if day in self.closed_on or (day.month, day.day) in self.closed_yearly:
            return ()
        return self.week[day.weekday()]

    def _candidates(self, day: date) -> Iterator[datetime]:
        # It opens where an interval starts, each time the clock says so, or where the clock jumps into one.
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        for each in self._of(day):
            wall = midnight + timedelta(minutes=each.start_min)
            yield from {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
        change = _clock_change(midnight, midnight + timedelta(days=1), self.zone)
        if change is not None:
            yield change


def _clock_change(midnight: datetime, next_midnight: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment when clocks change on a day, to the second."""
    start, end = midnight.astimezone(UTC), next_midnight.astimezone(UTC)
    offset = _offset(start, zone)
    if _offset(end, zone) == offset:
        return None
    while (gap := end - start) > timedelta(seconds=1):
        middle = start + timedelta(seconds=int(gap.total_seconds()) // 2)
        if _offset(middle, zone) == offset:
            start = middle
        else:
            end = middle
    return end


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
