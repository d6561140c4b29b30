"""The external messenger's wire: one endpoint, field for field as its source has it (S003-1 to S003-33).

Synchronous: answered when the message's turn is committed; what the assistant says comes to the caller as webhooks
of the task's integration. Hot, so raw ASGI and no models. `selarti_document` describes it.
"""

import hashlib
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.action import Said
from frontdesk.core.contact import called, reached_at
from frontdesk.core.errors import Bug, Refused
from frontdesk.core.ids import parse
from frontdesk.core.message import MAX_TEXT
from frontdesk.store.directory import Entrance
from frontdesk.store.threads import Thread, read_thread
from frontdesk.turn.bots import Unpublished
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.receive import Arrival, receive
from frontdesk.web import selarti_document
from frontdesk.web.body import decode, read_body, require_json
from frontdesk.web.exchange import exchange_of
from frontdesk.web.idempotency import key_of
from frontdesk.web.route import Route

MOST_CHAT_ID = 255
_encode = msgspec.json.Encoder().encode


class Posted(msgspec.Struct, frozen=True):
    """A body as the wire has it."""

    task_id: str
    chat_id: str
    message: str


def read(body: object) -> Posted:
    """What a decoded body says.

    Raises:
        Refused: A field is missing, empty, too long or no string; the answer names it.
    """
    if not isinstance(body, dict):
        raise Refused("bad_request", "The body has to be a JSON object with task_id, chat_id and message.")
    return Posted(_text(body, "task_id"), _text(body, "chat_id", MOST_CHAT_ID), _text(body, "message"))


def _text(body: dict[str, object], field: str, most: int = 0) -> str:
    value = body.get(field)
    if value is None:
        raise Refused("invalid", f"{field} is missing.", field=field)
    if not isinstance(value, str):
        raise Refused("invalid", f"{field} has to be a string.", field=field)
    if not value.strip():
        raise Refused("invalid", f"{field} is empty.", field=field)
    if most and len(value) > most:
        raise Refused("invalid", f"{field} is longer than {most} characters.", field=field)
    return value


def thread_body(workspace: str, thread: Thread) -> dict[str, object]:
    """The answer's `thread`, its keys as the source has them."""
    return {
        "Created By": thread.contact_id,
        "Created Date": _ms(thread.created_at),
        "Modified Date": _ms(thread.updated_at),
        "_id": thread.id,
        "ai_thread_id": thread.id,
        "chat_id": thread.external_id,
        "close": thread.owner == "closed",
        "company": workspace,
        "contact": reached_at(thread.known, thread.external_id),
        "count_message": thread.messages,
        "get_contact": thread.get_contact,
        "interest": thread.interest,
        "is_bot": thread.is_bot,
        "operator": thread.owner in {"queued", "human"},
        "success": thread.success,
        "task": thread.task_id,
        "title": called(thread.known, thread.external_id),
        "user_replied": thread.replied,
        "wh_get_contact": thread.wh_get_contact,
        "wh_interest": thread.wh_interest,
        "wh_success": thread.wh_success,
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


class Wire:
    def __init__(self, line: Line, lanes: Lanes) -> None:
        self._line = line
        self._lanes = lanes

    async def send(self, request: Request) -> Response:
        require_json(request.headers)
        body = await read_body(request)
        posted = read(await decode(body))
        entrance = await self._entrance(request, posted.task_id)
        arrival = Arrival(entrance, posted.chat_id, Said(posted.message[:MAX_TEXT]), *_once(request, body))
        answer = await receive(self._line, self._lanes, arrival)
        thread = await read_thread(entrance.workspace, self._line.store, answer.conversation_id)
        if thread is None:
            raise Bug("the conversation is gone after its turn")
        found = {"status": "success", "response": {"thread": thread_body(entrance.workspace, thread)}}
        return Response(_encode(found), media_type="application/json")

    async def _entrance(self, request: Request, task_id: str) -> Entrance:
        """The task that is named, if it is one of the key's workspace and assistants."""
        actor = exchange_of(request).actor
        nobody = Refused(
            "not_found", "There is no such task, or it is switched off, or its channel is.", field="task_id"
        )
        try:
            found = await self._line.bots.entrance_by_task(actor.workspace, parse("task", task_id))
        except Unpublished:
            raise Refused(
                "task_incomplete", "The task's assistant has no published version.", field="task_id"
            ) from None
        except Refused:
            raise nobody from None
        if not actor.may_use(found.assistant_id):
            raise nobody
        return found


def _once(request: Request, body: bytes) -> tuple[str | None, bytes | None]:
    """What makes a repeat of this request known: the caller's key, and what it came with."""
    key = key_of(request)
    if key is None:
        return None, None
    return f"key:{exchange_of(request).actor.id}:{key}", hashlib.sha256(body).digest()


def routes(line: Line, lanes: Lanes, *, public_url: str, version: str) -> list[Route]:
    """The endpoint, and its own document."""
    document = _encode(selarti_document.document(public_url, version))

    async def described(_: Request) -> Response:
        headers = {"content-disposition": f'inline; filename="{selarti_document.FILE}"'}
        return Response(document, headers=headers, media_type="application/json")

    return [
        Route(
            method="POST",
            path=selarti_document.PATH,
            handler=Wire(line, lanes).send,
            permission="messages.send",
            summary=selarti_document.SUMMARY,
            operation_id=selarti_document.OPERATION_ID,
            raw=True,
            operation=selarti_document.operation(),
            quiet=True,
        ),
        Route(
            method="GET",
            path="/api/1.1/openapi.json",
            handler=described,
            permission="public",
            summary="The OpenAPI 3.0.3 document of the external messenger's endpoint",
            operation_id="send_message_external_document",
            raw=True,
            operation={"responses": {"200": {"description": "An OpenAPI 3.0.3 document."}}},
            quiet=True,
        ),
    ]
