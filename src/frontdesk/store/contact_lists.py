"""Contacts as people see them: the list with what was last heard of each, one of them, changes and notes.

Called by `web/v1`. Finding one by what a channel calls them, and forgetting one, is in `contacts.py`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ContactId, WorkspaceId
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.stretch import Stretch
from frontdesk.store.tx import Tx

LONGEST_WORD = 100
LOOKED_AT = 10_000
"""Contacts that one page looks through for words, as `desk_lists.LOOKED_AT`."""

# Of a contact is seen what was said with these assistants; none given are all of them.
_IN_REACH = """(cardinality(CAST(:within AS text[])) = 0 OR c.assistant_id = ANY (CAST(:within AS text[])))"""
_COLUMNS = f"""
    SELECT p.id, p.name, p.email, p.phone, p.company, p.language, p.time_zone, p.attributes, p.row_version,
           p.created_at, coalesce(v.conversations, 0) AS conversations, v.last_at, v.channel, v.last_id, v.external_id,
           ARRAY(SELECT json_build_array(l.name, l.color)
                 FROM conversation_labels cl
                 JOIN labels l ON l.workspace_id = cl.workspace_id AND l.id = cl.label_id AND l.deleted_at IS NULL
                 JOIN conversations c ON c.workspace_id = cl.workspace_id AND c.id = cl.conversation_id
                 WHERE c.workspace_id = p.workspace_id AND c.contact_id = p.id AND {_IN_REACH}
                 GROUP BY l.name, l.color ORDER BY l.name LIMIT 5) AS labels
    FROM contacts p LEFT JOIN LATERAL (
        SELECT count(*) AS conversations, max(c.last_message_at) AS last_at,
               (array_agg(h.name ORDER BY c.last_message_at DESC))[1] AS channel,
               (array_agg(c.id ORDER BY c.last_message_at DESC))[1] AS last_id,
               (array_agg(c.external_id ORDER BY c.last_message_at DESC))[1] AS external_id
        FROM conversations c JOIN channels h ON h.workspace_id = c.workspace_id AND h.id = c.channel_id
        WHERE c.workspace_id = p.workspace_id AND c.contact_id = p.id AND {_IN_REACH}) v ON true
    WHERE p.workspace_id = :w AND p.merged_into IS NULL"""
_WITHIN = """ AND (cardinality(CAST(:within AS text[])) = 0 OR EXISTS (
        SELECT FROM conversations c WHERE c.workspace_id = p.workspace_id AND c.contact_id = p.id
          AND c.assistant_id = ANY (CAST(:within AS text[]))))"""
# Who tries a bot is no customer.
IS_CUSTOMER = f"""NOT EXISTS (
        SELECT FROM conversations c
        WHERE c.workspace_id = p.workspace_id AND c.contact_id = p.id AND NOT ({IS_NO_PREVIEW}))"""
_AFTER = " AND p.id < :after"
_LIST = _COLUMNS + _WITHIN + f" AND {IS_CUSTOMER} {{after}} ORDER BY p.id DESC LIMIT :limit"
_LOOK = f"""
    WITH looked AS MATERIALIZED (
        SELECT p.workspace_id, p.id,
               strpos(lower(p.name), lower(:q)) > 0 OR strpos(lower(p.email), lower(:q)) > 0
               OR strpos(p.phone, :q) > 0 OR strpos(lower(p.company), lower(:q)) > 0
               OR p.id = ANY (ARRAY(
                   SELECT c.contact_id FROM conversations c
                   WHERE c.workspace_id = :w AND c.external_id = :q AND {_IN_REACH}
                     AND c.channel_id = ANY (ARRAY(SELECT id FROM channels WHERE workspace_id = :w)))) AS has
        FROM contacts p
        WHERE p.workspace_id = :w AND p.merged_into IS NULL {{after}}
        ORDER BY p.id DESC LIMIT :most),
    found AS MATERIALIZED (
        SELECT p.id FROM looked p WHERE p.has{_WITHIN} AND {IS_CUSTOMER} ORDER BY p.id DESC LIMIT :limit),
    last AS (
        SELECT min(id) AS id FROM looked
        WHERE (SELECT count(*) FROM found) < :limit HAVING count(*) = :most)
    SELECT id, true AS is_found FROM found UNION ALL SELECT id, false FROM last ORDER BY is_found DESC, id DESC"""
_AT = text(_COLUMNS + " AND p.id = ANY (CAST(:ids AS text[])) ORDER BY p.id DESC")
_READ = text(_COLUMNS + _WITHIN + " AND p.id = :id")
_LOCK = text("SELECT FROM contacts WHERE workspace_id = :w AND id = :id AND merged_into IS NULL FOR UPDATE")
_UPDATE = text("""
    UPDATE contacts SET name = :name, email = :email, phone = :phone, company = :company, language = :language,
           time_zone = :time_zone, attributes = CAST(:attributes AS jsonb), row_version = row_version + 1,
           updated_at = now()
    WHERE workspace_id = :w AND id = :id""")
_BEYOND = text(f"""
    SELECT EXISTS (SELECT FROM conversations c
                   WHERE c.workspace_id = :w AND c.contact_id = :id AND NOT {_IN_REACH})""")
_TALKS = text(f"""
    SELECT c.id, c.subject, h.name AS channel, c.owner, c.outcome, c.last_preview, c.created_at, c.last_message_at,
           c.rating, c.rating_max, c.page_url, c.referrer, c.browser, c.device
    FROM conversations c JOIN channels h ON h.workspace_id = c.workspace_id AND h.id = c.channel_id
    WHERE c.workspace_id = :w AND c.contact_id = :id AND {_IN_REACH}
    ORDER BY c.last_message_at DESC, c.id DESC LIMIT :limit""")
_NOTES = text("""
    SELECT n.id, n.author_id, coalesce(a.name, '') AS author, n.text, n.created_at
    FROM contact_notes n LEFT JOIN accounts a ON a.workspace_id = n.workspace_id AND a.id = n.author_id
    WHERE n.workspace_id = :w AND n.contact_id = :id ORDER BY n.id DESC LIMIT :limit""")
_ADD_NOTE = text("""
    INSERT INTO contact_notes (workspace_id, id, contact_id, author_id, text)
    VALUES (:w, :note, :id, :author, :text)""")
_SPOKEN = text(f"""
    SELECT m.conversation_id, m.seq, m.author, m.parts, m.created_at
    FROM messages m JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
    WHERE c.workspace_id = :w AND c.contact_id = :id AND {_IN_REACH}
      AND m.author IN ('contact', 'bot', 'operator')
    ORDER BY c.created_at, c.id, m.seq LIMIT :limit""")


@dataclass(frozen=True, slots=True)
class Facts:
    """What people may change of a contact."""

    name: str
    email: str
    phone: str
    company: str
    language: str | None
    time_zone: str | None
    attributes: dict[str, object]


@dataclass(frozen=True, slots=True)
class Contact:
    """What is told of conversations is of those in reach.

    `channel`, `last_id` and `external_id`: of the one in which something was said last. `labels`: name and colour.
    """

    id: ContactId
    facts: Facts
    row_version: int
    created_at: datetime
    conversations: int
    last_at: datetime | None
    channel: str
    last_id: str
    external_id: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of a contact."""

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
    page_url: str
    referrer: str
    browser: str
    device: str


@dataclass(frozen=True, slots=True)
class Note:
    """`author` is empty for one who is gone, or who was a key."""

    id: str
    author_id: str
    author: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message, for an export."""

    conversation_id: str
    seq: int
    author: str
    parts: list[dict[str, object]]
    created_at: datetime


async def list_contacts(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    q: str,
    within: frozenset[str],
    after: str,
    limit: int,
    most: int = LOOKED_AT,
) -> Stretch[Contact]:
    """The latest known first; `q` stands in the name, address, number or company, or is what a channel calls them.

    With `q` those alone of the next `most`.
    """
    given = {"w": workspace, "within": sorted(within), "after": after, "limit": limit + 1}
    behind = _AFTER if after else ""
    if q:
        known = (
            await tx.execute(text(_LOOK.format(after=behind)), {**given, "q": q[:LONGEST_WORD], "most": most})
        ).all()
        ids = [row.id for row in known if row.is_found]
        rows = await tx.execute(_AT, {**given, "ids": ids[:limit]})
        upto = ids[limit - 1] if len(ids) > limit else "".join(row.id for row in known[len(ids) :])
        return Stretch([_contact(row) for row in rows], upto)
    found = [_contact(row) for row in await tx.execute(text(_LIST.format(after=behind)), given)]
    return Stretch(found[:limit], found[limit - 1].id if len(found) > limit else "")


async def read(
    workspace: WorkspaceId, tx: Tx, contact_id: str, *, within: frozenset[str], for_change: bool = False
) -> Contact:
    """One contact; `for_change` keeps others from changing it until the commit.

    Raises:
        Refused: There is none, it was merged into another one, or its conversations are out of reach.
    """
    given = {"w": workspace, "id": contact_id, "within": sorted(within)}
    if for_change:
        await tx.execute(_LOCK, given)
    row = (await tx.execute(_READ, given)).first()
    if row is None:
        raise Refused("not_found", "There is no such contact.")
    return _contact(row)


async def reaches_beyond(
    workspace: WorkspaceId, tx: Tx, contact_id: ContactId, *, within: frozenset[str]
) -> bool:
    """Whether some of a contact's conversations are out of reach."""
    given = {"w": workspace, "id": contact_id, "within": sorted(within)}
    return bool(await tx.scalar(_BEYOND, given))


async def update(workspace: WorkspaceId, tx: Tx, contact_id: ContactId, facts: Facts) -> None:
    values = {**asdict(facts), "attributes": json_text(facts.attributes)}
    await tx.execute(_UPDATE, {"w": workspace, "id": contact_id, **values})


async def talks(
    workspace: WorkspaceId, tx: Tx, contact_id: ContactId, *, within: frozenset[str], limit: int
) -> list[Talk]:
    """Those in reach, the latest first."""
    given = {"w": workspace, "id": contact_id, "within": sorted(within), "limit": limit}
    rows = await tx.execute(_TALKS, given)
    return [Talk(*row) for row in rows]


async def notes(workspace: WorkspaceId, tx: Tx, contact_id: ContactId, *, limit: int) -> list[Note]:
    """The latest first."""
    rows = await tx.execute(_NOTES, {"w": workspace, "id": contact_id, "limit": limit})
    return [Note(*row) for row in rows]


async def add_note(workspace: WorkspaceId, tx: Tx, contact_id: ContactId, *, author: str, said: str) -> str:
    """The note's id."""
    made = mint("note")
    await tx.execute(
        _ADD_NOTE, {"w": workspace, "note": made, "id": contact_id, "author": author, "text": said}
    )
    return made


async def spoken(
    workspace: WorkspaceId, tx: Tx, contact_id: ContactId, *, within: frozenset[str], limit: int
) -> list[Spoken]:
    """Everything in reach that was said with a contact, in order; private notes are not the contact's."""
    given = {"w": workspace, "id": contact_id, "within": sorted(within), "limit": limit}
    rows = await tx.execute(_SPOKEN, given)
    return [Spoken(*row) for row in rows]


def _contact(row: SqlRow[Any]) -> Contact:
    facts = Facts(row.name, row.email, row.phone, row.company, row.language, row.time_zone, row.attributes)
    return Contact(
        row.id,
        facts,
        row.row_version,
        row.created_at,
        row.conversations,
        row.last_at,
        row.channel or "",
        row.last_id or "",
        row.external_id or "",
        tuple((name, color) for name, color in row.labels),
    )
