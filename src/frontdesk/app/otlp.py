"""Spans as OpenTelemetry has them, sent over OTLP by the program's own way out. Loaded by `telemetry` alone.

ended --queued, or dropped when it is full--> waiting --every few seconds, or when many wait--> sent, or lost
Nothing waits for it: what cannot be sent is counted and lost. The library's exporter would bring an HTTP client and a
thread of its own.
"""

import asyncio
import gzip
import secrets
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar

import structlog
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from frontdesk.app.telemetry import PURPOSE, Receiver
from frontdesk.core.errors import Refused
from frontdesk.core.meter import SPANS
from frontdesk.core.spans import CARRIED, FACTS, Fact, Kind
from frontdesk.ports.http import Http, HttpFailed, HttpRequest, HttpTimeout
from frontdesk.store.beside import beside

MOST_WAITING = 4_096
AT_ONCE = 512
LAST_S = 3.0
"""For all that still waits when the program stops; what is left then is lost."""

_KINDS = {kind.name.lower(): kind for kind in SpanKind}
_NONE = context.Context()
_sending = ContextVar("sending", default=False)
"""Whether spans are sent just now: that would be told by further spans, without end."""
_PROPAGATOR = TraceContextTextMapPropagator()

log = structlog.get_logger(__name__)


class _Span:
    """`core.spans.Span`."""

    __slots__ = ("_span",)

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def tell(self, **facts: Fact) -> None:
        self._span.set_attributes(_named(facts))

    def fail(self) -> None:
        self._span.set_status(Status(StatusCode.ERROR))


class Traces:
    """`core.spans.Listener`: what is told becomes spans, what has ended is sent."""

    def __init__(self, receiver: Receiver, http: Http, version: str) -> None:
        self._outbox = _Outbox(receiver, http)
        facts = {**receiver.facts, "service.version": version}
        # Ours alone: a provider for all would have libraries tell of requests with addresses and texts.
        provider = TracerProvider(
            sampler=_sampler(receiver), id_generator=_Ids(), resource=Resource(facts), shutdown_on_exit=False
        )
        provider.add_span_processor(self._outbox)
        self._tracer = provider.get_tracer("frontdesk", version)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Traces"]:
        try:
            async with beside(self._outbox.run()):
                yield self
        finally:
            await self._outbox.last()

    @contextmanager
    def span(self, name: str, kind: Kind, parent: str | None, facts: Mapping[str, Fact]) -> Iterator[_Span]:
        if _sending.get():
            yield _Span(trace.INVALID_SPAN)
            return
        within = None if parent is None else _PROPAGATOR.extract({CARRIED: parent}, _NONE)
        with self._tracer.start_as_current_span(
            name,
            context=within,
            kind=_KINDS[kind],
            attributes=_named(facts),
            # Both would write down the error's own words.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield _Span(span)
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def here(self) -> str:
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier.get(CARRIED, "")


class _Ids(IdGenerator):
    """Never the same twice, whoever seeds `random`, which the library takes them from."""

    def generate_span_id(self) -> int:
        return secrets.randbits(64) or 1

    def generate_trace_id(self) -> int:
        return secrets.randbits(128) or 1


class _Outbox(SpanProcessor):
    def __init__(self, receiver: Receiver, http: Http) -> None:
        self._receiver, self._http = receiver, http
        self._waiting: deque[ReadableSpan] = deque()
        self._many = asyncio.Event()
        self._is_away = False

    def on_end(self, span: ReadableSpan) -> None:
        if len(self._waiting) >= MOST_WAITING:
            SPANS.add("dropped")
            return
        self._waiting.append(span)
        if len(self._waiting) >= AT_ONCE:
            self._many.set()

    async def run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._many.wait(), self._receiver.every_s)
            self._many.clear()
            await self._send_all(self._receiver.timeout_s)

    async def last(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                await self._send_all(self._receiver.timeout_s)
        SPANS.add("lost", by=len(self._waiting))
        self._waiting.clear()

    async def _send_all(self, timeout_s: float) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            trouble: str | None = "it broke here"
            try:
                trouble = await self._trouble(encode_spans(batch).SerializeToString(), timeout_s)
            except Exception:
                log.exception("telemetry.broke")
            finally:
                # Also what is cut off: whether it arrived is not known, and it is not sent again.
                SPANS.add("sent" if trouble is None else "lost", by=len(batch))
            self._tell(trouble)
            if trouble is not None:
                return

    async def _trouble(self, body: bytes, timeout_s: float) -> str | None:
        headers = (("Content-Type", "application/x-protobuf"), *self._receiver.headers)
        if self._receiver.is_packed:
            headers = (("Content-Encoding", "gzip"), *headers)
            body = gzip.compress(body, compresslevel=1)
        request = HttpRequest(
            "POST", self._receiver.url, headers=headers, body=body, timeout_s=timeout_s, purpose=PURPOSE
        )
        sending = _sending.set(True)
        try:
            reply = await self._http.send(request)
        except (Refused, HttpTimeout, HttpFailed) as error:
            return str(error)
        finally:
            _sending.reset(sending)
        return None if reply.ok else f"answered {reply.status}"

    def _tell(self, trouble: str | None) -> None:
        """Once when the receiver goes and once when it is back."""
        if (trouble is not None) == self._is_away:
            return
        self._is_away = trouble is not None
        if trouble is None:
            log.info("telemetry.back")
        else:
            log.warning("telemetry.away", reason=trouble)


def _named(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {FACTS[name]: value for name, value in facts.items() if name in FACTS and value != ""}


def _sampler(receiver: Receiver) -> Sampler:
    name = receiver.sampler.removeprefix("parentbased_")
    share = float(receiver.sampler_arg or 1)
    root = {"always_on": ALWAYS_ON, "always_off": ALWAYS_OFF}.get(name) or TraceIdRatioBased(share)
    return ParentBased(root) if receiver.sampler.startswith("parentbased_") else root
