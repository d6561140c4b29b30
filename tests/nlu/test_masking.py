"""Personal data never leaves, and comes back unharmed. S004-211"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.nlu.masking import Mask, left_over


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("write to fred.o'neil+shop@home.example.com.", "write to [EMAIL_1]."),
        ("Ф: иван@почта.рф, да", "Ф: [EMAIL_1], да"),
        ("call +998 90 123-45-67 or 0044 20 7946 0958", "call [PHONE_1] or [PHONE_2]"),
        ("(020) 7946 0958 and 998901234567", "[PHONE_1] and [PHONE_2]"),
        (
            "card 4111 1111 1111 1111, no card 4111-1111-1111-1112",
            "card [CARD_1], no card 4111-1111-1111-1112",
        ),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [ACCOUNT_1] please"),
        ("a@b.com and A@B.com", "[EMAIL_1] and [EMAIL_1]"),
    ],
)
def test_what_has_the_form_of_personal_data_is_hidden(text: str, hidden: str) -> None:
    mask = Mask()
    assert mask.hide(text) == hidden
    assert mask.restore(hidden).casefold() == text.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "order 123456 of 2026-03-01 12:30",
        "01.03.2026 to 15.03.2026",
        "512,75 € for 14 days, 1 000 pieces",
        "version 1.2.3.4, see https://a.example/2026/03/01/12345678",
        "the user@ host and @name",
        "XK12 is no account",
    ],
)
def test_what_a_model_needs_stays(text: str) -> None:
    assert Mask().hide(text) == text


def test_values_of_personal_slots_are_hidden_wherever_they_stand() -> None:
    mask = Mask({"Fred Ng", "Fred", "42", "x", ""})
    hidden = mask.hide("fred NG is Fred, aged 42; Freddy is 420. x")
    assert hidden == "[PRIVATE_1] is [PRIVATE_2], aged [PRIVATE_3]; Freddy is 420. x"
    assert mask.restore(hidden) == "fred NG is Fred, aged 42; Freddy is 420. x"


def test_a_value_that_is_known_and_has_a_form_keeps_the_name_of_its_form() -> None:
    mask = Mask({"fred@home.com", "+998 90 123 45 67", "Fred"})
    assert mask.hide("Fred: fred@home.com, +998 90 123 45 67") == "[PRIVATE_1]: [EMAIL_1], [PHONE_1]"


def test_placeholders_come_back_however_a_model_spells_them() -> None:
    mask = Mask()
    mask.hide("a@b.com and c@d.com")
    said = mask.restore("To [EMAIL_2], email_1 and [Email_1]; not [EMAIL_9].")
    assert said == "To c@d.com, a@b.com and a@b.com; not [EMAIL_9]."
    assert list(left_over(said)) == ["[EMAIL_9]"]
    assert mask.restored({"to": ["[EMAIL_1]", 5], "n": None}) == {"to": ["a@b.com", 5], "n": None}


@given(st.text(max_size=200), st.sets(st.text(min_size=2, max_size=10), max_size=3))
def test_hiding_and_restoring_loses_nothing_but_capitals(text: str, personal: set[str]) -> None:
    mask = Mask(personal)
    hidden = mask.hide(text)
    if not list(left_over(text)) and "_" not in text:
        assert mask.restore(hidden).casefold() == text.casefold()


@pytest.mark.parametrize(
    "text", ["1 " * 20_000, "a." * 20_000 + "@", "1-" * 20_000, "(" * 40_000, "A1 " * 10_000]
)
def test_hiding_takes_time_in_line_with_the_length(text: str) -> None:
    started = time.perf_counter()
    Mask({"Fred"}).hide(text)
    assert time.perf_counter() - started < 2
