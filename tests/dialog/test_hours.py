"""Business hours: open as the clock on the wall says, across midnight, holidays and changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_up import examples

from frontdesk.dialog.fields import Fields
from frontdesk.dialog.hours import Hours, Interval
from frontdesk.dialog.hours_reader import MAX_HOLIDAYS, MAX_HOURS, read_hours
from frontdesk.dialog.problems import Problem, Problems
from frontdesk.dialog.yaml import read

OFFICE = """
hours:
  office:
    timezone: Europe/Berlin
    mon-thu: "09:00-17:00"
    fri: ["09:00-12:00", "13:00-15:30"]
    sat: "22:00-02:00"
    holidays: ["2026-12-25", "01-01"]
"""


def load(text: str) -> tuple[dict[str, Hours], list[Problem]]:
    problems = Problems()
    root = read(text, "bot.yaml", problems)
    assert root is not None
    return read_hours(Fields(root, problems, "The bot")), problems.found


def office() -> Hours:
    hours, problems = load(OFFICE)
    assert problems == []
    return hours["office"]


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)


# Checklist row 70: business hours with time zone and holidays. 2026-03-02 is a Monday.
@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-02 08:59:59", False),
        ("2026-03-02 09:00", True),
        ("2026-03-02 16:59:59", True),
        ("2026-03-02 17:00", False),
        ("2026-03-06 12:30", False),
        ("2026-03-06 15:29", True),
        ("2026-03-07 21:59", False),
        ("2026-03-07 22:00", True),
        ("2026-03-08 01:59", True),
        ("2026-03-08 02:00", False),
        ("2026-12-24 10:00", True),
        ("2026-12-25 10:00", False),
        ("2027-01-01 10:00", False),
        ("2027-12-27 10:00", True),
        ("2028-01-01 23:00", False),
        ("2028-01-02 01:00", False),
    ],
)
def test_it_is_open_as_written_in_its_own_zone(moment: str, *, is_open: bool) -> None:
    assert office().is_open(berlin(moment)) is is_open
    assert office().is_open(berlin(moment).astimezone(ZoneInfo("Asia/Tashkent"))) is is_open


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-02 08:00", "2026-03-02 09:00"),
        ("2026-03-02 10:30:30", "2026-03-02 10:30:30"),
        ("2026-03-02 17:00", "2026-03-03 09:00"),
        ("2026-03-06 12:00", "2026-03-06 13:00"),
        ("2026-03-08 02:00", "2026-03-09 09:00"),
        ("2026-12-24 18:00", "2026-12-26 22:00"),
        ("2026-12-31 18:00", "2027-01-02 22:00"),
    ],
)
def test_the_next_opening_is_the_first_moment_it_is_open(moment: str, opens: str) -> None:
    assert office().next_opening(berlin(moment)) == berlin(opens)


def test_what_never_opens_has_no_next_opening() -> None:
    closed = Hours(ZoneInfo("UTC"), ((),) * 7)
    assert closed.next_opening(berlin("2026-03-02 08:00")) is None
    every_day = frozenset(
        (day.month, day.day) for day in (date(2028, 1, 1) + timedelta(n) for n in range(366))
    )
    never = Hours(ZoneInfo("UTC"), ((Interval(540, 600),),) * 7, closed_yearly=every_day)
    assert never.next_opening(berlin("2026-03-02 08:00")) is None


def test_an_hour_that_comes_twice_counts_twice_and_one_left_out_never_comes() -> None:
    night, problems = load('hours: {n: {timezone: Europe/Berlin, mon-sun: "02:15-02:45"}}')
    assert problems == []
    hours = night["n"]
    assert hours.is_open(berlin("2026-10-25 02:30", fold=0))
    assert hours.is_open(berlin("2026-10-25 02:30", fold=1))
    between = berlin("2026-10-25 02:50", fold=0)
    again = hours.next_opening(between)
    assert again is not None
    assert again.astimezone(UTC) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    # On 29 March the clock goes from 02:00 to 03:00: nothing between.
    assert hours.next_opening(berlin("2026-03-29 00:00")) == berlin("2026-03-30 02:15")


def test_it_opens_with_the_clock_where_the_clock_jumps_over_its_beginning() -> None:
    early = load('hours: {n: {timezone: Europe/Berlin, sun: "02:30-05:00"}}')[0]["n"]
    assert early.next_opening(berlin("2026-03-29 00:00")) == berlin("2026-03-29 03:00")


minutes = st.integers(0, 1_439)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[Interval, ...], ...]:
    interval = st.builds(
        lambda start, length: Interval(start, start + length), minutes, st.integers(1, 1_440)
    )
    return tuple(tuple(draw(st.lists(interval, max_size=2))) for _ in range(7))


# Clocks change at night, at midnight, by half an hour, and not at all.
ZONES = ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Tashkent", "America/Sao_Paulo"]
CHANGES = {
    "Europe/Berlin": ["2026-03-29", "2026-10-25"],
    "America/Havana": ["2026-03-08", "2026-11-01"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Asia/Tashkent": ["2026-05-01"],
    "America/Sao_Paulo": ["2018-11-04", "2019-02-17"],
}


def naive(hours: Hours, moment: datetime) -> bool:
    """Open by the wall clock, written down the slow way."""
    wall = moment.astimezone(hours.zone)
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        if day in hours.closed_on or (day.month, day.day) in hours.closed_yearly:
            continue
        minute = (wall.hour + 24 * back) * 60 + wall.minute
        if any(minute in range(each.start_min, each.end_min) for each in hours.week[day.weekday()]):
            return True
    return False


@given(data=st.data(), zone=st.sampled_from(ZONES), week=weeks(), holiday=st.booleans())
@examples(40)
def test_hours_agree_with_a_scan_of_every_minute(
    *, data: st.DataObject, zone: str, week: tuple[tuple[Interval, ...], ...], holiday: bool
) -> None:
    change = date.fromisoformat(data.draw(st.sampled_from(CHANGES[zone])))
    hours = Hours(ZoneInfo(zone), week, frozenset({change}) if holiday else frozenset())
    start = datetime(change.year, change.month, change.day, tzinfo=UTC) - timedelta(days=1)
    start += timedelta(minutes=data.draw(st.integers(0, 2_000)))
    scan = [naive(hours, start + timedelta(minutes=step)) for step in range(3 * 1_440)]
    for step in range(0, len(scan), 7):
        assert hours.is_open(start + timedelta(minutes=step)) is scan[step]
    first = next((step for step, is_open in enumerate(scan) if is_open), None)
    opens = hours.next_opening(start)
    if first is None:
        assert opens is None or opens >= start + timedelta(minutes=len(scan))
    else:
        # Across zones, moments of an hour that comes twice are never equal; in UTC they are.
        assert opens is not None
        assert opens.astimezone(UTC) == start + timedelta(minutes=first)


HEAD = "hours: {h: {timezone: UTC, %s}}"


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ('hours: {h: {mon: "09:00-17:00"}}', "have no timezone", "Europe/Berlin"),
        (
            'hours: {h: {timezone: Mars/Base, mon: "09:00-17:00"}}',
            "no time zone 'Mars/Base'",
            "Asia/Tashkent",
        ),
        ('hours: {h: {timezone: ../../etc/passwd, mon: "09:00-17:00"}}', "no time zone", "Europe/Berlin"),
        (HEAD % "description: x", "name no day", "mon-fri"),
        (HEAD % 'holydays: "09:00-17:00"', "no key 'holydays'", "mon-fri"),
        (HEAD % 'mon-xyz: "09:00-17:00"', "no key 'mon-xyz'", "sat"),
        (HEAD % 'mon-wed: "09:00-17:00", tue: "10:00-11:00"', "'tue' is given twice", "once"),
        (HEAD % 'mon: "9-17"', "'9-17' is not an interval", "09:00-17:00"),
        (HEAD % 'mon: "09:00-09:00"', "not an interval", "00:00-24:00"),
        (HEAD % 'mon: "09:60-10:00"', "not an interval", ""),
        (HEAD % 'mon: "24:00-25:00"', "not an interval", ""),
        (HEAD % 'mon: ["09:00-12:00", "11:00-13:00"]', "overlap", "first to last"),
        (HEAD % 'mon: {open: "09:00"}', "must be text", ""),
        (HEAD % f"mon: [{', '.join(['x'] * 11)}]", "more than 10 intervals", ""),
        (HEAD % 'mon: "09:00-17:00", holidays: ["2026-02-30"]', "'2026-02-30' is not a day", "12-25"),
        (HEAD % 'mon: "09:00-17:00", holidays: ["Christmas"]', "is not a day", "2026-12-25"),
        ("hours: {h: open}", "must be a mapping", ""),
        ("hours: {a b: {}}", "cannot be the name", "letters"),
    ],
)
def test_what_is_wrong_with_hours_is_said_with_its_place(text: str, message: str, fix: str) -> None:
    _, problems = load(text)
    assert any(message in problem.message and fix in problem.fix for problem in problems), problems
    assert all((problem.file, problem.line) == ("bot.yaml", 1) for problem in problems)


def test_days_are_ranges_lists_and_full_names_in_any_case() -> None:
    hours, problems = load(HEAD % 'fri-mon: "09:00-10:00", "Tuesday, thu": "00:00-24:00", wed: []')
    assert problems == []
    assert [len(day) for day in hours["h"].week] == [1, 1, 0, 1, 1, 1, 1]
    assert hours["h"].week[1] == (Interval(0, 1_440),)


def test_a_leap_day_is_a_holiday_and_lists_are_bounded() -> None:
    hours, problems = load(HEAD % 'mon-sun: "00:00-24:00", holidays: ["02-29"]')
    assert problems == []
    assert not hours["h"].is_open(datetime(2028, 2, 29, 12, tzinfo=UTC))
    many = ", ".join(["'12-25'"] * (MAX_HOLIDAYS + 1))
    assert "more than 1,000 holidays" in load(HEAD % f'mon: "09:00-17:00", holidays: [{many}]')[1][0].message
    lots = "".join(f'\n  h{n}: {{timezone: UTC, mon: "09:00-17:00"}}' for n in range(MAX_HOURS + 5))
    found, problems = load("hours:" + lots)
    assert len(found) == MAX_HOURS
    assert [problem.line for problem in problems] == [MAX_HOURS + 2]


def test_an_interval_that_cannot_be_is_refused() -> None:
    for start, end in ((-1, 5), (5, 5), (5, 4), (1_440, 1_450), (10, 1_451)):
        with pytest.raises(ValueError, match="no such interval"):
            Interval(start, end)
