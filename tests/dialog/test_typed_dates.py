"""Which dates and times of day are taken from what customers write."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.dialog.answering import take


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("2026-12-31", "en", "2026-12-31"),
        ("2026/1/5", "en", "2026-01-05"),
        ("31.12.2026", "en", "2026-12-31"),
        ("31/12/2026", "en", "2026-12-31"),
        ("31-12-26", "en", "2026-12-31"),
        ("5.6.85", "en", "1985-06-05"),
        ("5.6.45", "en", "2045-06-05"),
        ("12/31/2026", "en-US", "2026-12-31"),
        ("31.12.2026", "en-US", "2026-12-31"),
        ("12/31/2026", "en", None),
        ("12/31/2026", "ru", None),
        ("31/12/2026", "en-US", None),
        ("31.12", "en", "2026-12-31"),
        ("3.3", "en", "2027-03-03"),
        ("4.3", "en", "2026-03-04"),
        ("31 Dec", "en", "2026-12-31"),
        ("Dec 31st, 2027", "en", "2027-12-31"),
        ("the 31st of December", "en", "2026-12-31"),
        ("1 January", "en", "2027-01-01"),
        ("29 Feb", "en", "2028-02-29"),
        ("29 Feb 2027", "en", None),
        ("31 Feb", "en", None),
        ("31.02.2026", "en", None),
        ("0.5.2026", "en", None),
        ("31 Dec at 10:30", "en", "2026-12-31"),
        ("31 Dec 10 am", "en", "2026-12-31"),
        ("31 Dec 85", "en", "1985-12-31"),
        ("Thursday, 31 December", "en", "2026-12-31"),
        ("Friday, 31 December", "en", None),
        ("today", "en", "2026-03-04"),
        ("Tomorrow!", "en", "2026-03-05"),
        ("the day after tomorrow", "en", "2026-03-06"),
        ("yesterday", "en", "2026-03-03"),
        ("on Friday", "en", "2026-03-06"),
        ("Wednesday", "en", "2026-03-11"),
        ("tomorrow, 5 March", "en", "2026-03-05"),
        ("tomorrow, 6 March", "en", None),
        ("next Friday", "en", None),
        ("not tomorrow", "en", None),
        ("monday or tuesday", "en", None),
        ("1 May to 3 May", "en", None),
        ("31 декабря 2026 года", "ru", "2026-12-31"),
        ("31-го декабря", "ru", "2026-12-31"),
        ("завтра", "ru", "2026-03-05"),
        ("послезавтра", "ru", "2026-03-06"),
        ("в пятницу", "ru", "2026-03-06"),
        ("tomorrow", "ru", "2026-03-05"),
        ("завтра", "en", None),
        ("следующий понедельник", "ru", None),
        ("31-dekabr", "uz", "2026-12-31"),
        ("2027-yil 31-dekabr", "uz", "2027-12-31"),
        ("ertaga", "uz", "2026-03-05"),
        ("Эртага", "uz", "2026-03-05"),
        ("juma kuni", "uz", "2026-03-06"),
        ("5 марта", "uz", "2026-03-05"),
        ("1800-01-01", "en", None),
        ("May", "en", None),
        ("soon", "en", None),
    ],
)
def test_a_date_is_read_day_first_and_as_the_next_one(text: str, language: str, value: str | None) -> None:
    assert take("date", text, language) == value


def test_tomorrow_is_that_of_the_time_zone_the_moment_is_given_in() -> None:
    late = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)
    assert take("date", "tomorrow", now=late) == "2026-03-05"
    assert take("date", "tomorrow", now=late.astimezone(ZoneInfo("Asia/Tashkent"))) == "2026-03-06"


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("14:30", "en", "14:30"),
        ("14.30", "en", "14:30"),
        ("2:30", "en", "02:30"),
        ("9:05", "en", "09:05"),
        ("14:30:15", "en", "14:30"),
        ("00:00", "en", "00:00"),
        ("2 pm", "en", "14:00"),
        ("2pm", "en", "14:00"),
        ("2:30 p.m.", "en", "14:30"),
        ("12 am", "en", "00:00"),
        ("12 pm", "en", "12:00"),
        ("half past two", "en", "14:30"),
        ("half past nine", "en", "09:30"),
        ("quarter to one", "en", "12:45"),
        ("a quarter past 5", "en", "17:15"),
        ("ten past nine pm", "en", "21:10"),
        ("2 in the afternoon", "en", "14:00"),
        ("9 o'clock", "en", "09:00"),
        ("at 5", "en", "17:00"),
        ("14", "en", "14:00"),
        ("noon", "en", "12:00"),
        ("tomorrow at 14:30 for 2 people", "en", "14:30"),
        ("31.12.2026 14:30", "en", "14:30"),
        ("в 14 часов 30 минут", "ru", "14:30"),
        ("в 2 часа дня", "ru", "14:00"),
        ("2 часа ночи", "ru", "02:00"),
        ("11 ночи", "ru", "23:00"),
        ("12 ночи", "ru", "00:00"),
        ("9 утра", "ru", "09:00"),
        ("утром в 9", "ru", "09:00"),
        ("soat 14:30", "uz", "14:30"),
        ("soat 5 da", "uz", "17:00"),
        ("kechki soat 7", "uz", "19:00"),
        ("14 am", "en", None),
        ("24:00", "en", None),
        ("25:00", "en", None),
        ("12:60", "en", None),
        ("14:30-15:30", "en", None),
        ("14:30 or 15:00", "en", None),
        ("31.12.2026", "en", None),
        ("5 people", "en", None),
        ("at ¹ pm", "en", None),
        ("soon", "en", None),
        ("", "en", None),
    ],
)
def test_a_time_of_day_is_read_on_the_24_hour_clock(text: str, language: str, value: str | None) -> None:
    assert take("time", text, language) == value
