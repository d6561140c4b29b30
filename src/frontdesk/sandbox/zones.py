"""The time zones that a script may ask for, as their distance from UTC at the turn's moment.

A child has no files, so what it may need of the zone tables goes with the task. Read are the names that stand in
the code or in the bot's values.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MOST_ZONES = 32
_NAME = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z0-9_+-]+){1,2}\b|\b[A-Z]{3}(?:\d[A-Z]{3})?\b")


def offsets(texts: Iterable[str], now: str) -> dict[str, int]:
    """Seconds east of UTC by zone name."""
    moment = datetime.fromisoformat(now) if now else datetime.now(UTC)
    names = dict.fromkeys(name for text in texts for name in _NAME.findall(text))
    found = {"UTC": 0}
    for name in list(names)[:MOST_ZONES]:
        try:
            offset = moment.astimezone(ZoneInfo(name)).utcoffset()
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        if offset is not None:
            found[name] = int(offset.total_seconds())
    return found
