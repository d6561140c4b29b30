"""The JSON Schemas are those the loader has; they take every bot there is, and no key that the loader does not take."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml as writer
from tests.dialog.schemas import FOLDER, refused, validator
from tests.dialog.test_format_page import EVERY_MAPPING
from tools import gen_schemas

from frontdesk.app.bot_folder import read_bot
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import BotInvalid, Problems
from frontdesk.dialog.yaml import read
from frontdesk.studio.testing.story_reader import read_stories

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/bot.yaml"))


def plain(text: str) -> Any:
    node = read(text, "bot.yaml", Problems())
    assert node is not None
    return node.plain()


def without(value: Any) -> Any:
    """The value without any key 'zzz'."""
    if isinstance(value, dict):
        return {key: without(inner) for key, inner in value.items() if key != "zzz"}
    return [without(inner) for inner in value] if isinstance(value, list) else value


FULL = without(plain(EVERY_MAPPING.replace("E: {zzz: 1}", "E: {live: x, zzz: 1}")))
for step in FULL["flows"]["f"]["steps"]:
    step.setdefault("comment", "x")
TESTS = plain("""
- name: a
  mock: {A: {status: 200, body: {}}}
  knowledge: [{text: x}]
  model: [{says: x}]
  contact: {firstname: Ann}
  talk: [{user: {text: x}}, {bot: {text: y}}, {wait: 5m}, {restart: true}, {expect: {flow: f}}]
  expect: {handoff: {team: T}, calls: [{call: A}, A, {A: {x: 1}}], slots: {s: 1}}
""")


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path to each mapping."""
    if isinstance(value, dict):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def with_key(value: Any, path: tuple[str | int, ...]) -> Any:
    changed = copy.deepcopy(value)
    at = changed
    for key in path:
        at = at[key]
    at["zzz"] = 1
    return changed


def complains(bot: Any, tests: Any) -> bool:
    """Whether the loader, or the reader of tests, knows no key 'zzz' there."""
    try:
        made = load_bot({"bot.yaml": writer.safe_dump(bot)})
        read_stories({"tests/a.yaml": writer.safe_dump(tests)}, made)
    except BotInvalid as invalid:
        return any("no key 'zzz'" in problem.message for problem in invalid.problems)
    return False


def test_the_schemas_in_docs_are_what_the_loader_says() -> None:
    assert gen_schemas.stale() == []


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_every_example_is_taken(folder: Path) -> None:
    assert refused(read_bot(folder)) == []


def test_a_bot_with_every_kind_of_mapping_is_taken() -> None:
    assert [error.message for error in validator("bot").iter_errors(FULL)] == []
    assert [error.message for error in validator("tests").iter_errors(TESTS)] == []
    assert validator("flow").is_valid(FULL["flows"]["f"])
    assert validator("action").is_valid(FULL["actions"]["A"])


@pytest.mark.parametrize("path", list(places(FULL)), ids=str)
def test_a_key_of_a_bot_is_refused_where_the_loader_refuses_it(path: tuple[str | int, ...]) -> None:
    changed = with_key(FULL, path)
    if complains(changed, TESTS):
        assert not validator("bot").is_valid(changed)


@pytest.mark.parametrize("path", list(places(TESTS)), ids=str)
def test_a_key_of_a_test_is_refused_where_its_reader_refuses_it(path: tuple[str | int, ...]) -> None:
    good = FULL | {
        "flows": {"f": {"steps": [{"say": "x"}]}},
        "env": {},
        "repair": {},
        "entities": {},
        "intents": {},
    }
    good["actions"] = {"A": {"request": {"url": "https://a.test"}}}
    good.pop("hours", None)
    changed = with_key(TESTS, path)
    if complains(good, changed):
        assert not validator("tests").is_valid(changed)


def test_most_mappings_of_the_full_bot_were_looked_at() -> None:
    """Else the tests above would prove little."""
    assert sum(complains(with_key(FULL, path), TESTS) for path in places(FULL)) >= 45


@pytest.mark.parametrize(
    "flow",
    [
        "steps: [{sai: x}]",
        "steps: [{say: x, goto: y}]",
        "steps: [{ask: x, listen: 5}]",
        "steps: [{wait: soon}]",
        "steps: [{close: false}]",
        "steps: [{rate: {ask: x, most: 11}}]",
        "steps: [{handoff: {team: x, priority: top}}]",
        "trigger: {patterns: [x]}",
    ],
)
def test_values_that_cannot_be_are_refused(flow: str) -> None:
    assert refused({"flows/f.yaml": flow}) != []


def test_every_key_says_what_it_is_for() -> None:
    """In the words of the pages. Mappings that only hold others, and the hours, have no row of their own."""
    silent = [
        f"{shape}.{key}"
        for shape, schema in gen_schemas.definitions().items()
        for key, inner in schema.get("properties", {}).items()
        if "description" not in inner and f"step_{key}" != shape
    ]
    holders = {"assistant.limits", "action.auth", "action.request", "action.retry", "flow.trigger"}
    holders |= {f"auth.{kind}" for kind in ("api_key", "basic", "hmac", "oauth2")}
    assert set(silent) == holders | {f"hours.{key}" for key in ("description", "holidays", "timezone")}


def test_the_schemas_are_plain_json_with_nothing_unused() -> None:
    for path in FOLDER.glob("*.json"):
        schema = json.loads(path.read_text("utf-8"))
        text = json.dumps(schema)
        for name in schema["definitions"]:
            assert f'"#/definitions/{name}"' in text
