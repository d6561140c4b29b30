"""What an author surely did not mean, beside what is plainly wrong: each with its file and line, and what to write."""

import pytest
from tests.dialog.driver import billing_files, problems_of


def warnings(text: str) -> list[str]:
    found = problems_of(text)
    assert all(problem.severity == "warning" for problem in found), found
    assert all(problem.fix and problem.line for problem in found)
    return [problem.message for problem in found]


@pytest.mark.parametrize(
    "steps",
    [
        "[{id: a, say: x}, {goto: a}]",
        "[{id: a, say: x, next: a}]",
        "[{run: f}]",
        "[{set: {v: 1}}, {goto: f}]",
        "[{goto: g}]",
        "[{id: a, note: x}, {say: y}, {goto: f/a}]",
    ],
)
def test_steps_that_go_round_for_ever(steps: str) -> None:
    found = warnings(
        f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: {steps}}}, g: {{trigger: {{patterns: [g]}}, steps: [{{say: z}}, {{goto: f}}]}}}}"
    )
    assert "From here the steps go round for ever." in found


@pytest.mark.parametrize(
    "steps",
    [
        "[{id: a, ask: x}, {goto: a}]",
        "[{id: a, say: x}, {if: vars.x, then: {end: true}}, {goto: a}]",
        "[{id: a, wait: 1s}, {goto: a}]",
        "[{id: a, say: x}, {script: '1'}, {goto: a}]",
        "[{say: x}, {say: y}]",
    ],
)
def test_steps_that_can_end(steps: str) -> None:
    assert warnings(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: {steps}}}}}") == []


def test_a_pattern_that_another_flow_takes() -> None:
    (found,) = warnings(
        "flows:\n  a: {trigger: {patterns: ['*my bill*']}, steps: [{say: a}]}\n"
        "  b: {trigger: {patterns: [my bill]}, steps: [{say: b}]}\n"
    ) or [""]
    assert found == "'my bill' fits a pattern of 'a', but starts 'b' by 'my bill'."


def test_a_choice_without_a_rule() -> None:
    ask = "flows: {f: {trigger: {patterns: [go]}, steps: [{ask: q, choices: [Red, {label: Blue, payload: b}, Green], rules: [%s]}]}}"
    assert warnings(ask % "{choice: Red}, {exact: b}") == ["No rule is for the choice 'Green'."]
    assert warnings(ask % "{choice: Red}, {pattern: '*'}") == []


def test_the_example_is_clean_but_for_what_it_says_itself() -> None:
    assert [problem.file for problem in problems_of(billing_files())] == ["actions/Escalation.yaml"]


def test_transcript_8_the_sample_sentence_that_does_not_start_its_flow() -> None:
    (found,) = warnings(
        "flows: {agent: {trigger: {patterns: ['(agent|representative|help|human)'], "
        "examples: [I want to speak to an agent], not: ['*speak*']}, steps: [{say: x}]}}"
    )
    assert found.startswith("The example 'I want to speak to an agent' of 'agent' starts nothing")
