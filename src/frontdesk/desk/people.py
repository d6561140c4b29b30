"""Contacts as the desk keeps them: two of one person made one, and all of one to take away. Called by `web/v1`."""

from collections.abc import Sequence
from dataclasses import asdict

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import desk_contacts, desk_lists, desk_messages
from frontdesk.store.desk_contacts import Contact, Facts
from frontdesk.store.desk_lists import Asked, Row
from frontdesk.store.desk_messages import Line
from frontdesk.store.tx import Tx

AT_ONCE = 500
_INSIDE = "attributes."


def merged(mine: Facts, other: Facts, take: Sequence[str]) -> Facts:
    """The other's facts, with mine where it has none and in the fields of `take`.

    Raises:
        Refused: There is no such field.
    """
    fields = [name for name in asdict(mine) if name != "attributes"]
    for name in take:
        if name not in fields and not name.startswith(_INSIDE):
            raise Refused("invalid", f"A contact has no field {name!r}.", field="take")
    chosen = {
        name: getattr(mine, name) if name in take or not getattr(other, name) else getattr(other, name)
        for name in fields
    }
    attributes = {**mine.attributes, **other.attributes}
    for name in take:
        inner = name.removeprefix(_INSIDE)
        if name.startswith(_INSIDE) and inner in mine.attributes:
            attributes[inner] = mine.attributes[inner]
    return Facts(**chosen, attributes=attributes)


async def export(workspace: WorkspaceId, tx: Tx, contact: Contact) -> dict[str, object]:
    """Everything that is stored of a contact, as JSON: facts, notes, conversations with every message."""
    notes = await desk_contacts.notes(workspace, tx, contact.id)
    return {
        "id": contact.id,
        **asdict(contact.facts),
        "created_at": contact.created_at.isoformat(),
        "notes": [{"text": note.text, "at": note.created_at.isoformat()} for note in notes],
        "conversations": [
            await _conversation(workspace, tx, row) for row in await _rows(workspace, tx, contact)
        ],
    }


async def _rows(workspace: WorkspaceId, tx: Tx, contact: Contact) -> list[Row]:
    asked, after = Asked("", order="oldest", filters={"contact_id": contact.id}), ""
    found: list[Row] = []
    while True:
        rows = await desk_lists.list_rows(
            workspace, tx, asked, within=frozenset(), after=after, limit=AT_ONCE
        )
        found += rows
        if len(rows) < AT_ONCE:
            return found
        after = rows[-1].position("oldest")


async def _conversation(workspace: WorkspaceId, tx: Tx, row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "channel": row.channel_type,
        "subject": row.subject,
        "created_at": row.created_at.isoformat(),
        "rating": row.rating,
        "messages": [_message(line) for line in await every_line(workspace, tx, row)],
    }


async def every_line(workspace: WorkspaceId, tx: Tx, row: Row) -> list[Line]:
    """Every message of a conversation, in order."""
    found: list[Line] = []
    after = 0
    while True:
        lines = await desk_messages.lines(workspace, tx, row.id, before=None, after=after, limit=AT_ONCE)
        found += lines
        if len(lines) < AT_ONCE:
            return found
        after = lines[-1].seq


def _message(line: Line) -> dict[str, object]:
    return {
        "seq": line.seq,
        "author": line.author,
        "parts": line.parts,
        "event": line.event,
        "at": line.created_at.isoformat(),
    }
