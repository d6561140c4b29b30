"""What a visitor's browser asks of the program: how the widget looks, what was said, and to say something.

A message has an id that the browser made, so that one sent again after a cut is the same message.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.action import NOWHERE, Said
from frontdesk.core.errors import Refused
from frontdesk.core.file_link import CUSTOMERS_DAYS, FileLinks
from frontdesk.core.ids import ConversationId
from frontdesk.core.message import MAX_TEXT, Sent
from frontdesk.core.visit import Visit, visit_of
from frontdesk.hub.drafts import Drafts, Tell
from frontdesk.kit import visitor_files
from frontdesk.store import fetching, uploads, visitors
from frontdesk.store.directory import Entrance
from frontdesk.store.messages import Message
from frontdesk.store.visitors import Visitor
from frontdesk.turn.act import SAID
from frontdesk.turn.arrival import Answer, Arrival
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.receive import receive, taken_unanswered
from frontdesk.web.body import decode, read_body
from frontdesk.web.cross_origin import origin_of
from frontdesk.web.site_look import look_of
from frontdesk.web.streamed import TELL, Streamed, is_wanted
from frontdesk.web.told_page import came_from, page_of
from frontdesk.web.widget import files, forms
from frontdesk.web.widget.gate import MAX_AGE_S, TAKEN, Gate
from frontdesk.web.widget.lines import MOST, Shown, shown, state_of
from frontdesk.web.widget.wire import json_of, number

MOST_BYTES = 64_000
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


class Talk:
    """The endpoints, for every assistant."""

    def __init__(
        self, line: Line, lanes: Lanes, gate: Gate, *, file_links: FileLinks, drafts: Drafts
    ) -> None:
        self._line, self._lanes, self._gate, self._file_links = line, lanes, gate, file_links
        self._drafts = drafts

    async def preflight(self, request: Request) -> Response:
        """Costs nothing, since thousands may ask at once; whether the page may is said with what it asks next."""
        self._gate.readable(request)
        headers = {
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": TAKEN,
            "access-control-max-age": str(MAX_AGE_S),
        }
        return Response(status_code=204, headers=headers)

    async def config(self, request: Request) -> Response:
        at = await self._gate.entrance(request)
        return json_of({**await self.look(at), "files": files.taking(at.settings)})

    async def look(self, at: Entrance) -> dict[str, object]:
        """What the channel's settings say of the widget's look."""
        name = ""
        if not at.settings.get("title"):
            name = await visitors.name_of(at.workspace, self._line.store, at.assistant_id)
        return look_of(at.settings, name)

    async def lines(self, request: Request) -> Response:
        """What was said: above `after`, or below `before`, or the last lines."""
        at = await self._gate.entrance(request)
        self._gate.count_reading(request)
        visitor = await self._gate.visitor(request, at)
        found = await self.found(at, visitor)
        if found is None:
            return json_of(Shown([], state_of(None, at.settings)))
        after = number(request, "after")
        if after is not None:
            return json_of(await self.since(at, found, after))
        most = number(request, "before")
        return json_of(await self.latest(at, found, 2**53 if most is None else most))

    async def latest(
        self, at: Entrance, found: ConversationId, most: int = 2**53, *, arrives: bool = True
    ) -> Shown:
        """The last lines below a number. `arrives`: their visitor gets to see them."""
        store = self._line.store
        rows = await visitors.before(at.workspace, store, found, most, authors=SAID, most=MOST + 1)
        standing = await visitors.standing(at.workspace, store, found)
        if arrives:
            await self._note_arrived(at, rows[-MOST:])
        return Shown(
            shown(rows[-MOST:], self._link(at)), state_of(standing, at.settings), found, more=len(rows) > MOST
        )

    async def say(self, request: Request) -> Response:
        """One message of the visitor; answered with every line above `after` once its turn is committed.

        As events, where the browser takes them: what a model writes meanwhile, as drafts, and that last.
        """
        return (
            Streamed(request, partial(self._said, request), still_may=partial(self._is_still_theirs, request))
            if is_wanted(request.headers)
            else await self._said(request)
        )

    async def _said(self, request: Request) -> Response:
        at = await self._gate.entrance(request)
        # First: a body may be long on its way, and its sender be nobody by then.
        body = await read_body(request, MOST_BYTES)
        visitor = await self._gate.visitor(request, at)
        self._gate.count_message(request, visitor)
        after = number(request, "after") or 0
        given = await decode(body)
        if not isinstance(given, dict):
            raise Refused("bad_request", "The body has to be a JSON object.")
        client_id = given.get("id")
        if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
            raise Refused("invalid", "A message needs an id of 8 to 64 letters and digits.", field="id")
        sent = await self._files(at, visitor, given.get("files"))
        said = _said(request, given, sent)
        tell: Tell | None = request.scope.get(TELL)
        with ExitStack() as following:

            def taken(found: ConversationId) -> None:
                if tell is not None:
                    following.enter_context(self._drafts.followed(found, tell))

            answer = await self.take(
                at, visitor, said, client_id=client_id, digest=sha256(body).digest(), taken=taken
            )
        if not visitor.user_id and not await self._is_still_theirs(request):
            raise taken_unanswered()
        made = await self.since(at, answer.conversation_id, after)
        made.open = made.open or not answer.complete
        return json_of(made)

    async def _is_still_theirs(self, request: Request) -> bool:
        """Whether what is answered is for who asked: by then their contact may be merged with somebody's who is signed in."""
        try:
            await self._gate.visitor(request, await self._gate.open_entrance(request))
        except Refused:
            return False
        return True

    async def _files(self, at: Entrance, visitor: Visitor, given: object) -> tuple[Sent, ...]:
        if not given:
            return ()
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise Refused("invalid", "files has to be a list of ids.", field="files")
        if len(given) > visitor_files.MOST_FILES or len(set(given)) < len(given):
            raise Refused(
                "invalid", f"A message has up to {visitor_files.MOST_FILES} files, each once.", field="files"
            )
        sender, link = uploads.visitor(visitor.external_id), self._link(at)
        found = await uploads.of_sender(at.workspace, self._line.store, sender, given)
        return tuple(files.sent_file(each, link(each.id)) for each in found)

    async def take(
        self,
        at: Entrance,
        visitor: Visitor,
        said: Said,
        *,
        client_id: str,
        digest: bytes,
        taken: Callable[[ConversationId], None] | None = None,
    ) -> Answer:
        """One message with the id that its page gave it: again with the same `digest` it is the same message.

        Raises:
            Refused: The id came with another one, or it is the first and something has to be said of the visitor before.
        """
        await forms.refuse_lacking(at, visitor, self.found)
        name = f"web:{visitor.external_id}:{client_id}"
        arrival = Arrival(at, visitor.external_id, said, name, digest, taken=taken, met=visitor.about)
        return await receive(self._line, self._lanes, arrival)

    async def found(self, at: Entrance, visitor: Visitor) -> ConversationId | None:
        found = await fetching.find(at.workspace, self._line.store, at.channel_id, visitor.external_id)
        return None if found is None or found.assistant_id != at.assistant_id else found.id

    async def since(self, at: Entrance, conversation_id: ConversationId, after: int) -> Shown:
        store = self._line.store
        rows, standing = await visitors.news(
            at.workspace, store, conversation_id, after, authors=SAID, most=MOST + 1
        )
        await self._note_arrived(at, rows[:MOST])
        lines = shown(rows[:MOST], self._link(at))
        return Shown(
            lines, state_of(standing, at.settings), conversation_id, after=after, open=len(rows) > MOST
        )

    async def _note_arrived(self, at: Entrance, rows: list[Message]) -> None:
        """People see of what they wrote that it arrived."""
        written: list[str] = [row.id for row in rows if row.author == "operator"]
        if written and await fetching.note_fetched(at.workspace, self._line.store, written):
            self._line.hints.touch(at.workspace)

    def _link(self, at: Entrance) -> Callable[[str], str]:
        return self._file_links.of(at.workspace, self._line.clock.now(), for_days=CUSTOMERS_DAYS)


def _visit(request: Request, given: dict[str, object]) -> Visit:
    page = given.get("page")
    told = page if isinstance(page, dict) else {}
    referrer = came_from(told.get("referrer"), origin_of(request.scope), str(told.get("url", "")))
    return visit_of(request.headers.get("user-agent", ""), given.get("language"), referrer)


def _said(request: Request, given: dict[str, object], sent: tuple[Sent, ...]) -> Said:
    text = given.get("text", "")
    payload = given.get("payload", "")
    if not isinstance(text, str) or not (text.strip() or sent):
        raise Refused("invalid", "Write something.", field="text")
    if len(text) > MAX_TEXT:
        raise Refused("invalid", f"text has to be a text of up to {MAX_TEXT:,} characters.", field="text")
    if not isinstance(payload, str) or len(payload) > MAX_TEXT:
        raise Refused("invalid", "payload has to be a text.", field="payload")
    page, site = given.get("page"), origin_of(request.scope)
    return Said(
        text if text.strip() else "",
        payload=payload,
        files=sent,
        page=page_of(page, ("url", "title", "kind"), site=site) if isinstance(page, dict) else NOWHERE,
        visit=_visit(request, given),
    )
