"""Examples of every body and answer in the document; called by `openapi`.

A model that carries `examples` is shown by them. Every other one is put together from its fields: by their name first,
else by what their schema asks for. A test holds each example to its schema.
"""

import re
from typing import Any

from frontdesk.web.openapi_names import PREFIX

DEEPEST = 6
_MIND = "01jd6r2x9cf8pbx5z0m3t7w4qa"
_IDS = {
    "account": "acct", "article": "art", "assistant": "asst", "assignee": "acct", "author": "acct", "by": "acct",
    "channel": "chan", "contact": "vis", "conversation": "conv", "delivery": "dlv", "file": "file", "inbound": "in",
    "integration": "intg", "key": "key", "label": "lbl", "link": "link", "manager": "acct", "message": "msg",
    "note": "note", "person": "acct", "push": "push", "reply": "reply", "request": "req", "service": "ais",
    "session": "sess", "share": "share", "task": "task", "team": "team", "version": "bot", "visitor": "vis",
    "webhook": "hook", "workspace": "ws",
}  # fmt: skip
"""The noun in a field's name -> the prefix of the id it holds."""

_TEXTS = {
    "address": "203.0.113.7",
    "allowed_addresses": "203.0.113.0/24",
    "allowed_origins": "https://shop.example",
    "answer": "Refunds take five working days.",
    "author": "operator",
    "body": "Refunds take five working days.",
    "called": "Jon Berg",
    "code": "123456",
    "client_id": "order-1077-3",
    "color": "blue",
    "company": "Northwind",
    "created_by": f"key:key_{_MIND}",
    "cursor": "bzE6NTA",
    "detail": "The other side answered 503.",
    "edited_by": f"session:acct_{_MIND}",
    "email": "ann@northwind.example",
    "event": "message.created",
    "events": "message.created",
    "external_id": "visitor-42",
    "hosts": "help.northwind.example",
    "initial_message": "How long does a refund take?",
    "key": "fd_api_...",
    "language": "en",
    "last_used_address": "203.0.113.7",
    "link": "https://desk.example/panel/inbox",
    "message": "How long does a refund take?",
    "next_cursor": "bzE6NTA",
    "permissions": "conversations.read",
    "phone": "+12025550123",
    "prefix": "fd_api_3kf9",
    "question": "How long does a refund take?",
    "preview": "How long does a refund take?",
    "reason": "The assistant could not answer.",
    "role": "operator",
    "scopes": "read:conversations",
    "secret": "whsec_...",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "source_url": "https://shop.example/orders",
    "subject": "Refund of an order",
    "tags": "billing",
    "team": "Billing",
    "text": "How long does a refund take?",
    "time_zone": "Europe/Berlin",
    "title": "How long a refund takes",
    "type": "rest",
    "url": "https://shop.example/hooks",
}
_NAMES = {
    "account": "Ann Lee",
    "assignee": "Ann Lee",
    "assistant": "Billing helper",
    "channel": "Website",
    "contact": "Jon Berg",
    "label": "billing",
    "person": "Ann Lee",
    "sender": "Ann Lee",
    "task": "Website, billing",
    "team": "Billing",
}
_FORMATS = {
    "date": "2026-11-20",
    "date-time": "2026-11-20T09:00:00Z",
    "email": "ann@northwind.example",
    "uri": "https://shop.example/",
    "binary": "(the bytes of the file)",
}
_NUMBERS = {"status": 200, "took_ms": 48, "size": 20480, "limit": 50, "rating": 5, "seq": 3, "number": 4}


def show_examples(document: dict[str, Any]) -> None:
    """Put an example to every body, answer and parameter that has none."""
    schemas = document["components"]["schemas"]
    for path, by_method in document["paths"].items():
        noun = _noun(path)
        for operation in by_method.values():
            show = _Shown(schemas, noun)
            for parameter in operation.get("parameters", []):
                if parameter.get("in") == "path" and "example" not in parameter:
                    parameter["example"] = show.of(parameter["schema"], parameter["name"])
    for path, by_method in document["paths"].items():
        for operation in by_method.values():
            _bodies(operation, _Shown(schemas, _noun(path)))


def _bodies(operation: dict[str, Any], show: "_Shown") -> None:
    answers = [each for status, each in operation["responses"].items() if status.startswith("2")]
    for holder in (operation.get("requestBody", {}), *answers):
        for media in holder.get("content", {}).values():
            if "schema" in media and not {"example", "examples"} & media.keys():
                media["example"] = show.of(media["schema"], "")


def _noun(path: str) -> str:
    """What the things at an address are: `key` of `/api/v1/keys/{key_id}`."""
    words = [part for part in path.split("/") if part and not part.startswith("{")]
    nouns = [found for word in words if (found := word.removesuffix("s").replace("-", "_")) in _IDS]
    return nouns[-1] if nouns else "conversation"


class _Shown:
    """Makes examples from schemas. `noun`: whose id a field called just `id` holds."""

    def __init__(self, schemas: dict[str, Any], noun: str) -> None:
        self._schemas = schemas
        self._noun = noun

    def of(self, schema: dict[str, Any], name: str, depth: int = 0) -> Any:  # noqa: ANN401  # any JSON value
        if "$ref" in schema:
            return self.of(self._schemas[schema["$ref"].removeprefix(PREFIX)], name, depth)
        if schema.get("examples"):
            return schema["examples"][0]
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema.get("default") or next((each for each in schema["enum"] if each), schema["enum"][0])
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return self._first(schema[choice], name, depth)
        return self._plain(schema, name, depth)

    def _first(self, choices: list[dict[str, Any]], name: str, depth: int) -> Any:  # noqa: ANN401
        if depth > DEEPEST and {"type": "null"} in choices:
            return None
        return self.of(choices[0], name, depth)

    def _plain(self, schema: dict[str, Any], name: str, depth: int) -> Any:  # noqa: ANN401
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return self._list(schema, name, depth)
        if kind == "string":
            return self._text(schema, name)
        if kind == "boolean":
            return bool(schema.get("default", True))
        if kind in {"integer", "number"}:
            return _number(schema, name)
        return None if kind == "null" else {}

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        if depth > DEEPEST:
            return {}
        needed = schema.get("required", [])
        shown = [
            key
            for key, each in schema.get("properties", {}).items()
            if key in needed
            or ("default" not in each and {"type": "null"} not in each.get("anyOf", []))
            or key in _TEXTS
        ]
        return {
            key: _Shown(
                self._schemas, key.removesuffix("s") if key.removesuffix("s") in _IDS else self._noun
            ).of(schema["properties"][key], key, depth + 1)
            for key in shown
        }

    def _list(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        if depth > DEEPEST and not schema.get("minItems"):
            return []
        if schema.get("default") == [] and name not in _TEXTS:
            return []
        return [self.of(schema.get("items", {}), name, depth + 1)]

    def _text(self, schema: dict[str, Any], name: str) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        if name == "name":
            name = _NAMES.get(self._noun, "Northwind")
        text = self._id(name) or _TEXTS.get(name) or str(schema.get("default") or "")
        text = (text or name.replace("_", " ") or "text")[: schema.get("maxLength", 200)]
        if len(text) < schema.get("minLength", 0):
            text = text.ljust(schema["minLength"], "x")
        pattern = schema.get("pattern")
        return text if pattern is None or re.search(pattern, text) else _matching(pattern)

    def _id(self, name: str) -> str:
        if name == "id":
            return f"{_IDS[self._noun]}_{_MIND}"
        noun, mark, rest = name.rpartition("_id")
        found = _IDS.get(noun.rpartition("_")[2]) or _IDS.get(noun)
        return f"{found}_{_MIND}" if mark and rest in {"", "s"} and found else ""


def _number(schema: dict[str, Any], name: str) -> int | float:
    wanted = schema.get("default") or _NUMBERS.get(name, 1)
    if schema["type"] == "number":
        return float(min(max(wanted, schema.get("minimum", 0)), schema.get("maximum", wanted)))
    return int(min(max(wanted, schema.get("minimum", wanted)), schema.get("maximum", wanted)))


_MATCHING = (
    _TEXTS["sha256"],
    "09:00",
    "2026-11-20",
    "#2f6fed",
    "123456",
    "fd_api_3kf9",
    "billing",
    "Billing",
)


def _matching(pattern: str) -> str:
    return next((each for each in _MATCHING if re.search(pattern, each)), "")
