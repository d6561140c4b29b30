"""How flows begin, interrupt, run and follow each other; slots and their scopes."""

import pytest
from tests.dialog.driver import ERROR, NOT_UNDERSTOOD, Talk, answers, make

from frontdesk.dialog.load import load_bot

TWO_QUESTIONS = """
slots: {x: {}, y: {}}
flows:
  one: {trigger: {patterns: [one]}, steps: [{say: first}, {ask: X?, slot: x, accept: {regex: '\\d'}}, {say: "x {{ slots.x }}"}]}
  two: {trigger: {patterns: [two]}, steps: [{say: second}, {ask: Y?, slot: y, accept: {regex: '\\d'}}, {say: "y {{ slots.y }}"}]}
"""


def test_digressions_nest_and_come_back_one_by_one() -> None:
    talk = Talk(make(TWO_QUESTIONS))
    assert talk.say("one") == ["first", "X?"]
    assert talk.say("two") == ["second", "Y?"]
    assert talk.say("2") == ["y 2", "X?"]
    assert talk.say("1") == ["x 1"]


def test_what_a_flow_says_when_it_goes_on_is_the_authors() -> None:
    talk = Talk(make(TWO_QUESTIONS.replace("one: {", 'one: {resume: "Back to X, {{ slots.y }}.", ', 1)))
    assert talk.all("one", "two") == ["second", "Y?"]
    assert talk.say("2") == ["y 2", "Back to X, .", "X?"]  # the other flow's slots are over with it


def test_a_flow_that_does_not_listen_is_not_interrupted() -> None:
    talk = Talk(make(TWO_QUESTIONS.replace("one: {", "one: {listen: false, ", 1)))
    assert talk.say("one") == ["first", "X?"]
    assert "second" not in talk.say("two")
    assert talk.say("1") == ["x 1"]
    assert talk.say("two") == ["second", "Y?"]


def test_a_flow_that_is_started_again_gives_up_its_earlier_run() -> None:
    talk = Talk(make(TWO_QUESTIONS))
    assert talk.all("one", "two", "one") == ["first", "X?"]
    assert talk.say("1") == ["x 1", "Y?"]
    assert talk.say("2") == ["y 2"]
    assert talk.state.stack == []


def test_the_stack_is_bounded() -> None:
    flows = "".join(
        f"\n  f{n}: {{trigger: {{patterns: [p{n}]}}, steps: [{{ask: q{n}, accept: {{exact: ok}}}}]}}"
        for n in range(30)
    )
    talk = Talk(make("flows:" + flows))
    talk.all(*(f"p{n}" for n in range(30)))
    assert [frame.flow for frame in talk.state.stack] == [f"f{n}" for n in range(20, 30)]
    assert talk.say("ok") == ["q28"]


def test_slots_of_a_flow_end_with_it_and_are_not_seen_by_an_interrupting_one() -> None:
    talk = Talk(
        make("""
slots: {x: {}, kept: {scope: session}, now: {scope: turn}, always: {scope: contact}}
flows:
  one:
    trigger: {patterns: [one]}
    steps:
      - set: {x: 1, kept: 2, now: 3, always: 4, loose: 5}
      - ask: "X? {{ slots.now }}"
        accept: {exact: ok}
      - say: "{{ slots.x }}|{{ slots.kept }}|{{ slots.now }}|{{ slots.always }}|{{ vars.loose }}"
  show: {trigger: {patterns: [show]}, steps: [{say: "{{ slots.x }}|{{ slots.kept }}|{{ slots.now }}|{{ slots.always }}|{{ vars.loose }}"}]}
  clear: {trigger: {patterns: [clear]}, steps: [{set: {kept: null, loose: null, unknown: null}}]}
""")
    )
    assert talk.say("one") == ["X? 3"]
    assert talk.say("show") == ["|2||4|5", "X? "]
    assert talk.say("ok") == ["1|2||4|5"]
    assert talk.say("show") == ["|2||4|5"]
    talk.wait(hours=2)
    assert talk.say("show") == ["|||4|"]
    talk.say("one")
    assert talk.say("clear") == ["X? "]
    assert talk.all("ok", "show") == ["|||4|"]


def test_a_flow_that_is_run_reads_its_callers_values_and_returns() -> None:
    talk = Talk(
        make("""
slots: {x: {}}
actions: {A: {request: {url: "https://a.test/"}, result: {v: $.v}}}
flows:
  caller:
    trigger: {patterns: [go]}
    steps:
      - set: {x: 1}
      - call: A
      - run: sub
      - say: "back {{ slots.x }}"
  sub:
    steps:
      - say: "sub {{ slots.x }} {{ A.v }}"
      - set: {x: 2}
      - ask: more?
        rules: [{exact: deeper, run: sub2}, {exact: leave, end: true}, {exact: away, resume: true}]
      - say: "sub ends {{ slots.x }}"
  sub2: {steps: [{say: "sub2 {{ slots.x }}"}]}
  before: {trigger: {patterns: [before]}, steps: [{ask: Before?, accept: {exact: done}}]}
""")
    )
    talk.mocks["A"] = answers(200, {"v": "V"})
    assert talk.say("go") == ["sub 1 V", "more?"]
    assert talk.say("deeper") == ["sub2 2", "sub ends 2", "back 1"]
    talk.say("go")
    assert talk.say("leave") == ["back 1"]
    talk.say("before")
    talk.say("go")
    assert talk.say("away") == ["Before?"]
    talk.say("done")
    talk.say("go")
    assert talk.say("away") == []
    assert talk.state.stack == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("run: sub", ["sub", "after", "last"]),
        ("run: sub, goto: last", ["sub", "last"]),
        ("run: sub, next: end", ["sub"]),
        ("goto: sub", ["sub"]),
        ("goto: sub/second", ["sub2"]),
        ("next: last", ["last"]),
        ("end: true", []),
        ("resume: true", []),
        ("say: told", ["told", "after", "last"]),
        ("say: told, set: {v: 1}, goto: last", ["told", "last"]),
    ],
)
def test_where_a_rule_can_go(rule: str, said: list[str]) -> None:
    talk = Talk(
        make(f"""
flows:
  f:
    trigger: {{patterns: [go]}}
    steps:
      - ask: Q?
        rules: [{{exact: ok, {rule}}}]
      - say: after
      - {{id: last, say: last}}
  sub:
    trigger: {{patterns: [sub]}}
    steps: [{{say: sub, next: end}}, {{id: second, say: sub2}}]
""")
    )
    assert talk.all("go", "ok") == said
    assert talk.state.stack == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("goto: last", ["last"]),
        ("goto: sub", ["sub"]),
        ("run: sub", ["sub", "between", "last"]),
        ("end: true", []),
        ("resume: true", []),
        ("{run: sub, next: last}", ["sub", "last"]),
        ("{run: sub, next: end}", ["sub"]),
        ("{say: hi, next: sub}", ["hi", "sub"]),
        ("{say: hi, next: resume}", ["hi"]),
        ("{set: {v: 1}, next: last}", ["last"]),
        ("{if: 'true', then: [{say: a}, {say: b}], else: [{say: c}]}", ["a", "b", "between", "last"]),
        ("{if: 'false', then: [{say: a}], else: [{say: c}, {goto: last}]}", ["c", "last"]),
        ("{if: 'false', then: [{say: a}]}", ["between", "last"]),
        ("{if: 'true', else: {say: c}}", ["between", "last"]),
        (
            "{if: 'true', then: {if: 'true', then: {if: 'false', then: {end: true}, else: {say: deep}}}}",
            ["deep", "between", "last"],
        ),
        ("{if: 'true', then: [{run: sub}], next: last}", ["sub", "between", "last"]),
    ],
)
def test_where_a_step_can_go(step: str, said: list[str]) -> None:
    talk = Talk(
        make(f"""
flows:
  f:
    trigger: {{patterns: [go]}}
    steps:
      - {step}
      - say: between
      - {{id: last, say: last, comment: a comment}}
  sub: {{steps: [{{say: sub}}]}}
""")
    )
    assert talk.say("go") == said


def test_asking_inside_if_goes_on_behind_it() -> None:
    talk = Talk(
        make(
            "flows: {f: {trigger: {patterns: [go]}, steps: [{if: 'true', then: [{ask: Q?}, {say: in}]}, {say: out}]}}"
        )
    )
    assert talk.all("go", "x") == ["in", "out"]


def test_a_flow_may_jump_to_its_own_beginning() -> None:
    talk = Talk(
        make(
            "slots: {x: {}}\nflows: {f: {trigger: {patterns: [go]}, steps: [{ask: Q?, slot: x, rules: [{exact: again, slot: x, goto: f}]}, {say: 'x{{ slots.x }}'}]}}"
        )
    )
    assert talk.all("go", "again", "again") == ["Q?"]


def test_without_any_fallback_there_is_a_built_in_sentence() -> None:
    talk = Talk(make(TWO_QUESTIONS))
    assert talk.say("three") == [NOT_UNDERSTOOD]
    assert talk.say("") == [NOT_UNDERSTOOD]
    assert talk.all("one", "three") == [NOT_UNDERSTOOD, "X?"]


def test_the_fallback_may_ask_and_digress_itself() -> None:
    talk = Talk(
        make(
            "fallback: {steps: [{ask: 'Sorry?', rules: [{exact: 'no', say: Bye.}]}]}\nflows: {f: {trigger: {patterns: [hi]}, steps: [{say: Hi.}]}}"
        )
    )
    assert talk.say("x") == ["Sorry?"]
    assert talk.say("y") == ["Sorry?"]
    assert talk.say("hi") == ["Hi.", "Sorry?"]
    assert talk.say("no") == ["Bye."]
    assert talk.state.stack == []


@pytest.mark.parametrize(
    ("setting", "preview", "said"),
    [
        ("preview", True, "The conversation starts over."),
        ("preview", False, NOT_UNDERSTOOD),
        ("everywhere", False, "The conversation starts over."),
        ("off", True, NOT_UNDERSTOOD),
    ],
)
def test_debug_commands_where_they_are_allowed(setting: str, *, preview: bool, said: str) -> None:
    text = f"format: assistant/v1\nassistant: {{id: b, name: B, debug_commands: {setting}}}\n"
    talk = Talk(load_bot({"bot.yaml": text}), preview=preview)
    assert talk.say("Reset!") == [said]


def test_whoami_names_contact_and_conversation() -> None:
    assert Talk(make("")).say("whoami") == ["You are vis_1 in conversation conv_1."]


def test_built_in_sentences_follow_the_turns_language() -> None:
    phrases: dict[str, dict[str, str]] = {"ru": {"not_understood": "?!"}, "uz": {}}
    bot = load_bot(
        {"bot.yaml": "format: assistant/v1\nassistant: {id: b, name: B, language: ru}\n"}, phrases=phrases
    )
    assert Talk(bot, language="uz").say("x") == ["?!"]
    assert Talk(bot, language="ru-RU").say("x") == ["?!"]
    assert Talk(bot, language="").say("x") == ["?!"]
    assert Talk(bot, language="ru").say("reset") == ["The conversation starts over."]
    assert Talk(
        make(
            "",
        ),
        language="xx",
    ).say("x") == [NOT_UNDERSTOOD]


@pytest.mark.parametrize(
    "text", ["x" * 20_000, "a\x00\x01\x1f\x7f\x9fb", "\ud800x", "\u202e\u200bx", " \n\t "]
)
def test_odd_text_is_cut_and_cleaned(text: str) -> None:
    talk = Talk(make("fallback: {steps: [{say: '{$query}.'}]}"))
    (said,) = talk.say(text)
    assert len(said) <= 8_001
    assert not any(ord(char) < 32 and char not in "\n\t" for char in said)
    said.encode()


def test_a_failure_in_a_flow_that_is_run_ends_its_callers_too() -> None:
    talk = Talk(
        make("""
actions: {A: {request: {url: "https://a.test/"}}}
flows:
  waiting: {trigger: {patterns: [first]}, steps: [{ask: Q?, accept: {exact: a}}]}
  caller: {trigger: {patterns: [go]}, steps: [{run: sub}, {say: "never said"}]}
  sub: {steps: [{call: A}, {say: nor this}]}
"""),
        {"A": answers(500)},
    )
    assert talk.say("go") == [ERROR]
    assert talk.all("first", "go") == [ERROR, "Q?"]


def test_the_line_break_behind_a_block_of_text_is_not_sent() -> None:
    talk = Talk(
        make("fallback:\n  steps:\n    - say: |\n        one\n        two\n    - ask: |\n        three?\n")
    )
    assert talk.say("x") == ["one\ntwo", "three?"]
