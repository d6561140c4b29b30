"""What is done with a contact besides changing it: merged with another one, taken away as a file, erased for good."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ContactId, parse
from frontdesk.insight import erasing
from frontdesk.store import contact_lists as stored
from frontdesk.store import contact_merges, contacts
from frontdesk.store.contact_lists import Contact, Facts
from frontdesk.web.etag import IfMatchOptional
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.contacts import ONE, ContactDetail, NoteView, TalkView, detail, reachable, shown

ROUTES: list[Route] = []
MOST_EXPORTED = 50_000

FactName = Literal["name", "email", "phone", "company", "language", "time_zone", "attributes"]


class Merge(BaseModel):
    model_config = ConfigDict(extra="forbid")

    other: str = Field(description="The contact that goes; its id leads to this one afterwards.")
    take: list[FactName] = Field(
        default_factory=list, description="What is taken from the other one; the rest stays as it is here."
    )
    other_version: int | None = Field(
        default=None, description="The number in the other one's ETag; as If-Match is for the one that stays."
    )


class Erasure(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(max_length=1000)] = Field(
        description="Why; it stays in the audit log and may not name the contact."
    )


class ErasedView(BaseModel):
    """How much there was of each."""

    conversations: int
    messages: int
    received: int
    events: int
    deliveries: int
    traces: int
    questions: int


class SpokenView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    conversation_id: str
    seq: int
    author: str
    parts: list[dict[str, object]]
    created_at: datetime


class ContactExport(BaseModel):
    """Everything that is known of one person, and all that was said."""

    contact: dict[str, object]
    conversations: list[TalkView]
    messages: list[SpokenView]
    notes: list[NoteView]
    complete: bool = Field(description=f"False where there are more than {MOST_EXPORTED} messages.")


@route(ROUTES, "POST", ONE + "/merge", permission="contacts.write", summary="Merge another contact into one.")
async def merge_contacts(
    ask: Asked, contact_id: str, given: Merge, expected: IfMatchOptional, response: Response
) -> ContactDetail:
    keep, gone = await reachable(ask, contact_id), await _other(ask, contact_id, given.other)
    await contacts.hold(ask.workspace, ask.tx, keep.id, gone.id)
    keep, gone = await reachable(ask, keep.id), await reachable(ask, gone.id)
    expected.refuse_unless(keep.row_version)
    if given.other_version not in {None, gone.row_version}:
        raise Refused("conflict", "The other contact has changed since you read it.", field="other_version")
    await _refuse_in_part(ask, keep.id)
    await _refuse_in_part(ask, gone.id)
    await stored.update(ask.workspace, ask.tx, keep.id, _taken(keep.facts, gone.facts, given.take))
    await contact_merges.merge(ask.workspace, ask.tx, keep.id, gone.id)
    after = await detail(ask, await reachable(ask, keep.id), response)
    await ask.record("contact.merged", keep.id, after={"other": gone.id, "take": sorted(given.take)})
    return after


async def _other(ask: Ask, contact_id: str, other_id: str) -> Contact:
    """The contact that is to go."""
    try:
        found = await reachable(ask, parse("vis", other_id))
    except Refused as error:
        raise Refused("invalid", error.message, field="other") from None
    if found.id == contact_id:
        raise Refused("invalid", "A contact is not merged into itself.", field="other")
    return found


@route(ROUTES, "GET", ONE + "/export", permission="contacts.read", summary="All that is known of a contact.")
async def export_contact(ask: Asked, contact_id: str) -> ContactExport:
    found, within = await reachable(ask, contact_id), ask.actor.assistant_ids
    talks = await stored.talks(ask.workspace, ask.tx, found.id, within=within, limit=MOST_EXPORTED)
    notes = await stored.notes(ask.workspace, ask.tx, found.id, limit=MOST_EXPORTED)
    spoken = await stored.spoken(ask.workspace, ask.tx, found.id, within=within, limit=MOST_EXPORTED + 1)
    await ask.record("contact.exported", found.id)
    return ContactExport(
        contact=shown(found).model_dump(mode="json"),
        conversations=[TalkView.model_validate(talk) for talk in talks],
        messages=[SpokenView.model_validate(line) for line in spoken[:MOST_EXPORTED]],
        notes=[NoteView.model_validate(note) for note in notes],
        complete=len(spoken) <= MOST_EXPORTED,
    )


@route(ROUTES, "POST", ONE + "/erase", permission="contacts.erase", summary="Erase a contact for good.")
async def erase_contact(ask: Asked, contact_id: str, given: Erasure) -> ErasedView:
    found = await reachable(ask, contact_id)
    # Held, so that no conversation out of reach comes to it between the look and the erasing.
    await contacts.hold(ask.workspace, ask.tx, found.id)
    found = await reachable(ask, found.id)
    await _refuse_in_part(ask, found.id)
    why = erasing.reason(given.reason)
    facts = found.facts
    erasing.refuse_naming(why, facts.name, *facts.name.split(), facts.email, facts.phone)
    gone = await contacts.erase(ask.workspace, ask.tx, found.id)
    await ask.record("contact.erased", found.id, after={"reason": why, **gone.as_dict()})
    return ErasedView.model_validate(gone.as_dict())


async def _refuse_in_part(ask: Ask, contact_id: ContactId) -> None:
    if await stored.reaches_beyond(ask.workspace, ask.tx, contact_id, within=ask.actor.assistant_ids):
        raise Refused("forbidden", "The contact has conversations with assistants that the key is not for.")


def _taken(keep: Facts, gone: Facts, take: list[FactName]) -> Facts:
    values = {name: getattr(gone if name in take else keep, name) for name in Facts.__dataclass_fields__}
    # What only one of them has is lost by no choice.
    values["attributes"] = {**gone.attributes, **keep.attributes}
    if "attributes" in take:
        values["attributes"] = {**keep.attributes, **gone.attributes}
    return Facts(**values)
