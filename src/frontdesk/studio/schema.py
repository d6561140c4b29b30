"""The JSON Schema of a bot's files, for editors: what may stand where. The loader decides; this helps while typing.

One schema for all of them: a whole `bot.yaml`, one flow, one action, or a file of tests.
"""

from collections.abc import Mapping

from frontdesk.dialog.actions import METHODS
from frontdesk.dialog.cleaning import OPERATIONS
from frontdesk.dialog.declarations import ENVIRONMENTS, FORMAT
from frontdesk.dialog.rules import TEST_KEYS
from frontdesk.dialog.slots import SCOPES
from frontdesk.dialog.steps import installed
from frontdesk.dialog.typed import installed as answer_types

Schema = dict[str, object]

_ANY: Schema = {}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_FLAG: Schema = {"type": "boolean"}
_TRUE: Schema = {"const": True}
_WHOLE: Schema = {"type": "integer"}
_DURATION: Schema = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _some(item: Schema) -> Schema:
    """One, or a list of them."""
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _named(item: Schema) -> Schema:
    return {"type": "object", "additionalProperties": item}


def _mapping(properties: Mapping[str, Schema], *needed: str) -> Schema:
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": list(needed)} if needed else found


_TEXT, _SCRIPT, _STEPS, _HANDLER = _ref("text"), _ref("script"), _ref("steps"), _ref("handler")
_WAYS: dict[str, Schema] = {
    "goto": _SCALAR,
    "next": _SCALAR,
    "end": _TRUE,
    "resume": _TRUE,
    "run": _SCALAR,
    "say": _TEXT,
    "set": _named(_ANY),
}
_TESTS: dict[str, Schema] = {key: _some(_SCALAR) for key in TEST_KEYS}
_COMMON: dict[str, Schema] = {
    "id": _SCALAR,
    "next": _SCALAR,
    "comment": _SCALAR,
    "enabled": _FLAG,
    "before": _SCRIPT,
}

_MAPPINGS: dict[str, Schema] = {
    "handler": _mapping(_WAYS),
    "no_reply": _mapping({"after": _DURATION, **_WAYS}, "after"),
    "tests": _mapping(_TESTS),
    "rule": _mapping({**_TESTS, **_WAYS, "when": _SCALAR, "slot": _SCALAR, "value": _ANY}),
    "choice": _mapping({"label": _TEXT, "payload": _SCALAR}, "label"),
    "button": _mapping({"title": _TEXT, "payload": _TEXT, "url": _TEXT}, "title"),
    "card": _mapping(
        {"title": _TEXT, "subtitle": _TEXT, "image": _TEXT, "buttons": _ref("buttons")}, "title"
    ),
    "cards_for_each": _mapping(
        {"for_each": _SCALAR, "as": _SCALAR, "card": _ref("card")}, "for_each", "card"
    ),
    "say": _mapping(
        {
            "text": _TEXT,
            "variants": {"type": "array", "items": _TEXT},
            "buttons": _ref("buttons"),
            "quick_replies": _ref("buttons"),
            "image": _TEXT,
            "alt": _TEXT,
            "audio": _TEXT,
            "video": _TEXT,
            "title": _TEXT,
            "attachment": _TEXT,
            "name": _TEXT,
            "cards": {"anyOf": [{"type": "array", "items": _ref("card")}, _ref("cards_for_each")]},
            "delay": _DURATION,
        }
    ),
    "handoff": _mapping(
        {
            "team": _SCALAR,
            "message": _TEXT,
            "person": _TEXT,
            "priority": _one_of("low", "normal", "high", "urgent"),
            "share": _some(_one_of("transcript", "slots", "contact", "last_intent")),
        },
        "team",
    ),
    "rate": _mapping({"ask": _TEXT, "most": _WHOLE, "comment": _TEXT, "slot": _SCALAR}, "ask"),
    "answer": _mapping(
        {"knowledge": _SCALAR, "most": _WHOLE, "least": {"type": "number"}, "slot": _SCALAR, "text": _TEXT}
    ),
    "agent": _mapping(
        {"instructions": _TEXT, "actions": _some(_SCALAR), "flows": _some(_SCALAR), "most_turns": _WHOLE},
        "instructions",
    ),
    "slot": _mapping(
        {
            "type": _one_of(*answer_types()),
            "scope": _one_of(*SCOPES),
            "pii": _SCALAR,
            "entity": _SCALAR,
            "description": _SCALAR,
        }
    ),
    "intent": _mapping({"examples": _some(_SCALAR), "description": _SCALAR}),
    "entity": _mapping({"values": _named(_some(_SCALAR)), "regex": _some(_SCALAR), "description": _SCALAR}),
    "repair": _mapping(
        {
            kind: {"anyOf": [_FLAG, _some(_SCALAR)]}
            for kind in ("cancel", "back", "repeat", "correct", "none_of_these")
        }
    ),
    "env_value": _mapping(dict.fromkeys(ENVIRONMENTS, _SCALAR)),
    "trigger": _mapping(
        {"patterns": _some(_SCALAR), "not": _some(_SCALAR), "intent": _SCALAR, "examples": _some(_SCALAR)}
    ),
    "flow": _mapping(
        {"name": _SCALAR, "description": _SCALAR, "trigger": _ref("trigger"), "steps": _STEPS}, "steps"
    ),
    "limits": _mapping(dict.fromkeys(("steps_per_turn", "reprompts", "script_ms"), _WHOLE)),
    "assistant": _mapping(
        {
            "id": _SCALAR,
            "name": _SCALAR,
            "description": _SCALAR,
            "language": _SCALAR,
            "languages": _some(_SCALAR),
            "timezone": _SCALAR,
            "region": _SCALAR,
            "session_timeout": _DURATION,
            "debug_commands": _one_of("preview", "everywhere", "off"),
            "limits": _ref("limits"),
        },
        "id",
        "name",
    ),
    "request": _mapping(
        {
            "method": _one_of(*METHODS),
            "url": {"anyOf": [_SCALAR, _named(_SCALAR)]},
            "region": _SCALAR,
            "query": _named(_some(_SCALAR)),
            "headers": _named(_SCALAR),
            "json": _ANY,
        },
        "url",
    ),
    "basic": _mapping({"user": _SCALAR, "password": _SCALAR}, "user", "password"),
    "api_key": _mapping({"header": _SCALAR, "query": _SCALAR, "value": _SCALAR}, "value"),
    "oauth2": _mapping(
        {"token_url": _SCALAR, "client_id": _SCALAR, "client_secret": _SCALAR, "scope": _SCALAR},
        "token_url",
        "client_id",
        "client_secret",
    ),
    "hmac": _mapping({"secret": _SCALAR, "header": _SCALAR, "prefix": _SCALAR}, "secret"),
    "auth": _mapping(
        {"bearer": _SCALAR, **{kind: _ref(kind) for kind in ("basic", "api_key", "oauth2", "hmac")}}
    ),
    "retry": _mapping({"attempts": _WHOLE, "on": _some(_SCALAR)}),
    "result": _mapping({"path": _SCALAR, "required": _FLAG}, "path"),
    "action": _mapping(
        {
            "kind": _one_of("http"),
            "description": _SCALAR,
            "request": _ref("request"),
            "auth": _ref("auth"),
            "timeout": _DURATION,
            "retry": _ref("retry"),
            "idempotent": _FLAG,
            "result": _named({"anyOf": [_SCALAR, _ref("result")]}),
            "transform": _SCRIPT,
            "response_variable": _SCALAR,
            "sample": _ANY,
        },
        "request",
    ),
}

_STEP_KEYS: dict[str, dict[str, Schema]] = {
    "say": {"say": {"anyOf": [_TEXT, _ref("say")]}, "after": _SCRIPT},
    "ask": {
        "ask": _TEXT,
        "slot": _SCALAR,
        "value": _ANY,
        "accept": _some(_ref("tests")),
        "type": _one_of(*answer_types()),
        "clean": _some(_one_of(*OPERATIONS)),
        "choices": {"type": "array", "items": {"anyOf": [_TEXT, _ref("choice")]}},
        "quick_replies": _FLAG,
        "rules": {"type": "array", "items": _ref("rule")},
        "reprompt": _some(_TEXT),
        "listen": _FLAG,
        "ask_again": _FLAG,
        "no_reply": _ref("no_reply"),
        "after": _SCRIPT,
        "on_answer": _SCRIPT,
    },
    "call": {
        "call": _SCALAR,
        "on_error": _HANDLER,
        "on_timeout": _HANDLER,
        "on_empty": _HANDLER,
        "then": _one_of("handoff"),
        "after": _SCRIPT,
    },
    "if": {"if": _SCALAR, "then": _STEPS, "else": _STEPS},
    "set": {"set": _named(_ANY)},
    "script": {"script": _SCRIPT, "on_error": _HANDLER},
    "handoff": {"handoff": {"anyOf": [_SCALAR, _ref("handoff")]}, "on_error": _HANDLER},
    "note": {"note": _TEXT},
    "rate": {"rate": {"anyOf": [_TEXT, _ref("rate")]}},
    "answer": {"answer": {"anyOf": [_TRUE, _ref("answer")]}, "on_none": _HANDLER, "on_error": _HANDLER},
    "agent": {"agent": _ref("agent"), "on_error": _HANDLER},
    "wait": {"wait": _DURATION},
    "for_each": {"for_each": _SCALAR, "as": _SCALAR, "steps": _STEPS},
    "close": {"close": _TRUE},
    "run": {"run": _SCALAR},
    "goto": {"goto": _SCALAR},
    "end": {"end": _TRUE},
    "resume": {"resume": _TRUE},
}


def bot_schema() -> Schema:
    """A JSON Schema (2020-12). Step types that other packages bring are taken as they come."""
    special = _mapping({"name": _SCALAR, "description": _SCALAR, "steps": _STEPS}, "steps")
    others = [_step(key, {key: _ANY}, strict=False) for key in installed() if key not in _STEP_KEYS]
    definitions: dict[str, object] = {
        "text": {"anyOf": [_SCALAR, _named(_SCALAR)]},
        "script": {"anyOf": [{"type": "string"}, _mapping({"script": {"type": "string"}}, "script")]},
        "buttons": {"type": "array", "items": {"anyOf": [_TEXT, _ref("button")]}},
        "steps": _some(_ref("step")),
        "step": {"anyOf": [*(_ref(f"step_{key}") for key in _STEP_KEYS), *others]},
        **{f"step_{key}": _step(key, keys) for key, keys in _STEP_KEYS.items()},
        **_MAPPINGS,
        "bot": _mapping(
            {
                "format": {"const": FORMAT},
                "assistant": _ref("assistant"),
                "env": _named({"anyOf": [_SCALAR, _ref("env_value")]}),
                "slots": _named({"anyOf": [_ref("slot"), {"type": "null"}]}),
                "intents": _named(_ref("intent")),
                "entities": _named({"anyOf": [_some(_SCALAR), _ref("entity")]}),
                "hours": _named(_named(_some(_SCALAR))),
                "repair": _ref("repair"),
                "globals": _SCRIPT,
                "actions": _named(_ref("action")),
                "flows": _named(_ref("flow")),
                **dict.fromkeys(("on_start", "fallback", "escalation"), special),
            },
            "format",
            "assistant",
        ),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The files of a Frontdesk bot",
        "anyOf": [_ref("bot"), _ref("flow"), _ref("action"), {"type": "array"}],
        "$defs": definitions,
    }


def _step(key: str, keys: Mapping[str, Schema], *, strict: bool = True) -> Schema:
    found = _mapping({**_COMMON, **keys}, key)
    return found if strict else {**found, "additionalProperties": True}
