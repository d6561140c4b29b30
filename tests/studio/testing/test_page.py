"""The page on testing describes every key that a test may have, and its example is one."""

import re
from pathlib import Path

import pytest
from tests.dialog.driver import HEAD, billing_files

from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import BotInvalid
from frontdesk.studio.testing import stories_of
from frontdesk.studio.testing.story_reader import LINES

PAGE = (Path(__file__).parents[3] / "docs" / "build-a-bot" / "testing.md").read_text("utf-8")
EVERY_MAPPING = """
- zzz: 1
  name: a
  mock: {A: {zzz: 1}}
  knowledge: [{zzz: 1}]
  model: [{done: true, zzz: 1}]
  talk:
    - {zzz: 1}
    - user: {text: x, zzz: 1}
    - bot: {text: x, zzz: 1}
  expect:
    zzz: 1
    handoff: {team: x, zzz: 1}
    calls: [{call: A, zzz: 1}]
"""
HEADS = {
    "A test": "key",
    "A mock": "key of a mock",
    "A passage": "key of a passage",
    "A move of the model": "key of a move",
    "A line of 'talk'": "line",
    "'user'": "key of `user`",
    "'bot'": "key of `bot`",
    "'expect'": "key of `expect`",
    "'handoff'": "key of `handoff`",
    "A call": "key of a call",
}


def accepted() -> dict[str, set[str]]:
    bot = load_bot({"bot.yaml": HEAD + "actions: {A: {request: {url: 'https://a.test'}}}"})
    with pytest.raises(BotInvalid) as refused:
        stories_of({"tests/a.yaml": EVERY_MAPPING}, bot)
    found = {}
    for problem in refused.value.problems:
        what, _, rest = problem.message.partition(" has no key 'zzz'")
        if rest:
            found[what] = set(problem.fix.removeprefix("Known here: ").rstrip(".").split(", "))
    return found


def described(head: str) -> set[str]:
    rows = PAGE.partition(f"\n| {head} |")[2].splitlines()[2:]
    keys: set[str] = set()
    for row in rows:
        if not row.startswith("|"):
            break
        keys |= set(re.findall(r"`([^`]+)`", row.split(" | ")[0]))
    return keys


def test_every_key_is_described_and_every_described_key_is_taken() -> None:
    assert {what: described(head) for what, head in HEADS.items()} == accepted()
    assert described("line") == set(LINES)


def test_the_example_is_a_test_of_the_example_bot() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (story,) = stories_of({"tests/a.yaml": example}, load_bot(billing_files()))
    assert story.name == "happy path"
