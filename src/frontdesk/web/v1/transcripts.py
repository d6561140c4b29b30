"""`/api/v1/conversations/{id}/transcript`: what was said, to keep or to send by mail."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from frontdesk.desk import transcript_mail, transcripts
from frontdesk.desk.transcripts import Layout
from frontdesk.store.desk_lists import Full
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1.desk_doing import reachable

ROUTES: list[Route] = []
PATH = "/api/v1/conversations/{conversation_id}/transcript"

Form = Literal["text", "html", "json"]
_FORMS: dict[Form, tuple[Callable[[Full], Layout], str, str]] = {
    "text": (transcripts.as_text, "text/plain; charset=utf-8", "txt"),
    "html": (transcripts.as_html, "text/html; charset=utf-8", "html"),
    "json": (transcripts.as_json, "application/json", "json"),
}


class MailTo(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: Annotated[str, Field(max_length=320)]


class Mailed(BaseModel):
    delivery_id: str


@route(
    ROUTES,
    "GET",
    PATH,
    permission="conversations.read",
    summary="Download what was said.",
    responses={
        200: {
            "description": "The whole conversation.",
            "content": {media_type.partition(";")[0]: {"schema": {}} for _, media_type, _ in _FORMS.values()},
        }
    },
)
async def read_transcript(
    ask: Asked, conversation_id: str, form: Annotated[Form, Query(alias="format")] = "text"
) -> Response:
    full = await reachable(ask, conversation_id)
    layout, media_type, ending = _FORMS[form]
    headers = {
        "content-disposition": f'attachment; filename="{full.row.id}.{ending}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    pages = transcripts.written(ask.program.store, ask.workspace, full, layout(full))
    return StreamingResponse(pages, media_type=media_type, headers=headers)


@route(
    ROUTES, "POST", PATH, permission="conversations.write", summary="Send what was said by mail.", status=202
)
async def mail_transcript(ask: Asked, conversation_id: str, given: MailTo) -> Mailed:
    full = await reachable(ask, conversation_id)
    sent = await transcript_mail.post(ask.program.mailing, ask.workspace, ask.tx, full, to=given.to)
    await ask.record("conversation.transcript_mailed", full.row.id)
    return Mailed(delivery_id=sent)
