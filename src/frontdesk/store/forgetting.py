"""What is stored of conversations without being deleted with their rows: let go of first, by whoever deletes them for good.

Called with the conversations held, so that no turn writes anything beside them afterwards.
"""

from collections.abc import Sequence

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import uploads
from frontdesk.store.tx import Tx

_IDS = "ANY (CAST(:ids AS text[]))"
_DRAFTS = f"""
    SELECT a.id FROM articles a
    WHERE a.workspace_id = :w AND a.status IN ('draft', 'removed') AND a.indexed_version IS NULL
      AND (SELECT count(DISTINCT v.content - 'status') = 1 AND NOT bool_or(v.content ->> 'status' = 'published')
           FROM article_versions v WHERE v.workspace_id = a.workspace_id AND v.article_id = a.id)
      AND a.id IN (
        SELECT q.article_id FROM knowledge_questions q
        WHERE q.workspace_id = :w AND q.outcome = 'none' AND q.conversation_id = {_IDS})"""
DELIVERIES = f"DELETE FROM deliveries WHERE workspace_id = :w AND conversation_id = {_IDS}"
"""Those that still wait, too."""
_BESIDE = (
    # A draft that nobody has written to, in the bin too, is made of customers' words alone: what others asked is a gap again.
    text(f"""UPDATE knowledge_questions SET settled_at = NULL, article_id = NULL
             WHERE workspace_id = :w AND outcome = 'none' AND article_id IN ({_DRAFTS})
               AND NOT conversation_id = {_IDS}"""),
    text(f"DELETE FROM articles WHERE workspace_id = :w AND id IN ({_DRAFTS})"),
    text(f"DELETE FROM events WHERE workspace_id = :w AND conversation_id = {_IDS}"),
    text(DELIVERIES),
    text(f"DELETE FROM traces WHERE workspace_id = :w AND conversation_id = {_IDS}"),
    # Whose browser goes on begins anew.
    text(f"""DELETE FROM visitor_sessions s USING conversations c
             WHERE s.workspace_id = :w AND c.workspace_id = :w AND c.id = {_IDS}
               AND s.channel_id = c.channel_id AND s.external_id = c.external_id"""),
    text(f"""DELETE FROM visitor_mails m USING conversations c
             WHERE m.workspace_id = :w AND c.workspace_id = :w AND c.id = {_IDS} AND m.visitor_id = c.external_id"""),
    # Costs stay, whose they were does not.
    text(f"UPDATE ai_usage SET conversation_id = NULL WHERE workspace_id = :w AND conversation_id = {_IDS}"),
)


async def forget_beside(workspace: WorkspaceId, tx: Tx, conversations: Sequence[str]) -> int:
    """Files, events, deliveries, traces and drafts of these conversations; how many files that were."""
    files = await uploads.erase_of(workspace, tx, conversations)
    given = {"w": workspace, "ids": list(conversations)}
    for statement in _BESIDE:
        await tx.execute(statement, given)
    return files
