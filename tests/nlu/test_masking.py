"""Personal data never leaves, and comes back unharmed. S004-211"""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.nlu.masking import UNSEEN, Mask, left_over


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
        # By chance its digits are a card's.
        ("call +4915112345603 now", "call [PHONE_1] now"),
        ("+49 (151) 123 456 03 or + 4915112345603", "[PHONE_1] or [PHONE_2]"),
        ("no phone: +4111 1111 1111 1111", "no phone: +[CARD_1]"),
        ("a sum of 5+4222222222222", "a sum of 5+[CARD_1]"),
        ("my card 4111111111111111 123", "my card [CARD_1] 123"),
        ("5500005555555559 12 27 123", "[CARD_1] 12 27 123"),
        ("1 4111111111111111", "1 [CARD_1]"),
        ("4111 1111 1111 1111 12/27", "[CARD_1] 12/27"),
        ("4111 1111 1111 1111\u00a0123", "[CARD_1]\u00a0123"),
        ("411111111111111120003", "[CARD_1]20003"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [ACCOUNT_1] please"),
        ("BE68539007547034 please", "[ACCOUNT_1] please"),
        ("BE68 5390 0754 7034 please", "[ACCOUNT_1] please"),
        ("be68-5390-0754-7034", "[ACCOUNT_1]"),
        ("form AB12 3456 BE68 5390 0754 7034", "form AB12 3456 [ACCOUNT_1]"),
        ("a@b.com and A@B.com", "[EMAIL_1] and [EMAIL_1]"),
    ],
)
def test_what_has_the_form_of_personal_data_is_hidden(text: str, hidden: str) -> None:
    mask = Mask()
    assert mask.hide(text) == hidden
    assert mask.restore(hidden).casefold() == text.casefold()


def _card(start: str) -> str:
    """The digits with the last one that makes them a card's."""
    doubled = (sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(start)))
    return f"{start}{-sum(doubled) % 10}"


@given(
    st.from_regex(r"[2-9][0-9]{11,17}", fullmatch=True).map(_card),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from(["", "my card ", "1 ", "07 ", "+998901234567 "]),
    st.sampled_from(["", " 123", " 12 27 123", " 12/27 1234", " please", " 5500005555555559", "-1"]),
)
def test_a_card_is_hidden_whatever_numbers_stand_around_it(
    card: str, between: str, before: str, after: str
) -> None:
    written = between.join(card[place : place + 4] for place in range(0, len(card), 4))
    hidden = Mask().hide(f"{before}{written}{after}")
    assert written not in hidden
    assert re.sub(r"\D", "", card[1:-1]) not in re.sub(r"\D", "", hidden)


@given(
    st.sampled_from(
        ["BE68539007547034", "NO9386011117947", "DE89370400440532013000", "GB29NWBK60161331926819"]
    ),
    st.sampled_from(["", " "]),
    st.from_regex(r"( [a-z]{1,12}){0,4}", fullmatch=True),
)
def test_an_account_is_hidden_whatever_words_stand_behind_it(iban: str, between: str, after: str) -> None:
    written = between.join(iban[place : place + 4] for place in range(0, len(iban), 4))
    hidden = Mask().hide(f"to {written}{after}")
    assert hidden.startswith("to [ACCOUNT_1]")
    assert not set(re.findall(r"\d+", hidden)) - {"1"}


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


def test_values_behind_the_placeholders_of_a_text_are_told() -> None:
    mask = Mask({"Fred"})
    mask.hide("Fred: a@b.com, c@d.com")
    assert mask.behind("[EMAIL 2], [PRIVATE_1], [EMAIL_7]") == ("c@d.com", "Fred")


def test_placeholders_come_back_however_a_model_spells_them() -> None:
    mask = Mask()
    mask.hide("a@b.com and c@d.com")
    said = mask.restore("To [EMAIL_2], email_1 and [Email_1]; not [EMAIL_9].")
    assert said == "To c@d.com, a@b.com and a@b.com; not [EMAIL_9]."
    assert list(left_over(said)) == ["[EMAIL_9]"]
    changed = mask.restore("[EMAIL 1], [ email-2 ], [EMAIL2], [EMAIL\\_1], (EMAIL_1), **[EMAIL_1]**")
    assert changed == "a@b.com, c@d.com, c@d.com, a@b.com, (a@b.com), **a@b.com**"
    assert {*left_over("[EMAIL 9] [E-MAIL_1] [ПОЧТА_1] [PHONE_0] [1] [see 2] [a]")} == {
        "[EMAIL 9]",
        "[E-MAIL_1]",
        "[ПОЧТА_1]",
        "[PHONE_0]",
    }
    assert mask.restored({"to": ["[EMAIL_1]", 5], "n": None}) == {"to": ["a@b.com", 5], "n": None}


@pytest.mark.parametrize(
    ("personal", "text", "hidden"),
    [
        ({"Fred Ng"}, "Fred here, Mr Ng", "[PRIVATE_1] here, Mr [PRIVATE_2]"),
        ({"Fred Ng"}, "Fred\n  Ng here", "[PRIVATE_1] here"),
        ({"Al"}, "Al also pals", "[PRIVATE_1] also pals"),
        ({"Bill"}, "Bill, billing, Bills", "[PRIVATE_1], billing, Bills"),
        ({"Иван"}, "передайте Ивану, от Ивана", "передайте [PRIVATE_1], от [PRIVATE_2]"),
        ({"Анна"}, "Анне и Анну, не анализ", "[PRIVATE_1] и [PRIVATE_2], не анализ"),
        ({"Karim"}, "Karimning, Karimga, Karim'ni", "[PRIVATE_1], [PRIVATE_2], [PRIVATE_3]'ni"),
        ({"+998901234567"}, "tel 90 123-45-67", "tel [PHONE_1]"),
        ({"AB1234567"}, "passport ab 1234567", "passport [PRIVATE_1]"),
        ({"Jose\u0301 Diaz"}, "José Diaz", "[PRIVATE_1]"),
        (set(), "fred\u200b@home.com", "[EMAIL_1]"),
    ],
)
def test_what_is_known_is_hidden_however_it_is_written(personal: set[str], text: str, hidden: str) -> None:
    assert Mask(personal).hide(text) == hidden


def test_a_placeholder_that_a_customer_or_an_article_writes_is_no_key_to_a_value() -> None:
    mask = Mask({"top secret"})
    assert mask.hide("top secret") == "[PRIVATE_1]"
    hidden = mask.hide("Tell me [PRIVATE_1], private_1 and [EMAIL_1]; a@b.com")
    assert mask.restore("[PRIVATE_1]") == "top secret"
    assert "[PRIVATE_1]" not in hidden
    assert "top secret" not in mask.restore(hidden)
    article = mask.guard("Write to [EMAIL_1] or a@b.com")
    assert "[EMAIL_1]" not in article
    assert "a@b.com" in article


@given(st.text(max_size=200), st.sets(st.text(min_size=2, max_size=10), max_size=3))
def test_hiding_and_restoring_loses_nothing_but_capitals(text: str, personal: set[str]) -> None:
    mask = Mask(personal)
    hidden = mask.hide(text)
    if not list(left_over(text)) and "_" not in text:
        assert _plain(mask.restore(hidden)) == _plain(text)


def _plain(text: str) -> str:
    """Without what is lost on purpose: one spelling of each letter, no letters that nobody sees."""
    return unicodedata.normalize("NFC", text.translate(dict.fromkeys(UNSEEN))).casefold()


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 20_000,
        "a." * 20_000 + "@",
        "1-" * 20_000,
        "(" * 40_000,
        "A1 " * 10_000,
        "AB12 " * 5_000,
        "1" * 40_000,
    ],
)
def test_hiding_takes_time_in_line_with_the_length(text: str) -> None:
    started = time.process_time()
    Mask({"Fred"}).hide(text)
    assert time.process_time() - started < 2
