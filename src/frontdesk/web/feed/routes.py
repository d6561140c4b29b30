"""`/api/v1/feed`: what happens in the workspace, as it happens; as server-sent events, and for whoever cannot by polling.

Both begin where the reader was (`Last-Event-ID`, `?after=`), or now. A stream ends when its key or session does.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from frontdesk.core.errors import Bug, Refused
from frontdesk.store.beside import beside
from frontdesk.store.news import Moment, parse_moment
from frontdesk.web.exchange import Exchange, exchange_of, send_event
from frontdesk.web.feed.frames import GREETING, Batch, polled
from frontdesk.web.feed.hub import Feeds
from frontdesk.web.feed.stream import Stream
from frontdesk.web.route import Route

PATH = "/api/v1/feed"
HEARTBEAT_S = 15.0
POLL_WITHIN_S = 25
_SECONDS = re.compile(r"\d{1,2}", re.ASCII)
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies that collect answers would hold events back.
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_AFTER: dict[str, object] = {
    "name": "after",
    "in": "query",
    "description": "The last event's id; without it the feed begins now.",
    "schema": {"type": "string"},
}
_STREAM: Mapping[str, Any] = {
    "parameters": [
        _AFTER,
        {
            "name": "Last-Event-ID",
            "in": "header",
            "description": "The same, as browsers send it by themselves.",
            "schema": {"type": "string"},
        },
    ],
    "responses": {
        "200": {
            "description": "Server-sent events, as docs/integrate/feed.md lists them.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
}
_POLL: Mapping[str, Any] = {
    "parameters": [
        _AFTER,
        {
            "name": "wait_s",
            "in": "query",
            "description": "How long to wait for news, 0 to 25 seconds.",
            "schema": {"type": "integer", "minimum": 0, "maximum": 25, "default": 25},
        },
    ],
    "responses": {
        "200": {
            "description": "The events since `after`, and the `after` of the next call.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["data", "after"],
                        "properties": {
                            "data": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["event", "data"],
                                    "properties": {"event": {"type": "string"}, "data": {"type": "object"}},
                                },
                            },
                            "after": {"type": "string"},
                        },
                    }
                }
            },
        }
    },
}


def routes(feeds: Feeds) -> list[Route]:
    async def follow_feed(request: Request) -> "_Answer":
        return _Answer(feeds, request, _asked_after(request, request.headers.get("last-event-id", "")))

    async def poll_feed(request: Request) -> Response:
        after, wait_s = _asked_after(request, ""), _wait_s(request)
        exchange = exchange_of(request)
        async with feeds.listening(exchange.actor, _admitted_by(exchange), after) as stream:
            batches = await stream.take(wait_s if after is not None else 0)
            if stream.taken is None:
                raise Bug("a stream that has joined knows how far it is")
            body = polled(batches, stream.taken)
        return Response(body, headers={"cache-control": "no-store"}, media_type="application/json")

    common: dict[str, Any] = {"method": "GET", "permission": "conversations.read", "raw": True, "quiet": True}
    return [
        Route(
            path=PATH,
            handler=follow_feed,
            summary="Follow what happens, as it happens.",
            operation=_STREAM,
            **common,
        ),
        Route(
            path=PATH + "/poll", handler=poll_feed, summary="Ask what happened.", operation=_POLL, **common
        ),
    ]


def _asked_after(request: Request, last_event_id: str) -> Moment | None:
    given = last_event_id or request.query_params.get("after", "")
    if not given:
        return None
    after = parse_moment(given)
    if after is None:
        raise Refused("cursor_invalid", "This is not the id of an event of the feed.", field="after")
    return after


def _admitted_by(exchange: Exchange) -> str:
    return exchange.actor.id if exchange.session is None else exchange.session.row.id


def _wait_s(request: Request) -> int:
    given = request.query_params.get("wait_s", "")
    if not given:
        return POLL_WITHIN_S
    if not _SECONDS.fullmatch(given) or int(given) > POLL_WITHIN_S:
        raise Refused("invalid", "wait_s has to be a whole number from 0 to 25.", field="wait_s")
    return int(given)


class _Answer:
    """One open stream, from its first byte to its last."""

    def __init__(self, feeds: Feeds, request: Request, after: Moment | None) -> None:
        self._feeds = feeds
        self._exchange = exchange_of(request)
        self._after = after

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        exchange = self._exchange
        async with self._feeds.listening(exchange.actor, _admitted_by(exchange), self._after) as stream:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            async with beside(_until_gone(receive, stream)):
                await self._write(stream, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, stream: Stream, send: Send) -> None:
        batches = await stream.take(0)
        # Whoever comes back is no further than they were until what they missed has reached them.
        await send_event(send, GREETING + Batch((), self._after or stream.taken).wire)
        await send_event(send, b"".join(batch.wire for batch in batches))
        said_at = time.monotonic()
        while not stream.ended:
            batches = await stream.take(HEARTBEAT_S)
            now = time.monotonic()
            if batches:
                await send_event(send, b"".join(batch.wire for batch in batches))
                said_at = now
            elif now - said_at >= HEARTBEAT_S:
                await send_event(send, b":\n" + Batch((), stream.taken).wire)
                said_at = now


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
