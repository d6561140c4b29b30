"""The `Retry-After` header, as channels and webhooks meet it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_DIGITS = 9


def seconds(value: str, now: datetime) -> float | None:
    """How long the other side asks to be left alone.

    Args:
        value: The header as received; `""` when there was none.
        now: The present moment, UTC-aware; dates are counted from it.

    Returns:
        Seconds, >= 0 and not limited upwards; None when the value is neither a whole number nor an HTTP date.

    Source: RFC 9110, section 10.2.3.
    """
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, OverflowError):
        return None
