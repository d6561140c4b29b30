"""Teams, their members, and who of them has how much to do. Called by `desk` and `web/v1`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.core.queue_told import BACK
from frontdesk.store import team_names
from frontdesk.store.accounts import answers
from frontdesk.store.bots import IS_NO_PREVIEW, PREVIEW
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.team_names import IS_CALLED
from frontdesk.store.tx import Tx

_TEAM = """
    SELECT t.id, t.name, t.settings, t.row_version, t.created_at, t.deleted_at,
           ARRAY(SELECT jsonb_build_object('account_id', m.account_id, 'skills', m.skills) FROM team_members m
                 WHERE m.workspace_id = t.workspace_id AND m.team_id = t.id ORDER BY m.account_id) AS members
    FROM teams t WHERE t.workspace_id = :w"""
_LIST = text(f"{_TEAM} AND (t.deleted_at IS NOT NULL) = :bin AND t.id > :after ORDER BY t.id LIMIT :limit")
_READ = f"{_TEAM} AND t.id = :id"
_NAMED = f"""
    {_TEAM} AND t.deleted_at IS NULL AND {IS_CALLED.format(said=":name")}
    ORDER BY lower(t.name) = lower(:name) DESC LIMIT 1"""
_ALL = text(f"{_TEAM} AND t.deleted_at IS NULL ORDER BY t.id LIMIT 200")
_TAKEN = text("""
    SELECT lower(t.name) = lower(:name) AS is_its FROM teams t
    WHERE t.workspace_id = :w AND t.id <> :id AND (
        lower(t.name) = lower(:name) AND t.deleted_at IS NULL
        OR EXISTS (SELECT FROM unnest(t.former_names) former WHERE lower(former) = lower(:name)))
    ORDER BY is_its DESC LIMIT 1""")
_INSERT = text("""
    INSERT INTO teams (workspace_id, id, name, settings) VALUES (:w, :id, :name, CAST(:settings AS jsonb))""")
_UPDATE = text("""
    UPDATE teams SET name = :name, settings = CAST(:settings AS jsonb), row_version = row_version + 1
    WHERE workspace_id = :w AND id = :id""")
_DELETED = text("""
    UPDATE teams SET deleted_at = CASE WHEN :gone THEN now() END, row_version = row_version + 1
    WHERE workspace_id = :w AND id = :id""")
_CALLED_ANEW = text("""
    UPDATE teams SET former_names = array_append(array_remove(former_names, :before), :before)
    WHERE workspace_id = :w AND id = :id""")
# Bots say a team's name as they like to write it.
_AT_DESK = """SELECT id FROM conversations
        WHERE workspace_id = :w AND owner IN ('queued', 'human') AND lower(team) = lower(:before)"""
_RENAMED = text(f"""
    UPDATE conversations SET team = :name, version = version + 1
    WHERE workspace_id = :w AND id IN ({_AT_DESK} FOR NO KEY UPDATE SKIP LOCKED)""")
# What is closed is not held: there is far more of it, and it is given its new name a little later.
_HOLD_CALLED = text(f"SELECT count(*) FROM ({_AT_DESK} ORDER BY id FOR NO KEY UPDATE) held")
_LEAVE = text("""
    DELETE FROM team_members
    WHERE workspace_id = :w AND team_id = :id AND account_id <> ALL (CAST(:accounts AS text[]))""")
_JOIN = text("""
    INSERT INTO team_members (workspace_id, team_id, account_id, skills)
    VALUES (:w, :id, :account, CAST(:skills AS text[]))
    ON CONFLICT (workspace_id, team_id, account_id) DO UPDATE SET skills = excluded.skills""")
_LOCK = text("SELECT name FROM teams WHERE workspace_id = :w AND id = :id FOR UPDATE")
# Whom something is given stays somebody who answers until the commit. Whoever switches an account off holds that, then its
# conversations: here one of those is held, so an account that is held is no candidate, instead of being waited for.
_LOADS = text(f"""
    SELECT m.account_id, m.skills, m.last_given_at,
           (SELECT count(*) FROM conversations c
            WHERE c.workspace_id = m.workspace_id AND c.assignee_id = m.account_id AND c.owner = 'human' AND {IS_NO_PREVIEW}
              AND (c.snoozed_until IS NULL OR c.snoozed_until <= now())) AS load
    FROM team_members m
    JOIN accounts a ON a.workspace_id = m.workspace_id AND a.id = m.account_id AND {answers("a")}
    WHERE m.workspace_id = :w AND m.team_id = :id
    ORDER BY m.account_id FOR KEY SHARE OF a SKIP LOCKED""")
_GIVEN = text("""
    UPDATE team_members SET last_given_at = clock_timestamp()
    WHERE workspace_id = :w AND team_id = :id AND account_id = :account""")
_IN_QUEUE = f"""
    workspace_id = :w AND owner = 'queued' AND team = ANY (CAST(:said AS text[]))
    AND (snoozed_until IS NULL OR snoozed_until <= now())
    AND channel_id <> ALL (ARRAY(SELECT id FROM channels WHERE workspace_id = :w AND type = '{PREVIEW}'))"""
_AHEAD = text(f"""
    SELECT count(*) FROM conversations
    WHERE {_IN_QUEUE} AND (queued_at, id) < (SELECT queued_at, id FROM conversations WHERE workspace_id = :w AND id = :id)""")
_OLDER_DUE = text(f"""
    SELECT id FROM conversations
    WHERE {_IN_QUEUE} AND desk_due_at <= now()
      AND (queued_at, id) < (SELECT queued_at, id FROM conversations WHERE workspace_id = :w AND id = :id)
    ORDER BY queued_at, id LIMIT 50""")
# Each step of everybody would be as many messages for each who leaves as there are waiting; far back a step is told when
# they are looked at anyway. The line is read once, and not anew for each who stands in it.
_STIR = text(f"""
    WITH waiting AS MATERIALIZED (
        SELECT id, desk_due_at, queue_told, row_number() OVER (ORDER BY queued_at, id) AS place FROM conversations
        WHERE {_IN_QUEUE}),
    told AS (
        SELECT id, desk_due_at, place, queue_told = 0 AS is_untold,
               queue_told < 0 AND queue_told > {BACK} AS is_away,
               CASE WHEN queue_told <= {BACK} THEN {BACK} - queue_told ELSE queue_told END AS seen
        FROM waiting)
    UPDATE conversations SET desk_due_at = coalesce(queued_at, now())
    WHERE workspace_id = :w AND id = ANY (ARRAY(
        SELECT id FROM conversations WHERE workspace_id = :w AND id = ANY (ARRAY(
            SELECT id FROM told
            WHERE desk_due_at > now()
              AND CASE WHEN is_untold THEN :untold
                  WHEN is_away THEN :back
                  ELSE :gone OR :better AND seen - place > place / 10 END))
        FOR NO KEY UPDATE SKIP LOCKED))""")
# What is with a team that went; all of it, whatever else is to be done.
_LEAVE_ALL = text(f"""
    UPDATE conversations SET desk_due_at = now()
    WHERE workspace_id = :w AND id IN ({_AT_DESK} FOR NO KEY UPDATE SKIP LOCKED)""")
_IN_BIN = text("""
    SELECT EXISTS (SELECT FROM teams WHERE workspace_id = :w AND lower(name) = lower(:name) AND deleted_at IS NOT NULL)
       AND NOT EXISTS (SELECT FROM teams WHERE workspace_id = :w AND lower(name) = lower(:name) AND deleted_at IS NULL)""")
# The oldest is looked at first: what is due is taken in the order of its moment. Rows that somebody holds are left out:
# waiting for them, two acts could wait for each other. An array is gathered once; what a join asks anew for each row would
# find the next ones each time, for those before are the transaction's own by then.
# Word by word the index has them in the order of waiting, and no more are read than are taken.
_LOOK_AGAIN = text("""
    UPDATE conversations SET desk_due_at = coalesce(queued_at, now())
    WHERE workspace_id = :w AND id = ANY (ARRAY(
        SELECT oldest.id FROM unnest(CAST(:said AS text[])) one CROSS JOIN LATERAL (
            SELECT id, queued_at FROM conversations
            WHERE workspace_id = :w AND owner = 'queued' AND team = one
              AND (snoozed_until IS NULL OR snoozed_until <= now()) AND (desk_due_at IS NULL OR desk_due_at > now())
            ORDER BY queued_at, id LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED) oldest
        ORDER BY oldest.queued_at, oldest.id LIMIT 20))""")

_WITH = text("""
    SELECT t.name FROM teams t
    WHERE t.workspace_id = :w AND t.deleted_at IS NULL AND EXISTS (
        SELECT FROM team_members m
        WHERE m.workspace_id = t.workspace_id AND m.team_id = t.id AND m.account_id = ANY (CAST(:accounts AS text[])))
    ORDER BY t.id""")


@dataclass(frozen=True, slots=True)
class Member:
    account_id: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    settings: dict[str, object]
    members: tuple[Member, ...]
    row_version: int
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Busy:
    """A member who may answer, and how much they have; `last_given_at`: when they were last given something."""

    account_id: str
    skills: frozenset[str]
    last_given_at: datetime | None
    load: int


@dataclass(frozen=True, slots=True)
class Hear:
    """Who of a line has something to hear: whoever was told nothing yet (`untold`); who sees that nobody is there, as
    somebody is `back`; who sees a place, as everybody is `gone`, or it is `better` by a tenth."""

    untold: bool = False
    back: bool = False
    gone: bool = False
    better: bool = False


async def list_teams(workspace: WorkspaceId, tx: Tx, *, after: str, limit: int, from_bin: bool) -> list[Team]:
    """In the order they were made; those in the bin instead with `from_bin`."""
    rows = await tx.execute(_LIST, {"w": workspace, "after": after, "limit": limit, "bin": from_bin})
    return [_team(row) for row in rows]


async def all_teams(workspace: WorkspaceId, tx: Tx) -> list[Team]:
    return [_team(row) for row in await tx.execute(_ALL, {"w": workspace})]


async def read_team(workspace: WorkspaceId, tx: Tx, team_id: str, *, for_change: bool = False) -> Team:
    """One team, in the bin or not."""
    sql = text(_READ + (" FOR UPDATE OF t" if for_change else ""))
    row = (await tx.execute(sql, {"w": workspace, "id": team_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such team.")
    return _team(row)


async def hold_conversations(workspace: WorkspaceId, tx: Tx, name: str) -> None:
    """Nobody else changes what waits for the team of this name, or is answered there, until the transaction ends.

    To be asked for before the team itself is held: whoever gives out a conversation holds that first, then its team.
    """
    await tx.execute(_HOLD_CALLED, {"w": workspace, "before": name})


async def named(workspace: WorkspaceId, tx: Tx, name: str, *, for_giving: bool = False) -> Team | None:
    """The team of this name or id, or whose name this was and still is that of conversations; unless it is in the bin.

    `for_giving`: it keeps its name until the transaction ends.
    """
    sql = text(_NAMED + (" FOR SHARE OF t" if for_giving else ""))
    row = (await tx.execute(sql, {"w": workspace, "name": name})).first()
    return None if row is None else _team(row)


async def create_team(
    workspace: WorkspaceId, tx: Tx, *, name: str, settings: Mapping[str, object], members: Sequence[Member]
) -> str:
    made = mint("team")
    await _refuse_taken(workspace, tx, made, name)
    await tx.execute(_INSERT, {"w": workspace, "id": made, "name": name, "settings": json_text(settings)})
    await _set_members(workspace, tx, made, members)
    return made


async def update_team(
    workspace: WorkspaceId,
    tx: Tx,
    team: Team,
    *,
    name: str,
    settings: Mapping[str, object],
    members: Sequence[Member],
) -> None:
    """Conversations that are with the team stay with it under a new name: those at the desk, which are held, at once;
    what is closed by `team_names.call_some`, to be asked for until it is done.

    Raises:
        Refused: Another team has the name, or conversations of another one still have.
    """
    await _refuse_taken(workspace, tx, team.id, name)
    await tx.execute(_UPDATE, {"w": workspace, "id": team.id, "name": name, "settings": json_text(settings)})
    if name != team.name:
        names = {"w": workspace, "name": name, "before": team.name}
        await tx.execute(_CALLED_ANEW, {"w": workspace, "id": team.id, "before": team.name})
        await tx.execute(_RENAMED, names)
    await _set_members(workspace, tx, team.id, members)


async def put_in_bin(workspace: WorkspaceId, tx: Tx, team: Team, *, gone: bool) -> None:
    """What is with a team that goes, and is held, is looked at next: then it is with no team."""
    if not gone:
        await _refuse_taken(workspace, tx, team.id, team.name)
    await tx.execute(_DELETED, {"w": workspace, "id": team.id, "gone": gone})
    if gone:
        await tx.execute(_LEAVE_ALL, {"w": workspace, "before": team.name})


async def is_in_bin(workspace: WorkspaceId, tx: Tx, name: str) -> bool:
    """Whether there was a team of this name, and is none any more."""
    return bool(await tx.scalar(_IN_BIN, {"w": workspace, "name": name}))


async def hold_team(workspace: WorkspaceId, tx: Tx, team_id: str) -> tuple[str, list[Busy]]:
    """Its name by now and the members who may answer; nobody else gives it anything until the transaction ends."""
    place = {"w": workspace, "id": team_id}
    name: str = (await tx.execute(_LOCK, place)).scalar_one()
    rows = await tx.execute(_LOADS, place)
    return name, [Busy(row.account_id, frozenset(row.skills), row.last_given_at, row.load) for row in rows]


async def given(workspace: WorkspaceId, tx: Tx, team_id: str, account: str) -> None:
    """This member's turn is over."""
    await tx.execute(_GIVEN, {"w": workspace, "id": team_id, "account": account})


async def ahead_of(workspace: WorkspaceId, tx: Tx, conversation: ConversationId, team: str) -> int:
    """How many wait in the team's queue for longer; of no team's, those who wait for none."""
    line = await _line(workspace, tx, team)
    found: int = (await tx.execute(_AHEAD, {"w": workspace, "id": conversation, **line})).scalar_one()
    return found


async def older_due(
    workspace: WorkspaceId, tx: Tx, conversation: ConversationId, team: str
) -> list[ConversationId]:
    """Those that wait in the team's queue for longer and have to be looked at."""
    line = await _line(workspace, tx, team)
    rows = await tx.execute(_OLDER_DUE, {"w": workspace, "id": conversation, **line})
    return [row.id for row in rows]


async def stir(workspace: WorkspaceId, tx: Tx, team: str, hear: Hear) -> None:
    """Who waits for the team and is to hear something is looked at next."""
    await tx.execute(_STIR, {"w": workspace, **asdict(hear), **await _line(workspace, tx, team)})


async def _line(workspace: WorkspaceId, tx: Tx, team: str) -> dict[str, list[str]]:
    """Who waits for a team that there is not, or for none, stands in one line with all of them."""
    found = await named(workspace, tx, team)
    return {"said": await team_names.in_line(workspace, tx, "" if found is None else found.id)}


async def look_again(workspace: WorkspaceId, tx: Tx, teams: Sequence[str]) -> None:
    """Somebody may have room now: what waits for these teams is looked at again, the oldest first."""
    said = {one for team in teams for one in (await _line(workspace, tx, team))["said"]}
    if said:
        await tx.execute(_LOOK_AGAIN, {"w": workspace, "said": sorted(said)})


async def look_again_at_no_team(workspace: WorkspaceId, tx: Tx) -> None:
    """What waits for no team may have something else to hear: it is looked at again, the oldest first."""
    await look_again(workspace, tx, [""])


async def somebody_came(workspace: WorkspaceId, tx: Tx, accounts: Sequence[str]) -> None:
    """These may take more than before: what waits for each of their teams is looked at again, the oldest first; so is
    what waits for none.
    """
    for row in (await tx.execute(_WITH, {"w": workspace, "accounts": list(accounts)})).all():
        await look_again(workspace, tx, [row.name])
    await look_again_at_no_team(workspace, tx)


async def _set_members(workspace: WorkspaceId, tx: Tx, team_id: str, members: Sequence[Member]) -> None:
    place = {"w": workspace, "id": team_id}
    await tx.execute(_LEAVE, place | {"accounts": [member.account_id for member in members]})
    for member in members:
        await tx.execute(_JOIN, place | {"account": member.account_id, "skills": list(member.skills)})


async def _refuse_taken(workspace: WorkspaceId, tx: Tx, team_id: str, name: str) -> None:
    row = (await tx.execute(_TAKEN, {"w": workspace, "id": team_id, "name": name})).first()
    if row is None:
        return
    if row.is_its:
        raise Refused("invalid", "There is a team of this name already.", field="name")
    raise Refused(
        "invalid", "Another team had this name until just now; try again in a minute.", field="name"
    )


def _team(row: Row[Any]) -> Team:
    members = tuple(Member(one["account_id"], tuple(one["skills"])) for one in row.members)
    return Team(row.id, row.name, row.settings, members, row.row_version, row.created_at, row.deleted_at)
