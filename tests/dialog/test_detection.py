"""What a conversation shows besides what is answered, by the built-in rules and by an author's."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.dialog.driver import problems_of

from frontdesk.core.action import Action, Say
from frontdesk.core.contact import NOBODY, Known
from frontdesk.core.conversation import Mark
from frontdesk.core.message import Text
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.detection import Noticed, Seen, notice
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.state import State, new_state

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEAD = "format: assistant/v1\nassistant: {id: shop, name: Shop, language: en, region: GB}\n"
FLOWS = """
intents: {price: {examples: [how much is it]}}
slots:
  theirEmail: {type: email, scope: session}
  fullName: {scope: session}
flows:
  order: {steps: [{say: Done, id: done}]}
"""


def bot_of(detect: str = "") -> Bot:
    return load_bot({"bot.yaml": HEAD + FLOWS + detect})


def look(
    text: str = "",
    *,
    bot: Bot | None = None,
    state: State | None = None,
    known: Known = NOBODY,
    marks: frozenset[Mark] = frozenset(),
    says: tuple[str, ...] = (),
    at: str = "",
    after: timedelta = timedelta(minutes=1),
) -> Noticed:
    actions: list[Action] = [Say((Text(line),)) for line in says]
    trace = [{"fact": "step", "step": at}] if at else []
    seen = Seen(text, state or new_state(), actions, trace, NOW, NOW - after)
    return notice(bot or bot_of(), seen, known, marks)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("write me to Jo@Example.com please", Known(email="Jo@example.com")),
        ("+44 20 7183 8750", Known(phone="+442071838750")),
        ("it's 020 7183 8750, thanks", Known(phone="+442071838750")),
        ("My name is Jo Doe and I need help", Known(name="Jo Doe")),
        ("Меня зовут Анна", Known(name="Анна")),
        ("Mening ismim Jahongir", Known(name="Jahongir")),
        ("I'm Jo, jo@a.co or +442071838750", Known(email="jo@a.co", phone="+442071838750")),
    ],
)
def test_s002_47_a_contact_in_a_message_is_found(text: str, known: Known) -> None:
    found = look(text)
    assert found.known == known
    assert list(found.by) == ["get_contact"]


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "my account is 123456",
        "call 999",
        "a@b",
        "my name is not important",
        "12345678901234567890",
        "@" * 8_000,
    ],
)
def test_what_is_no_contact_is_none(text: str) -> None:
    assert look(text)[:2] == (NOBODY, {})


def test_a_contact_in_a_slot_is_found() -> None:
    state = new_state()
    state.session = {"theirEmail": "jo@a.co", "fullName": "Jo Doe"}
    found = look(bot=bot_of("detect: {name_slot: fullName}\n"), state=state)
    assert found.known == Known("Jo Doe", "jo@a.co")
    assert found.by == {"get_contact": "email, name"}


def test_what_is_known_stays_and_a_mark_is_found_once() -> None:
    known = Known(name="Jo", email="old@a.co")
    found = look("now new@a.co", known=known)
    assert (found.known, list(found.by)) == (known, ["get_contact"])
    assert look("new@a.co", known=known, marks=frozenset(["get_contact"])).by == {}


def test_an_author_says_what_counts_as_a_contact() -> None:
    only_phone = bot_of("detect: {contact: phone}\n")
    assert look("jo@a.co", bot=only_phone).known == NOBODY
    assert look("jo@a.co, +442071838750", bot=bot_of("detect: {contact: false}\n")).by == {}


def test_s002_48_and_50_an_authors_signs_are_found_and_say_which_it_was() -> None:
    bot = bot_of(
        """
detect:
  interest: {intents: price, patterns: ["*buy *"], regexes: ['\\bSKU-[0-9]+']}
  success: {flows: [order/done]}
"""
    )
    state = new_state()
    state.intent = "price"
    assert look("how much is it", bot=bot, state=state).by == {"interest": "intent price"}
    assert look("I want to buy a lamp", bot=bot).by == {"interest": "pattern *buy *"}
    assert look("SKU-42?", bot=bot).by == {"interest": r"regex \bSKU-[0-9]+"}
    assert look("yes", bot=bot, at="order/done").by == {"success": "step order/done"}
    assert look("yes", bot=bot, at="order/1").by == {}
    assert look("yes", bot=bot_of("detect: {success: {flows: order}}\n"), at="order/1").by == {
        "success": "step order/1"
    }


def talk(bot: Bot, *lines: tuple[str, str], after: timedelta = timedelta(minutes=1)) -> list[dict[Mark, str]]:
    """What is found turn by turn; each line is what they say and what we answer."""
    state, found = new_state(), []
    for theirs, ours in lines:
        noticed = look(theirs, bot=bot, state=state, says=(ours,), after=after)
        state.watch = noticed.watch
        found.append(noticed.by)
    return found


OURS = "Which account is it, please?"


def test_s002_49_a_program_that_says_our_lines_back_is_known() -> None:
    echo = ("which  account is it, PLEASE?", OURS)
    assert talk(bot_of(), ("hi", OURS), echo, echo) == [{}, {}, {"is_bot": "echo"}]
    assert talk(bot_of(), ("hi", OURS), echo, ("123456", OURS), echo) == [{}] * 4
    assert talk(bot_of("detect: {is_bot: {echoes: 0}}\n"), ("hi", OURS), echo, echo, echo) == [{}] * 4
    assert talk(bot_of(), ("hello", "Hello!"), ("hello", "Hello!"), ("hello", "Hello!")) == [{}] * 3


def test_a_model_is_asked_what_is_open_in_the_authors_words_or_ours() -> None:
    detection = bot_of(
        "detect: {interest: {model: They ask for a price.}, is_bot: {model: true}}\n"
    ).detection
    asked = detection.open_questions(frozenset())
    assert (list(asked), asked["interest"]) == (["interest", "is_bot"], "They ask for a price.")
    assert list(detection.open_questions(frozenset({"interest"}))) == ["is_bot"]
    assert bot_of("detect: {interest: {model: false}}\n").detection.open_questions(frozenset()) == {}
    assert bot_of().detection.open_questions(frozenset()) == {}


def test_s002_49_a_program_that_answers_at_once_is_known() -> None:
    bot = bot_of("detect: {is_bot: {faster_than: 1s, in_a_row: 2}}\n")
    lines = [(f"line {number}", OURS) for number in range(3)]
    assert talk(bot, *lines, after=timedelta(milliseconds=300)) == [{}, {}, {"is_bot": "speed"}]
    assert talk(bot, *lines, after=timedelta(seconds=2)) == [{}] * 3
    assert talk(bot_of(), *lines, after=timedelta(milliseconds=300)) == [{}] * 3


@pytest.mark.parametrize(
    ("detect", "message"),
    [
        ("{contact: [fax]}", "'fax' is no contact."),
        ("{name_slot: who}", "There is no slot 'who'."),
        ("{interest: {intents: [buy]}}", "There is no intent 'buy'."),
        ("{success: {flows: [gone]}}", "There is no flow 'gone'."),
        ("{success: {flows: [order/gone]}}", "There is no step 'gone' in a flow 'order'."),
        ("{interest: {regexes: ['(?=x)']}}", "The regex '(?=x)' cannot be used"),
        ("{is_bot: {echoes: many}}", "'echoes' must be a whole number."),
        ("{interest: {model: [a, b]}}", "'model' must be text."),
        (f"{{interest: {{model: {'x' * 501}}}}}", "'model' has 501 characters, 500 are allowed."),
        ("{wish: {}}", "'detect' has no key 'wish'."),
    ],
)
def test_a_rule_that_cannot_be_is_told_with_its_line(detect: str, message: str) -> None:
    found = problems_of({"bot.yaml": f"{HEAD}{FLOWS}detect: {detect}\n"})
    assert any(message in str(problem) for problem in found), found
