"""The Python client: a TypedDict for each model, a method for each operation."""

import keyword
import re
import subprocess
import sys
from dataclasses import dataclass

from tools.gen_clients.reading import MODEL, Api, Operation, Parameter, Schema


@dataclass(frozen=True)
class Style:
    """The one way or the other of the same operations."""

    says: str
    name: str
    stands_on: str
    define: str
    wait: str
    iterator: str
    imports: str


BLOCKING = Style(
    "What a key may do; `Client` is this with an address and a key.",
    "Operations",
    "Transport",
    "def",
    "",
    "Iterator",
    "from frontdesk_client.transport import Event, IfMatch, Transport, in_path",
)
AWAITED = Style(
    "What a key may do, awaited; `AsyncClient` is this with an address and a key.",
    "AsyncOperations",
    "AsyncTransport",
    "async def",
    "await ",
    "AsyncIterator",
    "from frontdesk_client.awaited import AsyncTransport\n"
    "from frontdesk_client.transport import Event, IfMatch, in_path",
)
MADE = "Made by `python -m tools.gen_clients` from the OpenAPI document; change the program instead."
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def kind(schema: Schema) -> str:
    """The type of what a schema describes."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(MODEL)
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(map(kind, choices)))
    return _whole(schema)


def _whole(schema: Schema) -> str:
    if schema.get("type") == "array":
        return f"list[{kind(schema.get('items', {}))}]"
    if schema.get("type") == "object" or "properties" in schema:
        values = schema.get("additionalProperties")
        return f"dict[str, {kind(values) if isinstance(values, dict) else 'Any'}]"
    return _PLAIN.get(schema.get("type", ""), "Any")


# -- models


def models(api: Api) -> str:
    parts = [
        f'"""What the API takes and answers, a dict each. {MADE}"""\n',
        "from __future__ import annotations\n",
        "from typing import Any, Literal, NotRequired, Required, TypedDict\n",
    ]
    parts += [_model(name, schema) for name, schema in api.models.items()]
    parts += [_query(each) for each in api.operations if each.query]
    return formatted(
        "".join(f"\n\n{part}" if part.startswith("class") else f"\n{part}" for part in parts).lstrip()
    )


def _model(name: str, schema: Schema) -> str:
    fields = schema.get("properties", {})
    needed = set(schema.get("required", []))
    if any(keyword.iskeyword(field) or not field.isidentifier() for field in fields):
        inner = ", ".join(
            f"{field!r}: {_needed(kind(each), field in needed)!r}" for field, each in fields.items()
        )
        return f"{name} = TypedDict({name!r}, {{{inner}}})\n"
    lines = [_doc(schema.get("description", ""))]
    for field, each in fields.items():
        lines.append(f"    {field}: {_needed(kind(each), field in needed)}")
        lines.append(_doc(each.get("description", "")))
    return f"class {name}(TypedDict):\n" + ("\n".join(filter(None, lines)) or "    pass") + "\n"


def _needed(of: str, needed: bool) -> str:  # noqa: FBT001
    return of if needed else f"NotRequired[{of}]"


def _query(operation: Operation) -> str:
    lines = [_doc(f"What `{operation.name}` is asked.")]
    for each in operation.query:
        # `from` is no name in Python; `from_` is sent as it.
        name = f"{each.name}_" if keyword.iskeyword(each.name) else each.name
        lines.append(f"    {name}: {_asked(each)}")
        lines.append(_doc(each.description))
    return f"class {operation.query_name}(TypedDict, total=False):\n" + "\n".join(filter(None, lines)) + "\n"


def _asked(parameter: Parameter) -> str:
    return f"Required[{kind(parameter.schema)}]" if parameter.required else kind(parameter.schema)


def _doc(text: str) -> str:
    said = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    return f'    """{said}"""' if said else ""


# -- operations


def operations(api: Api, style: Style = BLOCKING) -> str:
    methods = [_method(each, style) for each in api.operations]
    methods += [_iterating(each, style) for each in api.operations if each.entry is not None]
    names = sorted(
        {name for name in api.models if any(re.search(rf"\b{name}\b", each) for each in methods)}
        | {each.query_name for each in api.operations if each.query}
    )
    return formatted(
        f'"""A method for each operation of the API. {MADE}"""\n\n'
        f"from collections.abc import {style.iterator}\n"
        "from typing import Any, Unpack\n\n"
        f"from frontdesk_client.models import {', '.join(names)}\n"
        f"{style.imports}\n\n\n"
        f"class {style.name}({style.stands_on}):\n"
        f'    """{style.says}"""\n\n' + "\n".join(methods)
    )


def _method(operation: Operation, style: Style) -> str:
    by_name, arguments = [], []
    if operation.if_match:
        by_name.append("if_match: IfMatch" + (" | None = None" if operation.if_match == "optional" else ""))
        arguments.append("if_match=if_match")
    if operation.once:
        by_name.append("idempotency_key: str | None = None")
        arguments.append("idempotency_key=idempotency_key")
    taken = [f"{name}: str" for name in operation.in_path]
    if operation.body:
        taken.append(_taken_body(operation))
        arguments.append(
            "body=body"
            if operation.body.is_json
            else f"content=content, content_type={operation.body.content_type!r}"
        )
    if operation.query:
        arguments.append("query=query")
    signature = ", ".join(["self", *taken, *(["*", *by_name] if by_name else []), *_kwargs(operation)])
    call = ", ".join([f'"{operation.method}"', _path(operation), *arguments])
    answered, body = _body_of(operation, call, style)
    define = "def" if operation.kind == "events" else style.define
    return (
        f"    {define} {operation.name}({signature}) -> {answered}:\n    {_doc(operation.summary)}\n" + body
    )


def _kwargs(operation: Operation) -> list[str]:
    return [f"**query: Unpack[{operation.query_name}]"] if operation.query else []


def _taken_body(operation: Operation) -> str:
    body = operation.body
    assert body is not None  # noqa: S101  # only asked where there is one
    if not body.is_json:
        return "content: bytes"
    of = kind(body.schema)
    return f"body: {of}" if body.required else f"body: {of if 'None' in of else of + ' | None'} = None"


def _path(operation: Operation) -> str:
    path = re.sub(r"{(\w+)}", r"{in_path(\1)}", operation.path)
    return f'f"{path}"' if operation.in_path else f'"{path}"'


def _body_of(operation: Operation, call: str, style: Style) -> tuple[str, str]:
    wait = style.wait
    if operation.kind == "nothing":
        return "None", f"        {wait}self.call({call})\n"
    if operation.kind == "bytes":
        return "bytes", f"        return {wait}self.read({call})\n"
    if operation.kind == "events":
        return f"{style.iterator}[Event]", f"        return self.events({call})\n"
    answered = kind(operation.answer)
    if answered == "Any":
        return "object", f"        found: object = {wait}self.call({call})\n        return found\n"
    return answered, f"        answer: {answered} = {wait}self.call({call})\n        return answer\n"


def _iterating(operation: Operation, style: Style) -> str:
    entry = kind(operation.entry or {})
    taken = ", ".join(["self", *(f"{name}: str" for name in operation.in_path), *_kwargs(operation)])
    return (
        f"    def {operation.iterating}({taken}) -> {style.iterator}[{entry}]:\n"
        f'        """Every entry of `{operation.name}`, page after page."""\n'
        f"        entries: {style.iterator}[{entry}] = self.pages({_path(operation)}, query)\n"
        "        return entries\n"
    )


def formatted(text: str) -> str:
    """As `ruff format` has it, imports in order."""
    for arguments in (["check", "--quiet", "--fix", "--select", "I,F401"], ["format", "--quiet"]):
        text = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *arguments,
                "--stdin-filename",
                "clients/python/src/frontdesk_client/made.py",
                "-",
            ],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text
