"""note, rate, wait, for_each, answer, agent and close."""

import pytest
from tests.dialog.driver import Talk, answers, fails, make, problems_of

from frontdesk.core.action import Close, Looked, Note, Passage, Prompted, Rated
from frontdesk.core.message import Button, Buttons, Source, Text
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.state import MAX_STATE_BYTES, dump_state


def flow(steps: str, top: str = "") -> Bot:
    return make(
        f"slots: {{s: {{scope: session}}}}\n{top}\nflows:\n  hello: {{trigger: {{patterns: [hello]}}, steps: [{{say: Hi.}}]}}\n"
        f"  f:\n    trigger: {{patterns: [go]}}\n    steps:\n{steps}"
    )


def test_a_note_is_for_our_side_alone() -> None:
    talk = Talk(flow("      - note: 'Wrote {$query}'\n      - say: done\n"))
    assert talk.say("go") == ["done"]
    assert talk.last[0] == Note("Wrote go", "f/#1")


RATE = "      - rate: {ask: How was it?, comment: And why?, slot: s}\n      - say: 'Thanks, {{ slots.s }}.'\n"


def test_a_rating_with_a_comment() -> None:
    talk = Talk(flow(RATE))
    assert talk.say("go") == ["How was it?"]
    assert talk.parts == [Buttons("How was it?", tuple(Button(n, n) for n in "12345"), quick=True)]
    assert talk.say("12") == ["Please choose one of these: 1–5."]
    assert talk.say("⭐⭐⭐⭐") == ["And why?"]
    assert talk.say("hello") == ["Thanks, 4."]
    assert Rated(4, 5, "hello", "f/#1") in talk.last


def test_a_rating_in_one_line() -> None:
    talk = Talk(flow("      - rate: How was it?\n      - say: Thanks.\n"))
    talk.say("go")
    assert talk.say("hello") == ["Hi.", "How was it?"]
    assert talk.say("a 5 I would say") == ["Thanks."]
    assert Rated(5, 5, "", "f/#1") in talk.last


def test_a_pause_goes_on_by_itself() -> None:
    talk = Talk(flow("      - say: a\n      - wait: 30s\n      - say: b\n"))
    assert talk.say("go") == ["a"]
    assert talk.elapse(seconds=20) == []
    assert talk.elapse(seconds=20) == ["b"]
    assert (talk.state.stack, talk.state.wake_at) == ([], 0.0)


def test_the_customer_may_write_during_a_pause() -> None:
    talk = Talk(flow("      - wait: 30s\n      - say: b\n"))
    talk.say("go")
    assert talk.say("hello") == ["Hi."]
    assert talk.elapse(seconds=40) == ["b"]


def test_a_flow_that_wakes_itself_for_ever_is_ended() -> None:
    talk = Talk(flow("      - {id: a, wait: 30s}\n      - {say: tick, next: a}\n"))
    talk.say("go")
    assert len(talk.elapse(hours=5)) == 50
    assert (talk.state.stack, talk.state.wake_at) == ([], 0.0)
    assert talk.alerts == ["wakes"]


EACH = """      - for_each: vars.list
        as: row
        steps:
          - say: "{{ row.a }}"
          - if: row.a == 2
            then: [{say: two!}]
      - say: end
"""


def start(rows: object, body: str = EACH) -> list[str]:
    talk = Talk(flow(body))
    talk.state.vars["list"] = rows
    return talk.say("go")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"a": 1}, {"a": 2}, {"a": 3}], ["1", "2", "two!", "3", "end"]),
        ([], ["end"]),
        (None, ["end"]),
        ({"a": 7}, ["7", "end"]),
    ],
)
def test_steps_run_once_for_each_element(rows: object, said: list[str]) -> None:
    assert start(rows) == said


def test_loops_nest_and_questions_stand_in_them() -> None:
    body = """      - for_each: vars.list
        as: row
        steps:
          - for_each: row.b
            as: cell
            steps: [{say: "{{ row.a }}{{ cell }}"}]
          - ask: "{{ row.a }}?"
            slot: s
            ask_again: true
      - say: end
"""
    talk = Talk(flow(body))
    talk.state.vars["list"] = [{"a": "x", "b": [1, 2]}, {"a": "y", "b": [3]}]
    assert talk.say("go") == ["x1", "x2", "x?"]
    assert talk.say("hello") == ["Hi.", "x?"]
    assert talk.say("fine") == ["y3", "y?"]
    assert talk.say("good") == ["end"]
    assert talk.state.stack == []


def test_a_long_list_is_cut_and_the_author_told() -> None:
    talk = Talk(flow("      - for_each: vars.list\n        steps: [{set: {s: '{{ item }}'}}]\n"))
    talk.state.vars["list"] = list(range(60))
    said = talk.say("go")
    assert "list_cut" in talk.alerts
    assert said == ["Sorry, I got stuck. Please tell me again what you need."]


ANSWER = "      - answer: {knowledge: help, most: 2}\n        on_none: {say: nothing}\n      - say: end\n"


def test_an_answer_from_the_knowledge_base_with_its_pages() -> None:
    talk = Talk(flow(ANSWER))
    talk.knows = Looked("", "found", "Because.", (Passage("p", "Why", "https://a.test/why", 0.9),))
    assert talk.say("go") == ["Because.", "end"]
    assert talk.parts[0] == Buttons(
        "Because.",
        (Button("Why", url="https://a.test/why"),),
        sources=(Source("Why", "https://a.test/why"),),
    )
    (asked,) = talk.looked
    assert (asked.text, asked.knowledge, asked.most, asked.language) == ("go", "help", 2, "en")


def test_an_answer_names_its_article_also_where_that_has_no_address() -> None:
    talk = Talk(flow(ANSWER))
    why, how = Passage("p", "Why", "https://a.test/why", 0.9, 7), Passage("q", "How", "", 0.8, 3)
    talk.knows = Looked("", "found", "Because.", (how,))
    assert talk.say("go") == ["Because.\nSource: How", "end"]
    assert talk.parts[0] == Text("Because.\nSource: How", (Source("How", start=3),))
    talk = Talk(flow(ANSWER))
    talk.knows = Looked("", "found", "Because.", (why, how))
    assert talk.say("go") == ["Because.\nSource: How", "end"]
    assert talk.parts[0] == Buttons(
        "Because.\nSource: How",
        (Button("Why", url="https://a.test/why"),),
        sources=(Source("Why", "https://a.test/why", 7), Source("How", start=3)),
    )


def test_an_answer_written_for_the_question_names_no_article_but_keeps_it() -> None:
    talk = Talk(flow(ANSWER))
    talk.knows = Looked("", "found", "At nine.", (Passage("At nine.", "When do you open?", is_curated=True),))
    assert talk.say("go") == ["At nine.", "end"]
    assert talk.parts[0] == Text("At nine.", (Source("When do you open?"),))


def test_an_answer_into_a_slot() -> None:
    talk = Talk(flow("      - answer: {slot: s}\n      - say: '[{{ slots.s }}]'\n"))
    talk.knows = Looked("", "found", "", (Passage("one"), Passage("two")))
    assert talk.say("go") == ["[one\n\ntwo]"]


@pytest.mark.parametrize(("group", "audience"), [("partners", "partners"), ("", "")])
def test_an_answer_on_behalf_of_those_whom_the_flow_knows_the_customer_to_be_of(
    group: str, audience: str
) -> None:
    talk = Talk(flow("      - answer: {audience: '{{ vars.group }}'}\n"))
    talk.state.vars["group"] = group
    talk.say("go")
    assert [need.audience for need in talk.looked] == [audience]


@pytest.mark.parametrize(
    ("step", "looked", "said"),
    [
        (ANSWER, Looked("", "none"), ["nothing"]),
        (ANSWER, None, ["nothing"]),
        (ANSWER.replace("on_none", "on_error"), None, ["nothing"]),
        (
            "      - answer: true\n      - say: end\n",
            Looked("", "none"),
            ["Sorry, I have found nothing about that.", "end"],
        ),
    ],
)
def test_without_an_answer_the_flow_goes_its_way(step: str, looked: Looked | None, said: list[str]) -> None:
    talk = Talk(flow(step))
    talk.knows = looked
    assert talk.say("go") == said


AGENT = """      - agent: {instructions: Be kind., actions: [A], flows: [hello], most_turns: 3}
        on_error: {say: no model}
      - say: end
"""
ACTION = 'actions: {A: {request: {url: "https://a.test/", query: {s: "{{ slots.s }}"}}, result: {v: $.v}}}'


def agent(*moves: Prompted) -> Talk:
    talk = Talk(flow(AGENT, ACTION), {"A": answers(body={"v": 5})})
    talk.model = list(moves)
    return talk


def test_a_model_talks_calls_and_ends() -> None:
    talk = agent(
        Prompted("", "says", "Which one?"),
        Prompted("", "calls", name="A", arguments={"s": "blue", "other": 1}),
        Prompted("", "done", "It is 5."),
    )
    assert talk.say("go") == ["Which one?"]
    assert talk.say("the blue one") == ["It is 5.", "end"]
    assert talk.calls[0].request.query == (("s", "blue"),)
    assert [prompt.heard for prompt in talk.prompted] == ["go", "the blue one", 'A answered: {"v": 5}']
    assert talk.state.vars == {}


def test_a_model_starts_only_flows_it_was_given() -> None:
    assert agent(Prompted("", "starts", name="hello")).say("go") == ["Hi.", "end"]
    talk = agent(Prompted("", "starts", name="f"))
    assert talk.say("go") == ["no model"]
    assert talk.alerts == ["agent_failed"]
    assert agent(Prompted("", "calls", name="B")).say("go") == ["no model"]


def test_a_model_that_goes_on_and_on_is_stopped() -> None:
    talk = agent(*[Prompted("", "calls", name="A")] * 9)
    assert talk.say("go") == ["no model"]
    assert len(talk.prompted) == 3


def test_a_failed_call_is_told_to_the_model() -> None:
    talk = agent(Prompted("", "calls", name="A"), Prompted("", "done", "Sorry."))
    talk.mocks["A"] = fails("timeout")
    assert talk.say("go") == ["Sorry.", "end"]
    assert talk.prompted[1].heard == "A failed: made to timeout"


def test_without_a_model_the_flow_goes_on() -> None:
    assert agent().say("go") == ["no model"]
    talk = Talk(flow("      - agent: {instructions: x}\n      - say: end\n"))
    assert talk.say("go") == ["Sorry, I cannot answer that just now.", "end"]


def test_a_digression_from_a_model_comes_back_to_what_it_said() -> None:
    talk = agent(Prompted("", "says", "Which one?"))
    talk.say("go")
    assert talk.say("hello") == ["Hi.", "Which one?"]


def test_closing_drops_everything() -> None:
    talk = Talk(flow("      - say: bye\n      - close: true\n"))
    assert talk.say("go") == ["bye"]
    assert talk.last[-1] == Close("f/#2")
    assert talk.state.stack == []


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{wait: soon}", "'wait' must be a duration"),
        ("{note: }", "'note' has no text"),
        ("{rate: {most: 5}}", "'rate' asks nothing"),
        ("{rate: {ask: a, most: 50}}", "'most' must be a whole number"),
        ("{close: yes}", "'close' can only be true"),
        ("{for_each: vars.x}", "'for_each' has nothing to do"),
        ("{for_each: 'a b', steps: [{end: true}]}", "'a b' is not a path"),
        ("{answer: 5}", "'answer' must be true or a mapping"),
        ("{answer: {least: 5}}", "a number from 0 to 1"),
        ("{agent: {actions: [Nope]}}", "has no instructions"),
        ("{agent: {instructions: x, actions: [Nope]}}", "There is no action 'Nope'"),
        ("{agent: {instructions: x, flows: [Nope]}}", "There is no flow 'Nope'"),
    ],
)
def test_mistakes(step: str, message: str) -> None:
    found = problems_of(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{step}]}}}}")
    assert any(message in problem.message for problem in found), found


def test_loops_that_are_left_by_jumps_do_not_pile_up() -> None:
    body = "".join(
        f"      - id: l{n}\n        for_each: vars.list\n        as: e{n}\n        steps: [{{goto: l{n + 1}}}]\n"
        for n in range(40)
    )
    talk = Talk(flow(body + "      - {id: l40, ask: done}\n"))
    talk.state.vars["list"] = ["x" * 300] * 50
    assert talk.say("go") == ["Sorry, I got stuck. Please tell me again what you need."]
    few = "".join(body.splitlines(keepends=True)[: 4 * 22]).replace("goto: l22", "goto: l40")
    talk = Talk(flow(few + "      - {id: l40, ask: done}\n"))
    talk.state.vars["list"] = ["x" * 300] * 50
    assert talk.say("go") == ["done"]
    assert len(talk.state.stack[-1].loops) == 20
    assert len(dump_state(talk.state)) <= MAX_STATE_BYTES
