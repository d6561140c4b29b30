"""`/api/v1/search`: what was said, notes among colleagues, and contacts, by words."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from frontdesk.core.contact import Known, called
from frontdesk.core.message import Author, plain
from frontdesk.desk import searching
from frontdesk.desk.searching import Found, Question
from frontdesk.store.desk_search import Person
from frontdesk.store.workspaces import language_of
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.conversation_views import Called

ROUTES: list[Route] = []
PATH = "/api/v1/search"


class Searched(BaseModel):
    """What is looked for."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Query(min_length=1, max_length=200)]
    kind: Literal["messages", "contacts", "notes"] = "messages"
    limit: Limit = 20
    cursor: Cursor = ""


class Piece(BaseModel):
    text: str
    hit: bool


class HitView(BaseModel):
    """A conversation, or a contact, in which all the words are; `snippet` is the text around them, in pieces."""

    kind: Literal["messages", "contacts", "notes"]
    conversation_id: str | None
    seq: int | None
    author: Author | None
    subject: str
    contact: Called
    snippet: list[Piece]
    at: datetime


@route(ROUTES, "GET", PATH, permission="conversations.read", summary="Search messages, notes or contacts.")
async def search(ask: Asked, wanted: Annotated[Searched, Query()]) -> Page[HitView]:
    of = f"{PATH} {ask.workspace} {wanted.kind} {wanted.q}"
    after = read_cursor(ask.program.cursor_key, of, wanted.cursor)
    if wanted.kind == "contacts":
        return await _contacts(ask, wanted, of, after)
    asked = searching.question(wanted.q, await language_of(ask.workspace, ask.tx))
    meant, found = await searching.conversations(
        ask.workspace,
        ask.tx,
        "n" if wanted.kind == "notes" else "m",
        asked,
        within=ask.actor.assistant_ids,
        after=after,
        limit=wanted.limit + 1,
    )

    def shown(one: Found) -> HitView:
        return _hit(one, meant, wanted.kind)

    return page(ask.program.cursor_key, of, found, wanted.limit, shown, position=_position)


async def _contacts(ask: Ask, wanted: Searched, of: str, after: str) -> Page[HitView]:
    # A key for some assistants sees conversations of theirs, not every contact.
    if ask.actor.assistant_ids or not ask.actor.may("contacts.read"):
        return Page(data=[])
    rows = await searching.contacts(ask.workspace, ask.tx, wanted.q, after=after, limit=wanted.limit + 1)
    return page(ask.program.cursor_key, of, rows, wanted.limit, _person)


def _position(found: Found) -> str:
    return f"{found.hit.last_message_at.isoformat()} {found.hit.id}"


def _hit(found: Found, asked: Question, kind: Literal["messages", "contacts", "notes"]) -> HitView:
    line = found.line
    pieces = [] if line is None else searching.snippet(plain(line.parts), asked)
    return HitView(
        kind=kind,
        conversation_id=found.hit.id,
        seq=None if line is None else line.seq,
        author=None if line is None else line.author,
        subject=found.hit.subject,
        contact=_called(found.hit.contact_id, found.hit.contact_name, found.hit.external_id),
        snippet=[Piece(text=text, hit=hit) for text, hit in pieces],
        at=found.hit.last_message_at if line is None else line.created_at,
    )


def _called(contact: str, name: str, external_id: str) -> Called:
    return Called(id=contact, name=name, called=called(Known(name), external_id))


def _person(person: Person) -> HitView:
    told = " · ".join(each for each in (person.name, person.email, person.phone, person.external_id) if each)
    return HitView(
        kind="contacts",
        conversation_id=None,
        seq=None,
        author=None,
        subject="",
        contact=_called(person.id, person.name, person.external_id),
        snippet=[Piece(text=told, hit=False)] if told else [],
        at=person.created_at,
    )
