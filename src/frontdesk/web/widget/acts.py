"""What a visitor does besides writing: asks for a person, goes on with the assistant, ends the conversation, takes it along."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from frontdesk.core.errors import Refused
from frontdesk.core.file_link import CUSTOMERS_DAYS, FileLinks
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.desk import transcripts, visiting
from frontdesk.desk.doing import Doing
from frontdesk.store import desk_lists
from frontdesk.store.directory import Entrance
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.web.body import decode, read_body
from frontdesk.web.widget.gate import Gate
from frontdesk.web.widget.talk import Talk
from frontdesk.web.widget.wire import json_of, number

MOST_BYTES = 1000
_DO: dict[str, Callable[[Doing, ConversationId], Awaitable[None]]] = {
    "person": visiting.ask_for_person,
    "assistant": visiting.stay,
    "end": visiting.end,
}


class Acts:
    """The endpoints, for every assistant."""

    def __init__(self, line: Line, lanes: Lanes, gate: Gate, talk: Talk, *, file_links: FileLinks) -> None:
        self._line, self._lanes, self._gate, self._talk = line, lanes, gate, talk
        self._file_links = file_links

    async def act(self, request: Request) -> Response:
        """Answered with every line above `after`, and how the conversation stands now."""
        at, found = await self._conversation(request)
        after = number(request, "after") or 0
        given = await decode(await read_body(request, MOST_BYTES))
        wanted = _DO.get(str(given.get("do"))) if isinstance(given, dict) else None
        if wanted is None:
            raise Refused("invalid", f"do has to be one of {', '.join(_DO)}.", field="do")
        async with self._line.store.unit_of_work(at.workspace) as tx:
            doing = Doing(self._line, self._lanes, at.workspace, tx, file_link=self._link)
            await wanted(doing, found)
        for tell in doing.after:
            tell()
        return json_of(await self._talk.since(at, found, after))

    async def transcript(self, request: Request) -> Response:
        """All that was said, as text."""
        at, found = await self._conversation(request)
        store = self._line.store
        async with store.unit_of_work(at.workspace) as tx:
            full = await desk_lists.read_one(at.workspace, tx, found, reader="", within=frozenset())
        pages = transcripts.written(store, at.workspace, full, transcripts.as_text(full))
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return StreamingResponse(pages, headers=headers, media_type="text/plain; charset=utf-8")

    async def _conversation(self, request: Request) -> tuple[Entrance, ConversationId]:
        at = await self._gate.entrance(request)
        visitor = await self._gate.visitor(request, at)
        self._gate.count_message(visitor)
        found = await self._talk.found(at, visitor)
        if found is None:
            raise Refused("not_found", "Nothing was said yet; write first.")
        return at, found

    def _link(self, workspace: WorkspaceId, file_id: str) -> str:
        return self._file_links.of(workspace, self._line.clock.now(), for_days=CUSTOMERS_DAYS)(file_id)
