"""What turns in a circle and what does not, what a pattern takes, and the tutorial's own mistake."""

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
    assert "From this step on the bot goes round in a circle without waiting for the customer." in found


@pytest.mark.parametrize(
    "steps",
    [
        "[{id: a, say: x}, {if: contact.x, then: {end: true}}, {goto: a}]",
        "[{id: a, ask: x, rules: [{pattern: y}, {pattern: z, end: true}]}, {goto: a}]",
        "[{say: x}, {say: y}]",
    ],
)
def test_steps_that_can_end(steps: str) -> None:
    assert warnings(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: {steps}}}}}") == []


@pytest.mark.parametrize("waits", ["ask: x", "wait: 1s", "script: '1'"])
def test_a_circle_that_waits_is_no_endless_loop_but_has_no_exit(waits: str) -> None:
    steps = f"[{{id: a, say: x}}, {{{waits}}}, {{goto: a}}]"
    (found,) = warnings(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: {steps}}}}}")
    assert found.startswith("There is no way out of the flow 'f' from here")


def test_a_bare_word_of_a_wide_pattern_may_have_a_flow_of_its_own() -> None:
    """That is what wildcards are outranked for."""
    text = (
        "flows:\n  a: {trigger: {patterns: ['*my bill*']}, steps: [{say: a}]}\n"
        "  b: {trigger: {patterns: [my bill]}, steps: [{say: b}]}\n"
    )
    assert warnings(text) == []


def test_the_example_is_clean() -> None:
    assert problems_of(billing_files()) == []


def test_transcript_8_the_sample_sentence_that_does_not_start_its_flow() -> None:
    (found,) = warnings(
        "flows: {agent: {trigger: {patterns: ['(agent|representative|help|human)'], "
        "examples: [I want to speak to an agent], not: ['*speak*']}, steps: [{say: x}]}}"
    )
    assert found.startswith("The example 'I want to speak to an agent' of 'agent' starts nothing")
