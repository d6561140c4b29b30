"""The skills of somebody in each of their teams, on the page of their account; saved by the endpoint of the team.

Skills belong to a member of a team: a conversation is given to who has those that it needs, by the rule `skills`.
"""

from dataclasses import dataclass

from pydantic import ValidationError
from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.store import desk_teams
from frontdesk.store.desk_teams import Member, Team
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Field
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.settings_forms import Editing, saved
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import teams

ROUTES: list[Route] = []
PEOPLE = "/panel/settings/people"


@dataclass(frozen=True, slots=True)
class Skilled:
    """One team of somebody, with the form of their skills in it."""

    team: str
    path: str
    editing: Editing


async def skills_of(visit: Visit, ask: Ask, account_id: str) -> list[Skilled]:
    """The teams that have this account as a member."""
    found = await desk_teams.all_teams(ask.workspace, ask.tx)
    return [
        _skilled(visit, team, one) for team in found for one in team.members if one.account_id == account_id
    ]


def _skilled(visit: Visit, team: Team, member: Member) -> Skilled:
    path = f"{PEOPLE}/{member.account_id}/skills/{team.id}"
    return Skilled(team.name, path, Editing([_field(visit, team, member)], str(team.row_version)))


def _field(visit: Visit, team: Team, member: Member) -> Field:
    label = visit.say("workspace.skills.label", team=team.name)
    return Field(
        f"skills.{team.id}",
        label,
        kind="list",
        hint=visit.say("workspace.skills.line"),
        value=list(member.skills),
    )


@opens(
    ROUTES,
    "POST",
    PEOPLE + "/{account_id}/skills/{team_id}",
    menu="settings",
    permission="people.write",
    summary="Change the skills of a member of a team, by the form.",
)
async def save_skills(visit: Visit) -> Response:
    account_id, team_id = (str(visit.request.path_params[name]) for name in ("account_id", "team_id"))
    async with visit.asking() as ask:
        team = await desk_teams.read_team(ask.workspace, ask.tx, parse("team", team_id))
    member = next((one for one in team.members if one.account_id == account_id), None)
    if member is None:
        raise Refused("not_found", "They are no member of this team.")
    shown = _skilled(visit, team, member)

    async def save(fields: list[Field], sent: Sent) -> None:
        change = _change(visit, team, account_id, fields[0], sent)
        async with visit.asking() as ask:
            await teams.update_team(ask, team.id, change, expected(sent.get("version")), Response())

    return await saved(visit, shown.editing, save, path=shown.path, leads_to=f"{PEOPLE}/{account_id}")


def _change(visit: Visit, team: Team, account_id: str, field: Field, sent: Sent) -> teams.TeamChange:
    """The members as they are, this one with other skills, each once."""
    skills = dict.fromkeys(row.strip() for row in sent.every(field.name) if row.strip())
    members = [
        {"account_id": one.account_id, "skills": list(skills if one.account_id == account_id else one.skills)}
        for one in team.members
    ]
    try:
        return teams.TeamChange.model_validate({"members": members})
    except ValidationError:
        raise Refused("invalid", visit.say("workspace.skills.wrong"), field=field.name) from None
