"""What the document calls its schemas, and which of their fields are always there; called by `openapi`.

FastAPI names a schema after its module where two models are called alike, and a page after its Python type. Readers, and
the clients generated from the document, get plain names: `MailTriedView`, `KeyViewPage`.
"""

import re
from collections.abc import Iterator
from typing import Any

PREFIX = "#/components/schemas/"
_IN_MODULE = re.compile(r"frontdesk__(?:\w+__)?(?P<module>[a-z0-9_]+?)__(?P<name>[A-Z]\w*)")
_PAGE = re.compile(r"Page_(?P<of>\w+?)_")


def plain_names(document: dict[str, Any]) -> dict[str, Any]:
    """The same document with plain names."""
    schemas = document["components"]["schemas"]
    names = {name: _plain(name) for name in schemas}
    taken = list(names.values())
    # Where the plain name is another schema's, the long one stays: it is ugly, and right.
    names = {old: new if taken.count(new) == 1 else old for old, new in names.items()}
    renamed: dict[str, Any] = _renamed(document, {PREFIX + old: PREFIX + new for old, new in names.items()})
    found = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = dict(sorted((names[old], schema) for old, schema in found.items()))
    return renamed


def _plain(name: str) -> str:
    if page := _PAGE.fullmatch(name):
        return f"{_plain(page['of'])}Page"
    if found := _IN_MODULE.fullmatch(name):
        module = "".join(word.capitalize() for word in found["module"].removesuffix("s").split("_"))
        return found["name"] if found["name"].startswith(module) else module + found["name"]
    return name


def _renamed(part: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  # any part of a JSON document
    if isinstance(part, dict):
        return {key: _renamed(value, names) for key, value in part.items()}
    if isinstance(part, list):
        return [_renamed(each, names) for each in part]
    return names.get(part, part) if isinstance(part, str) else part


def require_what_is_answered(document: dict[str, Any]) -> None:
    """Answers hold every field of their model, those with a default too; the document says so."""
    schemas = document["components"]["schemas"]
    taken = _reached(schemas, (operation.get("requestBody", {}) for operation in operations(document)))
    answers = (
        answer
        for operation in operations(document)
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    )
    for name in sorted(_reached(schemas, answers) - taken):
        if properties := schemas[name].get("properties"):
            schemas[name]["required"] = list(properties)
            # The document leaves out a default that is null.
            nulls = {
                key: None for key, each in properties.items() if {"type": "null"} in each.get("anyOf", [])
            }
            defaults = nulls | {key: each["default"] for key, each in properties.items() if "default" in each}
            for example in schemas[name].get("examples", []):
                example.update(defaults | example)


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def _reached(schemas: dict[str, Any], parts: Iterator[Any]) -> set[str]:
    found: set[str] = set()
    todo = list(parts)
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            todo.extend(part.values())
        elif isinstance(part, list):
            todo.extend(part)
        elif isinstance(part, str) and part.startswith(PREFIX) and part not in found:
            found.add(part)
            todo.append(schemas[part.removeprefix(PREFIX)])
    return {each.removeprefix(PREFIX) for each in found}
