"""How a team works: when it is there, how conversations are given to its members, what customers are told otherwise.

Read by this room, changed by `web/v1`. Hours are written as in bots: `{"mon-fri": "09:00-17:00", ...}`.
"""

import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.errors import Refused
from frontdesk.dialog.fields import Fields
from frontdesk.dialog.hours import Hours
from frontdesk.dialog.hours_reader import is_zone, read_hours
from frontdesk.dialog.problems import Problems
from frontdesk.dialog.yaml import read
from frontdesk.store.desk_teams import Team

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = "team"
Rule = Literal["none", "round_robin", "least_load", "skills"]
Word = Annotated[str, Field(min_length=1, max_length=100)]


class TeamSettings(BaseModel):
    """Settings of a team."""

    model_config = ConfigDict(extra="forbid")

    rule: Rule = Field(
        "none",
        description="Who gets a conversation: nobody until somebody takes it, each in turn, who has least to do, or who "
        "of those with the skills that it needs has least to do.",
    )
    topics: Annotated[list[Word], Field(max_length=100)] = Field(
        [], description="Labels and intents whose conversations come to this team when no team was asked for."
    )
    time_zone: Annotated[str, Field(max_length=64)] = ""
    hours: dict[str, str] = Field(
        {}, description='Days and times, as `{"mon-fri": "09:00-17:00"}`; empty: always.'
    )
    holidays: Annotated[list[str], Field(max_length=1000)] = Field(
        [], description="Days when it is closed: `2026-12-25`, or `12-25` for every year."
    )
    away_message: dict[str, Annotated[str, Field(max_length=1000)]] = Field(
        {}, description="By language, instead of the built-in one."
    )
    tell_away: bool = Field(default=True, description="Tell customers when nobody is there.")
    reassign_after_s: Annotated[int, Field(ge=0, le=86_400)] = Field(
        0, description="After so many seconds of silence a conversation goes to somebody else; 0: never."
    )


def settings_of(team: Team) -> TeamSettings:
    return TeamSettings.model_validate(team.settings)


def refuse_unfit(settings: TeamSettings) -> None:
    """Raises:
    Refused: Time zone or hours cannot be read; with what to write instead.
    """
    if settings.time_zone and not is_zone(settings.time_zone):
        why = (
            f"There is no time zone '{settings.time_zone}'. Write one such as Europe/Berlin or Asia/Tashkent."
        )
        raise Refused("invalid", why, field="settings.time_zone")
    hours_of(settings)


def hours_of(settings: TeamSettings) -> Hours | None:
    """When the team is there; None: always.

    Raises:
        Refused: The hours cannot be read; with what to write instead.
    """
    if not settings.hours:
        return None
    problems = Problems()
    written: Mapping[str, object] = {
        **settings.hours,
        "timezone": settings.time_zone or "UTC",
        "holidays": settings.holidays,
    }
    node = read(json.dumps({"hours": {_NAME: written}}), "hours", problems)
    found = read_hours(Fields(node, problems, "hours")) if node is not None else {}
    if problems.found or _NAME not in found:
        why = (
            f"{problems.found[0].message} {problems.found[0].fix}"
            if problems.found
            else "They cannot be read."
        )
        raise Refused("invalid", why, field="settings.hours")
    return found[_NAME]
