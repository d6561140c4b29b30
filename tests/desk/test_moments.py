"""A day and an hour are told as each language writes them, with the city whose clocks say so."""

from datetime import UTC, datetime

import pytest
from babel import Locale

from frontdesk.desk.moments import moment
from frontdesk.desk.phrases import phrases

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "told"),
    [
        ("en", "Asia/Tashkent", "Tuesday, November 24, 8:00 AM (Tashkent time)"),
        ("de-AT", "Europe/Vienna", "Dienstag, 24. November, 04:00 (Ortszeit Wien)"),
        ("es", "America/New_York", "lunes, 23 de noviembre, 22:00 (hora de Nueva York)"),
        ("ru", "Asia/Tashkent", "вторник, 24 ноября, 08:00 (часовой пояс: Ташкент)"),
        ("uz", "Asia/Tashkent", "seshanba, 24-noyabr, 08:00 (Toshkent vaqti)"),
        ("ja", "Asia/Tokyo", "11月24日(火曜日) 12:00（東京時間）"),
        ("ko", "Asia/Seoul", "11월 24일 (화요일) 오후 12:00(서울 시간)"),
        ("en", "America/Argentina/Buenos_Aires", "Tuesday, November 24, 12:00 AM (Buenos Aires time)"),
        ("uk", "Europe/Kyiv", "вівторок, 24 листопада, 05:00 (часовий пояс: Київ)"),
        ("ru", "Europe/Kyiv", "вторник, 24 ноября, 05:00 (часовой пояс: Киев)"),
        ("hi", "Asia/Kolkata", "मंगलवार, 24 नवंबर, 8:30 am (कोलकाता का समय)"),
        ("ru", "Asia/Ho_Chi_Minh", "вторник, 24 ноября, 10:00 (часовой пояс: Хошимин)"),
        ("ru", "America/Argentina/Buenos_Aires", "вторник, 24 ноября, 00:00 (часовой пояс: Буэнос-Айрес)"),
        ("en", "UTC", "Tuesday, November 24, 3:00 AM (Coordinated Universal Time)"),
        ("is", "Etc/UTC", "Tuesday, November 24, 3:00 AM (Coordinated Universal Time)"),
        ("en", "", "Tuesday, November 24, 3:00 AM (Coordinated Universal Time)"),
        ("en", "Mars/Base", "Tuesday, November 24, 3:00 AM (Coordinated Universal Time)"),
    ],
)
def test_a_moment_is_written_as_the_language_does(language: str, zone: str, told: str) -> None:
    assert moment(AT, zone, (language,), now=AT).replace("\u202f", " ") == told


@pytest.mark.parametrize("language", sorted(phrases()))
def test_every_language_that_the_desk_speaks_has_the_names_of_day_and_month_in_full(language: str) -> None:
    locale = Locale.parse(language)
    told = moment(AT, "Asia/Tashkent", (language,), now=AT)
    assert locale.days["format"]["wide"][1] in told
    assert locale.months["format"]["wide"][11] in told or "11月24日" in told
    assert "24" in told
    assert "8" in told
    assert "2026" not in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Friday, January 1, 2027, 1:00 AM (Tashkent time)"),
        ("ru", "пятница, 1 января 2027 г., 01:00 (часовой пояс: Ташкент)"),
        ("ja", "2027年1月1日(金曜日) 1:00（タシケント時間）"),
    ],
)
def test_the_year_is_told_where_it_is_another_one_by_the_zones_clocks(language: str, told: str) -> None:
    at, zone = datetime(2026, 12, 31, 20, tzinfo=UTC), "Asia/Tashkent"
    assert moment(at, zone, (language,), now=AT).replace("\u202f", " ") == told
    assert "2027" not in moment(at, zone, (language,), now=datetime(2026, 12, 31, 19, 30, tzinfo=UTC))


@pytest.mark.parametrize("language", sorted(phrases()))
def test_every_language_that_the_desk_speaks_has_a_day_with_its_year(language: str) -> None:
    locale = Locale.parse(language)
    told = moment(AT, "Asia/Tashkent", (language,), now=datetime(2025, 1, 1, tzinfo=UTC))
    assert "2026" in told
    assert locale.days["format"]["wide"][1] in told
