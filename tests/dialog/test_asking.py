"""Questions: what they take, what they keep, when they are skipped, and who listens meanwhile."""

import pytest
from tests.dialog.driver import Talk, make

from frontdesk.core.action import Say
from frontdesk.core.message import Button, Buttons
from frontdesk.dialog.engine import unheard

SMALL_TALK = """
  hello: {trigger: {patterns: ["hello*"]}, steps: [{say: Hi.}]}
"""


def asking(ask: str, more: str = "", top: str = "") -> Talk:
    """A bot that asks on `go`, says what slot `a` holds and ends."""
    return Talk(
        make(f"""
slots: {{a: {{}}, b: {{scope: session}}, mail: {{type: email}}, count: {{type: number}}}}
{top}
flows:
  go:
    trigger: {{patterns: [go]}}
    steps:
      - {{id: q, ask: What?, {ask}}}
      - id: got
        say: "got {{{{ slots.a }}}}|{{{{ slots.b }}}}"
        next: end
      - {{id: other, say: other}}
{SMALL_TALK}
{more}
""")
    )


@pytest.mark.parametrize(
    ("ask", "text", "said"),
    [
        ("slot: a", "anything at all", "got anything at all|"),
        ("slot: a, accept: {pattern: 'blue*'}", "Blue sky!", "got Blue sky!|"),
        ("slot: a, accept: {exact: ABC}", "ABC", "got ABC|"),
        ("slot: a, accept: {regex: '[A-Z]\\d'}", "it is X7 I think", "got X7|"),
        ("slot: a, accept: [{exact: x}, {regex: '\\d+'}]", "no 5", "got 5|"),
        ("slot: a, accept: {exact: [x, y]}", "y", "got y|"),
        ("slot: a, accept: {regex: '\\d'}, value: '{$query}'", " is 5 ", "got is 5|"),
        ("slot: a, accept: {regex: '\\d'}, value: fixed", "5", "got fixed|"),
        ("slot: mail", "mine is fred.o+x@home.info, ok?", "got |"),
        ("slot: a, choices: [Red, Blue]", "blue", "got Blue|"),
        ("slot: a, choices: [Red, Blue]", "2", "got Blue|"),
        ("slot: a, choices: [Red, Blue]", "b)", "got Blue|"),
        ("slot: a, choices: [Red, Blue]", "1.", "got Red|"),
        ("slot: a, choices: ['2', '1']", "1", "got 1|"),
        ("slot: a, choices: [{label: Small, payload: '10'}, Large]", "small", "got 10|"),
        ("slot: a, choices: [{label: Small, payload: size-s}, Large]", "size-s", "got size-s|"),
        ("slot: a, choices: [Red], accept: {regex: '#\\w+'}", "#fff", "got #fff|"),
        ("rules: [{pattern: x, goto: other}]", "X!", "other"),
        ("slot: a, rules: [{exact: x, slot: b}, {regex: y}]", "x", "got |x"),
        ("slot: a, rules: [{exact: x, value: '{$query}{$query}'}]", "x", "got xx|"),
        ("slot: a, rules: [{exact: x}]", "x", "got |"),
        ("slot: a, choices: [Red], rules: [{choice: Red, next: other}]", "1", "other"),
        ("slot: a, choices: [Red, Blue], rules: [{pattern: 'blu*'}]", "2", "got Blue|"),
        (
            "rules: [{regex: x, when: channel == 'rest', goto: other}, {regex: x, set: {b: yes}}]",
            "x",
            "got |yes",
        ),
        ("rules: [{pattern: [x, y], say: 'Fine, {$query}.'}]", "y", "Fine, y."),
    ],
)
def test_what_an_answer_fills(ask: str, text: str, said: str) -> None:
    """S001-27, S001-28, S001-32, S001-33."""
    talk = asking(ask)
    assert talk.say("go") == ["What?"]
    assert said in talk.say(text)


def test_a_typed_slot_takes_what_fits_its_type() -> None:
    talk = asking("slot: mail")
    talk.say("go")
    assert talk.say("no mail") == ["Please write an e-mail address, for example fred@home.com."]
    assert talk.say("it is fred.o+x@home.info, ok?") == ["got |"]
    slot = next(fact for fact in talk.trace if fact["fact"] == "slot")
    assert (slot["name"], slot["scope"], slot["after"]) == ("mail", "flow", "fred.o+x@home.info")
    talk = asking("slot: count")
    assert talk.all("go", "many") == ["Please write a number, for example 12 or 3.5."]
    assert talk.say("-2.5 or so") == ["got |"]


def test_the_first_rule_that_fits_decides() -> None:
    talk = asking("rules: [{pattern: '*a*', say: first}, {exact: a, say: second}]")
    assert talk.all("go", "a") == ["first", "got |"]
    rule = next(fact for fact in talk.trace if fact["fact"] == "rule")
    assert (rule["kind"], rule["what"], rule["step"]) == ("pattern", "*a*", "go/q")


def test_exact_means_letter_by_letter() -> None:
    talk = asking("slot: a, accept: {exact: ABC}, reprompt: no")
    assert talk.all("go", "abc") == ["no"]
    assert talk.say(" ABC ") == ["got ABC|"]


def test_choices_are_shown_as_buttons_every_time() -> None:
    talk = asking("choices: [Red, {label: 'Blue {{ vars.none }}', payload: b}], reprompt: Pick one.")
    for text, said in (("go", "What?"), ("green", "Pick one.")):
        assert talk.say(text) == [said]
        (action,) = talk.last
        assert isinstance(action, Say)
        assert action.parts == (Buttons(said, (Button("Red", "Red"), Button("Blue ", "b"))),)


def test_without_a_reprompt_choices_are_listed() -> None:
    """S001-31."""
    talk = asking("choices: [Red, Blue]")
    assert talk.all("go", "green") == ["Please choose one of these: Red, Blue."]


def test_reprompts_follow_each_other_and_the_last_stays() -> None:
    talk = asking("slot: a, accept: {regex: '\\d'}, reprompt: [one, 'two, {$query}', three]", top="")
    talk.say("go")
    assert [talk.say("x") for _ in range(5)] == [["one"], ["two, x"], ["three"], ["three"], ["three"]]


def test_a_right_answer_or_a_digression_starts_the_count_anew() -> None:
    escalation = "escalation: {steps: [{say: A person?}]}"
    talk = asking("slot: a, accept: {regex: '\\d'}, reprompt: no", top=escalation)
    assert talk.all("go", "x", "x", "x") == ["no"]
    assert talk.say("hello") == ["Hi.", "What?"]
    assert talk.all("x", "x", "x") == ["no"]
    assert talk.say("x") == ["A person?", "What?"]
    assert talk.all("x", "x", "x") == ["no"]
    assert talk.say("5") == ["got 5|"]
    assert talk.all("go", "x", "x", "x") == ["no"]


def test_every_failed_answer_counts_also_those_the_fallback_takes() -> None:
    top = "escalation: {steps: [{say: A person?}]}\nfallback: {steps: [{say: 'What is {$query}?'}]}"
    talk = asking("slot: a, accept: {regex: '\\d'}", top=top)
    talk.say("go")
    assert [talk.say("x") for _ in range(3)] == [["What is x?", "What?"]] * 3
    assert talk.say("x") == ["A person?", "What?"]


def test_the_escalation_flow_does_not_escalate_itself() -> None:
    top = "escalation: {steps: [{ask: A person?, accept: {exact: 'yes'}, reprompt: yes or what?}]}"
    talk = asking("slot: a, accept: {regex: '\\d'}, reprompt: no", top=top)
    assert talk.all("go", *"xxxx") == ["A person?"]
    assert [talk.say("x") for _ in range(8)] == [["yes or what?"]] * 8
    assert talk.say("yes") == ["What?"]


def test_an_open_question_lets_other_flows_start_first() -> None:
    talk = asking("slot: a")
    assert talk.all("go", "hello you") == ["Hi.", "What?"]
    assert talk.say("my name is hello") == ["got my name is hello|"]


def test_a_question_that_does_not_listen_takes_everything_itself() -> None:
    """Digression blocked."""
    talk = asking("slot: a, listen: false")
    assert talk.all("go", "hello you") == ["got hello you|"]
    talk = asking("slot: a, listen: false, accept: {regex: '\\d'}, reprompt: no")
    assert talk.all("go", "hello you") == ["no"]


def test_the_questions_own_answers_come_before_other_flows() -> None:
    talk = asking("slot: a, accept: {pattern: 'hello*'}")
    assert talk.all("go", "hello you") == ["got hello you|"]


def test_a_filled_slot_is_not_asked_for_again() -> None:
    top = "fallback: {steps: [{set: {b: kept}}, {run: go}]}"
    talk = asking("slot: b", top=top)
    assert talk.say("whatever") == ["got |kept"]
    assert {"fact": "skipped", "step": "go/q", "slot": "b"} in talk.trace


def test_unless_it_says_so() -> None:
    talk = asking("slot: b, ask_again: true", top="fallback: {steps: [{set: {b: kept}}, {run: go}]}")
    assert talk.say("whatever") == ["What?"]
    assert talk.say("new") == ["got |new"]


def test_a_value_that_came_with_the_message_is_taken_if_it_would_do_as_an_answer() -> None:
    talk = asking("slot: a, accept: {regex: '^\\d{6}$'}", top="", more="")
    assert talk.say("go", entities={"a": "123456", "unknown": "x"}) == ["got 123456|"]
    assert talk.say("go", entities={"a": "12"}) == ["What?"]


def test_a_messages_intent_is_its_own_and_the_last_one_is_kept_beside_it() -> None:
    talk = Talk(
        make("""
intents: {pay: {examples: [pay my bill]}}
flows: {pay: {trigger: {intent: pay}, steps: [{ask: "How? {{ message.intent }}", accept: {exact: card}}]}}
fallback: {steps: [{say: "[{{ message.intent }}] [{{ conversation.last_intent }}]"}]}
""")
    )
    assert talk.say("Pay my bill!") == ["How? pay"]
    assert (talk.state.intent, talk.state.last_intent) == ("pay", "pay")
    assert talk.say("what?") == ["[] [pay]", "How? "]
    assert (talk.state.intent, talk.state.last_intent) == ("", "pay")
    assert talk.say("/pay", intent="pay") == ["How? pay"]
    assert unheard(talk.state).intent == ""
    assert talk.state.intent == "pay"
    assert talk.say("reset") == ["The conversation starts over."]
    assert (talk.state.intent, talk.state.last_intent) == ("", "")


def test_an_intent_the_channel_is_sure_of_decides_alone() -> None:
    more = """
  pay: {trigger: {intent: pay, patterns: ["*pay*"]}, steps: [{say: paying}]}
intents: {pay: {}, affirm: {examples: [that is right]}}
"""
    talk = asking("slot: a, rules: [{intent: affirm, say: affirmed}], accept: {regex: '.*'}", more=more)
    talk.say("go")
    assert talk.say("/pay{}", intent="pay") == ["paying", "What?"]
    assert talk.say("/affirm", intent="affirm") == ["affirmed", "got |"]
    assert talk.state.last_intent == "affirm"
    talk.say("go")
    assert talk.say("That is right!") == ["affirmed", "got |"]
    talk.say("go")
    assert talk.say("/nobody_knows", intent="nobody_knows") == ["got /nobody_knows|"]


def test_a_tapped_payload_that_looks_like_an_intent_is_the_choice() -> None:
    talk = asking(
        "slot: a, choices: [{label: 'Yes', payload: /yes_please}], rules: [{intent: yes_please, say: intent}]",
        top="intents: {yes_please: {}}",
    )
    talk.say("go")
    assert talk.say("/yes_please", intent="yes_please") == ["intent", "got /yes_please|"]


def test_a_choice_without_a_label_is_neither_shown_nor_counted() -> None:
    bot = make(
        "slots: {s: {scope: session}}\n"
        "flows: {f: {trigger: {patterns: [go]}, steps: [{ask: q, slot: s, choices: "
        "['{{ vars.none }}', {label: '{{ vars.none }}', payload: hidden}, Red, Blue]}, {say: '{{ slots.s }}'}]}}"
    )
    for said, taken in (("1", "Red"), ("b", "Blue"), ("blue", "Blue")):
        talk = Talk(bot)
        assert talk.all("go", said) == [taken]
    for said in ("3", "hidden", "?"):
        talk = Talk(bot)
        assert talk.all("go", said) != [said]
        assert "s" not in talk.slots()
