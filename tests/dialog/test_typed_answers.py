"""What each type of answer takes from what customers write, and what it leaves to a second question."""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from importlib.metadata import EntryPoint
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core.message import Attachment
from frontdesk.dialog import typed
from frontdesk.dialog.answer_types import AnswerType, Around
from frontdesk.dialog.bot import Utterance
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.typed import by_key, installed

WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FOLDER = Path(typed.__file__).parent


def take(kind: str, text: str, language: str = "en", region: str = "", now: datetime = WEDNESDAY) -> object:
    return installed()[kind].take(Utterance(text, normalise(text)), Around(language, now, region))


# Checklist row 12: typed inputs.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fred@home.com", "fred@home.com"),
        ("my mail is fred@home.com.", "fred@home.com"),
        ("a+b@x.com", "a+b@x.com"),
        ("x@y.info", "x@y.info"),
        ("x@y.museum", "x@y.museum"),
        ("Fred.Miller@Home.COM", "Fred.Miller@home.com"),
        ("o'brien@home.ie", "o'brien@home.ie"),
        ("<fred@home.com>, thanks", "fred@home.com"),
        ("email=fred@home.com", "email=fred@home.com".partition("=")[2]),
        ("*fred@home.com*", "fred@home.com"),
        ("иван@почта.рф", "иван@почта.рф"),
        ("a@b.xn--p1ai", "a@b.xn--p1ai"),
        ("fred@home.com or fred@home.com", "fred@home.com"),
        ("fred@home.com or fred@work.com", None),
        ("fred@home", None),
        ("fred@home.c", None),
        ("fred@home.c0m1", None),
        ("fred@@home.com", None),
        ("fred@home@work.com", None),
        ("fred..m@home.com", None),
        ("fred@-home.com", None),
        ("fred@home..com", None),
        ("@home.com", None),
        ("fred at home.com", None),
        ("x" * 65 + "@home.com", None),
        ("x@" + "y" * 64 + ".com", None),
        ("x@" + "y." * 130 + "com", None),
        ("", None),
    ],
)
def test_an_email_address_is_found_in_a_sentence(text: str, value: str | None) -> None:
    assert take("email", text) == value


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("+998 90 123 45 67", "", "+998901234567"),
        ("90 123-45-67", "UZ", "+998901234567"),
        ("90 123-45-67", "uz", "+998901234567"),
        ("90 123-45-67", "", None),
        ("call me at (650) 253-0000, please", "US", "+16502530000"),
        ("it is +1 650.253.0000 ext. 5", "", "+16502530000"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("+٩٩٨ ٩٠ ١٢٣ ٤٥ ٦٧", "", "+998901234567"),
        ("+1 650 253 0000 or +1 650-253-0000", "", "+16502530000"),
        ("+1 650 253 0000 or +1 650 253 0001", "", None),
        ("+1 650 253 000", "", None),
        ("123456", "US", None),
        ("+999 123 456 789", "", None),
        ("my order is 2026-12-31", "US", None),
        ("90 123-45-67", "nowhere", None),
        ("no number", "US", None),
    ],
)
def test_a_phone_number_becomes_e164(text: str, region: str, value: str | None) -> None:
    assert take("phone", text, region=region) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("12", "en", 12),
        ("007", "en", 7),
        ("I would like 3 please", "en", 3),
        ("-5", "en", -5),
        ("minus 5", "en", -5),
        ("+5", "en", 5),
        ("1,234.50", "en", 1234.5),
        ("1,234,567", "en", 1234567),
        ("1,234.00", "en", 1234),
        ("1'234.5", "en", 1234.5),
        ("12,5", "en", 12.5),
        (".5", "en", 0.5),
        ("$1,000!", "en", 1000),
        ("50%", "en", 50),
        ("1.234,50", "de", 1234.5),
        ("1.234", "de", 1234),
        ("1.234", "en", 1.234),
        ("1 234,50", "ru", 1234.5),
        ("1\u00a0234,50", "en", 1234.5),
        ("1 234 567", "uz", 1234567),
        ("1 234", "en", None),
        ("1 23", "ru", None),
        ("1 234\u00a056", "ru", None),
        ("5 7", "ru", None),
        ("5 thousand", "en", 5000),
        ("1.1k", "en", 1100),
        ("2.5 million", "en", 2500000),
        ("1.0005 thousand", "en", 1000.5),
        ("5 тыс", "ru", 5000),
        ("5 ming", "uz", 5000),
        ("one", "en", 1),
        ("Twenty", "en", 20),
        ("twenty-five", "en", 25),
        ("two hundred", "en", 200),
        ("двадцать", "ru", 20),
        ("три", "ru", 3),
        ("трёх", "ru", 3),
        ("yigirma", "uz", 20),
        ("oʻn bir", "uz", 11),
        ("o‘n", "uz", 10),
        ("toʼqqiz", "uz", 9),
        ("ўн беш", "uz", 15),
        ("пять", "uz", 5),
        ("пять", "en", None),
        ("two hundred fifty", "en", None),
        ("half a dozen", "en", None),
        ("one and a half", "en", None),
        ("полтора", "ru", None),
        ("5 or 6", "en", None),
        ("5-7", "en", None),
        ("two or three", "en", None),
        ("1/2", "en", None),
        ("12:30", "en", None),
        ("31.12.2026", "en", None),
        ("1,23,456", "en", None),
        ("1.2.3", "en", None),
        ("1,234.5.6", "en", None),
        ("A4", "en", None),
        ("A-4", "en", None),
        ("5th", "en", None),
        ("1e5", "en", None),
        ("1234567890123456", "en", None),
        ("many", "en", None),
        ("", "en", None),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text: str, language: str, value: float | None) -> None:
    found = take("number", text, language)
    assert found == value
    assert type(found) is type(value)


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


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("yes", "en", True),
        ("Yup!", "en", True),
        ("yah", "en", True),
        ("Yes please", "en", True),
        ("yes, that's right", "en", True),
        ("Yes, I want a copy", "en", True),
        ("why not", "en", True),
        ("no problem", "en", True),
        ("+", "en", True),
        ("👍", "en", True),
        ("👍🏽👍🏽", "en", True),
        ("✔️", "en", True),
        ("no", "en", False),
        ("nope, thanks", "en", False),
        ("No, I don't", "en", False),
        ("no it isn't", "en", False),
        ("don’t", "en", False),
        ("❌", "en", False),
        ("-", "en", False),
        ("да, конечно", "ru", True),
        ("yes", "ru", True),
        ("не против", "ru", True),
        ("нет, спасибо", "ru", False),
        ("не надо", "ru", False),
        ("ha", "uz", True),
        ("ҳа", "uz", True),
        ("да", "uz", True),
        ("xop, mayli", "uz", True),
        ("yo‘q", "uz", False),
        ("yoʻq", "uz", False),
        ("yoq", "uz", False),
        ("kerak emas", "uz", False),
        ("yes and no", "en", None),
        ("👍👎", "en", None),
        ("yes, but not today", "en", None),
        ("not sure", "en", None),
        ("I don't know", "en", None),
        ("no idea", "en", None),
        ("no balance is shown", "en", None),
        ("no one helps me", "en", None),
        ("I said yes", "en", None),
        ("maybe", "en", None),
        ("да нет", "ru", None),
        ("не знаю", "ru", None),
        ("нет денег", "ru", None),
        ("bilmadim", "uz", None),
        ("да", "en", None),
        ("123456", "en", None),
        ("", "en", None),
    ],
)
def test_yes_and_no_are_understood_and_doubt_is_neither(
    text: str, language: str, *, value: bool | None
) -> None:
    assert take("yes_no", text, language) is value


def test_a_text_is_what_was_written_trimmed() -> None:
    assert take("text", "  Some Words ") == "Some Words"
    assert take("text", "  ") is None


def test_a_file_is_the_one_that_came_with_the_message() -> None:
    kind, said = installed()["file"], Utterance("here you are", "here you are")
    one, two = Attachment("https://x.test/a.pdf", "a.pdf"), Attachment("https://x.test/b.pdf")
    assert kind.take(said, Around("en", WEDNESDAY, files=(one,))) == {
        "url": "https://x.test/a.pdf",
        "name": "a.pdf",
    }
    assert kind.take(said, Around("en", WEDNESDAY)) is None
    assert kind.take(said, Around("en", WEDNESDAY, files=(one, two))) is None


def test_a_message_whose_intent_is_sure_answers_no_typed_question() -> None:
    said = Utterance("fred@home.com", "fred@home.com", intent="greet")
    assert installed()["email"].take(said, Around("en", WEDNESDAY)) is None


def test_every_file_of_the_folder_is_a_type_with_hints_in_all_languages() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert {kind.key for kind in installed().values()} == files
    for kind in installed().values():
        assert set(kind.hints) == {"en", "ru", "uz"}
        assert kind.hint("ru-RU") == kind.hints["ru"]
        assert kind.hint("de") == kind.hints["en"]
        assert kind.take(Utterance("", ""), Around("en", WEDNESDAY)) is None


ANSWER = AnswerType("shout", lambda said, _around: said.text.upper() or None, {"en": "Shout."})


def test_a_type_from_outside_the_package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("shout", f"{__name__}:ANSWER", typed.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _self: ANSWER)
    monkeypatch.setattr(typed, "entry_points", lambda **_: [point])
    installed.cache_clear()
    try:
        assert take("shout", "hey") == "HEY"
        assert take("email", "fred@home.com") == "fred@home.com"
    finally:
        installed.cache_clear()


def test_two_types_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two types of answer called 'shout'"):
        by_key(ANSWER, ANSWER)


pieces = st.sampled_from(
    [
        "1",
        "2",
        "12",
        "31",
        "2026",
        ",",
        ".",
        ":",
        "-",
        "/",
        "+",
        "@",
        "am",
        "pm",
        "yes",
        "no",
        "not",
        "half",
        "past",
        "to",
        "at",
        "dec",
        "may",
        "monday",
        "tomorrow",
        "one",
        "twenty",
        "hundred",
        "k",
        "fred@home.com",
        "+998901234567",
        "да",
        "нет",
        "декабря",
        "час",
        "дня",
        "yo'q",
        "ertaga",
        "on",
        "bir",
        "👍",
        "٣",
        "\xa0",
        "'",
        "(",
        ")",
        "minus",
        "-5",
        ".5",
        "%",
    ]
)
answers = st.one_of(
    st.text(max_size=80), st.lists(pieces, max_size=12).map(" ".join), st.lists(pieces).map("".join)
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


@given(answers, st.sampled_from(["en", "en-US", "ru", "uz", "de", "fr-CA", ""]), moments)
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_gives_a_value_of_the_type_or_none(text: str, language: str, now: datetime) -> None:
    found = {kind: take(kind, text, language, "UZ", now) for kind in installed()}
    assert found["yes_no"] in {True, False, None}
    if found["date"] is not None:
        assert date.fromisoformat(str(found["date"])).isoformat() == found["date"]
    if found["time"] is not None:
        assert clock.fromisoformat(str(found["time"])).isoformat("minutes") == found["time"]
    if found["phone"] is not None:
        assert str(found["phone"])[0] == "+"
        assert str(found["phone"])[1:].isdigit()
    if found["email"] is not None:
        assert str(found["email"]).partition("@")[0] in text
    if found["number"] is not None:
        assert isinstance(found["number"], int | float)
        assert abs(found["number"]) < 10**22


@given(moments, st.integers(0, 3_000))
@settings(max_examples=100, deadline=None)
def test_a_date_written_in_full_is_read_as_it_is(now: datetime, ahead: int) -> None:
    day = (now + timedelta(days=ahead)).date()
    for text in (
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%A}, {day:%B} {day.day}, {day.year}",
    ):
        assert take("date", text, now=now) == day.isoformat()
    assert take("date", f"{day:%m/%d/%Y}", "en-US", now=now) == day.isoformat()


@given(st.integers(-(10**11), 10**11), st.integers(0, 999))
@settings(max_examples=100, deadline=None)
def test_a_number_written_with_groups_is_read_as_it_is(whole: int, thousandths: int) -> None:
    sign = "-" if whole < 0 else ""
    plain, fraction = f"{abs(whole):,}", f"{thousandths:03}"
    value = float(f"{whole}.{fraction}")
    assert take("number", f"{sign}{plain}.{fraction}") == value
    assert take("number", f"{sign}{plain.replace(',', ' ')},{fraction}", "ru") == value
    german = f"{sign}{plain.replace(',', '.')},{fraction}"
    assert take("number", german, "de") == value


HOSTILE = [
    "a" * 8_000 + "!", "@" * 8_000, "a@" * 4_000, "a@b." * 2_000, "a.a" * 2_600 + "@", "1 " * 4_000, "1." * 4_000,
    "1," * 4_000, "(1" * 4_000, "+998901234567 " * 600, "12345 " * 1_300, "12 345" * 1_300, "one " * 2_000,
    "twenty " * 1_100, "31 dec " * 1_100, "may " * 2_000, "st " * 2_600, "31 " + "st " * 2_600, "at " * 2_600,
    "9 " + "h " * 3_900, "in the " * 1_100, "yes " * 2_000, "no " * 2_600, "not sure " * 880, "oh " * 2_600,
    "👍" * 8_000, "٣" * 8_000, "٣ " * 4_000, "a'" * 4_000, "day after " * 800, "." * 8_000, "- " * 4_000,
    "\u0301\u0323" * 4_000, "half " * 1_600,
]  # fmt: skip


@pytest.mark.parametrize("kind", sorted(installed()))
def test_hostile_answers_take_a_type_less_than_20_ms(kind: str) -> None:
    for text in HOSTILE:
        said, took_s = Utterance(text[:8_000], text[:8_000]), []
        for language in ("en", "uz"):
            for _ in range(3):
                start = time.process_time()
                installed()[kind].take(said, Around(language, WEDNESDAY, "UZ"))
                took_s.append(time.process_time() - start)
            assert min(took_s[-3:]) < 0.02, (kind, language, text[:20])
