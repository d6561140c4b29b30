"""Which days a figure is about: whole days in the workspace's time zone, and as many before them to compare with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontdesk.core.errors import Refused

LENGTHS = (1, 7, 14, 30, 90)
"""Days that people choose among."""
LONGEST = 366
EARLIEST, LATEST = date(1970, 1, 1), date(9000, 1, 1)
"""Beyond them the days before a period, or its midnights in some zone, are none that can be counted."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both whole, in `zone`."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def since(self) -> datetime:
        return self._midnight(self.first)

    @property
    def until(self) -> datetime:
        """The moment after it."""
        return self._midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> "Period":
        """As many days right before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.zone)

    def each(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The zone called so, else UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def latest(days: int, zone: ZoneInfo, now: datetime) -> Period:
    """So many days, the last one today."""
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=days - 1), today, zone)


def chosen(first: date, last: date, zone: ZoneInfo) -> Period:
    """The days from one to the other.

    Raises:
        Refused: They are the wrong way round, too many, or days that no conversation was on.
    """
    if not EARLIEST <= last <= LATEST:
        raise Refused("invalid", "That day is too early or too late.", field="to")
    if first < EARLIEST:
        raise Refused("invalid", "That day is too early.", field="from")
    if last < first:
        raise Refused("invalid", "The last day is before the first one.", field="to")
    if (last - first).days >= LONGEST:
        raise Refused("invalid", f"A period has at most {LONGEST} days.", field="from")
    return Period(first, last, zone)
