"""Where words stand in conversations, and which contacts are called so. Called by `desk`.

`within` is the set of assistants that an actor is limited to, empty for no limit.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import text

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.core.message import Author, Part
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.contact_lists import IS_CUSTOMER
from frontdesk.store.tx import Tx

Kind = Literal["m", "n"]
MOST_SEQS = 20
"""Messages of one conversation that are known to have a word; the last ones."""
RARE = 2_000
"""Conversations up to which those with a word are looked through; beyond, the latest conversations are."""
_HIGHEST = "\U0010ffff"
_parts = msgspec.json.Decoder(tuple[Part, ...])

_NEW = """
    SELECT m.id, m.conversation_id, m.seq, m.author, m.parts, coalesce(p.language, w.language) AS language
    FROM (SELECT * FROM messages
          WHERE workspace_id = $1 AND id > coalesce(
              nullif($3::text, ''), (SELECT message_id FROM search_marks WHERE workspace_id = $1), '')
          ORDER BY id LIMIT $2) m
    JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
    JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    JOIN workspaces w ON w.workspace_id = c.workspace_id
    ORDER BY m.id
"""
# What is committed later was written by a transaction that is under way now, or by one that is still to come.
_SAID = """
    SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS upto,
           ARRAY(SELECT workspace_id FROM said_since(CAST(CAST($1::bigint AS text) AS xid8))) AS workspaces
"""
# Conversations are held as rows beside them hold them, but first, and in the order of their ids, as by everybody who holds
# several: row after row they would be held in the order of the words. One that is erased meanwhile is left out.
_KEEP = f"""
    WITH held AS MATERIALIZED (
        SELECT id FROM conversations
        WHERE workspace_id = $1 AND id = ANY (ARRAY(SELECT DISTINCT unnest($4::text[])))
        ORDER BY id FOR KEY SHARE)
    INSERT INTO search_words AS s (workspace_id, kind, word, conversation_id, seqs)
    SELECT $1, w.kind, w.word, w.conversation_id, array_agg(DISTINCT w.seq ORDER BY w.seq)
    FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) AS w (kind, word, conversation_id, seq)
    JOIN held ON held.id = w.conversation_id
    GROUP BY w.kind, w.word, w.conversation_id
    ORDER BY w.kind, w.word COLLATE "C", w.conversation_id
    ON CONFLICT (workspace_id, kind, word, conversation_id) DO UPDATE SET seqs = (
        SELECT array_agg(seq ORDER BY seq) FROM (
            SELECT DISTINCT unnest(s.seqs || excluded.seqs) AS seq ORDER BY seq DESC LIMIT {MOST_SEQS}) last)
"""
_MARK = """
    INSERT INTO search_marks (workspace_id, message_id) VALUES ($1, $2)
    ON CONFLICT (workspace_id) DO UPDATE SET message_id = excluded.message_id
    WHERE search_marks.message_id < excluded.message_id
"""
# How many conversations have each of the words, in one of its forms, counted no further than :most a form.
_SPREAD = text("""
    SELECT w.n, sum((SELECT count(*) FROM (
        SELECT FROM search_words s WHERE s.workspace_id = :w AND s.kind = :kind AND s.word = w.form COLLATE "C"
        LIMIT :most) counted)) AS spread
    FROM unnest(CAST(:numbers AS int[]), CAST(:forms AS text[])) AS w (n, form)
    GROUP BY w.n ORDER BY spread, w.n""")
_FIND = f"""
    SELECT c.id, c.last_message_at, c.subject, c.contact_id, c.external_id, p.name AS contact_name
    FROM (SELECT c.id, c.last_message_at, c.subject, c.contact_id, c.external_id
          FROM {{source}} c
          WHERE c.workspace_id = :w
            AND (cardinality(CAST(:within AS text[])) = 0 OR c.assistant_id = ANY (CAST(:within AS text[])))
            AND {IS_NO_PREVIEW}
            {{rest}}
          ORDER BY c.last_message_at DESC, c.id DESC LIMIT :limit) c
    JOIN contacts p ON p.workspace_id = :w AND p.id = c.contact_id
    ORDER BY c.last_message_at DESC, c.id DESC"""
_OF_THE_RAREST = """
              (SELECT c.* FROM (SELECT DISTINCT s.conversation_id AS id FROM search_words s
                                WHERE s.workspace_id = :w AND s.kind = :kind
                                  AND s.word = ANY (CAST(:forms0 AS text[]))) hit
               JOIN conversations c ON c.workspace_id = :w AND c.id = hit.id)"""
# OFFSET keeps the word a question asked of one conversation: joined, all conversations with it would be read first.
_HAS = """
            AND EXISTS (SELECT FROM search_words s WHERE s.workspace_id = :w AND s.kind = :kind
                        AND s.conversation_id = c.id AND s.word = ANY (CAST(:forms{n} AS text[])) OFFSET 0)"""
_AFTER = "AND (c.last_message_at, c.id) < (CAST(:after_at AS timestamptz), :after_id)"
_SEQS = text("""
    SELECT s.conversation_id, w.n, s.seqs
    FROM unnest(CAST(:numbers AS int[]), CAST(:forms AS text[])) AS w (n, form)
    JOIN search_words s ON s.workspace_id = :w AND s.kind = :kind AND s.word = w.form COLLATE "C"
     AND s.conversation_id = ANY (CAST(:conversations AS text[]))""")
_TEXTS = text("""
    SELECT m.conversation_id, m.seq, m.author, m.parts, m.created_at
    FROM unnest(CAST(:conversations AS text[]), CAST(:seqs AS bigint[])) AS w (conversation_id, seq)
    JOIN messages m ON m.workspace_id = :w AND m.conversation_id = w.conversation_id AND m.seq = w.seq
     AND m.author <> 'event'""")
_STAND = text("""
    SELECT form FROM unnest(CAST(:forms AS text[])) AS w (form)
    WHERE EXISTS (SELECT FROM search_words s WHERE s.workspace_id = :w AND s.kind = :kind
                  AND s.word = w.form COLLATE "C")""")
# Jumps from one word to the next along the index.
_VOCABULARY = text("""
    WITH RECURSIVE known AS (
        (SELECT word FROM search_words WHERE workspace_id = :w AND kind = :kind AND word >= :first COLLATE "C"
         ORDER BY word LIMIT 1)
        UNION ALL
        SELECT (SELECT s.word FROM search_words s WHERE s.workspace_id = :w AND s.kind = :kind AND s.word > known.word
                ORDER BY s.word LIMIT 1)
        FROM known WHERE known.word <= :last COLLATE "C")
    SELECT word FROM known WHERE word <= :last COLLATE "C" LIMIT :most""")
_CONTACTS = f"""
    SELECT p.id, p.name, p.email, p.phone, coalesce((
               SELECT c.external_id FROM conversations c
               WHERE c.workspace_id = p.workspace_id AND c.contact_id = p.id
               ORDER BY c.last_message_at DESC LIMIT 1), '') AS external_id, p.created_at
    FROM contacts p
    WHERE p.workspace_id = :w AND p.merged_into IS NULL AND p.id > :after AND {IS_CUSTOMER} {{parts}}
    ORDER BY p.id LIMIT :limit"""
_HAS_PART = """AND (
    strpos(lower(concat_ws(' ', p.name, p.email, p.phone, p.company)), lower(:part{n})) > 0
    OR p.id = ANY (ARRAY(
        SELECT contact_id FROM conversations
        WHERE workspace_id = :w AND external_id = :part{n}
          AND channel_id = ANY (ARRAY(SELECT id FROM channels WHERE workspace_id = :w)))))"""
_NAMES = text("""
    SELECT DISTINCT lower(name) AS name FROM contacts
    WHERE workspace_id = :w AND merged_into IS NULL AND name <> '' AND (' ' || lower(name)) LIKE ANY (:likes)
      AND lower(name) LIKE ANY (:having)
    LIMIT :most""")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A message whose words are not kept yet."""

    id: str
    conversation_id: ConversationId
    seq: int
    author: Author
    parts: tuple[Part, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A word and where it stands."""

    kind: Kind
    word: str
    conversation_id: ConversationId
    seq: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A form of the asked-for word number `n`."""

    n: int
    form: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that has every word."""

    id: ConversationId
    last_message_at: datetime
    subject: str
    contact_id: str
    contact_name: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Line:
    conversation_id: ConversationId
    seq: int
    author: Author
    parts: tuple[Part, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str
    phone: str
    external_id: str
    created_at: datetime


@across_workspaces("asks once where something was said; its words are kept inside each workspace")
async def said_since(store: Store, since: int) -> tuple[list[WorkspaceId], int]:
    """Where messages were written by transaction `since` or a later one, and which to ask from the next time."""
    async with store.claim_work() as connection:
        (row,) = await connection.fetch(_SAID, since)
    return [WorkspaceId(one) for one in row["workspaces"]], row["upto"]


async def fresh(workspace: WorkspaceId, store: Store, *, after: str, limit: int) -> list[Fresh]:
    """Messages after this one, or after the mark, in the order of their ids."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_NEW, workspace, limit, after)
    return [
        Fresh(
            row["id"],
            row["conversation_id"],
            row["seq"],
            row["author"],
            _parts.decode(row["parts"]),
            row["language"],
        )
        for row in rows
    ]


async def keep(workspace: WorkspaceId, store: Store, words: Sequence[Standing], mark: str) -> None:
    """Keep where words stand; every message up to `mark` is done."""
    columns = [[getattr(word, name) for word in words] for name in ("kind", "word", "conversation_id", "seq")]
    async with store.turn_work(workspace) as connection, connection.transaction():
        if words:
            await connection.execute(_KEEP, workspace, *columns)
        if mark:
            await connection.execute(_MARK, workspace, mark)


async def find(
    workspace: WorkspaceId,
    tx: Tx,
    kind: Kind,
    wanted: Sequence[Wanted],
    *,
    within: AbstractSet[str],
    after: str,
    limit: int,
    rare: int = RARE,
) -> list[Hit]:
    """Conversations with all the words, the latest first; `after` is the position of the last one given out.

    The conversations with the rarest word are looked through for the others. Where that one is common too, the latest
    conversations are looked through for all of them, and the first `limit` are soon found.
    """
    spread = (await tx.execute(_SPREAD, {**_forms(workspace, kind, wanted), "most": rare})).all()
    of_word: dict[int, list[str]] = {row.n: [] for row in spread}
    for each in wanted:
        of_word[each.n].append(each.form)
    given: dict[str, object] = {f"forms{n}": forms for n, forms in enumerate(of_word.values())}
    is_rare = spread[0].spread < rare
    rest = "".join(_HAS.format(n=n) for n in range(is_rare, len(of_word)))
    at, _, last = after.partition(" ")
    if at:
        rest += _AFTER
        given |= {"after_at": datetime.fromisoformat(at), "after_id": last}
    statement = _FIND.format(source=_OF_THE_RAREST if is_rare else "conversations", rest=rest)
    rows = await tx.execute(
        text(statement), {**given, "w": workspace, "kind": kind, "within": sorted(within), "limit": limit}
    )
    return [
        Hit(row.id, row.last_message_at, row.subject, row.contact_id, row.contact_name, row.external_id)
        for row in rows
    ]


async def lines(
    workspace: WorkspaceId, tx: Tx, kind: Kind, wanted: Sequence[Wanted], hits: Sequence[Hit]
) -> dict[str, Line]:
    """Of each conversation the last of the messages that have most of the words."""
    rows = await tx.execute(
        _SEQS, {**_forms(workspace, kind, wanted), "conversations": [hit.id for hit in hits]}
    )
    having: dict[str, dict[int, set[int]]] = {}
    for row in rows:
        for seq in row.seqs:
            having.setdefault(row.conversation_id, {}).setdefault(seq, set()).add(row.n)
    best = {
        conversation: max(found, key=lambda seq: (len(found[seq]), seq))
        for conversation, found in having.items()
    }
    texts = await tx.execute(
        _TEXTS, {"w": workspace, "conversations": list(best), "seqs": list(best.values())}
    )
    return {
        row.conversation_id: Line(
            row.conversation_id,
            row.seq,
            row.author,
            msgspec.convert(row.parts, tuple[Part, ...]),
            row.created_at,
        )
        for row in texts
    }


def _forms(workspace: WorkspaceId, kind: Kind, wanted: Sequence[Wanted]) -> dict[str, object]:
    return {
        "w": workspace,
        "kind": kind,
        "numbers": [each.n for each in wanted],
        "forms": [each.form for each in wanted],
    }


async def standing(workspace: WorkspaceId, tx: Tx, kind: Kind, forms: Sequence[str]) -> set[str]:
    """Those of these words that stand anywhere."""
    return {
        row.form for row in await tx.execute(_STAND, {"w": workspace, "kind": kind, "forms": list(forms)})
    }


async def vocabulary(workspace: WorkspaceId, tx: Tx, kind: Kind, beginning: str, *, most: int) -> list[str]:
    """The words that begin so, the first of them."""
    given = {"w": workspace, "kind": kind, "first": beginning, "last": beginning + _HIGHEST, "most": most}
    return [row.word for row in await tx.execute(_VOCABULARY, given)]


async def contacts(
    workspace: WorkspaceId, tx: Tx, words: Sequence[str], *, after: str, limit: int
) -> list[Person]:
    """Contacts of whose name, address, number or company every word is a part, or whose id on a channel it is."""
    conditions = " ".join(_HAS_PART.format(n=n) for n in range(len(words)))
    given: dict[str, object] = {f"part{n}": word for n, word in enumerate(words)}
    statement = text(_CONTACTS.format(parts=conditions))
    rows = await tx.execute(statement, {**given, "w": workspace, "after": after, "limit": limit})
    return [Person(row.id, row.name, row.email, row.phone, row.external_id, row.created_at) for row in rows]


async def contact_names(
    workspace: WorkspaceId, tx: Tx, beginnings: Sequence[str], *, pieces: Sequence[str], most: int
) -> list[str]:
    """Names with a word that begins so and one of the pieces, in small letters; no more than `most`."""
    likes, having = [f"% {beginning}%" for beginning in beginnings], [f"%{piece}%" for piece in pieces]
    given = {"w": workspace, "likes": likes, "having": having, "most": most}
    return [row.name for row in await tx.execute(_NAMES, given)]
