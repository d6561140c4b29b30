"""The page on the format of bots names everything there is, and its examples make a bot."""

import re
from pathlib import Path

import pytest
from tests.dialog.driver import problems_of

from frontdesk.dialog.actions import METHODS
from frontdesk.dialog.filters import FILTERS
from frontdesk.dialog.paths import FACTS, SYSTEM
from frontdesk.dialog.problems import Problems
from frontdesk.dialog.reading import Book, StepFields
from frontdesk.dialog.rules import TEST_KEYS
from frontdesk.dialog.slots import SCOPES, TYPES
from frontdesk.dialog.steps import installed
from frontdesk.dialog.yaml import Node

PAGE = (Path(__file__).parents[2] / "docs" / "build-a-bot" / "format.md").read_text("utf-8")
NESTED = {
    "handoff": {"team", "message", "share"},
    "say": {"text", "buttons", "image", "alt", "attachment", "name"},
}


def keys_of(step: str) -> set[str]:
    """The keys a step type asks for, and those of the mapping under its own key."""
    fields = StepFields(Node({}, "x.yaml", 1), Book(Problems()), step, "f", lambda _key, _node: "")
    installed()[step].read(fields)
    return fields._asked - {step, ""} | NESTED.get(step, set())


def section(title: str) -> str:
    """The text under a heading, up to the next one of its level or above."""
    level, _, _ = title.partition(" ")
    after = PAGE.partition(f"\n{title}\n")[2]
    assert after, f"the page has no heading {title!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("step", sorted(installed()))
def test_every_step_type_has_its_place(step: str) -> None:
    headings = re.findall(r"^### (.*)$", section("## Steps"), re.MULTILINE)
    assert any(f"`{step}`" in heading for heading in headings)


@pytest.mark.parametrize("step", ["ask", "call", "if", "handoff", "say", "set"])
def test_every_key_of_a_step_is_described_in_its_place(step: str) -> None:
    for key in keys_of(step):
        assert re.search(rf"`{key}[`:]", section(f"### `{step}`")), key


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_every_filter_is_described(name: str) -> None:
    assert re.search(rf"`{name}[`(]", section("## Templates"))


def test_every_path_and_notation_is_described() -> None:
    text = section("## Templates")
    for path in FACTS:
        assert f"`{path}`" in text
    for name in SYSTEM:
        assert f"`{{${name}}}`" in text


def test_every_word_that_can_be_chosen_is_described() -> None:
    for word in [*METHODS, *TEST_KEYS, *SCOPES, *TYPES]:
        assert f"`{word}`" in PAGE


def blocks(title: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", section(title), re.DOTALL)


def test_the_examples_make_a_bot() -> None:
    steps = "".join(block for title in ("### `say`", "### `ask`", "### `if`") for block in blocks(title))
    files = {
        "bot.yaml": blocks("## bot.yaml")[0],
        "flows/account_balance.yaml": blocks("## Flows")[0],
        "flows/others.yaml": "trigger: {patterns: [x]}\nsteps:\n"
        + steps.replace("- ask:", "- id: ask_account\n  ask:"),
        "actions/Balance.yaml": blocks("## Actions")[0],
    }
    assert problems_of(files) == []
