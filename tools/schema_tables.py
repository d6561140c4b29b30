"""What cannot be seen from what the loader asks: a bot with every kind of mapping, and what is nested where.

Read by `gen_schemas`.
"""

from typing import Any

from frontdesk.dialog.detection_rules import WAYS
from frontdesk.dialog.entities_builtin import BUILTIN
from frontdesk.dialog.fields import NAME
from frontdesk.dialog.rules import TEST_KEYS
from frontdesk.dialog.steps import installed

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
detect: {interest: {}, success: {}, is_bot: {}}
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
    "'detect'": "detect",
    "'interest'": "sign",
    "'success'": "sign",
    "'is_bot'": "sign_of_a_program",
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
    ("bot", "detect"): ref("detect"),
    ("detect", "contact"): any_of({"type": "boolean"}, one_or_more({"enum": [*WAYS]})),
    ("detect", "interest"): ref("sign"),
    ("detect", "success"): ref("sign"),
    ("detect", "is_bot"): ref("sign_of_a_program"),
    ("sign", "model"): any_of(FLAG, TEXT),
    ("sign_of_a_program", "model"): any_of(FLAG, TEXT),
    ("bot", "actions"): named(ref("action")),
    ("bot", "flows"): named(ref("flow")),
    ("bot", "globals"): SCRIPT,
    **{("bot", flow): ref("special_flow") for flow in ("on_start", "fallback", "escalation")},
    ("assistant", "limits"): ref("limits"),
    ("entity", "builtin"): {"enum": [*BUILTIN]},
    ("entity", "values"): any_of(list_of(TEXT), named(one_or_more(TEXT))),
    **{("repair", kind): any_of({"type": "boolean"}, one_or_more(TEXT), ref("repair_by_language")) for kind in
       ("cancel", "back", "repeat", "correct", "none_of_these")},
    ("flow", "trigger"): ref("trigger"),
    ("flow", "resume"): SHOWN,
    ("flow", "steps"): STEPS,
    ("action", "request"): ref("request"),
    ("action", "retry"): ref("retry"),
    ("action", "auth"): ref("auth"),
    ("auth", "bearer"): TEXT,
    **{("auth", kind): ref(kind) for kind in ("basic", "api_key", "oauth2", "hmac")},
    ("action", "result"): named(any_of(TEXT, ref("result"))),
    ("action", "response_variable"): TEXT,
    ("action", "sample"): ANY,
    ("action", "success"): one_or_more({"type": ["integer", "string"], "minimum": 100, "maximum": 599}),
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


OTHERS: dict[str, Schema] = {
    "text": {"type": ["string", "number", "boolean"]},
    "languages": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^([a-z]{2}|[a-z]{2,3}(-[A-Za-z0-9]{2,8})+)$"},
        "additionalProperties": TEXT,
    },
    "shown": any_of(TEXT, ref("languages")),
    "repair_by_language": {
        "type": "object",
        "propertyNames": {"pattern": "^([a-z]{2}|[a-z]{2,3}(-[A-Za-z0-9]{2,8})+)$"},
        "additionalProperties": any_of({"type": ["boolean", "null"]}, one_or_more(TEXT)),
    },
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
