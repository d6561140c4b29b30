"""`/api/v1/conversations/{id}/transcript`: what was said, to keep or to send by mail."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.desk import transcripts
from frontdesk.desk.transcripts import Spoken
from frontdesk.store import desk_people
from frontdesk.store.desk_lists import Full
from frontdesk.turn import mails
from frontdesk.turn.letters import Entry, Letter
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.desk_doing import reachable

ROUTES: list[Route] = []
PATH = "/api/v1/conversations/{conversation_id}/transcript"
MOST_MAILED = 500
"""Messages of a transcript that is sent by mail; the last ones."""

Form = Literal["text", "html", "json"]
_TYPES: dict[Form, tuple[str, str]] = {
    "text": ("text/plain; charset=utf-8", "txt"),
    "html": ("text/html; charset=utf-8", "html"),
    "json": ("application/json", "json"),
}


class MailTo(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: Annotated[str, Field(max_length=320)]


class Mailed(BaseModel):
    delivery_id: str


@route(ROUTES, "GET", PATH, permission="conversations.read", summary="Download what was said.")
async def read_transcript(
    ask: Asked, conversation_id: str, form: Annotated[Form, Query(alias="format")] = "text"
) -> Response:
    full, lines = await _spoken(ask, conversation_id)
    made: dict[Form, str | bytes] = {
        "text": transcripts.as_text(lines),
        "html": transcripts.as_html(full, lines),
        "json": transcripts.as_json(full, lines),
    }
    media_type, ending = _TYPES[form]
    headers = {
        "content-disposition": f'attachment; filename="{full.row.id}.{ending}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return Response(made[form], media_type=media_type, headers=headers)


@route(
    ROUTES, "POST", PATH, permission="conversations.write", summary="Send what was said by mail.", status=202
)
async def mail_transcript(ask: Asked, conversation_id: str, given: MailTo) -> Mailed:
    full, lines = await _spoken(ask, conversation_id)
    if ask.program.mailing is None or not await mails.can_send(ask.workspace, ask.tx):
        raise Refused("invalid", "This workspace has no mail server; set one up first.")
    entries = tuple(Entry(line.who, line.text, transcripts.moment(line)) for line in lines[-MOST_MAILED:])
    date = full.row.created_at.date().isoformat()
    sent = await mails.post(
        ask.program.mailing,
        ask.workspace,
        ask.tx,
        Letter("transcript", {"date": date}, entries=entries),
        to=given.to,
        language=full.language,
        conversation_id=full.row.id,
    )
    await ask.record("conversation.transcript_mailed", full.row.id)
    return Mailed(delivery_id=str(sent))


async def _spoken(ask: Ask, conversation_id: str) -> tuple[Full, list[Spoken]]:
    full = await reachable(ask, conversation_id)
    lines = await transcripts.every_line(ask.workspace, ask.tx, full.row.id)
    senders = {line.sender_id for line in lines if line.sender_id}
    return full, transcripts.spoken(full, lines, await desk_people.names(ask.workspace, ask.tx, senders))
