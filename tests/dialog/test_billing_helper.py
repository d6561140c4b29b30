"""The example bot's own tests, run as they stand beside it."""

import re
from typing import Any

import pytest
from tests.dialog.driver import EXAMPLE, Talk, answers, billing_files, files_of

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


@pytest.mark.parametrize("name", sorted(folder.name for folder in EXAMPLE.parent.iterdir()))
def test_no_example_has_anything_to_complain_about(name: str) -> None:
    assert load_bot(files_of(EXAMPLE.parent / name)).warnings == ()


def test_the_example_needs_no_secret(billing: Bot) -> None:
    assert billing.secret_names == ()


def test_the_example_is_read_whole(billing: Bot) -> None:
    assert (billing.name, billing.language) == ("Billing helper", "en")
    assert set(billing.actions) == {"Balance"}
    assert {"welcome", "billing", "account_balance", "agent_handoff"} <= set(billing.flows)
    assert billing.env == {"BALANCE_API": "https://api.example.test"}
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
