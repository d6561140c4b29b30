"""`/api/v1/teams`: who answers what and when, and how conversations are given out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.desk import renaming
from frontdesk.desk.teams import TeamSettings, refuse_unfit, settings_of
from frontdesk.store import desk_people
from frontdesk.store import desk_teams as stored
from frontdesk.store.desk_teams import Member, Team
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.in_bin import FromBin, live
from frontdesk.web.v1.settings_models import merged

ROUTES: list[Route] = []
PATH = "/api/v1/teams"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Skill = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class MemberView(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)

    account_id: Annotated[str, Field(max_length=40)]
    skills: Annotated[list[Skill], Field(max_length=50)] = []


class NewTeam(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="As bots call it in `handoff: {team: ...}`.")
    members: Annotated[list[MemberView], Field(max_length=500)] = []
    settings: TeamSettings = Field(default_factory=lambda: TeamSettings.model_validate({}))


class TeamChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    members: Annotated[list[MemberView], Field(max_length=500)] | None = Field(
        None, description="All of them; who is not among them is a member no more."
    )
    settings: dict[str, object] = Field({}, description="Merged into what is there; null takes a key away.")


class TeamView(BaseModel):
    id: str
    name: str
    members: list[MemberView]
    settings: TeamSettings
    created_at: datetime
    deleted_at: datetime | None


@route(ROUTES, "GET", PATH, permission="people.read", summary="List teams.")
async def list_teams(
    ask: Asked, *, from_bin: FromBin = False, limit: Limit = 50, cursor: Cursor = ""
) -> Page[TeamView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin}"
    rows = await stored.list_teams(
        ask.workspace, ask.tx, after=read_cursor(key, of, cursor), limit=limit + 1, from_bin=from_bin
    )
    return page(key, of, rows, limit, _view)


@route(ROUTES, "POST", PATH, permission="people.write", summary="Create a team.", status=201)
async def create_team(ask: Asked, given: NewTeam, response: Response) -> TeamView:
    refuse_unfit(given.settings)
    members = await _checked(ask, given.members)
    made = await stored.create_team(
        ask.workspace, ask.tx, name=given.name, settings=given.settings.model_dump(), members=members
    )
    await stored.look_again(ask.workspace, ask.tx, [given.name])
    await ask.record("team.created", made, after={"name": given.name})
    response.headers["Location"] = f"{PATH}/{made}"
    return await _shown(ask, made, response)


@route(ROUTES, "GET", PATH + "/{team_id}", permission="people.read", summary="Read a team.")
async def read_team(ask: Asked, team_id: str, response: Response) -> TeamView:
    return await _shown(ask, team_id, response)


@route(ROUTES, "PATCH", PATH + "/{team_id}", permission="people.write", summary="Change a team.")
async def update_team(
    ask: Asked, team_id: str, change: TeamChange, expected: IfMatch, response: Response
) -> TeamView:
    seen = live(await stored.read_team(ask.workspace, ask.tx, parse("team", team_id)), expected.refuse_unless)
    # Accounts, then conversations, then the team: whoever gives something out holds them in this order.
    members = None if change.members is None else await _checked(ask, change.members, seen.members)
    if change.name not in {None, seen.name}:
        await stored.hold_conversations(ask.workspace, ask.tx, seen.name)
    before = live(await _held(ask, team_id), expected.refuse_unless)
    name = before.name
    if change.name is not None:
        _refuse_renamed(seen, before)
        name = change.name
    settings = _merged(before, change.settings)
    members = before.members if members is None else members
    await stored.update_team(
        ask.workspace, ask.tx, before, name=name, settings=settings.model_dump(), members=members
    )
    if name != before.name:
        await renaming.wake(ask.workspace, ask.tx, before.id)
    await stored.look_again(ask.workspace, ask.tx, [name])
    await ask.record("team.updated", before.id, before=_noted(before), after={"name": name})
    return await _shown(ask, team_id, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{team_id}",
    permission="people.write",
    summary="Put a team into the bin.",
    status=204,
)
async def delete_team(ask: Asked, team_id: str, expected: IfMatchOptional) -> None:
    seen = live(await stored.read_team(ask.workspace, ask.tx, parse("team", team_id)), expected.refuse_unless)
    await stored.hold_conversations(ask.workspace, ask.tx, seen.name)
    team = live(await _held(ask, team_id), expected.refuse_unless)
    _refuse_renamed(seen, team)
    await stored.put_in_bin(ask.workspace, ask.tx, team, gone=True)
    await ask.record("team.deleted", team.id, before=_noted(team))


@route(
    ROUTES,
    "POST",
    PATH + "/{team_id}/restore",
    permission="people.write",
    summary="Take a team out of the bin.",
)
async def restore_team(ask: Asked, team_id: str, response: Response) -> TeamView:
    team = await _held(ask, team_id)
    await stored.put_in_bin(ask.workspace, ask.tx, team, gone=False)
    await ask.record("team.restored", team.id)
    return await _shown(ask, team_id, response)


async def _checked(ask: Ask, members: list[MemberView], before: Sequence[Member] = ()) -> tuple[Member, ...]:
    """The members, each once, provided that all are people who may answer, or were members before they might no more."""
    found = {member.account_id: Member(member.account_id, tuple(member.skills)) for member in members}
    known = await desk_people.answering(ask.workspace, ask.tx, found)
    if strangers := found.keys() - known - {member.account_id for member in before}:
        raise Refused(
            "invalid", f"There is nobody {min(strangers)!r} who may answer customers.", field="members"
        )
    return tuple(found.values())


def _refuse_renamed(seen: Team, held: Team) -> None:
    """What was held are the conversations of the team as it was called."""
    if held.name != seen.name:
        raise Refused("conflict", "The team was given another name just now; read it again.")


def _merged(team: Team, change: dict[str, object]) -> TeamSettings:
    settings = merged(TeamSettings, team.settings, change, field="settings")
    refuse_unfit(settings)
    return settings


async def _held(ask: Ask, team_id: str) -> Team:
    return await stored.read_team(ask.workspace, ask.tx, parse("team", team_id), for_change=True)


async def _shown(ask: Ask, team_id: str, response: Response) -> TeamView:
    team = await stored.read_team(ask.workspace, ask.tx, parse("team", team_id))
    set_etag(response, team.row_version)
    return _view(team)


def _view(team: Team) -> TeamView:
    return TeamView(
        id=team.id,
        name=team.name,
        members=[MemberView(account_id=one.account_id, skills=list(one.skills)) for one in team.members],
        settings=settings_of(team),
        created_at=team.created_at,
        deleted_at=team.deleted_at,
    )


def _noted(team: Team) -> dict[str, object]:
    return {"name": team.name, "members": [member.account_id for member in team.members]}
