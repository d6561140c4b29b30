"""The example bot's own tests, run as they stand beside it."""

import re
from typing import Any

import pytest
from tests.dialog.driver import Talk, answers, billing_files

from frontdesk.core.action import Fetched
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import Problems
from frontdesk.dialog.yaml import read


def stories() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for path, text in sorted(billing_files().items()):
        if path.startswith("tests/"):
            problems = Problems()
            node = read(text, path, problems)
            assert node is not None
            assert problems.found == []
            plain = node.plain()
            assert isinstance(plain, list)
            found += plain
    return found


STORIES = stories()


def fits(wanted: str, said: str) -> bool:
    if wanted.startswith("~") and wanted.endswith("~"):
        return re.search(wanted[1:-1], said) is not None
    return wanted == said


@pytest.mark.parametrize("story", STORIES, ids=[str(story["name"]) for story in STORIES])
def test_story(billing: Bot, story: dict[str, Any]) -> None:
    mocks = {name: answers(mock["status"], mock.get("body")) for name, mock in story.get("mock", {}).items()}
    talk = Talk(billing, mocks, preview=False)
    said: list[str] = []
    for line in story["talk"]:
        ((who, text),) = line.items()
        if who == "user":
            assert said == [], "the bot said more than the story tells"
            said = talk.say(text)
        else:
            assert said, f"the bot did not say {text!r}"
            assert fits(text, said.pop(0))
    assert said == []
    expect = story.get("expect", {})
    if "calls" in expect:
        assert [{call.action: dict(call.request.query)} for call in talk.calls] == expect["calls"]
    if "slots" in expect:
        assert talk.slots() == expect["slots"]
    assert [handoff.team for handoff in talk.handoffs] == ([expect["handoff"]] if "handoff" in expect else [])


def test_the_example_has_one_thing_to_complain_about_and_its_file_says_why(billing: Bot) -> None:
    (warning,) = billing.warnings
    assert (warning.file, warning.message) == (
        "actions/Escalation.yaml",
        "No flow calls the action 'Escalation'.",
    )
    assert "No flow calls it" in billing_files()[warning.file]


def test_the_example_with_its_escalation_put_to_use_has_nothing_to_complain_about() -> None:
    files = billing_files()
    head, _, _ = files["flows/agent_handoff.yaml"].partition("  - handoff:")
    used = {**files, "flows/agent_handoff.yaml": f"{head}  - call: Escalation\n    then: handoff\n"}
    assert load_bot(used).warnings == ()


def test_the_example_is_read_whole(billing: Bot) -> None:
    assert (billing.name, billing.language) == ("Billing helper", "en")
    assert set(billing.actions) == {"Balance", "Escalation"}
    assert {"welcome", "billing", "account_balance", "agent_handoff"} <= set(billing.flows)
    assert billing.env == {"BALANCE_API": "https://api.example.test", "DESK_API": "https://desk.example.test"}
    assert (billing.session_timeout_s, billing.limits.reprompts, billing.limits.steps_per_turn) == (
        3600.0,
        3,
        50,
    )


def test_the_sample_answer_does_for_the_call(billing: Bot) -> None:
    """S001-40."""
    sample = billing.actions["Balance"].sample
    talk = Talk(billing, {"Balance": lambda call: Fetched(call.key, "ok", 200, sample)})
    assert talk.all("balance", "123456", "fred@home.com") == ["Your current balance is 512.75"]
