"""Repair at a question, the choice among flows that a message may mean, what begins a session, languages, hours."""

import pytest
from tests.dialog.driver import START, Talk, make

from frontdesk.core.action import Candidate, Restarted
from frontdesk.core.message import Button, Buttons
from frontdesk.dialog.load import load_bot

FORM = """
slots: {name: {}, account: {}, ok: {}}
flows:
  hello: {trigger: {patterns: ["hello*"]}, steps: [{say: Hi.}]}
  form:
    trigger: {patterns: [go]}
    steps:
      - {ask: Name?, slot: name}
      - {ask: Account?, slot: account, accept: {regex: '\\d{6}'}, reprompt: Six digits.}
      - {ask: Right?, slot: ok, accept: {exact: [y, n]}, reprompt: y or n?}
      - say: "{{ slots.name }} {{ slots.account }} {{ slots.ok }}"
"""


def form(more: str = "") -> Talk:
    return Talk(make(FORM + more))


def test_cancel_ends_the_flow_and_goes_back_to_what_it_interrupted() -> None:
    talk = form()
    assert talk.all("go", "Fred", "never mind") == ["All right, we leave it at that."]
    assert talk.state.stack == []
    talk = form("fallback: {steps: [{ask: Other?, accept: {exact: z}}]}")
    assert talk.all("what", "go", "Cancel.") == ["All right, we leave it at that.", "Other?"]


def test_back_asks_the_question_before_again() -> None:
    talk = form()
    assert talk.all("go", "Fred", "123456") == ["Right?"]
    assert talk.say("go back") == ["Account?"]
    assert talk.say("back") == ["Name?"]
    assert talk.say("back") == ["There is nothing before this question.", "Name?"]
    assert talk.all("Bob", "654321", "y") == ["Bob 654321 y"]


def test_repeat_says_the_question_again_and_counts_no_miss() -> None:
    talk = form()
    assert talk.all("go", "Fred", "say that again please") == ["Account?"]
    assert talk.state.stack[-1].misses == 0


def test_a_correction_goes_to_the_question_whose_answer_it_fits() -> None:
    talk = form()
    assert talk.all("go", "Fred", "123456") == ["Right?"]
    assert talk.say("Sorry, I meant 654321") == ["Thank you, I have changed that.", "Right?"]
    assert talk.say("y") == ["Fred 654321 y"]


def test_a_correction_that_fits_nowhere_is_an_answer_that_does_not_do() -> None:
    talk = Talk(
        make(FORM.replace("{ask: Name?, slot: name}", "{ask: Name?, slot: name, accept: {regex: '^[A-Z]'}}"))
    )
    assert talk.all("go", "Fred", "123456") == ["Right?"]
    assert talk.say("actually it is no good") == ["y or n?"]


def test_other_flows_patterns_come_before_repair_and_an_author_can_turn_it_off() -> None:
    talk = form("  stop: {trigger: {patterns: [stop]}, steps: [{say: Mine.}]}\n")
    assert talk.all("go", "Fred", "stop") == ["Mine.", "Account?"]
    talk = form("repair: {cancel: false, back: [reverse gear]}")
    assert talk.all("go", "Fred", "cancel") == ["Six digits."]
    assert talk.say("go back") == ["Six digits."]
    assert talk.say("Reverse gear!") == ["Name?"]


def test_an_own_answer_comes_before_repair() -> None:
    talk = Talk(
        make(
            "flows: {f: {trigger: {patterns: [go]}, steps: [{ask: q, rules: [{pattern: cancel, say: rule}]}]}}"
        )
    )
    assert talk.all("go", "cancel") == ["rule"]


MANY = """
intents: {bill: {}, order: {}, other: {}}
flows:
  bill: {name: Ask about a bill, trigger: {intent: bill}, steps: [{say: "bill {{ message.intent }}"}]}
  order: {name: Place an order, trigger: {intent: order, not: ["*not*"]}, steps: [{say: order}]}
fallback: {steps: [{say: "?"}]}
"""
UNSURE = (Candidate("bill", 0.5), Candidate("order", 0.45), Candidate("unknown", 0.4))


def test_unsure_intents_are_offered_and_chosen() -> None:
    talk = Talk(make(MANY))
    assert talk.say("the thing", candidates=UNSURE) == ["Did you mean one of these?"]
    labels = "Ask about a bill", "Place an order", "None of these"
    assert talk.parts == [
        Buttons("Did you mean one of these?", tuple(Button(label, label) for label in labels), quick=True)
    ]
    assert talk.say("2") == ["order"]
    talk.say("the thing", candidates=UNSURE)
    assert talk.say("ask about a bill") == ["bill bill"]
    assert talk.state.chosen_intent == "bill"


def test_a_flow_without_a_name_is_offered_in_words() -> None:
    talk = Talk(make(MANY.replace("order: {name: Place an order, trigger", "place_order: {trigger")))
    talk.say("the thing", candidates=UNSURE)
    assert [button.title for part in talk.parts if isinstance(part, Buttons) for button in part.buttons] == [
        "Ask about a bill",
        "Place order",
        "None of these",
    ]
    assert talk.say("place order") == ["order"]


def test_a_name_that_is_written_is_offered_as_it_is() -> None:
    talk = Talk(
        make(
            MANY.replace("order: {name: Place an order, trigger", "place_order: {name: place_order, trigger")
        )
    )
    talk.say("the thing", candidates=UNSURE)
    titles = [button.title for part in talk.parts if isinstance(part, Buttons) for button in part.buttons]
    assert titles == ["Ask about a bill", "place_order", "None of these"]


def test_none_of_these_ends_the_choice_and_anything_else_is_a_message() -> None:
    talk = Talk(make(MANY))
    talk.say("the thing", candidates=UNSURE)
    assert talk.say("none of these") == ["Please tell me in other words what you need."]
    assert talk.say("1") == ["?"]
    talk.say("the thing", candidates=UNSURE)
    assert talk.say("something quite different") == ["?"]
    assert talk.say("1") == ["?"]


def test_a_refusal_in_ones_own_words_is_one() -> None:
    talk = Talk(make(MANY))
    talk.say("the thing", candidates=UNSURE)
    assert talk.say("no, neither of them") == ["Please tell me in other words what you need."]


def test_one_sure_intent_starts_at_once_and_the_trace_tells_the_scores() -> None:
    talk = Talk(make(MANY))
    sure = (Candidate("order", 0.9, sure=True), Candidate("bill", 0.3))
    assert talk.say("I want one", candidates=sure) == ["order"]
    assert talk.say("I do not want one", candidates=sure) == ["Did you mean one of these?"]
    understood = next(fact for fact in talk.trace if fact["fact"] == "understood")
    assert understood["candidates"] == {"order": 0.9, "bill": 0.3}


START_FLOW = """
on_start: {steps: [{say: Welcome!}, {set: {seen: yes}}]}
flows: {f: {trigger: {patterns: [go]}, steps: [{say: "go {{ vars.seen }}"}]}}
fallback: {steps: [{say: "?"}]}
"""


def test_a_session_begins_with_its_flow_then_the_message() -> None:
    talk = Talk(make(START_FLOW))
    assert talk.say("go") == ["Welcome!", "go yes"]
    assert talk.say("go") == ["go yes"]
    talk.wait(hours=2)
    assert talk.say("what") == ["Welcome!", "?"]
    talk.hear(Restarted())
    assert talk.say("go") == ["Welcome!", "go yes"]


def test_a_session_that_begins_with_a_question_waits_for_its_answer_first() -> None:
    talk = Talk(
        make(
            START_FLOW.replace("{say: Welcome!}", "{ask: Language?, choices: [en, ru], slot: l}")
            + "slots: {l: {}}"
        )
    )
    assert talk.say("go") == ["Language?"]
    assert talk.say("en") == ["go yes"]


SPEAKS = """format: assistant/v1
assistant: {id: b, name: B, language: en, languages: [ru, uz]}
flows:
  hi:
    trigger: {patterns: [hi]}
    steps: [{say: {en: Hello, ru: Привет, uz: Salom}}, {say: {en: Only English}}]
  ask:
    trigger: {patterns: [ask]}
    steps:
      - ask: {en: Colour?, ru: Цвет?}
        choices: [{label: {en: Red, ru: Красный}, payload: red}]
        reprompt: [{en: Red please, ru: Красный!}]
      - say: {text: {en: Fine, ru: Хорошо}, buttons: [{title: {en: Yes, ru: Да}}]}
  speak: {trigger: {patterns: [русский]}, steps: [{set: {language: ru}}, {say: {en: Hello, ru: Привет}}]}
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Hello"), ("ru", "Привет"), ("uz-Cyrl", "Salom"), ("de", "Hello"), ("", "Hello")],
)
def test_texts_are_in_the_conversations_language(language: str, said: str) -> None:
    talk = Talk(load_bot({"bot.yaml": SPEAKS}), language=language)
    assert talk.say("hi") == [said, "Only English"]


def test_a_bot_can_choose_the_language_for_the_session() -> None:
    talk = Talk(load_bot({"bot.yaml": SPEAKS}))
    assert talk.all("русский") == ["Привет"]
    assert talk.say("ask") == ["Цвет?"]
    assert talk.say("синий") == ["Красный!"]
    assert talk.say("красный") == ["Хорошо"]
    assert talk.parts[0] == Buttons("Хорошо", (Button("Да", "Да"),))


HOURS = """
hours:
  desk: {timezone: Europe/Berlin, mon-fri: "09:00-17:00", holidays: ["2026-03-03"]}
flows:
  f:
    trigger: {patterns: [go]}
    steps: [{if: hours.desk, then: [{say: open}], else: [{say: closed}]}]
"""


@pytest.mark.parametrize(
    ("days", "hour", "said"),
    [
        (0, 10, "closed"),
        (1, 10, "open"),
        (1, 7, "closed"),
        (1, 17, "closed"),
        (2, 10, "closed"),
        (3, 10, "open"),
    ],
)
def test_business_hours_are_a_condition(days: int, hour: int, said: str) -> None:
    talk = Talk(make(HOURS))
    talk.now = START.replace(hour=hour)
    talk.wait(days=days)
    assert talk.say("go") == [said]
