"""The one HTTP client of the program: `ports.http.Http` behind the guard.

Every request is judged (`guard`, `connector`), has one deadline from the first lookup to the last byte, and comes
back as an answer, whatever its status: nothing is followed, repeated or remembered here. Built once a process by
`app/wiring`.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

import aiohttp
import structlog
from yarl import URL

from frontdesk.core import spans
from frontdesk.core.errors import Refused
from frontdesk.core.meter import EGRESS
from frontdesk.egress import body
from frontdesk.egress.allow import EgressSettings
from frontdesk.egress.connector import ATTEMPT, Attempt, GuardedConnector
from frontdesk.egress.guard import Guard, Target, refused
from frontdesk.egress.lookup import Lookup, SystemLookup
from frontdesk.egress.stream import Streamed
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest, HttpTimeout

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", re.ASCII)
_HEADER_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]{0,8000}")
_OWN_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer"}
    | {"proxy-authorization", "proxy-connection", "transfer-encoding", "upgrade"}
)
"""Headers that frame the request or name its receiver; set by the sender alone."""

log = structlog.get_logger(__name__)


class GuardedHttp:
    """Sends requests over kept-alive connections; `lookup` is replaced in tests only. `on_refused` hears of each refusal.

    `trace_hosts` are told which span a request to them belongs to.
    """

    def __init__(
        self,
        settings: EgressSettings,
        lookup: Lookup | None = None,
        *,
        on_refused: Callable[[], None] = lambda: None,
        trace_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._on_refused = on_refused
        self._trace_hosts = trace_hosts
        self._settings = settings
        self._guard = Guard(settings)
        # One for each purpose, so that deliveries to a host never take the connections of calls to it.
        self._sessions: dict[str, aiohttp.ClientSession] = {}
        self._system_lookup: SystemLookup | None = None
        if lookup is None:
            lookup = self._system_lookup = SystemLookup()
        self._lookup = lookup

    async def send(self, request: HttpRequest) -> HttpReply:
        started = time.perf_counter()
        with _span(request) as span, self._counted(), _told(request, request.timeout_s):
            url, target = self._judge(request)
            async with asyncio.timeout(request.timeout_s):
                reply = await self._exchange(request, url, target, started)
            EGRESS.add(request.purpose, f"{reply.status // 100}xx")
            span.tell(status=reply.status)
            return reply

    @asynccontextmanager
    async def stream(self, request: HttpRequest) -> AsyncIterator[Streamed]:
        until = asyncio.get_running_loop().time() + request.timeout_s
        first_s = min(request.timeout_s, request.idle_s or request.timeout_s)
        with _span(request) as span, self._counted(), _told(request, first_s):
            url, target = self._judge(request)
            session = self._sessions.get(request.purpose) or self._open(request.purpose)
            ATTEMPT.set(Attempt(target))
            # Packed pieces come in other sizes and at other moments than they were written.
            headers = (*self._headers(request, target), ("Accept-Encoding", "identity"))
            async with asyncio.timeout(first_s):
                response = await session.request(
                    request.method, url, headers=headers, data=request.body, allow_redirects=False
                )
            EGRESS.add(request.purpose, f"{response.status // 100}xx")
            span.tell(status=response.status)
        try:
            yield Streamed(response, _headers(response), request, until, _told)
        finally:
            response.close()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except Refused:
            self._on_refused()
            raise

    async def close(self) -> None:
        for session in list(self._sessions.values()):
            await session.close()
        if self._system_lookup is not None:
            self._system_lookup.close()

    def _judge(self, request: HttpRequest) -> tuple[URL, Target]:
        if request.method not in _METHODS:
            raise refused("The request's method is not one that can be sent.")
        for name, value in request.headers:
            if not _HEADER_NAME.fullmatch(name):
                raise refused("A header's name has a character that it cannot have.")
            if name.lower() in _OWN_HEADERS:
                raise refused(f"The header {name} is set by the sender and cannot be given.")
            if not _HEADER_VALUE.fullmatch(value):
                raise refused(
                    f"The value of the header {name} has a line break or control character, or is too long."
                )
        return self._guard.target(request.url, request.query, request.purpose)

    async def _exchange(self, request: HttpRequest, url: URL, target: Target, started: float) -> HttpReply:
        session = self._sessions.get(request.purpose) or self._open(request.purpose)
        ATTEMPT.set(Attempt(target))
        async with session.request(
            request.method,
            url,
            headers=self._headers(request, target),
            data=request.body,
            allow_redirects=False,
        ) as response:
            encoding = response.headers.get("Content-Encoding", "")
            content, truncated = await body.read(response.content.iter_any(), encoding, request.max_bytes)
            if truncated:
                response.close()
            return HttpReply(
                status=response.status,
                headers=_headers(response),
                body=content,
                truncated=truncated,
                seconds=time.perf_counter() - started,
            )

    def _headers(self, request: HttpRequest, target: Target) -> tuple[tuple[str, str], ...]:
        if target.host not in self._trace_hosts or not (parent := spans.here()):
            return request.headers
        return (*request.headers, (spans.CARRIED, parent))

    def _open(self, purpose: str) -> aiohttp.ClientSession:
        session = self._sessions[purpose] = aiohttp.ClientSession(
            connector=GuardedConnector(
                self._guard,
                self._lookup,
                limit=self._settings.connections,
                limit_per_host=self._settings.connections_per_host,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={"Accept-Encoding": "gzip, deflate"},
            skip_auto_headers=("User-Agent", "Content-Type"),
            # One deadline around everything instead, exact and with lookups inside.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        )
        # The library repeats a GET or PUT whose kept-alive connection broke, and has no public switch for it.
        session._retry_connection = False  # noqa: SLF001 - see the line above
        return session


def _span(request: HttpRequest) -> AbstractContextManager[spans.Span]:
    return spans.span("request", span_kind="client", purpose=request.purpose, method=request.method)


@contextmanager
def _told(request: HttpRequest, wait_s: float) -> Iterator[None]:
    """Errors inside, in the port's words."""
    try:
        yield
    except Refused as refusal:
        log.warning("egress.refused", purpose=request.purpose, reason=refusal.message)
        EGRESS.add(request.purpose, "refused")
        raise
    except TimeoutError:
        EGRESS.add(request.purpose, "timeout")
        raise HttpTimeout(f"no complete answer within {round(wait_s, 1):g} s") from None
    except (aiohttp.ClientError, OSError, body.BrokenBody) as error:
        EGRESS.add(request.purpose, "failed")
        raise HttpFailed(_words(error)) from error


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, raw in response.headers.items():
        value = raw if raw.isascii() else raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


# Addresses and the other side's own words stay out: authors of bots may read this.
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "the host name was not found"),
    (aiohttp.ClientConnectorCertificateError, "the certificate is not valid for this host"),
    (aiohttp.ClientConnectorSSLError, "no TLS connection could be made"),
    (aiohttp.ClientConnectorError, "no connection could be made"),
    (aiohttp.ClientPayloadError, "the answer broke off"),
    (aiohttp.ServerDisconnectedError, "the connection was closed without an answer"),
    (OSError, "the connection was closed without an answer"),
    (aiohttp.ClientError, "the answer is not HTTP"),
)


def _words(error: Exception) -> str:
    return next((words for kind, words in _WORDS if isinstance(error, kind)), str(error))
