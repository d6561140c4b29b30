"""A request that is answered as server-sent events: what is written on the way as drafts, then the answer itself.

The request is the same one and does the same: it goes on when its caller goes away, and its answer stands under its
Idempotency-Key. What is refused before anything was sent is answered with its status, as ever.

nothing sent --ends--> the answer, or a refusal with its status
     |--draft, or `QUIET_S`--> streaming --ends--> `answer`, or `problem`, as the last event
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from msgspec.json import encode
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from frontdesk.core.errors import Unavailable
from frontdesk.store.beside import beside
from frontdesk.web.errors import Problem, problem_json
from frontdesk.web.exchange import exchange_of, send_event

QUIET_S = 15.0
"""After so long without news there is a sign of life, for proxies."""
MEDIA_TYPE = "text/event-stream"
TELL = "frontdesk.tell"
"""The key of the scope under which what hears drafts is found."""
STREAMED: dict[int | str, dict[str, object]] = {
    200: {
        "description": "With `Accept: text/event-stream`: events `draft`, and last `answer` or `problem`.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}
_HEADERS = {
    "cache-control": "no-store",
    # Proxies that collect answers would hold events back.
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
}


def is_wanted(headers: Headers) -> bool:
    """Whether the caller takes a stream: names its type, and not with a weight of nothing."""
    for named in headers.get("accept", "").lower().split(","):
        media_type, *parameters = (piece.strip() for piece in named.split(";"))
        if media_type == MEDIA_TYPE:
            return not any(each.startswith("q=0") and not each.strip("q=0.") for each in parameters)
    return False


class Streamed(Response):
    """Does what `answering` does, and answers with a stream. `still_may`: whether its caller may hear a draft just now."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        request: Request,
        answering: Callable[[], Awaitable[Response]],
        *,
        still_may: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._exchange = exchange_of(request)
        self._answering = answering
        self._still_may = still_may
        self._came = asyncio.Event()
        self._draft: str | None = None
        request.scope[TELL] = self._tell

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        async with beside(self._write(send)):
            made = await self._answering()
        if not self._exchange.answering:
            await self._begin(send)
        await send_event(send, _event("answer", bytes(made.body)))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _tell(self, text: str) -> None:
        # The latest one stands for all before it.
        self._draft = text
        self._came.set()

    async def _begin(self, send: Send) -> None:
        self._exchange.problem = _problem_told
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})

    async def _write(self, send: Send) -> None:
        """What there is until the answer."""
        await self._news()
        await self._begin(send)
        while True:
            self._came.clear()
            draft, self._draft = self._draft, None
            if draft is not None and not await self._may_hear():
                draft = None
            await send_event(send, b":\n\n" if draft is None else _event("draft", encode({"text": draft})))
            await self._news()

    async def _may_hear(self) -> bool:
        try:
            return self._still_may is None or await self._still_may()
        except Unavailable:
            return False

    async def _news(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(QUIET_S):
                await self._came.wait()


async def _problem_told(problem: Problem, request_id: str, send: Send) -> None:
    told = problem_json(problem, request_id)
    await send_event(send, _event("problem", bytes(told.body)))
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _event(name: str, data: bytes) -> bytes:
    # Our JSON has no line breaks.
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)
