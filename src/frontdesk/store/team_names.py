"""How conversations say whose they are: the name of a team, as a bot wrote it, or one that the team had before.

Row security lets an index be asked for a team as it is written, never for `lower(team)`: what is written is gathered
first, from word to word along the index, and few words are. Called by `desk`, `web/v1` and `desk_teams`.
"""

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx


def said_of(condition: str, *, table: str = "conversations") -> str:
    """A recursive query `said` of the different teams that conversations which fit an index name."""
    return f"""
    said AS (
        (SELECT team FROM {table} WHERE workspace_id = :w AND {condition} ORDER BY team LIMIT 1)
        UNION ALL
        SELECT (SELECT c.team FROM {table} c WHERE c.workspace_id = :w AND {condition} AND c.team > said.team
                ORDER BY c.team LIMIT 1)
        FROM said WHERE said.team IS NOT NULL)"""


IS_CALLED = """(t.id = {said} OR lower(t.name) = lower({said})
    OR EXISTS (SELECT FROM unnest(t.former_names) former WHERE lower(former) = lower({said})))"""
"""Whether the team `t` is meant by a word."""

_IN_LINE = text(f"""
    WITH RECURSIVE {said_of("owner = 'queued'")}
    SELECT said.team FROM said
    WHERE CASE WHEN CAST(:id AS text) = '' THEN said.team IS NOT NULL AND NOT EXISTS (
                   SELECT FROM teams t
                   WHERE t.workspace_id = :w AND t.deleted_at IS NULL AND {IS_CALLED.format(said="said.team")})
               ELSE EXISTS (
                   SELECT FROM teams t
                   WHERE t.workspace_id = :w AND t.id = :id AND {IS_CALLED.format(said="said.team")}) END""")
_IS_FORMER = """
    SELECT said.team FROM said
    JOIN teams t ON t.workspace_id = :w AND t.id = :id AND said.team <> t.name
     AND EXISTS (SELECT FROM unnest(t.former_names) former WHERE lower(former) = lower(said.team))"""
_FORMER = text(f"""WITH RECURSIVE {said_of("team <> ''")} {_IS_FORMER}""")
_FORMER_KEPT = text(f"""WITH RECURSIVE {said_of("team <> ''", table="kept_figures")} {_IS_FORMER}""")
# Whoever gives something to the team holds the conversation before: here none is waited for while the team is held.
_HOLD = text("""
    SELECT name FROM teams WHERE workspace_id = :w AND id = :id AND former_names <> '{}' FOR NO KEY UPDATE""")
_CALL = text("""
    UPDATE conversations
    SET team = :name, version = version + 1,
        desk_due_at = CASE WHEN owner = 'queued' THEN now() ELSE desk_due_at END
    WHERE workspace_id = :w AND id = ANY (ARRAY(
        SELECT id FROM conversations
        WHERE workspace_id = :w AND team <> '' AND team = ANY (CAST(:said AS text[]))
        LIMIT :most FOR NO KEY UPDATE SKIP LOCKED))""")
# What deleted conversations counted for is the team's still: its days are summed again.
_CALL_KEPT = text("""
    WITH called AS (
        UPDATE kept_figures SET team = :name
        WHERE workspace_id = :w AND id = ANY (ARRAY(
            SELECT id FROM kept_figures
            WHERE workspace_id = :w AND team <> '' AND team = ANY (CAST(:said AS text[])) LIMIT :most))
        RETURNING day)
    INSERT INTO figure_days_due (workspace_id, day) SELECT DISTINCT :w, day FROM called""")
_DONE = text("UPDATE teams SET former_names = '{}' WHERE workspace_id = :w AND id = :id")
_RENAMED = text("SELECT id FROM teams WHERE workspace_id = :w AND former_names <> '{}'")


async def in_line(workspace: WorkspaceId, tx: Tx, team_id: str) -> list[str]:
    """What those who wait for the team have for its name; for no team (an empty id) what is no team's."""
    return [row.team for row in await tx.execute(_IN_LINE, {"w": workspace, "id": team_id})]


async def call_some(workspace: WorkspaceId, tx: Tx, team_id: str, *, most: int) -> int | None:
    """Give `most` conversations with a former name of the team the one it has; how many were free for it.

    Then what is kept of deleted ones, of which so many days are to be summed again. None when none is left: from then on the former names are anybody's.
    """
    name = await tx.scalar(_HOLD, {"w": workspace, "id": team_id})
    if name is None:
        return None
    for former, call in ((_FORMER, _CALL), (_FORMER_KEPT, _CALL_KEPT)):
        said = [row.team for row in await tx.execute(former, {"w": workspace, "id": team_id})]
        if said:
            done = await tx.execute(call, {"w": workspace, "name": name, "said": said, "most": most})
            return done.rowcount
    await tx.execute(_DONE, {"w": workspace, "id": team_id})
    return None


async def renamed(workspace: WorkspaceId, tx: Tx) -> list[str]:
    """Teams of which conversations may still have a former name."""
    return [row.id for row in await tx.execute(_RENAMED, {"w": workspace})]
