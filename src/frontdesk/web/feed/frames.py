"""What a live stream is made of: events in the wire form of server-sent events, and the same as JSON.

The number of an event is the moment of the database up to which everything was told. Of the events of one moment the
last alone carries it: a reader that is cut off among them asks for all of them again.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

import msgspec

from frontdesk.store.news import Moment

EventName = Literal["conversation", "message", "presence", "typing", "counts", "person", "resync"]
GREETING = b"retry: 1000\n\n"
UNREAD = b'"unread":-1,'
"""Where the number of lines goes that a reader has not read; within a text these quotes would be escaped."""


class Event(msgspec.Struct, frozen=True):
    """One event.

    `data` is JSON; `assistant_id` whose it is, empty for what everybody of the workspace may see. `unread`: by reader,
    what stands in the place of `UNREAD`. `only_for`: the one reader it is for; empty for all.
    """

    name: EventName
    data: bytes
    assistant_id: str = ""
    unread: Mapping[str, int] | None = None
    only_for: str = ""

    def read_by(self, reader: str) -> "Event":
        """The same as `reader` gets it."""
        if self.unread is None:
            return self
        data = self.data.replace(UNREAD, b'"unread":%d,' % self.unread.get(reader, 0), 1)
        return Event(self.name, data, self.assistant_id)


RESYNC = Event("resync", b"{}")


class Batch:
    """Events that are told together. `upto`: how far their reader is with them; None where they do not say."""

    def __init__(self, events: Sequence[Event], upto: Moment | None) -> None:
        self.events = events
        self.upto = upto

    @cached_property
    def wire(self) -> bytes:
        """As bytes of a stream; made once, however many streams take it."""
        blocks = [b"event: %b\ndata: %b\n" % (event.name.encode(), event.data) for event in self.events]
        if self.upto is not None:
            # A block without data is no event, but its number counts for readers that come back.
            number = b"id: %b\n" % self.upto.encode()
            blocks[-1:] = [blocks[-1] + number] if blocks else [number]
        return b"".join(block + b"\n" for block in blocks)


class _Entry(msgspec.Struct):
    event: str
    data: msgspec.Raw


class _Polled(msgspec.Struct):
    data: list[_Entry]
    after: str


def polled(batches: Sequence[Batch], upto: Moment) -> bytes:
    """The answer of the long poll."""
    entries = [_Entry(event.name, msgspec.Raw(event.data)) for batch in batches for event in batch.events]
    return msgspec.json.encode(_Polled(entries, upto))
