"""Which option a customer chose, and which shift is on."""

import pytest
from tests.sandbox.conftest import Runs, told

NOW = "2026-11-21T18:30:00Z"  # a Saturday; 10:30 in Los Angeles


@pytest.mark.parametrize(
    ("answer", "options", "chosen"),
    [
        ("a", ["A)Yes", "B)No"], '"A)Yes"'),
        ("B)", ["A)Yes", "B)No"], '"B)No"'),
        (" YES ", ["A)Yes", "B)No"], '"A)Yes"'),
        ("b) no", ["A)Yes", "B) No"], '"B) No"'),
        ("2", ["A)Yes", "B)No"], '"B)No"'),
        ("2", ["2) two", "1) one"], '"2) two"'),
        ("3", ["2) two", "1) one"], "null"),
        ("b", ["Red", "Green"], '"Green"'),
        ("green", ["Red", "Green"], '"Green"'),
        ("1", ["1.5 GB", "2 GB"], '"1.5 GB"'),
        ("maybe", ["A)Yes", "B)No"], "null"),
        ("", ["A)Yes", "B)No"], "null"),
        ("c", ["A)Yes", "B)No"], "null"),
    ],
)
async def test_options_by_letter_number_or_text(
    runs: Runs, answer: str, options: list[str], chosen: str
) -> None:
    assert await told(runs, f"botContext.evaluateOptions({answer!r}, {options!r})") == chosen


HOURS = """[
    "REG_HOURS~8:00~20:00",
    "AFTER_HOURS~20:00~8:00",
    "SATURDAY|WKEND_REG_HOURS~8:00~17:00",
    "SATURDAY|WKEND_AFTER_HOURS~17:00~08:00",
    "12.25.2026|HOLIDAY_XMAS~0:00~23:59"
]"""


@pytest.mark.parametrize(
    ("now", "zone", "shift"),
    [
        ("2026-11-20T18:30:00Z", "America/Los_Angeles", '"REG_HOURS"'),
        ("2026-11-20T18:30:00Z", "Asia/Tashkent", '"AFTER_HOURS"'),
        (NOW, "America/Los_Angeles", '"WKEND_REG_HOURS"'),
        (NOW, "Europe/Berlin", '"WKEND_AFTER_HOURS"'),
        (NOW, "Asia/Kolkata", '"AFTER_HOURS"'),  # already Sunday there, 0:00
        ("2026-12-26T07:59:00Z", "America/Los_Angeles", '"HOLIDAY_XMAS"'),
        ("2026-12-26T08:00:00Z", "America/Los_Angeles", '"WKEND_AFTER_HOURS"'),
        ("2026-07-03T06:30:00Z", "Europe/Berlin", '"REG_HOURS"'),  # summer time
        ("2026-11-20T20:00:00Z", "", '"AFTER_HOURS"'),
    ],
)
async def test_which_shift_is_on(runs: Runs, now: str, zone: str, shift: str) -> None:
    assert await told(runs, f"botContext.getHoursType({HOURS}, '{zone}')", now=now) == shift


async def test_no_shift_is_on(runs: Runs) -> None:
    assert await told(runs, "botContext.getHoursType(['MONDAY|A~8:00~9:00'], 'UTC')", now=NOW) == "null"


async def test_a_zone_may_come_from_a_variable(runs: Runs) -> None:
    call = "botContext.getHoursType(['A~10:00~11:00'], botContext.getBotVariable('zone'))"
    assert await told(runs, call, now=NOW, variables={"zone": "America/Los_Angeles"}) == '"A"'


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("['A~8:00~9:00'], 'Europe/Atlantis'", '"Europe/Atlantis" is not a time zone'),
        ("['A~8~9'], 'UTC'", '"8" is not a time of day'),
        ("['nonsense'], 'UTC'", '"nonsense" is not KEY~8:00~20:00'),
        ("['FUNDAY|A~8:00~9:00'], 'UTC'", '"FUNDAY" is neither a day nor a date'),
    ],
)
async def test_hours_that_cannot_be_read_are_an_error(runs: Runs, arguments: str, error: str) -> None:
    ran = await runs(f"botContext.getHoursType({arguments})", now=NOW)
    assert (ran.outcome, ran.error) == ("error", f"Error: getHoursType: {error}")
