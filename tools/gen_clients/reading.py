"""The OpenAPI document as the writers of clients need it: models by name, and operations that a key may call.

Left out is what only signed-in people do (their own account, signing in) and what is not below `/api/v1`: other wires
have clients of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
BELOW = "/api/v1/"
PEOPLES = frozenset({"account.self"})
MODEL = "#/components/schemas/"


@dataclass(frozen=True)
class Parameter:
    name: str
    schema: Schema
    required: bool
    description: str


@dataclass(frozen=True)
class Body:
    """`schema` of a JSON body; of any other there is only the `content_type`."""

    schema: Schema
    content_type: str
    required: bool

    @property
    def is_json(self) -> bool:
        return self.content_type == "application/json"


@dataclass(frozen=True)
class Operation:
    """One call.

    `answer`: the schema of a JSON answer. `kind`: json, bytes, events or nothing. `entry`: of a list that comes in
    pages, what it lists.
    """

    name: str
    method: str
    path: str
    summary: str
    in_path: tuple[str, ...]
    query: tuple[Parameter, ...]
    body: Body | None
    kind: str
    answer: Schema
    entry: Schema | None
    if_match: str
    once: bool

    @property
    def query_name(self) -> str:
        return f"{camel(self.name)}Query"

    @property
    def iterating(self) -> str:
        """What the operation is called that goes over all pages."""
        return f"iterate_{self.name.removeprefix('list_')}"

    @property
    def query_needed(self) -> bool:
        return any(each.required for each in self.query)


@dataclass(frozen=True)
class Api:
    models: dict[str, Schema]
    operations: tuple[Operation, ...]


def camel(name: str) -> str:
    """`list_keys` -> `ListKeys`."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace("-", "_").split("_"))


def read(document: dict[str, Any]) -> Api:
    found = sorted(_operations(document), key=lambda each: (each.path, each.method))
    models = document["components"]["schemas"]
    used = _used([_parts(each) for each in found], models) | {"Problem"}
    return Api({name: models[name] for name in sorted(used)}, tuple(found))


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    models = document["components"]["schemas"]
    for path, by_method in document["paths"].items():
        for method, operation in by_method.items():
            if path.startswith(BELOW) and operation.get("x-permission", "account.self") not in PEOPLES:
                yield _operation(models, path, method.upper(), operation)


def _operation(models: dict[str, Schema], path: str, method: str, operation: dict[str, Any]) -> Operation:
    parameters = operation.get("parameters", [])
    kind, answer = _answer(operation)
    query = _in(parameters, "query")
    by_name = {each.name.lower(): each for each in _in(parameters, "header")}
    matched = by_name.get("if-match")
    return Operation(
        name=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        in_path=tuple(each.name for each in _in(parameters, "path")),
        query=query,
        body=_body(operation),
        kind=kind,
        answer=answer,
        entry=_entry(models, answer) if "cursor" in {each.name for each in query} else None,
        if_match="" if matched is None else ("needed" if matched.required else "optional"),
        once=any(each.get("$ref", "").endswith("/IdempotencyKey") for each in parameters),
    )


def _in(parameters: list[dict[str, Any]], where: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(each["name"], each["schema"], bool(each.get("required")), each.get("description", ""))
        for each in parameters
        if each.get("in") == where
    )


def _body(operation: dict[str, Any]) -> Body | None:
    given = operation.get("requestBody")
    if given is None:
        return None
    kinds = given["content"]
    kind = "application/json" if "application/json" in kinds else next(iter(kinds))
    return Body(kinds[kind].get("schema", {}), kind, bool(given.get("required")))


def _answer(operation: dict[str, Any]) -> tuple[str, Schema]:
    good = next(each for status, each in operation["responses"].items() if status.startswith("2"))
    content = good.get("content", {})
    if not content:
        return "nothing", {}
    # A schema that says nothing: the answer is not always JSON.
    if "application/json" in content and content["application/json"].get("schema") != {}:
        return "json", content["application/json"].get("schema", {})
    return ("events" if "text/event-stream" in content else "bytes"), {}


def _entry(models: dict[str, Schema], answer: Schema) -> Schema | None:
    page = models.get(answer.get("$ref", "").removeprefix(MODEL), {}).get("properties", {})
    entry: Schema | None = page.get("data", {}).get("items")
    return entry


def _parts(operation: Operation) -> list[Schema]:
    return [
        operation.answer,
        *([operation.body.schema] if operation.body else []),
        *[parameter.schema for parameter in operation.query],
    ]


def _used(parts: object, models: dict[str, Schema]) -> set[str]:
    found: set[str] = set()
    todo = [parts]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            todo.extend(part.values())
        elif isinstance(part, list):
            todo.extend(part)
        elif (
            isinstance(part, str)
            and part.startswith(MODEL)
            and (name := part.removeprefix(MODEL)) not in found
        ):
            found.add(name)
            todo.append(models[name])
    return found
