"""`/panel/contacts/{id}`: one person: what was said with them, what is known, notes, and what they may ask of us.

What is done here is done by the endpoints of `/api/v1/contacts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import msgspec
from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.contacts import PATH, whole_page
from frontdesk.web.panel.fields import Choice, Field, Mistakes, again, given
from frontdesk.web.panel.mistakes import MENDABLE, mistakes_of
from frontdesk.web.panel.settings_fields import zones
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import LANGUAGES
from frontdesk.web.route import Route
from frontdesk.web.v1 import contact_acts as acts
from frontdesk.web.v1 import contacts as api

ROUTES: list[Route] = []
ONE = PATH + "/{contact_id}"
ATTRIBUTES = "attributes"
FACTS = ("name", "email", "phone", "company")


@dataclass(frozen=True, slots=True)
class Editing:
    """The form of the facts."""

    fields: list[Field]
    version: str
    mistakes: Mistakes | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One fact of two contacts, for who chooses between them."""

    name: str
    label: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Found:
    contact: api.ContactDetail
    version: str


async def _read(visit: Visit, contact_id: str) -> Found:
    answer = Response()
    async with visit.asking() as ask:
        contact = await api.read_contact(ask, contact_id, answer)
    return Found(contact, answer.headers["ETag"].strip('"'))


def _id(visit: Visit) -> str:
    return str(visit.request.path_params["contact_id"])


@opens(ROUTES, "GET", ONE, menu="contacts", permission="contacts.read", summary="The page of a contact.")
async def contact_page(visit: Visit) -> Response:
    found = await _read(visit, _id(visit))
    editing = Editing(_fields(visit, found.contact), found.version)
    return await visit.show("contact.html", _values(visit, found, editing))


def _values(visit: Visit, found: Found, editing: Editing) -> dict[str, object]:
    contact = found.contact
    known = contact.name or contact.email or contact.phone
    # As in Chats and in webhooks: an address that became known gives nobody another name.
    nameless = contact.called if contact.external_id else known or visit.say("contacts.unnamed")
    return {
        "contact": contact,
        "called": contact.name or nameless,
        "typed": known or contact.id,
        "editing": editing,
        "path": f"{PATH}/{contact.id}",
        "attributes": _not_text(contact) if visit.actor.may("contacts.write") else contact.attributes,
    }


def _texts(contact: api.ContactDetail) -> dict[str, str]:
    """The attributes that people can change: text. A bot or a system may have set others."""
    return {name: value for name, value in contact.attributes.items() if isinstance(value, str)}


def _not_text(contact: api.ContactDetail) -> dict[str, object]:
    return {name: value for name, value in contact.attributes.items() if not isinstance(value, str)}


@opens(ROUTES, "POST", ONE, menu="contacts", permission="contacts.write", summary="Save a contact.")
async def save_contact(visit: Visit) -> Response:
    sent, found = await visit.form(), await _read(visit, _id(visit))
    fields = _fields(visit, found.contact)
    try:
        change = api.ContactChange.model_validate(_change(found.contact, given(fields, sent, prefix="")))
        async with visit.asking() as ask:
            await api.update_contact(ask, found.contact.id, change, expected(sent.get("version")), Response())
    except MENDABLE as error:
        mistakes = mistakes_of(error, visit.viewer.language)
        stored_now = fields if mistakes.code == "conflict" else []
        fields, mistakes = again(fields, sent, mistakes, stored_now)
        values = {"editing": Editing(fields, found.version, mistakes), "path": f"{PATH}/{found.contact.id}"}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await visit.go(f"{PATH}/{found.contact.id}", toast=visit.say("shell.saved"))


def _change(contact: api.ContactDetail, values: Mapping[str, object]) -> dict[str, object]:
    """What was sent as the API takes it; attributes that are no more among the rows are taken away."""
    gone = dict.fromkeys(_texts(contact))
    rows = {ATTRIBUTES: {**gone, **cast("Mapping[str, str]", values[ATTRIBUTES])}}
    return {name: value or None for name, value in values.items()} | rows


def _fields(visit: Visit, contact: api.ContactDetail) -> list[Field]:
    def text(name: str, most: int = 200) -> Field:
        return Field(name, visit.say(f"contacts.{name}"), value=getattr(contact, name), most_letters=most)

    languages = tuple(Choice(code, name) for code, name in LANGUAGES.items())
    return [
        text("name"),
        text("email", 320),
        text("phone", 40),
        text("company"),
        Field(
            "language",
            visit.say("contacts.language"),
            kind="select",
            value=contact.language or "",
            choices=languages,
        ),
        Field(
            "time_zone",
            visit.say("contacts.time_zone"),
            kind="select",
            value=contact.time_zone or "",
            choices=zones(contact.time_zone or ""),
        ),
        Field(
            ATTRIBUTES,
            visit.say("contacts.attributes"),
            kind="map",
            hint=visit.say("contacts.attributes_line"),
            value=list(_texts(contact).items()),
        ),
    ]


@opens(
    ROUTES,
    "POST",
    ONE + "/notes",
    menu="contacts",
    permission="contacts.write",
    summary="Add a note to a contact.",
)
async def note_contact(visit: Visit) -> Response:
    sent = await visit.form()
    contact_id = _id(visit)
    try:
        note = api.NewNote(text=sent.get("text"))
    except MENDABLE as error:
        raise Refused("invalid", mistakes_of(error, visit.viewer.language).by_field.get("text", "")) from None
    async with visit.asking() as ask:
        await api.add_contact_note(ask, contact_id, note, Response())
    return await visit.go(f"{PATH}/{contact_id}", toast=visit.say("contacts.note_added"))


@opens(
    ROUTES,
    "GET",
    ONE + "/export",
    menu="contacts",
    permission="contacts.read",
    summary="All that is known of a contact, as a file.",
)
async def export_contact_file(visit: Visit) -> Response:
    async with visit.asking() as ask:
        found = await acts.export_contact(ask, _id(visit))
    body = msgspec.json.format(msgspec.json.encode(found.model_dump(mode="json")))
    name = f'attachment; filename="{found.contact["id"]}.json"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    return Response(body, headers=headers, media_type="application/json")


@opens(
    ROUTES,
    "POST",
    ONE + "/erase",
    menu="contacts",
    permission="contacts.erase",
    summary="Erase a contact from its page.",
)
async def erase_contact_form(visit: Visit) -> Response:
    sent, found = await visit.form(), await _read(visit, _id(visit))
    values = _values(visit, found, Editing([], ""))
    if sent.get("name").strip() != values["typed"]:
        raise Refused("invalid", visit.say("contacts.wrong_name"), field="name")
    async with visit.asking() as ask:
        await acts.erase_contact(ask, found.contact.id, acts.Erasure(reason=sent.get("reason")))
    return await visit.go(PATH, toast=visit.say("contacts.erased"))


@opens(
    ROUTES,
    "GET",
    ONE + "/merge",
    menu="contacts",
    permission="contacts.write",
    summary="Choose a contact to merge, and field by field what stays.",
)
async def merge_contact_page(visit: Visit) -> Response:
    query, found = visit.request.query_params, await _read(visit, _id(visit))
    values: dict[str, object] = {**_values(visit, found, Editing([], "")), "q": query.get("q", "")}
    if other_id := query.get("other", ""):
        there = await _read(visit, other_id)
        both = {"other": there.contact, "pairs": _pairs(visit, found.contact, there.contact)}
        seen = {"version": found.version, "other_version": there.version}
        return await visit.show("contact_merge.html", {**values, **both, **seen})
    async with visit.asking() as ask:
        likely = await whole_page(ask, str(values["q"]) or found.contact.name, 20)
    rows = [row for row in likely.data if row.id != found.contact.id]
    return await visit.show("contact_merge_choose.html", {**values, "rows": rows})


def _pairs(visit: Visit, here: api.ContactDetail, there: api.ContactDetail) -> list[Pair]:
    """The facts in which the two differ."""
    names = (*FACTS, "language", "time_zone")
    made = [
        Pair(name, visit.say(f"contacts.{name}"), getattr(here, name) or "", getattr(there, name) or "")
        for name in names
    ]
    return [pair for pair in made if pair.here != pair.there]


@opens(
    ROUTES,
    "POST",
    ONE + "/merge",
    menu="contacts",
    permission="contacts.write",
    summary="Merge two contacts from a page.",
)
async def merge_contact_form(visit: Visit) -> Response:
    sent, contact_id = await visit.form(), _id(visit)
    take = [name for name in (*FACTS, "language", "time_zone") if sent.get(name) == "there"]
    seen = {"other": sent.get("other"), "other_version": sent.get("other_version")}
    wanted = acts.Merge.model_validate({**seen, "take": take})
    async with visit.asking() as ask:
        await acts.merge_contacts(ask, contact_id, wanted, expected(sent.get("version")), Response())
    return await visit.go(f"{PATH}/{contact_id}", toast=visit.say("contacts.merged"))
