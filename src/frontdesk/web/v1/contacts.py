"""`/api/v1/contacts`: the people who write: list, read, change, notes. Merging, export and erasure: `contact_acts.py`."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core import mail_address
from frontdesk.core.contact import Known, called
from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.core.languages import is_language
from frontdesk.store import contact_lists as stored
from frontdesk.store.contact_lists import Contact, Facts
from frontdesk.web import time_zones
from frontdesk.web.cursor import LOOKED_THROUGH, Cursor, Limit, Page, page_upto, read_cursor
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked

ROUTES: list[Route] = []
PATH = "/api/v1/contacts"
ONE = PATH + "/{contact_id}"
MOST_SHOWN = 100
MOST_ATTRIBUTES = 100
MOST_NAME = 100
MOST_TEXT = 2000

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Word = Annotated[
    str,
    Query(
        max_length=stored.LONGEST_WORD,
        description="A part of the name, address, number or company, or what a channel calls them. "
        f"{LOOKED_THROUGH}",
    ),
]


class LabelView(BaseModel):
    name: str
    color: str


class ContactView(BaseModel):
    id: str
    name: str
    called: str = Field(
        description="The name, else one made of their id on that channel; webhooks have the same."
    )
    external_id: str = Field(description="Their id on the channel where something was last said.")
    email: str
    phone: str
    company: str
    language: str | None
    time_zone: str | None
    attributes: dict[str, object]
    conversations: int
    last_at: datetime | None = Field(description="When something was last said with them.")
    channel: str = Field(description="Where that was.")
    labels: list[LabelView] = Field(description="Of their conversations.")
    created_at: datetime


class TalkView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    subject: str
    channel: str
    owner: str
    outcome: str
    preview: str
    created_at: datetime
    last_message_at: datetime
    rating: int | None
    rating_max: int | None
    page_url: str = Field(description="Where the customer last wrote from; empty when unknown.")
    referrer: str = Field(description="What led them to that page; empty when unknown.")
    browser: str = Field(description="Of the customer, such as `Chrome`; empty when unknown.")
    device: str = Field(description="`desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown.")


class NoteView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    author_id: str
    author: str = Field(description="Their name; empty for one who is gone, and for a key.")
    text: str
    created_at: datetime


class ContactDetail(ContactView):
    talks: list[TalkView] = Field(description="Their latest conversations.")
    notes: list[NoteView] = Field(description="The latest notes about them.")


class ContactChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line | None = None
    email: Annotated[str, StringConstraints(max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = None
    company: Line | None = None
    language: str | None = None
    time_zone: str | None = None
    attributes: dict[str, object] | None = Field(
        default=None, description="Merged into what is there; null takes a key away."
    )


class NewNote(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


@route(ROUTES, "GET", PATH, permission="contacts.read", summary="List contacts, or find some.")
async def list_contacts(
    ask: Asked, q: Word = "", limit: Limit = 50, cursor: Cursor = ""
) -> Page[ContactView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {q}"
    found = await stored.list_contacts(
        ask.workspace,
        ask.tx,
        q=q.strip(),
        within=ask.actor.assistant_ids,
        after=read_cursor(key, of, cursor),
        limit=limit,
    )
    return page_upto(key, of, found.rows, found.upto, shown)


@route(ROUTES, "GET", ONE, permission="contacts.read", summary="Read a contact.")
async def read_contact(ask: Asked, contact_id: str, response: Response) -> ContactDetail:
    return await detail(ask, await reachable(ask, contact_id), response)


@route(ROUTES, "PATCH", ONE, permission="contacts.write", summary="Change a contact.")
async def update_contact(
    ask: Asked, contact_id: str, change: ContactChange, expected: IfMatch, response: Response
) -> ContactDetail:
    before = await reachable(ask, contact_id, for_change=True)
    expected.refuse_unless(before.row_version)
    await stored.update(ask.workspace, ask.tx, before.id, changed(before.facts, change))
    after = await reachable(ask, contact_id)
    shown_now = await detail(ask, after, response)
    # The log stays when the contact is forgotten: it says what was changed, not from what to what.
    fields = sorted(name for name in change.model_fields_set if name != "attributes")
    await ask.record("contact.updated", after.id, after={"fields": fields})
    return shown_now


@route(ROUTES, "POST", ONE + "/notes", permission="contacts.write", summary="Add a note.", status=201)
async def add_contact_note(ask: Asked, contact_id: str, note: NewNote, response: Response) -> NoteView:
    found = await reachable(ask, contact_id)
    await stored.add_note(ask.workspace, ask.tx, found.id, author=ask.actor.id, said=note.text)
    (made,) = await stored.notes(ask.workspace, ask.tx, found.id, limit=1)
    response.headers["Location"] = f"{PATH}/{found.id}"
    return NoteView.model_validate(made)


async def reachable(ask: Ask, contact_id: str, *, for_change: bool = False) -> Contact:
    """The contact, if it is there and within the actor's reach."""
    return await stored.read(
        ask.workspace,
        ask.tx,
        parse("vis", contact_id),
        within=ask.actor.assistant_ids,
        for_change=for_change,
    )


def changed(before: Facts, change: ContactChange) -> Facts:
    """The facts with a change.

    Raises:
        Refused: A value is none that the field can have.
    """
    given = change.model_dump(exclude_unset=True, exclude={"attributes"})
    for name in ("name", "email", "phone", "company"):
        if name in given and given[name] is None:
            given[name] = ""
    if given.get("email"):
        given["email"] = mail_address.read(given["email"])
        if given["email"] is None:
            raise Refused("invalid", "That is no e-mail address.", field="email")
    if given.get("language") and not is_language(given["language"]):
        raise Refused("invalid", "That is no language: give a code such as en.", field="language")
    if given.get("time_zone") and given["time_zone"] not in time_zones.known():
        raise Refused("invalid", "That is no time zone, such as Asia/Tashkent.", field="time_zone")
    attributes = {**before.attributes, **(change.attributes or {})}
    attributes = {name: value for name, value in attributes.items() if value is not None}
    new = {name: value for name, value in attributes.items() if before.attributes.get(name) != value}
    for name, value in new.items():
        if not 0 < len(name) <= MOST_NAME or (isinstance(value, str) and len(value) > MOST_TEXT):
            said = f"The name of an attribute has 1 to {MOST_NAME} characters, its text at most {MOST_TEXT}."
            raise Refused("invalid", said, field="attributes")
    if len(attributes) > MOST_ATTRIBUTES:
        raise Refused("invalid", f"A contact has at most {MOST_ATTRIBUTES} attributes.", field="attributes")
    return replace(before, **given, attributes=attributes)


async def detail(ask: Ask, found: Contact, response: Response) -> ContactDetail:
    set_etag(response, found.row_version)
    within = ask.actor.assistant_ids
    talks = await stored.talks(ask.workspace, ask.tx, found.id, within=within, limit=MOST_SHOWN)
    notes = await stored.notes(ask.workspace, ask.tx, found.id, limit=MOST_SHOWN)
    return ContactDetail(
        **shown(found).model_dump(),
        talks=[TalkView.model_validate(talk) for talk in talks],
        notes=[NoteView.model_validate(note) for note in notes],
    )


def shown(found: Contact) -> ContactView:
    """A contact as the API has it."""
    return ContactView(
        id=found.id,
        **asdict(found.facts),
        called=called(Known(found.facts.name), found.external_id),
        external_id=found.external_id,
        conversations=found.conversations,
        last_at=found.last_at,
        channel=found.channel,
        labels=[LabelView(name=name, color=color) for name, color in found.labels],
        created_at=found.created_at,
    )
