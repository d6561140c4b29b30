"""API integrations of a bot: the request with its templates, and what is taken out of the answer.

Builds `Call`s; carrying them out is `turn`'s work.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from frontdesk.core.action import Call, HttpCall, Literal, Pieces
from frontdesk.dialog.auth import AuthText
from frontdesk.dialog.bot_parts import Answer, ScriptRef
from frontdesk.dialog.filters import as_text
from frontdesk.dialog.jsonpaths import Place
from frontdesk.dialog.paths import Values, raw_place
from frontdesk.dialog.pieces import CannotCall, pieces_of, secrets_in
from frontdesk.dialog.state import bounded
from frontdesk.dialog.templates import Template
from frontdesk.dialog.urls import RegionalUrl, Url, UrlRefused
from frontdesk.dialog.values import Value

__all__ = ["CannotCall", "HttpAction", "Result"]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MAX_BODY_BYTES = 1_000_000
MAX_QUERY = 8_000
"""Most characters of a query as it is sent, percent-encoded."""
MAX_HEADERS = 16_000
IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Result:
    """A named value of the answer."""

    name: str
    place: Place
    required: bool = True


@dataclass(frozen=True, slots=True)
class HttpAction:
    """One action of kind `http`."""

    name: str
    method: str
    url: Url | RegionalUrl
    query: tuple[tuple[str, Template], ...] = ()
    headers: tuple[tuple[str, Template], ...] = ()
    json: Value | None = None
    auth: AuthText | None = None
    timeout_s: float = 5.0
    attempts: int = 1
    retry_on: tuple[str, ...] = ()
    idempotent: bool = False
    results: tuple[Result, ...] = ()
    sample: object = None
    success: frozenset[int] = frozenset()
    transform: ScriptRef | None = None
    variable: str = ""
    raw: tuple[Place, ...] = field(default=())
    description: str = ""
    irreversible: bool = False
    inputs: tuple[str, ...] = ()

    def call(self, values: Values, key: str) -> Call:
        """The request with everything filled in.

        Raises:
            CannotCall: A value has no business where it would land, or the request would become too large.
        """
        try:
            url = self.url.text(values)
            auth = None if self.auth is None else self.auth.of(values)
        except UrlRefused as error:
            raise CannotCall(f"its URL cannot be used: {error}") from None
        request = HttpCall(
            method=self.method,
            url=url,
            query=tuple(_query(self.query, values)),
            headers=tuple(_headers(self.headers, values)),
            json=None if self.json is None else _body(self.json, values),
            has_json=self.json is not None,
            auth=auth,
        )
        return Call(
            key=key,
            action=self.name,
            kind="http",
            request=request,
            timeout_s=self.timeout_s,
            attempts=self.attempts,
            retry_on=self.retry_on,
            idempotent=self.idempotent,
            owner=as_text(values.fact("assistant.id")),
        )

    @property
    def secret_names(self) -> frozenset[str]:
        """The secrets that it is to be given."""
        auth = () if self.auth is None else self.auth.templates
        return secrets_in((*(template for _, template in self.headers), *auth))

    def read(self, body: object) -> Answer:
        """Take the results out of an answer."""
        found: dict[str, object] = {}
        missing = []
        for result in self.results:
            value = result.place.find(body)
            if value is not None:
                found[result.name] = bounded(value)
            elif result.required:
                missing.append(result.name)
        raw = {raw_place(self.name, place.text): bounded(place.find(body)) for place in self.raw}
        return Answer(found, tuple(missing), raw)


def _query(pairs: Iterable[tuple[str, Template]], values: Values) -> Iterable[tuple[str, str]]:
    left = MAX_QUERY
    for name, template in pairs:
        text = template.text(values)
        left -= len(quote(name, safe="", errors="replace")) + len(quote(text, safe="", errors="replace")) + 2
        if left < 0:
            raise CannotCall(f"its query would be longer than {MAX_QUERY:,} characters")
        yield name, text


def _body(json_value: Value, values: Values) -> object:
    body = json_value.of(values)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode(errors="replace")) > MAX_BODY_BYTES:
        raise CannotCall(f"its JSON body would be larger than {MAX_BODY_BYTES:,} bytes")
    return body


def _headers(pairs: Iterable[tuple[str, Template]], values: Values) -> Iterable[tuple[str, Pieces]]:
    left = MAX_HEADERS
    for name, template in pairs:
        parts = pieces_of(f"the header {name}", template, values)
        left -= len(name) + sum(len(part.text) for part in parts if isinstance(part, Literal))
        if left < 0:
            raise CannotCall(f"its headers would be longer than {MAX_HEADERS:,} characters")
        yield name, parts
