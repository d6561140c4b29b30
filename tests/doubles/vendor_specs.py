"""Vendors' own API descriptions as judges of requests, and of the answers that our fakes give.

The folder is named by `VENDOR_SPECS`; without it what needs a judge is skipped, and pytest counts it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from tests.doubles.http_server import Answer, Received
from werkzeug.datastructures import Headers, ImmutableMultiDict

SERVER = "http://vendor.test"


@dataclass
class _Request:
    host_url: str
    path: str
    method: str
    body: bytes
    content_type: str
    parameters: RequestParameters


@dataclass
class _Response:
    status_code: int
    data: bytes
    content_type: str = "application/json"
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judge:
    """`below` is what the fake's paths have in front of the description's; `method` is the operation's."""

    spec: OpenAPI
    below: str = ""

    def take(self, received: Received) -> None:
        """Raise what is wrong with a request."""
        self.spec.validate_request(self._request(received))

    def take_answer(self, received: Received, answer: Answer | bytes) -> None:
        """Raise what is wrong with what a fake answers to a request."""
        data = answer if isinstance(answer, bytes) else answer.body
        status = 200 if isinstance(answer, bytes) else answer.status
        self.spec.validate_response(self._request(received), _Response(status, data))

    def _request(self, received: Received) -> _Request:
        parts = urlsplit(received.target)
        return _Request(
            SERVER,
            parts.path.removeprefix(self.below),
            received.method.lower(),
            received.body,
            received.headers.get("content-type", ""),
            RequestParameters(
                query=ImmutableMultiDict(parse_qsl(parts.query)), header=Headers(received.headers)
            ),
        )


def folder() -> Path:
    """Where the descriptions are; skips the test where nobody says."""
    named = os.environ.get("VENDOR_SPECS", "")
    if not named:
        pytest.skip("VENDOR_SPECS names no folder of vendors' descriptions")
    return Path(named)


@cache
def _spec(file: Path, server: str) -> OpenAPI:
    found = json.loads(file.read_text("utf-8"))
    found["servers"] = [{"url": server}]
    _without_discriminators(found)
    return OpenAPI.from_dict(found, config=Config(spec_validator_cls=None))


def judge(name: str, below: str = "") -> Judge:
    """The judge out of the description `name`, relative to the folder."""
    return Judge(_spec(folder() / name, SERVER), below)


def _without_discriminators(value: object) -> None:
    # They have no mapping: with them a judge refuses everything.
    match value:
        case dict():
            if isinstance(value.get("discriminator"), dict):
                del value["discriminator"]
            for inner in value.values():
                _without_discriminators(inner)
        case list():
            for inner in value:
                _without_discriminators(inner)
