"""What carries a request: the connection, tries, problems, pages. Written by hand; the operations stand on it.

A request is sent again when it certainly did nothing (429, 503) or when sending it twice is the same as once: reads, and
whatever goes with an Idempotency-Key, which every POST gets that takes one.
"""

import json
import random
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

AGENT = "frontdesk-client-python/1"
REUSED_WITHIN_S = 3.0
"""Servers close connections that rest; one that rested longer is not used again."""
FIRST_PAUSE_S = 0.5
_AGAIN = frozenset({429, 503})


class Problem(Exception):  # what RFC 9457, and the API, call it
    """An answer that says what went wrong.

    Attributes:
        status: Of HTTP.
        code: Stable; the list is in the reference of error codes.
        detail: What happened, for people.
        field: The field of the body at fault; empty when none is.
        errors: With several of them, each field and what is wrong with it.
        details: What a program needs to go on, by code.
        request_id: Name it when you ask for help.
        retry_after_s: When to try again; None when nothing was said.
    """

    def __init__(self, status: int, body: Mapping[str, Any], retry_after_s: float | None = None) -> None:
        self.status = status
        self.code = str(body.get("code", ""))
        self.detail = str(body.get("detail", ""))
        self.field = str(body.get("field", ""))
        self.errors: list[dict[str, Any]] = list(body.get("errors", []))
        self.details: dict[str, Any] = dict(body.get("details", {}))
        self.request_id = str(body.get("request_id", ""))
        self.retry_after_s = retry_after_s
        super().__init__(f"{status} {self.code}: {self.detail}")


class NoConnection(Exception):  # not an error of the API: it was not reached
    """The server was not reached, or broke off."""


class Read(dict[str, Any]):
    """An object as it was answered, with the `etag` that `if_match` needs."""

    etag: str = ""


IfMatch = str | Mapping[str, Any]
"""An object as it was read: change it only if nobody else did. Or an ETag, or `*` for whatever is there."""


@dataclass(frozen=True)
class Event:
    """One event of the feed."""

    id: str
    event: str
    data: Any


class Hold:
    """Ends a stream of events from another thread, while it waits for the next one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self.left = False

    def take(self, sock: socket.socket) -> None:
        """What the stream is read from."""
        with self._lock:
            self._sock = sock
            if self.left:
                raise ConnectionAbortedError("the stream was left")

    def leave(self) -> None:
        """Whoever reads it is at its end, now."""
        with self._lock:
            self.left = True
            if self._sock is not None:
                # Of the plain socket: one with TLS would take its own state away from the thread that reads.
                with suppress(OSError):
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


def in_path(value: str) -> str:
    return quote(value, safe="/")


class Transport:
    """Sends requests. May be shared by threads: each has a connection of its own."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout_s: float = 30.0,
        tries: int = 4,
        longest_pause_s: float = 60.0,
    ) -> None:
        """`tries`: how often a request is sent at most; `longest_pause_s`: a longer wait is not waited for."""
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("base_url is the address of the installation, such as https://desk.example")
        self._made_by = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port, self._base = parts.hostname, parts.port, parts.path.rstrip("/")
        self._key = key
        self._timeout_s = timeout_s
        self._tries = tries
        self._longest_pause_s = longest_pause_s
        self._own = threading.local()

    # What operations are made of.

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,  # noqa: ANN401  # any JSON
        content: bytes | None = None,
        content_type: str = "application/json",
        if_match: IfMatch | None = None,
        idempotency_key: str | None = None,
    ) -> Any:  # noqa: ANN401  # any JSON
        """Send a request and read its answer; raises `Problem` or `NoConnection`."""
        sent = content if body is None else json.dumps(body).encode()
        headers = {"Content-Type": content_type} if sent is not None else {}
        if if_match is not None:
            headers["If-Match"] = if_match if isinstance(if_match, str) else getattr(if_match, "etag", "")
        if method == "POST":
            headers["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        found, answer = self._sent(method, _target(path, query), headers, sent)
        if not found:
            return None
        read = json.loads(found)
        if not isinstance(read, dict):
            return read
        known = Read(read)
        known.etag = answer.headers.get("ETag", "")
        return known

    def read(self, method: str, path: str, *, query: Mapping[str, Any] | None = None) -> bytes:
        """The answer's bytes, as they are."""
        return self._sent(method, _target(path, query), {}, None)[0]

    def pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        """Every entry of a list."""
        wanted = dict(query)
        while True:
            page = self.call("GET", path, query=wanted)
            yield from page["data"]
            if not page["next_cursor"]:
                return
            wanted["cursor"] = page["next_cursor"]

    def events(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, hold: Hold | None = None
    ) -> Iterator[Event]:
        """Events as they come, until the server ends the stream; go on with `after` = the last event's id.

        Another thread ends it with `hold`.
        """
        connection, hold = self._connected(), hold or Hold()
        try:
            connection.connect()
            hold.take(connection.sock)
            answer = self._ask(
                connection, method, _target(path, query), {"Accept": "text/event-stream"}, None
            )
            if answer.status >= 400:  # noqa: PLR2004
                raise _problem(answer, answer.read())
            yield from _read_events(answer)
        except (OSError, HTTPException) as error:
            if not hold.left:
                raise NoConnection(str(error)) from error
        finally:
            connection.close()

    # Connections and tries.

    def _sent(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[bytes, HTTPResponse]:
        twice_is_once = method in {"GET", "HEAD"} or "Idempotency-Key" in headers
        for tried in range(1, self._tries + 1):
            try:
                answer, found = self._once(method, target, headers, body)
            except (OSError, HTTPException) as error:
                if not twice_is_once or tried == self._tries:
                    raise NoConnection(f"{type(error).__name__}: {error}") from error
                time.sleep(self._pause_s(tried))
                continue
            if answer.status < 400:  # noqa: PLR2004
                return found, answer
            problem = _problem(answer, found)
            wait_s = self._pause_s(tried) if problem.retry_after_s is None else problem.retry_after_s
            again = answer.status in _AGAIN or problem.code == "idempotency_in_progress"
            if not again or tried == self._tries or wait_s > self._longest_pause_s:
                raise problem
            time.sleep(wait_s)
        raise ValueError("tries is 1 or more")

    def _once(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[HTTPResponse, bytes]:
        connection = self._kept()
        try:
            answer = self._ask(connection, method, target, headers, body)
            found = answer.read()
        except BaseException:
            connection.close()
            raise
        if answer.will_close:
            connection.close()
        else:
            self._own.connection, self._own.used_at = connection, time.monotonic()
        return answer, found

    def _ask(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        headers: dict[str, str],
        body: bytes | None,
    ) -> HTTPResponse:
        own = {"Authorization": f"Bearer {self._key}", "User-Agent": AGENT, "Accept": "application/json"}
        connection.request(method, self._base + target, body=body, headers={**own, **headers})
        return connection.getresponse()

    def _kept(self) -> HTTPConnection:
        connection: HTTPConnection | None = getattr(self._own, "connection", None)
        self._own.connection = None
        if connection is not None and time.monotonic() - self._own.used_at < REUSED_WITHIN_S:
            return connection
        if connection is not None:
            connection.close()
        return self._connected()

    def _connected(self) -> HTTPConnection:
        return self._made_by(self._host, self._port, timeout=self._timeout_s)

    def _pause_s(self, tried: int) -> float:
        """Longer each time, and never the same for all."""
        whole = min(FIRST_PAUSE_S * 2.0 ** (tried - 1), self._longest_pause_s)
        return whole * random.uniform(0.5, 1.0)  # noqa: S311  # nobody gains by guessing it

    def close(self) -> None:
        """Close this thread's connection; another request opens one again."""
        connection: HTTPConnection | None = getattr(self._own, "connection", None)
        self._own.connection = None
        if connection is not None:
            connection.close()


def _target(path: str, query: Mapping[str, Any] | None) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    # `from_` stands for `from`, which is no name in Python.
    pairs = [(name.rstrip("_"), _text(each)) for name, value in given.items() for each in _listed(value)]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(answer: HTTPResponse, found: bytes) -> Problem:
    try:
        body = json.loads(found)
    except ValueError:
        body = {}
    said = answer.headers.get("Retry-After", "")
    read = body if isinstance(body, dict) else {}
    return Problem(answer.status, read, float(said) if said.isdecimal() else None)


def _read_events(answer: HTTPResponse) -> Iterator[Event]:
    fields: dict[str, str] = {}
    while line := answer.readline():
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        if name:
            value = value.removeprefix(" ")
            fields[name] = f"{fields[name]}\n{value}" if name == "data" and "data" in fields else value
        elif line.strip() == b"" and "data" in fields:
            yield Event(fields.get("id", ""), fields.get("event", "message"), json.loads(fields["data"]))
            fields = {}
