"""Whatever customers write: a typed answer is of its type or none, and never slow."""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dialog.answering import WEDNESDAY, take
from tests.made_up import examples

from frontdesk.dialog.answer_types import Around
from frontdesk.dialog.typed import installed
from frontdesk.dialog.utterance import Utterance

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
@examples(300)
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
@examples(100)
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
@examples(100)
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
