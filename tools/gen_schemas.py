"""Writes docs/reference/schemas: JSON Schemas of a bot's files, for completion and checks in editors.

The loader itself says which keys there are: a bot with every kind of mapping is loaded, and what the readers ask of
each is written down. What cannot be seen from that (what is nested where, what is needed) stands in the tables below;
a key that is in neither stops the writing.

python tools/gen_schemas.py            writes them
python tools/gen_schemas.py --check    writes nothing; says which are stale, and fails if any is
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from frontdesk.dialog.fields import NAME, Fields
from frontdesk.dialog.load import BotInvalid, load_bot
from frontdesk.dialog.reading import StepFields
from frontdesk.dialog.rules import TEST_KEYS
from frontdesk.dialog.steps import installed
from frontdesk.dialog.story_reader import read_stories

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference" / "schemas"
COMMAND = "python tools/gen_schemas.py"
DRAFT = "http://json-schema.org/draft-07/schema#"

Schema = dict[str, Any]  # a document: what is in it is JSON

FLAG: Schema = {"type": "boolean"}
TRUE: Schema = {"const": True}
ANY: Schema = {}


def ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


TEXT, SHOWN, SCRIPT, DURATION = ref("text"), ref("shown"), ref("script"), ref("duration")


def any_of(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def one_or_more(schema: Schema) -> Schema:
    return any_of(schema, {"type": "array", "items": schema})


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def named(schema: Schema) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{NAME.pattern}$"},
        "additionalProperties": schema,
    }


STEPS = one_or_more(ref("step"))
BUTTON = any_of(SHOWN, ref("button"))
VALUES: Schema = {"type": "object"}

# -- a bot with every kind of mapping; the loader takes offence at much in it, which does no harm

BOT = """
format: assistant/v1
assistant: {id: b, name: B, limits: {}}
env: {E: {dev: x, staging: x, live: x}}
slots: {s: {}}
intents: {i: {}}
entities: {e: {regex: x}}
hours: {h: {}}
repair: {}
actions:
  A: {request: {url: "https://a.test"}, retry: {}, result: {r: {path: $.r}}}
  basic: {request: {url: "https://a.test"}, auth: {basic: {}}}
  key: {request: {url: "https://a.test"}, auth: {api_key: {}}}
  oauth: {request: {url: "https://a.test"}, auth: {oauth2: {}}}
  hmac: {request: {url: "https://a.test"}, auth: {hmac: {}}}
flows:
  f:
    trigger: {patterns: [x]}
    steps:
      - {say: {text: x, buttons: [{title: t}], cards: [{title: t}]}}
      - {ask: q, type: text}
      - {say: {cards: {for_each: vars.x, card: {title: t}}}}
      - {ask: q, no_reply: {after: 1m}, choices: [{label: l}], accept: {pattern: x}, rules: [{pattern: x}]}
      - {call: A, on_error: {}}
      - {if: channel, then: {say: x}}
      - {set: {v: 1}}
      - {script: "1"}
      - {note: x}
      - {rate: {ask: x}}
      - {wait: 1s}
      - {for_each: vars.x, steps: [{end: true}]}
      - {answer: {}}
      - {agent: {instructions: x}}
      - {close: true}
      - {handoff: {team: T}}
      - {goto: f}
      - {run: f}
      - {end: true}
      - {resume: true}
"""
TESTS = """
- name: a
  mock: {A: {}}
  knowledge: [{}]
  model: [{}]
  talk: [{zzz: 1}, {user: {}}, {bot: {buttons: [], cards: []}}]
  expect:
    alerts: []
    closed: true
    notes: []
    rating: 1
    handoff: {person: x, priority: low, share: []}
    calls: [{call: A, method: GET}]
"""
SHAPES = {
    "The bot": "bot",
    "'assistant'": "assistant",
    "'limits'": "limits",
    "'E'": "env_value",
    "Slot 's'": "slot",
    "Intent 'i'": "intent",
    "Entity 'e'": "entity",
    "The hours 'h'": "hours",
    "'repair'": "repair",
    "Action 'A'": "action",
    "'request'": "request",
    "'retry'": "retry",
    "'auth'": "auth",
    "'basic'": "basic",
    "'api_key'": "api_key",
    "'oauth2'": "oauth2",
    "'hmac'": "hmac",
    "Result 'r'": "result",
    "Flow 'f'": "flow",
    "'trigger'": "trigger",
    "'say'": "say",
    "A button": "button",
    "A card": "card",
    "'cards'": "cards_of_list",
    "'no_reply'": "no_reply",
    "A choice": "choice",
    "'accept'": "accept",
    "A rule": "rule",
    "'on_error'": "handler",
    "'rate'": "rate",
    "'answer'": "answer",
    "'agent'": "agent",
    "'handoff'": "handoff",
    **{f"Step '{kind}'": f"step_{kind}" for kind in installed()},
}
TEST_SHAPES = {
    "A test": "test",
    "A mock": "mock",
    "A passage": "passage",
    "A move of the model": "move",
    "A line of 'talk'": "line",
    "'user'": "user",
    "'bot'": "message",
    "'expect'": "expect",
    "'handoff'": "expected_handoff",
    "A call": "expected_call",
}
WAY_ON = {"goto": TEXT, "next": TEXT, "end": TRUE, "resume": TRUE, "run": TEXT, "set": VALUES}
"""What the mapping of a rule or handler may say of where to go."""
NESTED: dict[tuple[str, str], Schema] = {
    ("bot", "format"): {"const": "assistant/v1"},
    ("bot", "assistant"): ref("assistant"),
    ("bot", "env"): named(any_of(TEXT, ref("env_value"))),
    ("bot", "slots"): named(any_of(ref("slot"), {"type": "null"})),
    ("bot", "intents"): named(any_of(ref("intent"), {"type": "null"})),
    ("bot", "entities"): named(any_of(list_of(TEXT), ref("entity"))),
    ("bot", "hours"): named(ref("hours")),
    ("bot", "repair"): ref("repair"),
    ("bot", "actions"): named(ref("action")),
    ("bot", "flows"): named(ref("flow")),
    ("bot", "globals"): SCRIPT,
    **{("bot", flow): ref("special_flow") for flow in ("on_start", "fallback", "escalation")},
    ("assistant", "limits"): ref("limits"),
    ("entity", "values"): any_of(list_of(TEXT), named(one_or_more(TEXT))),
    **{("repair", kind): any_of({"const": False}, one_or_more(TEXT)) for kind in
       ("cancel", "back", "repeat", "correct", "none_of_these")},
    ("flow", "trigger"): ref("trigger"),
    ("flow", "steps"): STEPS,
    ("action", "request"): ref("request"),
    ("action", "retry"): ref("retry"),
    ("action", "auth"): ref("auth"),
    ("auth", "bearer"): TEXT,
    **{("auth", kind): ref(kind) for kind in ("basic", "api_key", "oauth2", "hmac")},
    ("action", "result"): named(any_of(TEXT, ref("result"))),
    ("action", "response_variable"): TEXT,
    ("action", "sample"): ANY,
    ("action", "transform"): SCRIPT,
    ("request", "url"): any_of(TEXT, named(TEXT)),
    ("request", "region"): TEXT,
    ("request", "query"): {"type": "object", "additionalProperties": one_or_more(TEXT)},
    ("request", "headers"): {"type": "object", "additionalProperties": TEXT},
    ("request", "json"): ANY,
    ("say", "buttons"): list_of(BUTTON),
    ("say", "quick_replies"): list_of(BUTTON),
    ("say", "cards"): any_of(list_of(ref("card")), ref("cards_of_list")),
    ("card", "buttons"): list_of(BUTTON),
    ("cards_of_list", "card"): ref("card"),
    ("step_say", "say"): any_of(SHOWN, ref("say")),
    ("step_ask", "value"): ANY,
    ("step_ask", "choices"): list_of(any_of(SHOWN, ref("choice"))),
    ("step_ask", "accept"): one_or_more(ref("accept")),
    ("step_ask", "rules"): list_of(ref("rule")),
    ("step_ask", "no_reply"): ref("no_reply"),
    ("step_set", "set"): VALUES,
    ("step_rate", "rate"): any_of(SHOWN, ref("rate")),
    ("step_answer", "answer"): any_of(TRUE, ref("answer")),
    ("step_agent", "agent"): ref("agent"),
    ("step_handoff", "handoff"): any_of(TEXT, ref("handoff")),
    ("step_end", "end"): TRUE,
    ("step_resume", "resume"): TRUE,
    ("step_close", "close"): TRUE,
    ("rule", "value"): ANY,
    **{(shape, key): schema for shape in ("rule", "handler", "no_reply") for key, schema in WAY_ON.items()},
    **{(f"step_{kind}", key): schema for kind in installed() for key, schema in
       {"id": TEXT, "next": TEXT, "enabled": FLAG}.items()},
    ("test", "mock"): {"type": "object", "additionalProperties": one_or_more(ref("mock"))},
    ("test", "knowledge"): any_of(list_of(ref("passage")), {"type": "null"}),
    ("test", "model"): list_of(ref("move")),
    ("test", "env"): {"type": "object", "additionalProperties": TEXT},
    ("test", "contact"): {"type": "object", "additionalProperties": TEXT},
    ("test", "talk"): {"type": "array", "items": ref("line"), "minItems": 1},
    ("test", "expect"): ref("expect"),
    ("mock", "body"): ANY,
    ("move", "arguments"): VALUES,
    ("user", "entities"): {"type": "object", "additionalProperties": TEXT},
    ("line", "user"): any_of(TEXT, ref("user")),
    ("line", "bot"): any_of(TEXT, ref("message")),
    ("line", "wait"): DURATION,
    ("line", "restart"): TRUE,
    ("line", "expect"): ref("expect"),
    ("expect", "calls"): one_or_more(any_of(TEXT, ref("expected_call"), ref("expected_action"))),
    ("expect", "slots"): any_of(VALUES, {"type": "null"}),
    ("expect", "vars"): VALUES,
    ("expect", "flow"): TEXT,
    ("expect", "handoff"): any_of(TEXT, ref("expected_handoff")),
    ("expected_call", "query"): VALUES,
    ("expected_call", "json"): ANY,
}  # fmt: skip
NEEDED: dict[str, list[str]] = {
    "bot": ["format", "assistant"],
    "assistant": ["id", "name"],
    "action": ["request"],
    "request": ["url"],
    "result": ["path"],
    "flow": ["steps"],
    "hours": ["timezone"],
    "button": ["title"],
    "card": ["title"],
    "cards_of_list": ["for_each", "card"],
    "no_reply": ["after"],
    "handoff": ["team"],
    "agent": ["instructions"],
    "test": ["name", "talk"],
    "expected_call": ["call"],
    **{f"step_{kind}": [kind] for kind in installed()},
}
_DAY = r"(mon|tue|wed|thu|fri|sat|sun)"
EXTRA: dict[str, Schema] = {
    "hours": {"patternProperties": {rf"^{_DAY}(-{_DAY})?( *, *{_DAY}(-{_DAY})?)*$": one_or_more(TEXT)}},
    "line": {"minProperties": 1, "maxProperties": 1},
    "accept": {"minProperties": 1},
    "rule": {"anyOf": [{"required": [key]} for key in TEST_KEYS]},
}
"""What a mapping must be beside its keys."""


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
    return {**found, **_OTHERS, **_made_of(found)}


def _made_of(found: dict[str, Schema]) -> dict[str, Schema]:
    flow = found["flow"]
    special = {key: schema for key, schema in flow["properties"].items() if key != "trigger"}
    return {
        "special_flow": {**flow, "properties": special},
        "step": {"anyOf": [ref(f"step_{kind}") for kind in installed()]},
    }


_OTHERS: dict[str, Schema] = {
    "text": {"type": ["string", "number", "boolean"]},
    "languages": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^([a-z]{2}|[a-z]{2,3}(-[A-Za-z0-9]{2,8})+)$"},
        "additionalProperties": TEXT,
    },
    "shown": any_of(TEXT, ref("languages")),
    "duration": {"type": "string", "pattern": r"^[0-9]{1,7}(\.[0-9]{1,3})?(ms|s|m|h|d)$"},
    "script": any_of(
        {"type": "string"},
        {
            "type": "object",
            "properties": {"script": {"type": "string"}},
            "required": ["script"],
            "additionalProperties": False,
        },
    ),
    "expected_action": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "not": {"required": ["call"]},
    },
}
"""What is no mapping of its own."""


def _mapping(shape: str, keys: dict[str, Schema | None]) -> Schema:
    properties = {}
    for key, schema in sorted(keys.items()):
        told = NESTED.get((shape, key), schema)
        if told is None:
            raise SystemExit(f"what is the key '{key}' of '{shape}'? Say so in NESTED")
        properties[key] = told
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
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
