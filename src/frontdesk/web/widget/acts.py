"""What a visitor does besides writing: asks for a person, goes on with the assistant, ends the conversation, says more of a
rating, takes the conversation along, types."""

import hmac
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from frontdesk.core import mail_address
from frontdesk.core.errors import HeldBack, Refused
from frontdesk.core.file_link import CUSTOMERS_DAYS, FileLinks
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.desk import transcript_mail, transcripts, visiting
from frontdesk.desk.doing import Doing
from frontdesk.store import desk_lists, visitor_mails, words
from frontdesk.store.directory import Entrance
from frontdesk.store.visitors import Visitor
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.mails import Mailing
from frontdesk.web.body import decode, read_body
from frontdesk.web.widget.gate import Gate
from frontdesk.web.widget.limits import Limits, network_sum
from frontdesk.web.widget.lines import mails_copies
from frontdesk.web.widget.talk import Talk
from frontdesk.web.widget.wire import json_of, number

MOST_BYTES, MOST_COMMENT = 10_000, 1000
NEXT_MAIL_S = 3600.0
Act = Callable[[Doing, ConversationId], Awaitable[None]]
DO: dict[str, Act] = {
    "person": visiting.ask_for_person,
    "assistant": visiting.stay,
    "end": visiting.end,
}
_COMMENT = "comment"


class Acts:
    """The endpoints, for every assistant."""

    def __init__(
        self,
        line: Line,
        lanes: Lanes,
        gate: Gate,
        talk: Talk,
        *,
        file_links: FileLinks,
        mailing: Mailing,
        limits: Limits,
        key: bytes,
    ) -> None:
        """`key`: addresses are counted by what it makes of them."""
        self._line, self._lanes, self._gate, self._talk = line, lanes, gate, talk
        self._file_links, self._mailing, self._limits, self._key = file_links, mailing, limits, key

    async def act(self, request: Request) -> Response:
        """Answered with every line above `after`, and how the conversation stands now."""
        at = await self._gate.entrance(request)
        # First, as of messages.
        body = await read_body(request, MOST_BYTES)
        _, found = await self._conversation(request, at)
        after = number(request, "after") or 0
        wanted = _wanted(await decode(body))
        await self.do(at, found, wanted)
        return json_of(await self._talk.since(at, found, after))

    async def do(self, at: Entrance, found: ConversationId, wanted: Act) -> None:
        if wanted is visiting.ask_for_person:
            self._gate.count_asking(found)
        async with self._line.store.unit_of_work(at.workspace) as tx:
            doing = Doing(self._line, self._lanes, at.workspace, tx, file_link=self._link)
            await wanted(doing, found)
        for tell in doing.after:
            tell()

    async def transcript(self, request: Request) -> Response:
        """All that was said, as text."""
        at = await self._gate.entrance(request)
        _, found = await self._conversation(request, at)
        return await self.written(at, found)

    async def written(self, at: Entrance, found: ConversationId) -> Response:
        store = self._line.store
        async with store.unit_of_work(at.workspace) as tx:
            full = await desk_lists.read_one(at.workspace, tx, found, reader="", within=frozenset())
        pages = transcripts.written(store, at.workspace, full, transcripts.as_text(full))
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return StreamingResponse(pages, headers=headers, media_type="text/plain; charset=utf-8")

    async def mail(self, request: Request) -> Response:
        """The last lines, sent to an address: a few times a day from a conversation, and as often to an address."""
        at = await self._gate.entrance(request)
        body = await read_body(request, MOST_BYTES)
        visitor, found = await self._conversation(request, at)
        if not mails_copies(at.settings):
            raise Refused("forbidden", "Conversations are not sent by mail here.")
        given = await decode(body)
        wanted = given.get("to") if isinstance(given, dict) else None
        to = mail_address.read(wanted) if isinstance(wanted, str) else None
        if to is None:
            raise Refused("invalid", "That is no e-mail address.", field="to")
        counted = hmac.digest(self._key, to.lower().encode(), "sha256")
        async with self._line.store.unit_of_work(at.workspace) as tx:
            may = await visitor_mails.note(
                at.workspace,
                tx,
                visitor.external_id,
                counted,
                network_sum=network_sum(self._key, request),
                of_network=self._limits.mails_per_address,
            )
            if not may:
                raise HeldBack(
                    "That was sent often enough for now; try again later.", retry_after_s=NEXT_MAIL_S
                )
            full = await desk_lists.read_one(at.workspace, tx, found, reader="", within=frozenset())
            await transcript_mail.post(self._mailing, at.workspace, tx, full, to=to)
        return Response(status_code=202)

    async def typing(self, request: Request) -> Response:
        """That the visitor writes, for people who look at the conversation; nothing of it is stored."""
        at = await self._gate.entrance(request)
        visitor = await self._gate.visitor(request, at)
        self._gate.count_typing(visitor)
        found = await self._talk.found(at, visitor)
        if found is not None:
            said = words.Writes(at.workspace, found, visitor.session_id, words.stamp())
            self._line.hints.touch(said.word)
        return Response(status_code=204)

    async def _conversation(self, request: Request, at: Entrance) -> tuple[Visitor, ConversationId]:
        visitor = await self._gate.visitor(request, at)
        self._gate.count_message(request, visitor)
        found = await self._talk.found(at, visitor)
        if found is None:
            raise Refused("not_found", "Nothing was said yet; write first.")
        return visitor, found

    def _link(self, workspace: WorkspaceId, file_id: str) -> str:
        return self._file_links.of(workspace, self._line.clock.now(), for_days=CUSTOMERS_DAYS)(file_id)


def _wanted(given: object) -> Act:
    do = given.get("do") if isinstance(given, dict) else None
    if isinstance(given, dict) and do == _COMMENT:
        text = given.get("text")
        if not isinstance(text, str) or len(text) > MOST_COMMENT:
            raise Refused(
                "invalid", f"text has to be a text of up to {MOST_COMMENT} characters.", field="text"
            )
        return partial(visiting.comment, text=text.strip())
    wanted = DO.get(do) if isinstance(do, str) else None
    if wanted is None:
        raise Refused("invalid", f"do has to be one of {', '.join((*DO, _COMMENT))}.", field="do")
    return wanted
