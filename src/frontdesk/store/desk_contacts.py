"""Contacts as people see and keep them: what is known, notes, merging two of one person. Called by `web/v1` and `desk`.

Forgetting one for good is in `contacts.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ContactId, WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

_COLUMNS = """
    p.id, p.name, p.email, p.phone, p.company, coalesce(p.language, '') AS language,
    coalesce(p.time_zone, '') AS time_zone, p.attributes, p.merged_into, p.row_version, p.created_at, p.updated_at"""
_LIST = text(f"""
    SELECT {_COLUMNS} FROM contacts p
    WHERE p.workspace_id = :w AND p.merged_into IS NULL AND (:after = '' OR p.id < :after)
      AND (:q = '' OR p.name ILIKE :like OR p.email ILIKE :like OR p.phone ILIKE :like OR p.company ILIKE :like)
    ORDER BY p.id DESC LIMIT :limit""")
_READ = f"SELECT {_COLUMNS} FROM contacts p WHERE p.workspace_id = :w AND p.id = :id"
_UPDATE = text("""
    UPDATE contacts
    SET name = :name, email = :email, phone = :phone, company = :company, language = nullif(:language, ''),
        time_zone = nullif(:time_zone, ''), attributes = CAST(:attributes AS jsonb), updated_at = now(),
        row_version = row_version + 1
    WHERE workspace_id = :w AND id = :id""")
_NOTES = text("""
    SELECT id, author_id, text, created_at FROM contact_notes
    WHERE workspace_id = :w AND contact_id = :id ORDER BY id DESC LIMIT 200""")
_ADD_NOTE = text("""
    INSERT INTO contact_notes (workspace_id, id, contact_id, author_id, text)
    VALUES (:w, :note, :id, :author, :text)""")
_DELETE_NOTE = text("DELETE FROM contact_notes WHERE workspace_id = :w AND contact_id = :id AND id = :note")
_MERGE = tuple(
    text(sql)
    for sql in (
        "UPDATE conversations SET contact_id = :into, version = version + 1 WHERE workspace_id = :w AND contact_id = :id",
        "UPDATE contact_notes SET contact_id = :into WHERE workspace_id = :w AND contact_id = :id",
        "UPDATE contacts SET merged_into = :into WHERE workspace_id = :w AND merged_into = :id",
        """UPDATE contacts SET merged_into = :into, updated_at = now(), row_version = row_version + 1
           WHERE workspace_id = :w AND id = :id""",
    )
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person; empty where it is not."""

    name: str
    email: str
    phone: str
    company: str
    language: str
    time_zone: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Contact:
    id: ContactId
    facts: Facts
    merged_into: ContactId | None
    row_version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContactNote:
    id: str
    author_id: str
    text: str
    created_at: datetime


async def list_contacts(
    workspace: WorkspaceId, tx: Tx, *, words: str, after: str, limit: int
) -> list[Contact]:
    """The newest first, those with `words` in name, address, number or company."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = await tx.execute(_LIST, {"w": workspace, "q": words, "like": like, "after": after, "limit": limit})
    return [_contact(row) for row in rows]


async def read_contact(
    workspace: WorkspaceId, tx: Tx, contact_id: str, *, for_change: bool = False
) -> Contact:
    """One contact, merged into another one or not."""
    sql = text(_READ + (" FOR UPDATE" if for_change else ""))
    row = (await tx.execute(sql, {"w": workspace, "id": contact_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such contact.")
    return _contact(row)


async def update_contact(workspace: WorkspaceId, tx: Tx, contact_id: ContactId, facts: Facts) -> None:
    given = {
        "w": workspace,
        "id": contact_id,
        "name": facts.name,
        "email": facts.email,
        "phone": facts.phone,
        "company": facts.company,
        "language": facts.language,
        "time_zone": facts.time_zone,
        "attributes": json_text(facts.attributes),
    }
    await tx.execute(_UPDATE, given)


async def merge(workspace: WorkspaceId, tx: Tx, contact_id: ContactId, into: ContactId) -> None:
    """Everything of the one is the other's from now on; both rows have to be held."""
    for statement in _MERGE:
        await tx.execute(statement, {"w": workspace, "id": contact_id, "into": into})


async def notes(workspace: WorkspaceId, tx: Tx, contact_id: ContactId) -> list[ContactNote]:
    """The latest first."""
    rows = await tx.execute(_NOTES, {"w": workspace, "id": contact_id})
    return [ContactNote(row.id, row.author_id, row.text, row.created_at) for row in rows]


async def add_note(workspace: WorkspaceId, tx: Tx, contact_id: ContactId, *, author: str, words: str) -> str:
    made = mint("note")
    given = {"w": workspace, "id": contact_id, "note": made, "author": author, "text": words}
    await tx.execute(_ADD_NOTE, given)
    return made


async def delete_note(workspace: WorkspaceId, tx: Tx, contact_id: ContactId, note_id: str) -> None:
    done = await tx.execute(_DELETE_NOTE, {"w": workspace, "id": contact_id, "note": note_id})
    if done.rowcount == 0:
        raise Refused("not_found", "There is no such note.")


def _contact(row: Row[Any]) -> Contact:
    facts = Facts(
        row.name, row.email, row.phone, row.company, row.language, row.time_zone, dict(row.attributes)
    )
    return Contact(row.id, facts, row.merged_into, row.row_version, row.created_at, row.updated_at)
