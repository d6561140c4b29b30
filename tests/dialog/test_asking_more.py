"""Typed questions, cleaning, entities, silence, and scripts around a question."""

import pytest
from tests.dialog.driver import Talk, make, problems_of

from frontdesk.core.action import Said, Say
from frontdesk.core.message import Button, Buttons, Input, Sent
from frontdesk.dialog.load import load_bot

TOP = """
slots: {a: {}, n: {type: number}, d: {type: date}, mail: {type: email}, ok: {type: yes_no}, f: {type: file},
        from: {entity: city}, to: {entity: city}}
entities: {city: [Riga, Tallinn, "Saint Petersburg~LED"]}
"""


def asking(ask: str, say: str, top: str = "") -> Talk:
    return Talk(
        make(
            f"{TOP}{top}\nflows:\n  hello: {{trigger: {{patterns: ['hello*']}}, steps: [{{say: Hi.}}]}}\n"
            f"  go:\n    trigger: {{patterns: ['go*']}}\n    steps:\n      - {{id: q, ask: What?, {ask}}}\n      - say: \"{say}\"\n"
        )
    )


@pytest.mark.parametrize(
    ("ask", "answer", "said"),
    [
        ("slot: n", "about 1,250.50 I think", "1250.5"),
        ("slot: d", "2026-12-24", "2026-12-24"),
        ("slot: d", "tomorrow", "2026-03-02"),
        ("slot: mail", "it is Fred@HOME.com", "Fred@home.com"),
        ("slot: ok", "yes please", "true"),
        ("slot: ok", "nope", "false"),
        ("slot: a, type: phone", "+44 20 7946 0958", "+442079460958"),
        ("slot: a, type: time", "at half past nine", "09:30"),
        ("slot: a, clean: [digits], accept: {regex: '^\\d{6}$'}", "12-34 56", "123456"),
        ("slot: a, clean: [no_blanks, upper]", "ab c1", "ABC1"),
        ("slot: a, clean: lower, rules: [{exact: abc, value: fixed}]", "ABC", "fixed"),
    ],
)
def test_what_typed_and_cleaned_answers_store(ask: str, answer: str, said: str) -> None:
    slot = ask.partition("slot: ")[2].partition(",")[0]
    talk = asking(ask, f"{{{{ slots.{slot} }}}}")
    talk.say("go")
    assert talk.say(answer) == [said]


def test_today_is_where_the_assistant_is() -> None:
    bot = make(
        "slots: {d: {type: date}}\nflows: {go: {trigger: {patterns: [go]}, steps: [{ask: When?, slot: d}, {say: '{{ slots.d }}'}]}}"
    )
    late = {"hours": 11}
    talk = Talk(bot)
    talk.wait(**late)
    assert talk.all("go", "today") == ["2026-03-01"]
    moved = {
        "bot.yaml": "format: assistant/v1\nassistant: {id: b, name: B, timezone: Asia/Tashkent}\n"
        "slots: {d: {type: date}}\nflows: {go: {trigger: {patterns: [go]}, steps: [{ask: When?, slot: d}, {say: '{{ slots.d }}'}]}}"
    }
    talk = Talk(load_bot(moved))
    talk.wait(**late)
    assert talk.all("go", "today") == ["2026-03-02"]


def test_a_typed_question_says_what_it_wants() -> None:
    talk = asking("slot: n", "x")
    assert talk.say("go") == ["What?"]
    assert talk.parts == [Input("What?", "number")]
    assert talk.say("many") == ["Please write a number, for example 12 or 3.5."]
    talk = asking("slot: ok", "x")
    talk.say("go")
    assert talk.parts == [Buttons("What?", (Button("Yes", "Yes"), Button("No", "No")), quick=True)]
    talk = asking("slot: ok", "x")
    talk.language = "ru"
    talk.say("go")
    assert talk.parts[0] == Buttons("What?", (Button("Yes", "Yes"), Button("No", "No")), quick=True)


def test_a_file_is_taken_as_it_came() -> None:
    talk = asking("slot: f", "{{ slots.f.name }}")
    talk.say("go")
    assert talk.say("here you are") == ["Please send one file."]
    assert talk.hear(Said("", files=(Sent("https://a.test/x.pdf", "x.pdf"),))) == ["x.pdf"]


def test_quick_replies_are_shown_as_such() -> None:
    talk = asking("slot: a, choices: [Red, Blue], quick_replies: true", "{{ slots.a }}")
    talk.say("go")
    assert talk.parts == [Buttons("What?", (Button("Red", "Red"), Button("Blue", "Blue")), quick=True)]
    assert talk.say("2") == ["Blue"]


TRIP = """
entities: {city: [Riga, Tallinn]}
slots: {from: {entity: city}, to: {entity: city}, n: {type: number}}
flows:
  trip:
    trigger: {patterns: ["go*"]}
    steps:
      - {ask: From?, slot: from}
      - {ask: To?, slot: to}
      - say: "{{ slots.from }}-{{ slots.to }}"
"""


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["go from Riga to Tallinn"], ["Riga-Tallinn"]),
        (["go from Riga", "to Tallinn please"], ["Riga-Tallinn"]),
        (["go", "Tallinn, to Riga"], ["Tallinn-Riga"]),
        (["go from Riga"], ["To?"]),
    ],
)
def test_entities_of_a_sentence_fill_slots_one_by_one(texts: list[str], said: list[str]) -> None:
    assert Talk(make(TRIP)).all(*texts) == said


def test_an_entity_is_a_test_and_a_value() -> None:
    talk = asking("rules: [{entity: city, set: {a: '{{ entity.city }}'}}]", "{{ slots.a }}")
    assert talk.all("go", "the city of Saint Petersburg") == ["LED"]


NO_REPLY = "slot: a, no_reply: {after: 10m, %s}"


def test_silence_is_asked_about_once() -> None:
    talk = asking(NO_REPLY % "say: Still there?", "got {{ slots.a }}")
    talk.say("go")
    assert talk.elapse(minutes=9) == []
    assert talk.elapse(minutes=2) == ["Still there?"]
    assert talk.elapse(hours=5) == []
    assert talk.state.wake_at == 0


def test_silence_can_lead_elsewhere() -> None:
    talk = asking(NO_REPLY % "say: Bye., end: true", "got {{ slots.a }}")
    talk.say("go")
    assert talk.elapse(minutes=11) == ["Bye."]
    assert talk.state.stack == []
    talk = asking(NO_REPLY % "run: hello", "got {{ slots.a }}")
    talk.say("go")
    assert talk.elapse(minutes=11) == ["Hi.", "got "]


def test_an_answer_ends_the_waiting_and_a_question_asked_again_waits_again() -> None:
    talk = asking(NO_REPLY % "say: Still there?" + ", accept: {exact: x}, reprompt: No.", "got {{ slots.a }}")
    talk.all("go", "wrong")
    assert talk.state.wake_at > 0
    assert talk.say("x") == ["got x"]
    assert talk.state.wake_at == 0


def test_a_script_after_the_text_adds_to_the_question() -> None:
    talk = asking(
        """slot: a, after: "botContext.sendMessage('First.'); botContext.addQuickReplies(['One~1', 'Two'])" """,
        "got {{ slots.a }}",
    )
    assert talk.say("go") == ["First.", "What?"]
    assert talk.parts[1:] == [Buttons("What?", (Button("One", "1"), Button("Two", "Two")), quick=True)]
    assert talk.say("1") == ["got 1"]


def test_a_script_on_the_answer_runs_when_it_is_stored() -> None:
    code = "botContext.setBotVariable('a', botContext.getBotVariable('a') + '!', false, false)"
    talk = asking(f'slot: a, on_answer: "{code}"', "got {{ slots.a }}")
    assert talk.all("go", "x") == ["got x!"]
    talk = asking(
        f"""slot: a, rules: [{{exact: x, slot: a, say: Rule., goto: q}}], on_answer: "{code}" """, "got"
    )
    talk.say("go")
    assert talk.say("x") == ["Rule.", "got"], "the slot is filled, so the question is not asked again"
    assert talk.slots() == {}


def test_a_script_on_the_answer_can_lead_elsewhere() -> None:
    talk = asking("""slot: a, on_answer: "botContext.setTriggerNextMessage('hello')" """, "got")
    assert talk.all("go", "x") == ["Hi."]
    talk = asking("""slot: a, on_answer: "botContext.sendImmediateReply('Stop.')" """, "got")
    assert talk.all("go", "x") == ["Stop."]
    assert talk.state.stack == []


def test_a_script_that_fails_leaves_the_question_working() -> None:
    talk = asking("slot: a, after: 'nobody.home()', on_answer: 'nobody.home()'", "got {{ slots.a }}")
    assert talk.say("go") == ["What?"]
    assert talk.alerts == ["script_failed"]
    assert talk.say("x") == ["got x"]
    assert not any("nobody" in text for action in talk.last if isinstance(action, Say) for text in talk.said)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ("type: number, accept: {exact: x}", "'type' stands beside accept or choices"),
        ("type: colour", "'type' cannot be 'colour'"),
        ("clean: [polish]", "'polish' is no way to clean"),
        ("quick_replies: true", "There are no choices to show so"),
        ("no_reply: {say: x}", "'no_reply' does not say when"),
        ("no_reply: {after: never}", "'after' must be a duration"),
        ("accept: {entity: nope}", "There is no entity 'nope'"),
        ("after: scripts/none.js", "There is no file 'scripts/none.js'"),
    ],
)
def test_mistakes(ask: str, message: str) -> None:
    found = problems_of(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{{ask: q, {ask}}}]}}}}")
    assert any(message in problem.message for problem in found), found


CITY = """
entities: {city: [Riga, Tallinn]}
slots: {to: {entity: city}}
flows: {f: {trigger: {patterns: [go]}, steps: [{ask: Where?, slot: to, %s accept: {entity: city}}, {ask: When?}, {say: "{{ slots.to }}"}]}}
"""


def test_an_entity_is_found_in_an_answer_that_was_cleaned() -> None:
    talk = Talk(make(CITY % "clean: [lower],"))
    assert talk.all("go", "to RIGA please") == ["When?"]


def test_a_correction_may_name_an_entity() -> None:
    talk = Talk(make(CITY % ""))
    talk.all("go", "riga")
    assert talk.say("actually it is tallinn")[0] == "Thank you, I have changed that."
    assert talk.say("tomorrow") == ["Tallinn"]


@pytest.mark.parametrize("words", ["[Tashkent~TAS]", "[Tashkent]", "{values: {TAS: [Tashkent]}}"])
@pytest.mark.parametrize("clean", ["", ", clean: no_marks"])
def test_an_entity_in_the_message_that_starts_the_flow_answers_its_question(words: str, clean: str) -> None:
    bot = make(
        f"entities: {{city: {words}}}\nslots: {{city: {{entity: city}}}}\n"
        f"flows: {{f: {{trigger: {{patterns: ['fly*']}}, steps: [{{ask: 'Where?', slot: city{clean}}}, "
        "{say: 'to {{ slots.city }}'}]}}"
    )
    value = "TAS" if "TAS" in words else "Tashkent"
    assert Talk(bot).say("fly from tashkent") == [f"to {value}"]
    talk = Talk(bot)
    assert (talk.say("fly"), talk.say("to tashkent please")) == (["Where?"], [f"to {value}"])
