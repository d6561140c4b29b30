"""API integrations of a bot: the request with its templates, and what is taken out of the answer.

Builds `Call`s; carrying them out is `turn`'s work.
"""

from dataclasses import dataclass, field

from frontdesk.core.action import Call, HttpCall, Literal, SecretRef
from frontdesk.dialog.bot import Answer, ScriptRef
from frontdesk.dialog.jsonpaths import Place
from frontdesk.dialog.paths import Values, raw_place
from frontdesk.dialog.state import bounded
from frontdesk.dialog.templates import Ref, Template
from frontdesk.dialog.urls import Url, UrlRefused
from frontdesk.dialog.values import Value

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})


class CannotCall(ValueError):
    """The request must not be sent; the message says why."""


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
    url: Url
    query: tuple[tuple[str, Template], ...] = ()
    headers: tuple[tuple[str, Template], ...] = ()
    json: Value | None = None
    timeout_s: float = 5.0
    attempts: int = 1
    retry_on: tuple[str, ...] = ()
    idempotent: bool = False
    results: tuple[Result, ...] = ()
    response_variable: str = ""
    sample: object = None
    transform: ScriptRef | None = None
    raw: tuple[Place, ...] = field(default=())

    def call(self, values: Values, key: str) -> Call:
        """The request with everything filled in.

        Raises:
            CannotCall: A value has no business where it would land.
        """
        try:
            url = self.url.text(values)
        except UrlRefused as error:
            raise CannotCall(f"its URL cannot be used: {error}") from None
        request = HttpCall(
            method=self.method,
            url=url,
            query=tuple((name, template.text(values)) for name, template in self.query),
            headers=tuple((name, _header(name, template, values)) for name, template in self.headers),
            json=None if self.json is None else self.json.of(values),
            has_json=self.json is not None,
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
        )

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


def _header(name: str, template: Template, values: Values) -> tuple[Literal | SecretRef, ...]:
    parts: list[Literal | SecretRef] = []
    for piece in template.pieces:
        if isinstance(piece, Ref) and piece.kind == "secret":
            parts.append(SecretRef(piece.name))
            continue
        text = piece if isinstance(piece, str) else Template("", (piece,)).text(values)
        if not text.isprintable() and any(char < " " or char == "\x7f" for char in text if char != "\t"):
            raise CannotCall(f"the header {name} would hold a line break or control character")
        parts.append(Literal(text))
    return tuple(parts)
