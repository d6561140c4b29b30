"""The published JSON Schema says what the loader takes: every mapping's keys, both ways, and whole bots."""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from tests.dialog.driver import billing_files
from tests.dialog.test_format_page import ACCEPTED, PAGE, blocks

from frontdesk.dialog.problems import Problems
from frontdesk.dialog.steps import installed
from frontdesk.dialog.yaml import read
from frontdesk.studio.schema import bot_schema

SCHEMA = bot_schema()
DEFS: dict[str, Any] = SCHEMA["$defs"]  # type: ignore[assignment]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
NAMES = {
    "The bot": "bot",
    "'E'": "env_value",
    "Slot 's'": "slot",
    "Intent 'i'": "intent",
    "Entity 'e'": "entity",
    "Action 'A'": "action",
    "Result 'r'": "result",
    "Flow 'f'": "flow",
    "A button": "button",
    "A choice": "choice",
    "A card": "card",
    "A rule": "rule",
    "'accept'": "tests",
    "'on_error'": "handler",
    "'cards'": "cards_for_each",
    **{f"Step '{key}'": f"step_{key}" for key in installed()},
}


@pytest.mark.parametrize("what", sorted(ACCEPTED))
def test_every_mapping_has_the_loaders_keys(what: str) -> None:
    name = NAMES.get(what, what.strip("'"))
    assert set(DEFS[name]["properties"]) == ACCEPTED[what]
    assert DEFS[name]["additionalProperties"] is False


def test_it_is_a_schema_and_the_page_holds_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    page = Path(__file__).parents[2] / "docs" / "reference" / "bot.schema.json"
    assert json.loads(page.read_text("utf-8")) == SCHEMA


def plain(text: str) -> object:
    node = read(text, "x.yaml", Problems())
    assert node is not None
    return node.plain()


@pytest.mark.parametrize("path", sorted(billing_files()))
def test_the_example_is_valid(path: str) -> None:
    assert VALIDATOR.is_valid(plain(billing_files()[path]))


def test_the_examples_of_the_page_are_valid() -> None:
    for title in ("## bot.yaml", "## Flows", "## Actions"):
        assert VALIDATOR.is_valid(plain(blocks(title)[0])), title
    for title in ("### `say`", "### `ask`", "### `if`", "### `for_each`"):
        for block in blocks(title):
            assert VALIDATOR.is_valid({"steps": plain(block)}), block
    assert PAGE


@pytest.mark.parametrize(
    "flow",
    [
        "steps: [{sai: x}]",
        "steps: [{say: x, goto: y}]",
        "steps: [{ask: x, listen: 5}]",
        "steps: [{wait: soon}]",
        "steps: [{close: false}]",
        "steps: [{ask: x, rules: [{pattern: x, go: y}]}]",
        "trigger: {pattern: x}\nsteps: [{say: x}]",
    ],
)
def test_mistakes_are_seen(flow: str) -> None:
    assert not VALIDATOR.is_valid(plain(flow))
