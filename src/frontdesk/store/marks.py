"""What a turn noticed besides what was said: marks of the conversation, the person, the link that shows it, files.

Written after the turn's own statement in the same transaction, and only by turns that noticed something; that
statement's guard makes each mark a thing of one turn. Called by `turns` and `amends`.
"""

from datetime import datetime

import asyncpg
import msgspec

from frontdesk.core.contact import Known
from frontdesk.core.conversation import Mark
from frontdesk.core.ids import ShareId, WorkspaceId


class NewShare(msgspec.Struct, frozen=True):
    """A link for webhooks; stored is the hash of what is in it."""

    id: ShareId
    hash: bytes
    until: datetime


class Noticed(msgspec.Struct, frozen=True):
    """`marks`: those that are new. `told`: those whose webhook goes out with this. `known`: the person as known now.

    `judge`: a language model is to look at the conversation, in a job. `files`: uploaded ones that came with the message.
    """

    marks: frozenset[Mark] = frozenset()
    told: frozenset[Mark] = frozenset()
    known: Known | None = None
    share: NewShare | None = None
    judge: bool = False
    files: tuple[str, ...] = ()


_MARK = """
    UPDATE conversations
    SET get_contact = get_contact OR 'get_contact' = ANY ($3), interest = interest OR 'interest' = ANY ($3),
        success = success OR 'success' = ANY ($3), is_bot = is_bot OR 'is_bot' = ANY ($3),
        wh_get_contact = wh_get_contact OR 'get_contact' = ANY ($4),
        wh_interest = wh_interest OR 'interest' = ANY ($4), wh_success = wh_success OR 'success' = ANY ($4),
        share_link = coalesce($5, share_link), share_until = coalesce($6, share_until)
    WHERE workspace_id = $1 AND id = $2 RETURNING contact_id
"""
_SHARE = """
    INSERT INTO share_links (workspace_id, id, conversation_id, hash, made_by, expires_at)
    VALUES ($1, $2, $3, $4, 'webhook', $5)
"""
# What somebody has filled in meanwhile stays.
_KNOWN = """
    UPDATE contacts
    SET name = CASE WHEN name = '' THEN $3 ELSE name END, email = CASE WHEN email = '' THEN $4 ELSE email END,
        phone = CASE WHEN phone = '' THEN $5 ELSE phone END, row_version = row_version + 1
    WHERE workspace_id = $1 AND id = $2
"""


# Of one that is another conversation's already, nothing is changed: a file goes with the conversation it came into.
_FILES = """
    UPDATE uploads SET conversation_id = $2
    WHERE workspace_id = $1 AND id = ANY ($3) AND conversation_id IS NULL
"""

JUDGE = "judge"
"""The job in which a language model looks at a conversation."""
JUDGED_AFTER_S = 2.0
"""What is written at one go is looked at once."""
# Here and not through `jobs`, which stands above: it goes with the turn's own writing.
_LOOKED_AT = """
    SELECT enqueue_job($1, convert_to(json_build_object('workspace', $2::text, 'conversation', $3::text)::text, 'UTF8'),
                       make_interval(secs => $4))
"""


async def write(
    workspace: WorkspaceId, connection: asyncpg.Connection, conversation_id: str, noticed: Noticed
) -> None:
    share, known = noticed.share, noticed.known
    if noticed.files:
        await connection.execute(_FILES, workspace, conversation_id, list(noticed.files))
    if noticed.judge:
        await connection.execute(_LOOKED_AT, JUDGE, workspace, conversation_id, JUDGED_AFTER_S)
    if not (noticed.marks or share or known):
        return
    contact_id = await connection.fetchval(
        _MARK,
        workspace,
        conversation_id,
        sorted(noticed.marks),
        sorted(noticed.told),
        None if share is None else share.id,
        None if share is None else share.until,
    )
    if share is not None:
        await connection.execute(_SHARE, workspace, share.id, conversation_id, share.hash, share.until)
    if known is not None:
        await connection.execute(_KNOWN, workspace, contact_id, known.name, known.email, known.phone)


async def written(
    workspace: WorkspaceId,
    connection: asyncpg.Connection,
    sql: str,
    conversation_id: str,
    *values: object,
    noticed: Noticed | None,
) -> asyncpg.Record | None:
    """What the guarded statement gave, None when it wrote nothing; then what was noticed is written with it."""
    if noticed is None:
        return await connection.fetchrow(sql, workspace, conversation_id, *values)
    async with connection.transaction():
        done = await connection.fetchrow(sql, workspace, conversation_id, *values)
        if done is not None:
            await write(workspace, connection, conversation_id, noticed)
    return done
