"""Every operation of the OpenAPI document, with real ids in its path and a body that it takes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.doubles.http_client import Answer
from tests.web.people import Browser
from tests.web.test_matrix import World

V1 = "/api/v1/"


@dataclass(frozen=True)
class Operation:
    """One method of one path; `described` is what the document says of it."""

    method: str
    path: str
    described: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def parameters(self, place: str) -> set[str]:
        return {
            each["name"].lower() for each in self.described.get("parameters", []) if each.get("in") == place
        }

    @property
    def kind(self) -> str:
        """The media type of its body."""
        return next(iter(self.described.get("requestBody", {}).get("content", {})), "application/json")

    @property
    def takes_json(self) -> bool:
        return "requestBody" in self.described and self.kind == "application/json"

    @property
    def example(self) -> Any:
        """The body that the document shows, if it takes JSON."""
        if not self.takes_json:
            return None
        media = self.described["requestBody"]["content"]["application/json"]
        return media.get("example", {})


def operations(world: World, *methods: str) -> Iterator[Operation]:
    """Those of the API in the order of the document."""
    for path, by_method in world.documents["own"]["paths"].items():
        for method, described in by_method.items():
            if path.startswith(V1) and method.upper() in methods:
                yield Operation(method.upper(), path, described)


async def path_of(world: World, operation: Operation) -> str:
    """With ids of the world's first workspace."""
    return "/".join(
        [
            await world.id_of(part.strip("{}")) if part.startswith("{") else part
            for part in operation.path.split("/")
        ]
    )


async def body_of(world: World, operation: Operation) -> Any:
    """The document's example with real ids where it has ids; None where it takes no JSON."""
    body = operation.example
    if not isinstance(body, dict):
        return body
    return {name: await world.id_of(name) if name.endswith("_id") else value for name, value in body.items()}


async def ask(
    browser: Browser, operation: Operation, path: str, body: Any, headers: Mapping[str, str]
) -> Answer:
    """Bytes go as they are, everything else as JSON; None is no body."""
    if isinstance(body, bytes):
        sent = {"Content-Type": operation.kind, **headers}
        return await browser.send(operation.method, path, headers=sent, body=body)
    options = {} if body is None else {"body": json.dumps(body)}
    typed = {} if body is None else {"Content-Type": "application/json"}
    return await browser.send(operation.method, path, headers={**typed, **headers}, **options)


def names(found: Sequence[Operation]) -> list[str]:
    return [str(each) for each in found]
