"""The TypeScript client: an interface for each model, a method for each operation."""

import json
import re

from tools.gen_clients.reading import MODEL, Api, Operation, Schema, camel

MADE = "Made by `python -m tools.gen_clients` from the OpenAPI document; change the program instead."
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")


def kind(schema: Schema) -> str:
    """The type of what a schema describes."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(MODEL)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(map(kind, choices)))
    return _whole(schema)


def _whole(schema: Schema) -> str:
    if schema.get("type") == "array":
        of = kind(schema.get("items", {}))
        return f"({of})[]" if " " in of else f"{of}[]"
    if schema.get("type") == "object" or "properties" in schema:
        return _object(schema)
    return _PLAIN.get(schema.get("type", ""), "unknown")


def _object(schema: Schema) -> str:
    if "properties" in schema:
        needed = schema.get("required", [])
        inner = "; ".join(
            f"{_key(name, name in needed)}: {kind(each)}" for name, each in schema["properties"].items()
        )
        return f"{{ {inner} }}"
    values = schema.get("additionalProperties")
    return f"Record<string, {kind(values) if isinstance(values, dict) else 'unknown'}>"


def _key(name: str, needed: bool) -> str:  # noqa: FBT001
    return (name if _IDENTIFIER.fullmatch(name) else json.dumps(name)) + ("" if needed else "?")


# -- models


def models(api: Api) -> str:
    parts = [f"/** What the API takes and answers. {MADE} */\n"]
    parts += [_model(name, schema) for name, schema in api.models.items()]
    parts += [_query(each) for each in api.operations if each.query]
    return "\n".join(parts)


def _model(name: str, schema: Schema) -> str:
    needed = schema.get("required", [])
    fields = [
        (_key(field, field in needed), kind(each), each.get("description", ""))
        for field, each in schema.get("properties", {}).items()
    ]
    return _interface(name, schema.get("description", ""), fields)


def _query(operation: Operation) -> str:
    fields = [
        (_key(each.name, each.required), kind(each.schema), each.description) for each in operation.query
    ]
    return _interface(operation.query_name, f"What `{_method_name(operation.name)}` is asked.", fields)


def _interface(name: str, description: str, fields: list[tuple[str, str, str]]) -> str:
    inner = "".join(f"{_doc(said, '  ')}  {key}: {of};\n" for key, of, said in fields)
    return f"{_doc(description, '')}export interface {name} {{\n{inner}}}\n"


def _doc(text: str, indent: str) -> str:
    said = " ".join(text.split()).replace("*/", "* /")
    return f"{indent}/** {said} */\n" if said else ""


# -- operations


def operations(api: Api) -> str:
    methods = [_method(each) for each in api.operations]
    methods += [_iterating(each) for each in api.operations if each.entry is not None]
    names = {name for name in api.models if any(re.search(rf"\b{name}\b", each) for each in methods)}
    names |= {each.query_name for each in api.operations if each.query}
    listed = "".join(f"  {name},\n" for name in sorted(names))
    return (
        f"/** A method for each operation of the API. {MADE} */\n\n"
        f'import type {{\n{listed}}} from "./models.js";\n'
        'import { inPath, Transport } from "./transport.js";\n'
        'import type { Event, Guarded, MaybeGuarded, Once } from "./transport.js";\n\n'
        "/** What a key may do; `Client` is this with an address and a key. */\n"
        "export class Operations extends Transport {\n" + "\n".join(methods) + "}\n"
    )


def _method_name(name: str) -> str:
    made = camel(name)
    return made[0].lower() + made[1:]


def _method(operation: Operation) -> str:
    taken = [f"{_method_name(name)}: string" for name in operation.in_path]
    given = []
    if operation.body and operation.body.is_json:
        of = kind(operation.body.schema)
        taken.append(f"body: {of}" if operation.body.required else f"body: {of} | undefined = undefined")
        given.append("body")
    elif operation.body:
        taken.append("content: Blob | Uint8Array")
        given += ["content", f"contentType: {json.dumps(operation.body.content_type)}"]
    if operation.query:
        taken.append(f"query: {operation.query_name}" + ("" if operation.query_needed else " = {}"))
        given.append("query: { ...query }")
    if with_ := _with(operation):
        taken.append(f"options: {with_}" + ("" if operation.if_match == "needed" else " = {}"))
        given.append("...options")
    arguments = [f'"{operation.method}"', _path(operation), *([f"{{ {', '.join(given)} }}"] if given else [])]
    answered, call = _carried(operation)
    return (
        f"  /** {operation.summary} */\n"
        f"  {_method_name(operation.name)}({', '.join(taken)}): {answered} {{\n"
        f"    return this.{call}({', '.join(arguments)});\n"
        "  }\n"
    )


def _with(operation: Operation) -> str:
    kinds = {"needed": ["Guarded"], "optional": ["MaybeGuarded"], "": []}[operation.if_match]
    return " & ".join([*kinds, *(["Once"] if operation.once else [])])


def _path(operation: Operation) -> str:
    path = re.sub(r"{(\w+)}", lambda found: f"${{inPath({_method_name(found[1])})}}", operation.path)
    return f"`{path}`" if operation.in_path else f'"{path}"'


def _carried(operation: Operation) -> tuple[str, str]:
    if operation.kind == "nothing":
        return "Promise<void>", "call<void>"
    if operation.kind == "bytes":
        return "Promise<Uint8Array>", "read"
    if operation.kind == "events":
        return "AsyncGenerator<Event>", "events"
    of = kind(operation.answer)
    return f"Promise<{of}>", f"call<{of}>"


def _iterating(operation: Operation) -> str:
    entry = kind(operation.entry or {})
    taken = [f"{_method_name(name)}: string" for name in operation.in_path]
    taken.append(f"query: {operation.query_name}" + ("" if operation.query_needed else " = {}"))
    return (
        f"  /** Every entry of `{_method_name(operation.name)}`, page after page. */\n"
        f"  {_method_name(operation.iterating)}({', '.join(taken)}): AsyncGenerator<{entry}> {{\n"
        f"    return this.pages<{entry}>({_path(operation)}, {{ ...query }});\n"
        "  }\n"
    )
