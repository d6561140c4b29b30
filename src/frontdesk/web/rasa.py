"""The REST and callback channels in Rasa's wire form, field for field (source document 000; S000-22 to S000-28).

Synchronous: a request is answered when its turn is committed. Hot, so raw ASGI and no models; its own error
shape. Deviations from Rasa are listed in docs/integrate/rest-channel.md.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response, StreamingResponse

from frontdesk.core.action import NOWHERE, Heard, Page, Restarted, Said
from frontdesk.core.errors import Refused
from frontdesk.core.message import MAX_TEXT
from frontdesk.core.permission import PUBLIC
from frontdesk.core.strict_json import NotJson, loads
from frontdesk.core.visit import MOST_USER_AGENT, UNSEEN, Visit, visit_of
from frontdesk.kit.rasa_bubbles import bubbles
from frontdesk.store.addresses import Elsewhere
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.turn.bots import Unpublished
from frontdesk.turn.fetching import Reading
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.receive import Answer, Arrival, receive
from frontdesk.web.body import decode, read_body
from frontdesk.web.errors import Problem
from frontdesk.web.exchange import exchange_of
from frontdesk.web.route import Route
from frontdesk.web.told_page import page_of, told

MOST_ID = 255
OPENED_BY = "frontdesk-conversation-token"
"""The header that carries a conversation's token, both ways."""
BELOW = re.compile(r"(/a/[^/]+)?/webhooks(/.*)?", re.DOTALL)
"""Addresses of this wire, the ones where nothing is included."""
_PORT = re.compile(r":[0-9]*\Z", re.ASCII)
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
                            "description": "`message_id` makes a repeat of the same message answer once. `page_url`, "
                            "`page_title` and `page_context` say which page the customer is on, `user_agent` what their "
                            "browser calls itself where a system of yours passes messages on.",
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
            "headers": {
                "Frontdesk-Conversation-Token": {
                    "description": "Opens the conversation to `GET /webhooks/rest/messages`.",
                    "schema": {"type": "string"},
                }
            },
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
    """A body that may be answered. `heard` is None for messages that Rasa ignores: they get an empty list.

    `provider_id` makes a repeat known. Where the sender gave no name for themselves, `sender` is a new one.
    """

    sender: str
    heard: Heard | None
    provider_id: str | None


def read(body: object, idempotency_key: str | None, user_agent: str = "") -> Posted:
    """What a decoded body says; refuses what is no object, or has a sender or id that cannot be one.

    `user_agent`: of the request that brought it.
    """
    if not isinstance(body, dict):
        raise Refused("bad_request", "The body has to be a JSON object.")
    named = _sender(body.get("sender"))
    # Rasa has everybody without a name share the conversation "default"; we keep people apart.
    sender = named or mint("vis")
    metadata = body.get("metadata")
    message = body.get("message")
    if not isinstance(message, str) or not (metadata is None or isinstance(metadata, dict)):
        return Posted(sender, None, None)
    provider_id = None
    if idempotency_key:
        provider_id = f"key:{_bounded(idempotency_key, 'Idempotency-Key')}"
    elif named and (message_id := _message_id(metadata)) is not None:
        # Counted by each sender for themselves: those without a name would share one count.
        provider_id = f"id:{len(named)}:{named}:{message_id}"
    about = metadata or {}
    visit = visit_of(told(about.get("user_agent"), MOST_USER_AGENT) or user_agent)
    return Posted(sender, heard(message[:MAX_TEXT], page_of(about), visit), provider_id)


def _message_id(metadata: dict[str, object] | None) -> str | None:
    given = None if metadata is None else metadata.get("message_id")
    if isinstance(given, bool) or not isinstance(given, str | int) or given == "":
        return None
    return _bounded(str(given), "metadata.message_id")


def _sender(value: object) -> str:
    match value:
        case None | "":
            return ""
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


def heard(text: str, page: Page = NOWHERE, visit: Visit = UNSEEN) -> Heard:
    if text[:1] != "/":
        return Said(text, page=page, visit=visit)
    if text.strip() == "/restart":
        return Restarted()
    match = _INTENT.fullmatch(text)
    if match is None:
        return Said(text, page=page, visit=visit)
    return Said(text, intent=match[1], entities=_entities(match[2]), page=page, visit=visit)


def _entities(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = loads(text.encode())
    except NotJson:
        return {}
    values = found.items() if isinstance(found, dict) else ()
    return {
        key: str(value)
        for key, value in values
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }


def answer_body(answer: Answer | None) -> list[dict[str, object]]:
    """The bubbles of a turn, always a list."""
    found: list[dict[str, object]] = []
    if answer is not None:
        for parts in answer.messages:
            found += bubbles(answer.external_id, parts)
    return found


async def entrance(line: Line, request: HTTPConnection, channel_type: str) -> Entrance:
    """The assistant that a request is for: of its path, its host, or the default one; in the key's workspace
    when there is a key, and within what that may use.
    """
    host = _PORT.sub("", request.headers.get("host", "")).rstrip(".").lower()
    name = request.path_params.get("assistant", "")
    if "\x00" in name:
        raise _nobody(channel_type, name)
    actor = exchange_of(request).actor
    try:
        if actor.kind == "anonymous":
            return await line.bots.entrance(host=host, name=name, channel_type=channel_type)
        found = await line.bots.entrance_in(actor.workspace, host=host, name=name, channel_type=channel_type)
    except Unpublished:
        raise
    except Refused:
        raise _nobody(channel_type, name) from None
    if not actor.may_use(found.assistant_id):
        raise _nobody(channel_type, name)
    return found


def _nobody(channel_type: str, name: str) -> Refused:
    """The same words for one that is not there and for one that this caller may not know of."""
    check = (
        "how the assistant is called there: its id, or its short name in this workspace"
        if name
        else "that one is published (`frontdesk bot publish FOLDER`) and is the default or has this host name; any "
        "other is reached by its name, /a/NAME/..."
    )
    made = "" if channel_type == "rest" else f" POST /api/v1/channels makes a {channel_type} channel."
    return Refused(
        "not_found",
        f"There is no such assistant, or it has no {channel_type} channel that is switched on. Check {check}.{made}",
    )


class Wire:
    """The endpoints of one channel type, `rest` or `callback`, for every assistant."""

    def __init__(self, line: Line, lanes: Lanes, channel_type: str) -> None:
        self._line = line
        self._lanes = lanes
        self._channel_type = channel_type

    async def status(self, request: Request) -> Response:
        # Nothing published: the channel is there all the same, and answers with nothing.
        with suppress(Unpublished):
            await entrance(self._line, request, self._channel_type)
        return _json({"status": "ok"})

    async def rest(self, request: Request) -> Response:
        """Answers with the turn's bubbles: a list, or with `?stream=true` one object a line."""
        key = request.headers.get("idempotency-key")
        reading = Reading(
            request.headers.get(OPENED_BY, ""), exchange_of(request).actor.kind == "key", secret_id=bool(key)
        )
        answer = await self._turn(request, reading)
        found, headers = answer_body(answer), self._opened(answer)
        if request.query_params.get("stream", "").lower() == "true":
            # Rasa's own media type for it, though these are no server-sent events.
            return StreamingResponse(_lines(found), headers=headers | {"content-type": "text/event-stream"})
        return Response(_encode(found), headers=headers, media_type="application/json")

    def _opened(self, answer: Answer | None) -> dict[str, str]:
        """The token with which the sender, and nobody else, fetches what people write."""
        if answer is None or not answer.reader:
            return {}
        return {OPENED_BY: self._line.tokens.give(answer.reader, self._line.clock.now())}

    async def callback(self, request: Request) -> Response:
        """Answers `success` after the turn; its bubbles are delivered to the channel's own address."""
        await self._turn(request)
        return Response(b"success", media_type="text/plain")

    async def _turn(self, request: Request, reading: Reading | None = None) -> Answer | None:
        body = await read_body(request)
        headers = request.headers
        posted = read(await decode(body), headers.get("idempotency-key"), headers.get("user-agent", ""))
        try:
            found = await entrance(self._line, request, self._channel_type)
        except Unpublished:
            return None
        if posted.heard is None:
            return None
        body_hash = None if posted.provider_id is None else hashlib.sha256(body).digest()
        arrival = Arrival(found, posted.sender, posted.heard, posted.provider_id, body_hash, reading)
        if reading is None or reading.trusted:
            return await receive(self._line, self._lanes, arrival)
        return await self._of_name(replace(arrival, named=posted.sender))

    async def _of_name(self, arrival: Arrival) -> Answer:
        """What anybody is answered who gives that name."""
        try:
            answer = await receive(self._line, self._lanes, arrival)
        except Elsewhere as found:
            answer = await self._of_name(replace(arrival, external_id=found.external_id))
            return replace(answer, external_id=arrival.named)
        return answer


def _json(value: object) -> Response:
    return Response(_encode(value), media_type="application/json")


async def _lines(found: list[dict[str, object]]) -> AsyncIterator[bytes]:
    for bubble in found:
        yield json.dumps(bubble).encode() + b"\n"


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
            found += [*both_spellings(post), *both_spellings(status)]
    return found


def both_spellings(route: Route) -> list[Route]:
    """With and without a slash at the end; documented once."""
    slashed = replace(
        route, path=f"{route.path}/", operation_id=f"{route.operation_id}_slash", operation=None
    )
    return [route, slashed]
