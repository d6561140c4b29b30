"""`/api/v1/conversations/{id}/suggestions`: what a person might answer, for them to send or not. Nothing here sends."""

from collections.abc import Iterator
from typing import Literal

import msgspec
from pydantic import BaseModel, Field

from frontdesk.core.action import Lookup
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import AssistantId
from frontdesk.core.message import Part, plain
from frontdesk.library.answering import Suggested
from frontdesk.ports.answerer import Asker
from frontdesk.store import desk_messages
from frontdesk.store.desk_lists import Full
from frontdesk.store.desk_messages import Line
from frontdesk.store.ids import mint
from frontdesk.store.messages import SUGGESTION
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.conversations import PATH
from frontdesk.web.v1.desk_doing import reachable, slots_of

ROUTES: list[Route] = []

WITHIN_S = 8.0
"""A person waits for it while they read."""
MOST = 3
LOOKED_AT = 30


class SourceView(BaseModel):
    article_id: str
    title: str
    url: str


class SuggestionView(BaseModel):
    text: str
    source: SourceView | None = Field(description="The article that it rests on.")
    by: Literal["article", "model", "bot"] = Field(
        description="`article`: its own sentences; `model`: worded by a model out of it; `bot`: what the assistant would have said."
    )


class SuggestionsView(BaseModel):
    data: list[SuggestionView]


@route(
    ROUTES,
    "GET",
    PATH + "/{conversation_id}/suggestions",
    permission="conversations.write",
    summary="Suggest answers to the customer's last lines.",
)
async def list_suggestions(ask: Asked, conversation_id: str) -> SuggestionsView:
    full = await reachable(ask, conversation_id)
    lines = await desk_messages.lines(
        ask.workspace, ask.tx, full.row.id, before=None, after=None, limit=LOOKED_AT
    )
    unanswered = _unanswered(lines)
    asked = "\n".join(_said(line) for line in unanswered if line.author == "contact").strip()
    if not asked:
        return SuggestionsView(data=[])
    own = [
        SuggestionView(text=_said(line), source=None, by="bot")
        for line in unanswered
        if line.author == "note" and line.step == SUGGESTION
    ]
    found = await ask.aside(_found(ask, full, asked))
    return SuggestionsView(data=[*own, *map(_shown, found)])


def _unanswered(lines: list[Line]) -> list[Line]:
    """What came after the last line of ours."""
    after = [place for place, line in enumerate(lines) if line.author in {"bot", "operator"}]
    return lines[after[-1] + 1 :] if after else lines


def _said(line: Line) -> str:
    return plain(msgspec.convert(line.parts, tuple[Part, ...]))


async def _found(ask: Ask, full: Full, asked: str) -> list[Suggested]:
    if ask.program.answering is None:
        return []
    asker = Asker(
        ask.workspace,
        AssistantId(full.row.assistant_id),
        full.row.id,
        languages=(full.language,),
        personal=frozenset(_personal(full)),
    )
    need = Lookup(mint("req"), asked, most=MOST, language=full.language)
    try:
        return await ask.program.answering.suggest(asker, need, within_s=WITHIN_S)
    except Unavailable:
        return []


def _personal(full: Full) -> Iterator[str]:
    """What is known of the customer goes to no service in the clear."""
    row = full.row
    for value in (row.contact_name, row.email, row.phone, *slots_of(full).values()):
        if isinstance(value, str) and value.strip():
            yield value


def _shown(found: Suggested) -> SuggestionView:
    source = SourceView(article_id=found.article_id, title=found.passage.title, url=found.passage.url)
    return SuggestionView(text=found.text, source=source, by=found.by)
