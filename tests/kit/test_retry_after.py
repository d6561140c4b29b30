"""`Retry-After` as it really comes: seconds, dates, garbage."""

from datetime import UTC, datetime

import pytest

from frontdesk.kit import retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("999999999", 999999999.0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sunday, 01-Mar-26 12:01:30 GMT", 90.0),
        ("Sun Mar  1 12:01:30 2026", 90.0),
        ("Sun, 01 Mar 2026 14:01:30 +0200", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("9" * 400, None),
        ("Sun, 99 Mar 2026 12:01:30 GMT", None),
        ("Sun, 01 Mar 99999 12:01:30 GMT", None),
        ("120, 120", None),
    ],
)
def test_it_is_read_or_ignored(value: str, expected: float | None) -> None:
    assert retry_after.seconds(value, NOW) == expected
