"""What each type of answer takes from what customers write, and what it leaves to a second question."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tests.dialog.answering import WEDNESDAY, take

from frontdesk.core.message import Sent
from frontdesk.dialog import typed
from frontdesk.dialog.answer_types import AnswerType, Around
from frontdesk.dialog.typed import by_key, installed
from frontdesk.dialog.utterance import Utterance

FOLDER = Path(typed.__file__).parent


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
        ("a dozen", "en", 12),
        ("Dozen!", "en", 12),
        ("a dozen, please", "en", 12),
        ("I need two dozen eggs", "en", 24),
        ("2 dozen", "en", 24),
        ("a hundred", "en", 100),
        ("about a thousand", "en", 1000),
        ("дюжина", "ru", 12),
        ("две дюжины", "ru", 24),
        ("десяток", "ru", 10),
        ("half a dozen", "en", None),
        ("a few dozen", "en", None),
        ("several dozen", "en", None),
        ("a dozen or two", "en", None),
        ("dozens", "en", None),
        ("a week", "en", None),
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
        ("0" * 5_000 + "1", "en", 1),
        ("0" * 7_000, "en", 0),
        ("9" * 7_000, "en", None),
        ("0" * 5_000 + ".5", "en", 0.5),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text: str, language: str, value: float | None) -> None:
    found = take("number", text, language)
    assert found == value
    assert type(found) is type(value)


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
    one, two = Sent("https://x.test/a.pdf", "a.pdf"), Sent("https://x.test/b.pdf")
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
    point = EntryPoint(name="shout", value=f"{__name__}:ANSWER", group=typed.GROUP)
    monkeypatch.setattr(typed, "entry_points", lambda group: [point] if group == typed.GROUP else [])
    installed.cache_clear()
    try:
        assert take("shout", "hey") == "HEY"
        assert take("email", "fred@home.com") == "fred@home.com"
    finally:
        installed.cache_clear()


def test_two_types_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two types of answer called 'shout'"):
        by_key(ANSWER, ANSWER)
