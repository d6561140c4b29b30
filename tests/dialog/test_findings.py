"""What is told of a bot's files: in order, each thing once, and nothing that only follows from something else."""

import pytest
from tests.dialog.driver import HEAD, problems_of


def test_findings_stand_in_the_order_of_files_and_lines() -> None:
    files = {
        "bot.yaml": HEAD + "slots: {s: {type: colour}}\nnope: 1\n",
        "flows/f.yaml": "trigger: {patterns: [go]}\nsteps:\n  - {call: Nothing}\n  - {sai: x}\n",
        "flows/b.yaml": "steps:\n  - {goto: nowhere}\n",
        "actions/z.yaml": "request: {}\n",
    }
    places = [(problem.file, problem.line) for problem in problems_of(files)]
    assert len(places) == 6
    assert places == sorted(places)


def test_too_many_steps_are_told_once() -> None:
    text = "flows: {f: {steps: [%s]}}" % ("{say: x}, " * 5_300)
    assert [problem.message for problem in problems_of(text)] == ["The bot has more than 5,000 steps."]


FLOW = (
    "trigger: {patterns: [go]}\nsteps:\n- call: Balance\n- say: '{Balance.balance} {$.api_Balance.x} {{ Balance.a.b }}'\n"
    "- run: other\n- goto: other/step\n"
)


@pytest.mark.parametrize("text", ["a: b: c", "request: {url: [", "- *x*"])
def test_of_a_file_that_cannot_be_read_only_that_is_told(text: str) -> None:
    files = {
        "bot.yaml": HEAD,
        "flows/f.yaml": FLOW,
        "flows/other.yaml": "steps: [{say: x, id: step}]",
        "actions/Balance.yaml": text,
    }
    assert [(problem.file, problem.line) for problem in problems_of(files)] == [("actions/Balance.yaml", 1)]
    files |= {
        "flows/other.yaml": text,
        "actions/Balance.yaml": "request: {url: 'https://a.test'}\nresult: {balance: $.b, a: $.a}",
    }
    assert [(problem.file, problem.line) for problem in problems_of(files)] == [("flows/other.yaml", 1)]


def test_an_empty_file_makes_nothing_that_is_missing_good() -> None:
    found = problems_of({"bot.yaml": HEAD, "flows/f.yaml": FLOW, "flows/other.yaml": "# nothing\n"})
    assert "There is no flow 'other'." in [
        problem.message for problem in found if problem.severity == "error"
    ]
