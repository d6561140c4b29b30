"""Writes docs/reference/schemas: JSON Schemas of a bot's files, for completion and checks in editors, and of events.

The loader itself says which keys there are: a bot with every kind of mapping is loaded, and what the readers ask of
each is written down. What cannot be seen from that (what is nested where, what is needed) stands in `schema_tables`;
a key that is in neither stops the writing. What a key means is taken from the pages for authors, see `schema_words`.

python -m tools.gen_schemas            writes them
python -m tools.gen_schemas --check    writes nothing; says which are stale, and fails if any is
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest.mock import patch

from frontdesk.core import event
from frontdesk.dialog.fields import Fields
from frontdesk.dialog.load import BotInvalid, load_bot
from frontdesk.dialog.reading import StepFields
from frontdesk.dialog.steps import installed
from frontdesk.studio.testing.story_reader import read_stories
from tools.schema_tables import (
    BOT,
    DURATION,
    EXTRA,
    FLAG,
    NEEDED,
    NESTED,
    OTHERS,
    SCRIPT,
    SHAPES,
    SHOWN,
    STEPS,
    TEST_SHAPES,
    TESTS,
    TEXT,
    TRUE,
    Schema,
    list_of,
    one_or_more,
    ref,
)
from tools.schema_words import meanings

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference" / "schemas"
COMMAND = "python -m tools.gen_schemas"
DRAFT = "http://json-schema.org/draft-07/schema#"

# -- what the readers ask


def _scalar(schema: Schema) -> Callable[..., Schema]:
    return lambda *_, **__: schema


def _choice(_fields: Fields, _key: str, options: Sequence[str], _default: str) -> Schema:
    return {"enum": [option for option in options if option]}


def _integer(_fields: Fields, _key: str, _default: int, lowest: int, highest: int) -> Schema:
    return {"type": "integer", "minimum": lowest, "maximum": highest}


ASKED: dict[str, Callable[..., Schema]] = {
    "text": _scalar(TEXT),
    "texts": _scalar(one_or_more(TEXT)),
    "choice": _choice,
    "flag": _scalar(FLAG),
    "integer": _integer,
    "fraction": _scalar({"type": "number", "minimum": 0, "maximum": 1}),
    "seconds": _scalar(DURATION),
}
STEP_ASKED: dict[str, Callable[..., Schema]] = {
    "template": _scalar(SHOWN),
    "texts_or_languages": _scalar(one_or_more(SHOWN)),
    "script": _scalar(SCRIPT),
    "condition": _scalar(TEXT),
    "slot": _scalar(TEXT),
    "steps": _scalar(STEPS),
    "handler": _scalar(ref("handler")),
    "list_of": _scalar(TEXT),
    "target": _scalar(TEXT),
    "only_true": _scalar(TRUE),
}
BARE = ("get", "has", "sub")
"""Accessors that say nothing of what they expect."""


@contextmanager
def listening(heard: dict[str, dict[str, Schema | None]]) -> Iterator[None]:
    """Write down, by mapping and key, what the readers ask for meanwhile; None where they take the value as it is."""
    inside = [False]

    def wrap(owner: type, name: str, make: Callable[..., Schema] | None) -> AbstractContextManager[object]:
        original: Callable[..., object] = getattr(owner, name)

        def asked(self: Fields, key: str, *args: object, **options: object) -> object:
            if inside[0]:
                return original(self, key, *args, **options)
            keys = heard.setdefault(self.what, {})
            if make is not None:
                keys[key] = make(self, key, *args, **options)
            keys.setdefault(key, None)
            # What one accessor asks another for is its own affair, unless it reads further mappings.
            inside[0] = make is not None and name not in {"steps", "handler"}
            try:
                return original(self, key, *args, **options)
            finally:
                inside[0] = False

        return patch.object(owner, name, asked)

    with ExitStack() as stack:
        for name, make in ASKED.items():
            stack.enter_context(wrap(Fields, name, make))
        for name in BARE:
            stack.enter_context(wrap(Fields, name, None))
        for name, make in STEP_ASKED.items():
            stack.enter_context(wrap(StepFields, name, make))
        yield


def heard_of(read: Callable[[], object]) -> dict[str, dict[str, Schema | None]]:
    heard: dict[str, dict[str, Schema | None]] = {}
    # Much in such a bot is wrong; its keys are asked for all the same.
    with listening(heard), suppress(BotInvalid):
        read()
    return heard


# -- schemas


@cache
def definitions() -> dict[str, Schema]:
    """Every kind of mapping, by name."""
    good = load_bot(
        {
            "bot.yaml": "format: assistant/v1\nassistant: {id: b, name: B}\nactions: {A: {request: {url: 'https://a.test'}}}"
        }
    )
    bots = heard_of(lambda: load_bot({"bot.yaml": BOT}))
    tests = heard_of(lambda: read_stories({"tests/a.yaml": TESTS}, good))
    found = {SHAPES[what]: _mapping(SHAPES[what], keys) for what, keys in bots.items() if what in SHAPES}
    found |= {
        TEST_SHAPES[what]: _mapping(TEST_SHAPES[what], keys)
        for what, keys in tests.items()
        if what in TEST_SHAPES
    }
    missing = {*SHAPES.values(), *TEST_SHAPES.values()} - found.keys()
    unknown = {what for what in bots if what not in SHAPES} | {
        what for what in tests if what not in TEST_SHAPES
    }
    unknown -= {f"Action '{kind}'" for kind in ("basic", "key", "oauth", "hmac")}
    unknown -= {"", "'url'", "'env'", "'slots'", "'intents'", "'entities'", "'hours'", "'actions'", "'flows'", "'result'", "'query'",
                "'headers'", "'set'", "'mock'", "'contact'", "'vars'"}  # fmt: skip
    if missing or unknown:
        raise SystemExit(
            f"no reader was heard of {sorted(missing)}; nothing is said here of {sorted(unknown)}"
        )
    return {**found, **OTHERS, **_made_of(found)}


def _made_of(found: dict[str, Schema]) -> dict[str, Schema]:
    flow = found["flow"]
    special = {key: schema for key, schema in flow["properties"].items() if key != "trigger"}
    return {
        "special_flow": {**flow, "properties": special},
        "step": {"anyOf": [ref(f"step_{kind}") for kind in installed()]},
    }


def _mapping(shape: str, keys: dict[str, Schema | None]) -> Schema:
    properties = {}
    words = meanings(shape)
    for key, schema in sorted(keys.items()):
        told = NESTED.get((shape, key), schema)
        if told is None:
            raise SystemExit(f"what is the key '{key}' of '{shape}'? Say so in NESTED")
        properties[key] = {**told, "description": words[key]} if words.get(key) else told
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if needed := NEEDED.get(shape):
        made["required"] = needed
    return {**made, **EXTRA.get(shape, {})}


def _whole(title: str, top: Schema) -> str:
    """A document with only those definitions that it uses."""
    every = definitions()
    used: dict[str, Schema] = {}
    todo = [top]
    while todo:
        for name in re.findall(r'"#/definitions/(\w+)"', json.dumps(todo.pop())):
            if name not in used:
                used[name] = every[name]
                todo.append(every[name])
    document = {"$schema": DRAFT, "title": title, **top, "definitions": dict(sorted(used.items()))}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "bot.json": lambda: _whole("bot.yaml of an assistant", ref("bot")),
    "flow.json": lambda: _whole("flows/NAME.yaml of an assistant", ref("flow")),
    "action.json": lambda: _whole("actions/NAME.yaml of an assistant", ref("action")),
    "tests.json": lambda: _whole("tests/NAME.yaml of an assistant", list_of(ref("test"))),
}


def _event(name: str) -> Callable[[], str]:
    return lambda: json.dumps(event.schema(name), indent=1, ensure_ascii=False) + "\n"


FILES |= {f"events/{name}.json": _event(name) for name in event.EVENTS}


def stale() -> list[str]:
    """The names of schemas that say something else than the loader."""
    return [
        name
        for name, make in FILES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != make()
    ]


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments:
        for name in (found := stale()):
            print(f"docs/reference/schemas/{name} is stale: run `{COMMAND}` and commit it", file=sys.stderr)
        return 1 if found else 0
    (FOLDER / "events").mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
