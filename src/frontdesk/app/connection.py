"""A connection of the web server. One that is sent events has to take them, or it is ended: nothing else would ever tell
that nobody reads, and it would keep its place and up to megabytes of what waits. A file may wait for its reader.

taken --much waits--> stuck --it is taken--> taken
                        `--STUCK_S, or the program stops--> ended
"""

import asyncio

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from frontdesk.web.exchange import SENDS_EVENTS

STUCK_S = 60.0


class Connection(HttpToolsProtocol):
    """As uvicorn has it, but for events."""

    _answering: RequestResponseCycle | None = None
    _sends_events = False
    _stuck: asyncio.TimerHandle | None = None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope[SENDS_EVENTS] = self._begin_events  # type: ignore[literal-required]

    def _begin_events(self) -> None:
        self._sends_events = True
        # What was asked for before may not be taken yet.
        if self.flow.write_paused:
            self._watch()

    def on_response_complete(self) -> None:
        self._sends_events = False
        super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._sends_events:
            self._watch()

    def _watch(self) -> None:
        self._stuck = self.loop.call_later(STUCK_S, self.transport.abort)

    def resume_writing(self) -> None:
        self._free()
        super().resume_writing()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        self._free()
        super().connection_lost(exc)
        # uvicorn tells the latest request, which may wait for the one that is being answered.
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def end_if_behind(self) -> None:
        """The program stops: whoever has not taken their events comes back for them."""
        if self._stuck is not None or (self._sends_events and self.transport.get_write_buffer_size()):
            self.transport.abort()

    def _free(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
