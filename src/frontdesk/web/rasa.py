"""The REST and callback channels in Rasa's wire form, field for field (source document 000; S000-22 to S000-28).

Synchronous: a request is answered when its turn is committed. Hot, so raw ASGI and no models; its own error
shape. Deviations from Rasa are listed in docs/integrate/rest-channel.md.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from frontdesk.core.action import Heard, Restarted, Said
from frontdesk.core.errors import Refused
from frontdesk.core.message import MAX_TEXT
from frontdesk.core.permission import PUBLIC
from frontdesk.kit.rasa_bubbles import bubbles
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.receive import Answer, Arrival, receive
from frontdesk.web.body import parse_json, read_body
from frontdesk.web.errors import Problem
from frontdesk.web.route import Route

MOST_ID = 255
_INTENT = re.compile(r"/([A-Za-z0-9_.-]{1,100})\s*(\{.*\})?\s*", re.DOTALL)
_encode = msgspec.json.Encoder().encode
Handler = Callable[[Request], Awaitable[Response]]

_STATUS: dict[str, object] = {
    "responses": {
        "200": {"description": "It is.", "content": {"application/json": {"example": {"status": "ok"}}}}
    }
}
_POST: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "sender": {
                            "type": "string",
                            "description": "Who writes; answers carry it as recipient_id.",
                        },
                        "message": {"type": "string"},
                        "metadata": {
                            "type": "object",
                            "description": "`message_id` makes a repeat of the same message answer once.",
                        },
                    },
                },
                "example": {"sender": "jhon", "message": "tell me something about you"},
            }
        },
    },
    "responses": {
        "200": {
            "description": "The answer, one object a bubble.",
            "content": {
                "application/json": {
                    "example": [
                        {"recipient_id": "jhon", "text": "I can help you work smarter, rather than harder"}
                    ]
                }
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Posted:
    """A body that may be answered. `heard` is None for messages that Rasa ignores: they get an empty list."""

    sender: str
    heard: Heard | None
    provider_id: str | None


def read(body: object, idempotency_key: str | None) -> Posted:
    """What a decoded body says; refuses what is no object, or has a sender or id that cannot be one."""
    if not isinstance(body, dict):
        raise Refused("bad_request", "The body has to be a JSON object.")
    sender = _sender(body.get("sender"))
    metadata = body.get("metadata")
    message = body.get("message")
    if not isinstance(message, str) or not (metadata is None or isinstance(metadata, dict)):
        return Posted(sender, None, None)
    provider_id = None
    if idempotency_key:
        provider_id = f"key:{_bounded(idempotency_key, 'Idempotency-Key')}"
    elif metadata and isinstance(metadata.get("message_id"), str):
        provider_id = f"id:{sender}:{_bounded(metadata['message_id'], 'metadata.message_id')}"
    return Posted(sender, _heard(message[:MAX_TEXT]), provider_id)


def _sender(value: object) -> str:
    match value:
        case None | "":
            # Rasa has everybody share the conversation "default" here; we keep people apart.
            return mint("vis")
        case str():
            return _bounded(value, "sender")
        case bool() | dict() | list():
            raise Refused("bad_request", "sender has to be a string.", field="sender")
        case _:
            return _bounded(str(value), "sender")


def _bounded(value: str, field: str) -> str:
    if len(value) > MOST_ID:
        raise Refused("bad_request", f"{field} is longer than {MOST_ID} characters.", field=field)
    return value


def _heard(text: str) -> Heard:
    if text[:1] != "/":
        return Said(text)
    if text.strip() == "/restart":
        return Restarted()
    match = _INTENT.fullmatch(text)
    if match is None:
        return Said(text)
    return Said(text, intent=match[1], entities=_entities(match[2]))


def _entities(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def answer_body(sender: str, answer: Answer | None) -> list[dict[str, object]]:
    """The bubbles of a turn, always a list."""
    found: list[dict[str, object]] = []
    if answer is not None:
        for parts in answer.messages:
            found += bubbles(sender, parts)
    return found


class Wire:
    """The endpoints of one channel type, `rest` or `callback`, for every assistant."""

    def __init__(self, line: Line, lanes: Lanes, channel_type: str) -> None:
        self._line = line
        self._lanes = lanes
        self._channel_type = channel_type

    async def status(self, request: Request) -> Response:
        await self._entrance(request)
        return _json({"status": "ok"})

    async def rest(self, request: Request) -> Response:
        """Answers with the turn's bubbles: a list, or with `?stream=true` one object a line."""
        sender, answer = await self._turn(request)
        found = answer_body(sender, answer)
        if request.query_params.get("stream", "").lower() == "true":
            return StreamingResponse(_lines(found), media_type="text/event-stream")
        return _json(found)

    async def callback(self, request: Request) -> Response:
        """Answers `success` after the turn; its bubbles are delivered to the channel's own address."""
        await self._turn(request)
        return Response(b"success", media_type="text/plain")

    async def _entrance(self, request: Request) -> Entrance:
        host = request.headers.get("host", "").rsplit(":", 1)[0].lower()
        name = request.path_params.get("assistant", "")
        return await self._line.bots.entrance(host=host, name=name, channel_type=self._channel_type)

    async def _turn(self, request: Request) -> tuple[str, Answer | None]:
        body = await read_body(request)
        posted = read(parse_json(body), request.headers.get("idempotency-key"))
        entrance = await self._entrance(request)
        if posted.heard is None:
            return posted.sender, None
        body_hash = None if posted.provider_id is None else hashlib.sha256(body).digest()
        arrival = Arrival(entrance, posted.sender, posted.heard, posted.provider_id, body_hash)
        return posted.sender, await receive(self._line, self._lanes, arrival)


def _json(value: object) -> Response:
    return Response(_encode(value), media_type="application/json")


async def _lines(found: list[dict[str, object]]) -> AsyncIterator[bytes]:
    for bubble in found:
        yield _encode(bubble) + b"\n"


def error_shape(problem: Problem, _request_id: str) -> Response:
    """Errors as this wire has them."""
    body = {
        "description": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "message": problem.detail,
    }
    return Response(_encode(body), problem.status, dict(problem.headers), "application/json")


def routes(line: Line, lanes: Lanes, *, permission: str = PUBLIC) -> list[Route]:
    """Both channels at `/webhooks/...` for the assistant of the host, and below `/a/{assistant}` for a named one."""
    found: list[Route] = []
    for channel_type in ("rest", "callback"):
        wire = Wire(line, lanes, channel_type)
        for prefix, suffix in (("", ""), ("/a/{assistant}", "_of_assistant")):
            base = f"{prefix}/webhooks/{channel_type}"
            post = Route(
                method="POST",
                path=f"{base}/webhook",
                handler=wire.rest if channel_type == "rest" else wire.callback,
                permission=permission,
                summary="Send a message",
                operation_id=f"{channel_type}_webhook{suffix}",
                raw=True,
                operation=_POST,
                error_shape=error_shape,
                quiet=True,
            )
            status = Route(
                method="GET",
                path=base,
                handler=wire.status,
                permission=PUBLIC,
                summary="Whether the channel is there",
                operation_id=f"{channel_type}_status{suffix}",
                raw=True,
                operation=_STATUS,
                error_shape=error_shape,
                quiet=True,
            )
            found += [*_both_spellings(post), *_both_spellings(status)]
    return found


def _both_spellings(route: Route) -> list[Route]:
    """With and without a slash at the end; documented once."""
    slashed = replace(
        route, path=f"{route.path}/", operation_id=f"{route.operation_id}_slash", operation=None
    )
    return [route, slashed]
