"""What is said in a conversation of the REST channel, fetched by the customer's side: people's answers reach it here.

Answers at once, or when something is said within the time that is asked for. Only who holds the conversation's token,
or a key, is answered; the bubbles are those of `rasa`, with the message that each belongs to.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.access.throttling import network_of
from frontdesk.core.errors import HeldBack, Refused, Unavailable
from frontdesk.core.file_link import CUSTOMERS_DAYS
from frontdesk.core.ids import ConversationId, parse
from frontdesk.core.message import with_links
from frontdesk.core.permission import PUBLIC
from frontdesk.kit.rasa_bubbles import bubbles
from frontdesk.store import fetching
from frontdesk.store.addresses import elsewhere
from frontdesk.store.directory import Entrance
from frontdesk.store.fetching import Fetched, Place
from frontdesk.store.messages import Message
from frontdesk.turn.act import TOLD
from frontdesk.turn.bots import Unpublished
from frontdesk.turn.line import Line
from frontdesk.web.exchange import exchange_of
from frontdesk.web.rasa import MOST_ID, OPENED_BY, both_spellings, entrance, error_shape
from frontdesk.web.route import Route
from frontdesk.web.session_ring import address_of

MOST_WAIT_S = 25
MOST_MESSAGES = 100
MOST_WAITING = 2_000
MOST_WAITING_OF_ONE = 4
RETRY_S = 5.0
POLL_S = 10.0
"""How often one who waits looks without being woken: a lost hint costs this."""
KEY_MAY = "conversations.rasa"
_SECONDS = re.compile(r"[0-9]{1,4}", re.ASCII)
_encode = msgspec.json.Encoder().encode

_TEXT = {"type": "string"}
_OPERATION: dict[str, object] = {
    "parameters": [
        {"name": "sender", "in": "query", "required": True, "schema": _TEXT},
        {
            "name": "after",
            "in": "query",
            "schema": _TEXT,
            "description": "The `id` of the last bubble that you have; without it from the beginning.",
        },
        {
            "name": "wait",
            "in": "query",
            "schema": {"type": "integer", "minimum": 0, "maximum": MOST_WAIT_S, "default": 0},
            "description": "Seconds to wait for something to be said.",
        },
        {
            "name": "answers",
            "in": "query",
            "schema": {"type": "boolean", "default": True},
            "description": "`false` leaves out what messages were answered with at once.",
        },
        {"name": "Frontdesk-Conversation-Token", "in": "header", "schema": _TEXT},
    ],
    "responses": {
        "200": {
            "description": "What was said to the customer, one object a bubble, at most 100 messages; empty when nothing was.",
            "content": {
                "application/json": {
                    "example": [
                        {
                            "recipient_id": "jhon",
                            "text": "Rosa here. I have sent you a new card.",
                            "id": "msg_01m7zg7x6w0h3b8s5w1kq9t2rz",
                            "seq": 7,
                            "author": "operator",
                            "at": "2026-03-02T09:15:04.120Z",
                        }
                    ]
                }
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `token`: of the conversation, as it came."""

    sender: str
    after: str
    wait_s: int
    answers: bool
    token: str


def read(request: Request) -> Asked:
    """
    Raises:
        Refused: A parameter is missing or none that is understood.
    """
    given = request.query_params
    sender, wait, answers = given.get("sender", ""), given.get("wait", "0"), given.get("answers", "true")
    if not 0 < len(sender) <= MOST_ID or "\x00" in sender:
        raise Refused("bad_request", f"sender has to be a text of 1 to {MOST_ID} characters.", field="sender")
    if not _SECONDS.fullmatch(wait) or int(wait) > MOST_WAIT_S:
        raise Refused("bad_request", f"wait has to be seconds, from 0 to {MOST_WAIT_S}.", field="wait")
    if answers not in {"true", "false"}:
        raise Refused("bad_request", "answers is true or false.", field="answers")
    return Asked(
        sender, given.get("after", ""), int(wait), answers == "true", request.headers.get(OPENED_BY, "")
    )


class Messages:
    """The endpoint, for every assistant."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._waiting: Counter[ConversationId] = Counter()
        self._addresses: Counter[str] = Counter()

    async def fetch(self, request: Request) -> Response:
        asked = read(request)
        if not asked.token and exchange_of(request).actor.kind == "anonymous":
            raise Refused(
                "unauthenticated",
                "Send the token that the first message was answered with: Frontdesk-Conversation-Token.",
            )
        try:
            at = await entrance(self._line, request, "rest")
        except Unpublished:
            raise _nobody() from None
        said = await self._said_within(request, at, asked)
        if said and request.method == "GET" and not await request.is_disconnected():
            await self._note(at, [message.id for message in said])
        program = exchange_of(request).program
        link = program.file_links.of(at.workspace, program.clock.now(), for_days=CUSTOMERS_DAYS)
        body = [bubble for message in said for bubble in shown(asked.sender, message, link)]
        return Response(_encode(body), headers={"cache-control": "no-store"}, media_type="application/json")

    async def _said_within(self, request: Request, at: Entrance, asked: Asked) -> list[Message]:
        """What is there; where nothing is, the first that comes within the time that is asked for."""
        until = time.monotonic() + asked.wait_s
        found = await self._found(request, at, asked)
        after = await self._place(at, asked)
        with (
            self._counted(found.id),
            self._counted_there(request, asked),
            self._line.waiting.on(found.id) as news,
        ):
            while True:
                said = await self._said(at, found, asked, after)
                left_s = until - time.monotonic()
                if said or left_s <= 0 or self._line.waiting.closed:
                    return said
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(POLL_S, left_s)):
                        await news.wait()
                news.clear()
                # Who may read can have changed meanwhile, and where is read with a merge.
                found = await self._found(request, at, asked)

    async def _found(self, request: Request, at: Entrance, asked: Asked) -> Fetched:
        """The conversation, if the request may read it; who may not is told what they are told of one that is not there."""
        line, name = self._line, asked.sender
        trusted = exchange_of(request).actor.kind == "key"
        found = await fetching.find(at.workspace, line.store, at.channel_id, name)
        while not trusted and found is not None and (name := elsewhere(found.reader)):
            found = await fetching.find(at.workspace, line.store, at.channel_id, name)
        if found is None or found.assistant_id != at.assistant_id:
            raise _nobody()
        if not trusted and not line.tokens.opens(asked.token, found.reader, line.clock.now()):
            raise _nobody()
        return found

    async def _place(self, at: Entrance, asked: Asked) -> Place | None:
        if not asked.after:
            return None
        unknown = Refused("bad_request", "after is no id of a bubble that was fetched here.", field="after")
        try:
            place = await fetching.place_of(at.workspace, self._line.store, parse("msg", asked.after))
        except Refused:
            raise unknown from None
        if place is None:
            raise unknown
        return place

    async def _said(self, at: Entrance, found: Fetched, asked: Asked, after: Place | None) -> list[Message]:
        return await fetching.told(
            at.workspace,
            self._line.store,
            found.id,
            after,
            authors=TOLD,
            answers=asked.answers,
            most=MOST_MESSAGES,
        )

    async def _note(self, at: Entrance, ids: list[str]) -> None:
        if await fetching.note_fetched(at.workspace, self._line.store, ids):
            self._line.hints.touch(at.workspace)

    @contextmanager
    def _counted(self, conversation_id: ConversationId) -> Iterator[None]:
        """
        Raises:
            Unavailable: Too many wait already, here or for this conversation.
        """
        if self._waiting.total() >= MOST_WAITING or self._waiting[conversation_id] >= MOST_WAITING_OF_ONE:
            raise Unavailable("Too many requests wait for messages already.", retry_after_s=RETRY_S)
        self._waiting[conversation_id] += 1
        try:
            yield
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    @contextmanager
    def _counted_there(self, request: Request, asked: Asked) -> Iterator[None]:
        """
        Raises:
            HeldBack: Too many wait at the caller's address; a server with a key may wait for all its customers.
        """
        if not asked.wait_s or exchange_of(request).actor.kind == "key":
            yield
            return
        address = network_of(address_of(request.scope))
        if self._addresses[address] >= self._line.settings.waits_per_address:
            raise HeldBack("Too many requests wait for messages at your address.", retry_after_s=RETRY_S)
        self._addresses[address] += 1
        try:
            yield
        finally:
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]


def shown(sender: str, message: Message, link: Callable[[str], str]) -> Iterator[dict[str, object]]:
    """The message's bubbles, as the wire has them, and which message they belong to."""
    author = "operator" if message.author == "operator" else "bot"
    said_at = message.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for bubble in bubbles(sender, with_links(message.parts, link)):
        yield bubble | {"id": message.id, "seq": message.seq, "author": author, "at": said_at}


def _nobody() -> Refused:
    return Refused("not_found", "There is no such conversation, or this token does not open it.")


def routes(line: Line, *, permission: str = PUBLIC) -> list[Route]:
    """At `/webhooks/rest/messages`, and the same below `/a/{assistant}`."""
    messages, found = Messages(line), list[Route]()
    for prefix, suffix in (("", ""), ("/a/{assistant}", "_of_assistant")):
        declared = Route(
            method="GET",
            path=f"{prefix}/webhooks/rest/messages",
            handler=messages.fetch,
            permission=permission,
            key_may=KEY_MAY if permission == PUBLIC else "",
            summary="Fetch what was said to a customer",
            operation_id=f"rest_messages{suffix}",
            raw=True,
            operation=_OPERATION,
            error_shape=error_shape,
            quiet=True,
        )
        found += both_spellings(declared)
    return found
