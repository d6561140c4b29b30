"""`/api/v1/conversations/{id}/traces`: why the bot said what it said, turn by turn; and in short, line by line."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId, InboundId, MessageId, parse
from frontdesk.store import traces as stored
from frontdesk.store.traces import TraceRow
from frontdesk.studio.traces import Candidate, Entry, Heard, read_trace
from frontdesk.studio.why import ActionCalled, ModelAsked, Searched, Started, StepTaken, why
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked

ROUTES: list[Route] = []
PATH = "/api/v1/conversations/{conversation_id}/traces"
_PLACE: JsonDict = {"step": "account_balance/ask_account", "file": "flows/account_balance.yaml", "line": 5}
_EXAMPLE: JsonDict = {
    "inbound_id": "in_01jd6r2x9cf8pbx5z0m3t7w4qa",
    "conversation_id": "conv_01jd6qzv1mfz2s0rvm8a1h5c3e",
    "at": "2026-11-21T16:30:00Z",
    "version_id": "bot_01jd6r2x9cf8pbx5z0m3t7w4qb",
    "version": 4,
    "heard": {"kind": "message", "text": "***", "payload": "", "intent": "", "entities": {}},
    "entries": [
        {
            "kind": "rung",
            **_PLACE,
            "rung": "question",
            "hit": True,
            "flow": "",
            "by": "",
            "what": "",
            "candidates": [],
        },
        {"kind": "rule", **_PLACE, "test": "regex", "what": "^\\d{6}$"},
        {
            "kind": "variable",
            **_PLACE,
            "name": "accountNumber",
            "slot": True,
            "scope": "flow",
            "before": "",
            "after": "***",
        },
        {
            "kind": "step",
            "type": "say",
            "step": "account_balance/2",
            "file": "flows/account_balance.yaml",
            "line": 11,
        },
    ],
}


class TraceView(BaseModel):
    """One turn: what was heard, and everything that came of it in its order."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    inbound_id: str
    conversation_id: str
    at: datetime
    version_id: str | None = Field(description="The version of the bot that the turn ran on.")
    version: int | None = Field(description="Its number; null when it is gone.")
    heard: Heard | None = Field(
        description="Null while people have the conversation, and of set-aside messages."
    )
    entries: list[Annotated[Entry, Field(discriminator="kind")]]


@route(
    ROUTES,
    "GET",
    PATH,
    permission="conversations.read",
    summary="List the traces of a conversation, the newest first.",
)
async def list_traces(
    ask: Asked, conversation_id: str, limit: Limit = 50, cursor: Cursor = ""
) -> Page[TraceView]:
    conversation = await _reachable(ask, conversation_id)
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {conversation}"
    before = read_cursor(key, of, cursor)
    rows = await stored.list_traces(ask.workspace, ask.tx, conversation, before=before, limit=limit + 1)
    return page(key, of, rows, limit, shown)


@route(
    ROUTES,
    "GET",
    PATH + "/{inbound_id}",
    permission="conversations.read",
    summary="Read the trace of one turn.",
)
async def read_one_trace(ask: Asked, conversation_id: str, inbound_id: str) -> TraceView:
    conversation = await _reachable(ask, conversation_id)
    inbound = InboundId(parse("in", inbound_id))
    return shown(await stored.read_trace(ask.workspace, ask.tx, conversation, inbound))


class WhyView(BaseModel):
    """What led to a line of the bot, for people who talk with its customers."""

    model_config = ConfigDict(from_attributes=True)

    version: int | None = Field(description="The number of the bot's version; null when it is gone.")
    heard: str = Field(description="The message that it answered, personal data left out.")
    considered: list[Candidate] = Field(description="The intents that fitted best, the best first.")
    certainty: float | None
    band: str
    started: Started | None
    steps: list[StepTaken]
    actions: list[ActionCalled]
    knowledge: list[Searched]
    models: list[ModelAsked]
    noticed: list[str]


@route(
    ROUTES,
    "GET",
    "/api/v1/conversations/{conversation_id}/messages/{message_id}/why",
    permission="conversations.read",
    summary="Read why the bot said a line.",
)
async def read_why(ask: Asked, conversation_id: str, message_id: str) -> WhyView:
    conversation = await _reachable(ask, conversation_id)
    message = MessageId(parse("msg", message_id))
    inbound = await stored.turn_of(ask.workspace, ask.tx, conversation, message)
    row = await stored.read_trace(ask.workspace, ask.tx, conversation, inbound)
    return WhyView.model_validate(why(read_trace(row)))


def shown(row: TraceRow) -> TraceView:
    return TraceView.model_validate(read_trace(row))


async def _reachable(ask: Ask, conversation_id: str) -> ConversationId:
    """The conversation, if it is there and its assistant within the actor's reach."""
    conversation = ConversationId(parse("conv", conversation_id))
    assistant = await stored.assistant_of(ask.workspace, ask.tx, conversation)
    if assistant is None or not ask.actor.may_use(assistant):
        raise Refused("not_found", "There is no such conversation.")
    return conversation
