"""`/api/v1/contacts`: the people who write, what is known of them, notes on them; merging, exporting, erasing."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ContactId, parse
from frontdesk.core.mail_address import read as read_address
from frontdesk.desk import people
from frontdesk.store import contacts as whole
from frontdesk.store import desk_contacts as stored
from frontdesk.store import desk_lists, desk_people
from frontdesk.store.desk_contacts import Contact, ContactNote, Facts
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.conversation_views import ConversationView, Named, shown_row
from frontdesk.web.v1.desk_doing import rows_of

ROUTES: list[Route] = []
PATH = "/api/v1/contacts"
ONE = PATH + "/{contact_id}"

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Value = Annotated[str, StringConstraints(max_length=2000)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")]


class ContactView(BaseModel):
    id: str
    name: str
    email: str
    phone: str
    company: str
    language: str
    time_zone: str
    attributes: dict[str, str]
    merged_into: str | None
    created_at: datetime
    updated_at: datetime


class NoteView(BaseModel):
    id: str
    author: Named
    text: str
    created_at: datetime


class ContactDetail(ContactView):
    conversations: list[ConversationView] = Field(description="The latest 50.")
    notes: list[NoteView]


class ContactChange(BaseModel):
    """The fields that change; `attributes` are merged, null takes one away."""

    model_config = ConfigDict(extra="forbid")

    name: Short | None = None
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] | None = None
    company: Short | None = None
    language: (
        Annotated[str, Field(max_length=35, pattern=r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$")] | None
    ) = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    attributes: Annotated[dict[Key, Value | None], Field(max_length=100)] = {}


class ContactMerge(BaseModel):
    """`take`: the fields whose value is this contact's afterwards, not the other one's."""

    model_config = ConfigDict(extra="forbid")

    into: Annotated[str, Field(max_length=100)]
    take: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=120)] = Field(
        [], description="Such as `email` or `attributes.plan`; what the other one lacks is always taken."
    )


class NewNote(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Words


class ErasedView(BaseModel):
    """How many rows there were of each kind."""

    model_config = ConfigDict(extra="allow")


@route(ROUTES, "GET", PATH, permission="contacts.read", summary="List contacts, the newest first.")
async def list_contacts(
    ask: Asked, q: Annotated[str, Query(max_length=200)] = "", limit: Limit = 50, cursor: Cursor = ""
) -> Page[ContactView]:
    _refuse_limited(ask)
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {q}"
    after = read_cursor(key, of, cursor)
    rows = await stored.list_contacts(ask.workspace, ask.tx, words=q, after=after, limit=limit + 1)
    return page(key, of, rows, limit, _view)


@route(ROUTES, "GET", ONE, permission="contacts.read", summary="Read a contact with conversations and notes.")
async def read_contact(ask: Asked, contact_id: str, response: Response) -> ContactDetail:
    return await _detail(ask, await _reachable(ask, contact_id), response)


@route(ROUTES, "PATCH", ONE, permission="contacts.write", summary="Change what is known of a contact.")
async def update_contact(
    ask: Asked, contact_id: str, change: ContactChange, expected: IfMatch, response: Response
) -> ContactDetail:
    before = await _reachable(ask, contact_id, for_change=True)
    expected.refuse_unless(before.row_version)
    after = _changed(before.facts, change)
    await stored.update_contact(ask.workspace, ask.tx, before.id, after)
    # What is known of people is theirs, and has no place in a log that is never erased.
    fields = [name for name, value in asdict(after).items() if value != getattr(before.facts, name)]
    await ask.record("contact.updated", before.id, after={"fields": fields})
    return await _detail(ask, await _reachable(ask, contact_id), response)


@route(
    ROUTES, "POST", ONE + "/merge", permission="contacts.write", summary="Merge a contact into another one."
)
async def merge_contact(
    ask: Asked, contact_id: str, given: ContactMerge, response: Response
) -> ContactDetail:
    mine, other = await _two(ask, contact_id, given.into)
    facts = people.merged(mine.facts, other.facts, given.take)
    await stored.update_contact(ask.workspace, ask.tx, other.id, facts)
    await stored.merge(ask.workspace, ask.tx, mine.id, other.id)
    await ask.record("contact.merged", mine.id, after={"into": other.id, "take": given.take})
    return await _detail(ask, await _reachable(ask, other.id), response)


@route(
    ROUTES,
    "POST",
    ONE + "/erase",
    permission="contacts.erase",
    summary="Erase a contact with all that was ever said, for good.",
)
async def erase_contact(ask: Asked, contact_id: str) -> ErasedView:
    contact = await _reachable(ask, contact_id)
    erased = await whole.erase(ask.workspace, ask.tx, contact.id)
    await ask.record("contact.erased", contact.id, after=erased.as_dict())
    return ErasedView.model_validate(erased.as_dict())


@route(
    ROUTES,
    "GET",
    ONE + "/export",
    permission="contacts.read",
    summary="Everything that is stored of a contact, as JSON to keep.",
)
async def export_contact(ask: Asked, contact_id: str, response: Response) -> dict[str, object]:
    contact = await _reachable(ask, contact_id)
    response.headers["Content-Disposition"] = f'attachment; filename="{contact.id}.json"'
    await ask.record("contact.exported", contact.id)
    return await people.export(ask.workspace, ask.tx, contact)


@route(
    ROUTES,
    "POST",
    ONE + "/notes",
    permission="contacts.write",
    summary="Add a note on a contact.",
    status=201,
)
async def create_contact_note(ask: Asked, contact_id: str, given: NewNote) -> NoteView:
    contact = await _reachable(ask, contact_id)
    made = await stored.add_note(ask.workspace, ask.tx, contact.id, author=ask.actor.id, words=given.text)
    return next(note for note in await _notes(ask, contact.id) if note.id == made)


@route(
    ROUTES,
    "DELETE",
    ONE + "/notes/{note_id}",
    permission="contacts.write",
    summary="Remove a note on a contact.",
    status=204,
)
async def delete_contact_note(ask: Asked, contact_id: str, note_id: str) -> None:
    contact = await _reachable(ask, contact_id)
    await stored.delete_note(ask.workspace, ask.tx, contact.id, parse("note", note_id))
    await ask.record("contact.note_deleted", contact.id)


def _refuse_limited(ask: Ask) -> None:
    """A contact may have written to every assistant, so who is limited to some of them sees none."""
    if ask.actor.assistant_ids:
        raise Refused("forbidden", "A key that is limited to some assistants sees no contacts.")


async def _reachable(ask: Ask, contact_id: str, *, for_change: bool = False) -> Contact:
    _refuse_limited(ask)
    return await stored.read_contact(ask.workspace, ask.tx, parse("vis", contact_id), for_change=for_change)


async def _two(ask: Ask, contact_id: str, into: str) -> tuple[Contact, Contact]:
    """Both, held in the order of their ids."""
    wanted = ContactId(parse("vis", contact_id))
    if into == wanted:
        raise Refused("invalid", "A contact cannot be merged into itself.", field="into")
    held: dict[str, Contact] = {}
    for each in sorted((wanted, into)):
        try:
            held[each] = await _reachable(ask, each, for_change=True)
        except Refused as error:
            if each == wanted or error.code != "not_found":
                raise
            raise Refused("invalid", error.message, field="into") from None
    for contact in held.values():
        if contact.merged_into is not None:
            raise Refused("in_use", f"{contact.id} was merged into {contact.merged_into}.")
    return held[wanted], held[into]


def _changed(facts: Facts, change: ContactChange) -> Facts:
    given = change.model_dump(exclude_none=True, exclude={"attributes"})
    if given.get("email"):
        given["email"] = read_address(given["email"])
        if given["email"] is None:
            raise Refused("invalid", "This is no e-mail address.", field="email")
    whole_ = {**facts.attributes, **change.attributes}
    kept = {name: value for name, value in whole_.items() if value is not None}
    return replace(facts, **given, attributes=kept)


async def _detail(ask: Ask, contact: Contact, response: Response) -> ContactDetail:
    set_etag(response, contact.row_version)
    asked = desk_lists.Asked(ask.actor.id, filters={"contact_id": contact.id})
    rows = await desk_lists.list_rows(
        ask.workspace, ask.tx, asked, within=ask.actor.assistant_ids, after="", limit=50
    )
    names = await rows_of(ask, rows)
    return ContactDetail(
        **_view(contact).model_dump(),
        conversations=[shown_row(row, names) for row in rows],
        notes=await _notes(ask, contact.id),
    )


async def _notes(ask: Ask, contact_id: ContactId) -> list[NoteView]:
    found = await stored.notes(ask.workspace, ask.tx, contact_id)
    names = await desk_people.names(ask.workspace, ask.tx, [note.author_id for note in found])

    def shown(note: ContactNote) -> NoteView:
        author = Named(id=note.author_id, name=names.get(note.author_id, note.author_id))
        return NoteView(id=note.id, author=author, text=note.text, created_at=note.created_at)

    return [shown(note) for note in found]


def _view(contact: Contact) -> ContactView:
    return ContactView(
        id=contact.id,
        **asdict(contact.facts),
        merged_into=contact.merged_into,
        created_at=contact.created_at,
        updated_at=contact.updated_at,
    )
