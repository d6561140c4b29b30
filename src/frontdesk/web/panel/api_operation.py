"""What the reference of the API tells of one operation, read out of the OpenAPI document; asked by `api_reference`.

Names, descriptions and examples are the document's, in English. Nothing of it is trusted to be HTML.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from frontdesk.core.permission import PUBLIC, SCOPES
from frontdesk.web.errors import STATUS

JSON = "application/json"
STREAM = "text/event-stream"
TRIED_BELOW = "/api/v1/"
DEEPEST = 4
_REF = "#/components/"
_BOUNDS = (
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "maxProperties",
    "pattern",
)
_ALWAYS = ("internal", "unavailable")

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter, or a field of a body. `place`: path, query, header, or empty for a field.

    `default` and `example` are written as JSON; a `default` of None is none.
    """

    name: str
    kind: str
    place: str = ""
    needed: bool = False
    nullable: bool = False
    line: str = ""
    choices: tuple[str, ...] = ()
    bounds: tuple[tuple[str, str], ...] = ()
    default: str | None = None
    example: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A body or an answer. `fields`: of JSON objects; `example`: as it is written."""

    status: str
    line: str
    media: str = ""
    fields: tuple[Value, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    tag: str
    line: str
    more: str
    permission: str
    scopes: tuple[str, ...]
    parameters: tuple[Value, ...]
    bodies: tuple[Content, ...]
    answers: tuple[Content, ...]
    codes: tuple[tuple[str, int], ...]

    @property
    def public(self) -> bool:
        return self.permission == PUBLIC

    @property
    def asks_in(self) -> list[Value]:
        """What a trial of it can be given."""
        return [value for value in self.parameters if value.place in {"path", "query"}]

    @property
    def can_be_tried(self) -> bool:
        """Whether it only reads, and what it answers can be shown on a page."""
        kinds = {answer.media for answer in self.answers if answer.status.startswith("2")}
        return (
            self.method == "GET"
            and not self.public
            and self.path.startswith(TRIED_BELOW)
            and all(kind == JSON for kind in kinds)
        )

    def words(self) -> str:
        """What a search looks through."""
        return f"{self.method} {self.path} {self.id} {self.line} {self.tag} {' '.join(self.scopes)}".lower()


def operations(document: Part) -> Iterator[Operation]:
    """Every operation of the document, in its order."""
    for path, by_method in document["paths"].items():
        for method, operation in by_method.items():
            yield _read(document, method.upper(), path, operation)


def _read(document: Part, method: str, path: str, found: Part) -> Operation:
    reader = _Reader(document)
    body = reader.of(found.get("requestBody", {}))
    parameters = tuple(reader.parameter(each) for each in found.get("parameters", []))
    answers = {status: reader.of(each) for status, each in found["responses"].items() if status != "default"}
    permission = found.get("x-permission", PUBLIC)
    codes = _codes(permission, parameters, has_body=bool(body)) if "default" in found["responses"] else ()
    return Operation(
        id=found["operationId"],
        method=method,
        path=path,
        tag=found["tags"][0],
        line=found["summary"].rstrip("."),
        more=found.get("description", ""),
        permission=permission,
        scopes=tuple(scope for scope in found.get("x-scopes", ()) if scope in SCOPES),
        parameters=parameters,
        bodies=tuple(reader.contents("", body)),
        answers=tuple(each for status, answer in answers.items() for each in reader.contents(status, answer)),
        codes=tuple((code, STATUS[code]) for code in codes),
    )


def _codes(permission: str, parameters: tuple[Value, ...], *, has_body: bool) -> tuple[str, ...]:
    """The codes that follow from what is asked; an operation may know more, which the list of all tells."""
    names = {value.name for value in parameters}
    found = {
        "unauthenticated": permission != PUBLIC,
        "forbidden": permission != PUBLIC,
        "not_found": any(value.place == "path" for value in parameters),
        "invalid": has_body or any(value.place == "query" for value in parameters),
        "cursor_invalid": "cursor" in names,
        "body_too_large": has_body,
        "unsupported_media_type": has_body,
        "conflict": "If-Match" in names,
        "precondition_required": any(value.name == "If-Match" and value.needed for value in parameters),
        "idempotency_mismatch": "Idempotency-Key" in names,
        "idempotency_in_progress": "Idempotency-Key" in names,
        "rate_limited": permission != PUBLIC,
        **dict.fromkeys(_ALWAYS, True),
    }
    return tuple(
        sorted((code for code, is_so in found.items() if is_so), key=lambda code: (STATUS[code], code))
    )


class _Reader:
    """Follows the document's references."""

    def __init__(self, document: Part) -> None:
        self._components = document["components"]

    def of(self, part: Part) -> Part:
        """`part` itself, or what it refers to."""
        if "$ref" not in part:
            return part
        kind, _, name = part["$ref"].removeprefix(_REF).partition("/")
        return self.of(self._components[kind][name])

    def parameter(self, part: Part) -> Value:
        found = self.of(part)
        schema = found["schema"]
        value = self._value(found["name"], schema, found.get("required", False), found["in"])
        example = found.get("example", schema.get("example"))
        return _with(value, line=found.get("description") or value.line, example=_plain(example))

    def contents(self, status: str, part: Part) -> Iterator[Content]:
        if not part:
            return
        line = part.get("description", "")
        line = "" if line == "Successful Response" else line
        for media, found in part.get("content", {}).items():
            fields = tuple(self._fields(found.get("schema", {}), "", 0)) if media.endswith("json") else ()
            example = _example(found)
            yield Content(status, line, media, fields, _written(example, media))
        if not part.get("content"):
            yield Content(status, line)

    def _fields(self, part: Part, above: str, depth: int) -> Iterator[Value]:
        schema = self._object(part)
        if schema.get("type") == "array" and not above:
            yield from self._fields(schema.get("items", {}), "[]", depth)
        for name, each in schema.get("properties", {}).items():
            whole = f"{above}.{name}" if above else name
            yield self._value(whole, each, name in schema.get("required", []))
            inner = self._object(each)
            if inner.get("type") == "array":
                inner, whole = self._object(inner.get("items", {})), f"{whole}[]"
            if depth < DEEPEST and inner.get("properties"):
                yield from self._fields(inner, whole, depth + 1)

    def _object(self, part: Part) -> Part:
        """The schema that is not `null`, where there is one of it."""
        found = self.of(part)
        choices = [each for each in _choices(found) if each.get("type") != "null"]
        return self._object(choices[0]) if len(choices) == 1 else found

    def _value(self, name: str, part: Part, needed: bool, place: str = "") -> Value:  # noqa: FBT001
        found = self.of(part)
        inner = self._object(found)
        held = self._object(inner.get("items", {})) if inner.get("type") == "array" else inner
        bounded = [(key, str(each[key])) for each in (inner, held) for key in _BOUNDS if key in each]
        return Value(
            name=name,
            kind=self._kind(found),
            place=place,
            needed=needed,
            nullable={"type": "null"} in _choices(found),
            line=part.get("description") or found.get("description") or "",
            choices=tuple(_plain(each) for each in held.get("enum", ())),
            bounds=tuple(dict.fromkeys(bounded)),
            default=json.dumps(part["default"], ensure_ascii=False)
            if part.get("default") is not None
            else None,
        )

    def _kind(self, part: Part) -> str:
        """Its type in a word or two, such as `string`, `date-time`, `list of integer`."""
        found = self._object(part)
        kind = found.get("type", "")
        if kind == "array":
            return f"list of {self._kind(found.get('items', {}))}"
        if "const" in found:
            return _plain(found["const"])
        several = [self._kind(each) for each in _choices(found) if each.get("type") != "null"]
        if several:
            return " or ".join(dict.fromkeys(several))
        return str(found.get("format") or kind or ("object" if found.get("properties") else "any"))


def _choices(part: Part) -> list[Part]:
    return [*part.get("anyOf", ()), *part.get("oneOf", ())]


def _with(value: Value, *, line: str, example: str) -> Value:
    return Value(
        value.name, value.kind, value.place, value.needed, value.nullable, line, value.choices, value.bounds,
        value.default, example,
    )  # fmt: skip


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _example(media: Part) -> object:
    if "example" in media:
        return media["example"]
    return next((named.get("value") for named in media.get("examples", {}).values()), None)


def _written(example: object, media: str) -> str:
    if example is None:
        return ""
    if media.endswith("json"):
        return json.dumps(example, indent=2, ensure_ascii=False)
    return _plain(example)


def call(operation: Operation, public_url: str) -> str:
    """A line for a shell that makes the call, with the key in `$FRONTDESK_KEY`."""
    path, asked = operation.path, {}
    for value in operation.parameters:
        shown = value.example or value.name
        if value.place == "path":
            path = path.replace(f"{{{value.name}}}", quote(shown, safe="/"))
        elif value.place == "query" and value.needed:
            asked[value.name] = shown
    address = f"{public_url}{path}" + (f"?{urlencode(asked)}" if asked else "")
    parts = [f"curl {'-N ' if _streams(operation) else ''}-X {operation.method} {shlex.quote(address)}"]
    if not operation.public:
        parts.append('-H "Authorization: Bearer $FRONTDESK_KEY"')
    headers = [value for value in operation.parameters if value.place == "header" and value.needed]
    parts += [f"-H {shlex.quote(f'{value.name}: {_header(value)}')}" for value in headers]
    return " \\\n  ".join([*parts, *_body(operation)])


def _header(value: Value) -> str:
    return "*" if value.name == "If-Match" else value.example or value.name


def _streams(operation: Operation) -> bool:
    return bool(operation.answers) and all(answer.media == STREAM for answer in operation.answers)


def _body(operation: Operation) -> list[str]:
    if not operation.bodies:
        return []
    body = operation.bodies[0]
    kind = f"-H {shlex.quote(f'Content-Type: {body.media}')}"
    if not body.media.endswith("json"):
        return [kind, "--data-binary @FILE"]
    text = json.dumps(json.loads(body.example), ensure_ascii=False) if body.example else "{}"
    return [kind, f"-d {shlex.quote(text)}"]
