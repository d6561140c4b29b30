"""The HTTP client that plug-ins are handed; `egress` is its only real implementation."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request.

    Attributes:
        method: Upper case.
        url: Absolute http(s) URL, percent-encoded.
        query: Appended to the URL, each value encoded by the sender.
        headers: Names and values without line breaks.
        body: Raw body; None sends none.
        timeout_s: For the whole exchange: DNS, connect, TLS, headers and body.
        max_bytes: The most that is read of the answer, after decompression.
        idle_s: Of a stream: the longest wait for its headers and for each further piece; None: `timeout_s` alone.
        purpose: What the request is for; allow-lists name it (`action`, `webhook`, `callback`, ...).
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout_s: float = 10.0
    max_bytes: int = 1_000_000
    idle_s: float | None = None
    purpose: str = "action"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """An answer, whatever its status.

    Attributes:
        status: As received; redirects are answers, never followed.
        headers: Lower-case names; repeated ones joined by a comma.
        body: At most `max_bytes`.
        truncated: True when the answer was longer.
        seconds: How long the exchange took.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    truncated: bool = False
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the other side says that it did what was asked (2xx)."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class HttpTimeout(Exception):
    """The exchange took longer than `timeout_s`; the other side may have acted on it."""


class HttpFailed(Exception):
    """No answer came: name not found, refused, reset, broken TLS or protocol."""


class HttpStream(Protocol):
    """An answer that is read as it comes; its status and headers are there."""

    @property
    def status(self) -> int:
        """As received; redirects are answers, never followed."""
        ...

    @property
    def headers(self) -> dict[str, str]:
        """Lower-case names; repeated ones joined by a comma."""
        ...

    def pieces(self) -> AsyncIterator[bytes]:
        """The body in pieces as they arrive, none of them empty; read once, to the end or not.

        Raises:
            HttpTimeout: The next piece, or the end of the whole exchange, took too long.
            HttpFailed: The answer broke off, or is longer than `max_bytes`.
        """
        ...


class Http(Protocol):
    """Sends one request and never follows, retries, or keeps cookies."""

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send and read the answer.

        Raises:
            Refused: Code `outbound_refused`: the address, port or scheme may not be reached; `LedAstray` when the host's
                name led there just now.
            HttpTimeout: See there.
            HttpFailed: See there.
        """
        ...

    def stream(self, request: HttpRequest) -> AbstractAsyncContextManager[HttpStream]:
        """Send, and read the answer inside the block; leaving it early ends the exchange.

        Raises:
            Refused: Code `outbound_refused`: the address, port or scheme may not be reached; `LedAstray` when the host's
                name led there just now.
            HttpTimeout: See there.
            HttpFailed: See there.
        """
        ...
