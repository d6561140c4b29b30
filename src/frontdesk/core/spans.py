"""What happens, as spans of a trace: rooms say what begins and ends, and whoever listens makes traces of it.

Nobody listens unless `app` puts somebody there; then a span is nothing. What is told are ids, kinds, outcomes and numbers
under the names of `FACTS`: nothing that a customer, an author, a model or another system said, and no address.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Literal, Protocol

Fact = str | int
Kind = Literal["server", "client", "producer", "consumer", "internal"]

FACTS: Mapping[str, str] = {
    "conversation": "frontdesk.conversation",
    "delivery": "frontdesk.delivery",
    "job": "frontdesk.job",
    "kind": "frontdesk.kind",
    "method": "http.request.method",
    "outcome": "frontdesk.outcome",
    "purpose": "frontdesk.purpose",
    "request": "frontdesk.request",
    "route": "http.route",
    "service": "frontdesk.ai_service",
    "status": "http.response.status_code",
    "tokens_in": "gen_ai.usage.input_tokens",
    "tokens_out": "gen_ai.usage.output_tokens",
    "tries": "frontdesk.tries",
    "turn": "frontdesk.turn",
    "way": "frontdesk.way",
    "workspace": "frontdesk.workspace",
}
"""What a span may tell, and the name it has outside; anything else is left out."""
CARRIED = "traceparent"
"""The header, and the key of a job's payload, that says which span something belongs to: W3C Trace Context."""


class Span(Protocol):
    """Something that goes on; it ends with the block it was begun for, and has failed when that raises."""

    def tell(self, **facts: Fact) -> None:
        """Names are those of `FACTS`."""
        ...

    def fail(self) -> None:
        """It came to nothing; why is an outcome that was told."""
        ...


class Listener(Protocol):
    """What makes traces of spans."""

    def span(
        self, name: str, kind: Kind, parent: str | None, facts: Mapping[str, Fact]
    ) -> AbstractContextManager[Span]:
        """See `span`."""
        ...

    def here(self) -> str:
        """See `here`."""
        ...


class _Nothing:
    """A span that nobody hears of."""

    def __enter__(self) -> "_Nothing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def tell(self, **facts: Fact) -> None:
        pass

    def fail(self) -> None:
        pass


_NOTHING = _Nothing()
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """From now on `listener` makes traces, until `unlisten`."""
    _listeners[:] = [listener]


def unlisten(listener: Listener) -> None:
    """`listener` hears of nothing more, if it did."""
    _listeners[:] = [each for each in _listeners if each is not listener]


def span(
    name: str, *, span_kind: Kind = "internal", parent: str | None = None, **facts: Fact
) -> AbstractContextManager[Span]:
    """Something that goes on for as long as the block.

    Args:
        name: A few words of the program's own.
        span_kind: `server` and `client` for both ends of a request, `producer` and `consumer` of what waits between.
        parent: What it belongs to, as `here` said it; empty: to nothing, it begins a trace. None: what goes on just now.
        facts: Names are those of `FACTS`.

    Returns:
        What the block tells more of it with.
    """
    if not _listeners:
        return _NOTHING
    return _listeners[0].span(name, span_kind, parent, facts)


def here() -> str:
    """Say what goes on just now, for another process or a later moment.

    Returns:
        It, as `traceparent` writes it; empty when nothing does, or nobody listens.
    """
    return _listeners[0].here() if _listeners else ""
