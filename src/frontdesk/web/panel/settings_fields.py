"""The forms of teams, labels and saved replies: their fields, and what the API is given of what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from frontdesk.desk.replies import PLACES
from frontdesk.store.accounts import list_accounts
from frontdesk.web import time_zones
from frontdesk.web.panel.fields import Choice, Field, Kind, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.shell import Visit
from frontdesk.web.panel.texts import LANGUAGES
from frontdesk.web.v1.labels import LabelView
from frontdesk.web.v1.saved_replies import ReplyView
from frontdesk.web.v1.teams import MemberView, TeamView

COLOURS = ("grey", "blue", "green", "amber", "red", "violet", "teal", "pink")
RULES = ("none", "round_robin", "least_load", "skills")
MEMBER = "member."


async def label_fields(visit: Visit, found: LabelView | None) -> list[Field]:
    colours = tuple(Choice(name, visit.say(f"workspace.colours.{name}")) for name in COLOURS)
    return [
        Field(
            "name",
            visit.say("workspace.name"),
            value="" if found is None else found.name,
            required=True,
            most_letters=60,
        ),
        Field(
            "color",
            visit.say("workspace.colour"),
            kind="select",
            value="grey" if found is None else found.color,
            required=True,
            choices=colours,
        ),
    ]


async def reply_fields(visit: Visit, found: ReplyView | None) -> list[Field]:
    languages = tuple(Choice(code, name) for code, name in LANGUAGES.items())
    return [
        Field(
            "name",
            visit.say("workspace.name"),
            hint=visit.say("workspace.replies.name_line"),
            value="" if found is None else found.name,
            required=True,
            most_letters=100,
        ),
        Field(
            "text",
            visit.say("workspace.replies.text"),
            kind="long",
            hint=visit.say(
                "workspace.replies.text_line", None, places=", ".join(f"{{{{{one}}}}}" for one in PLACES)
            ),
            value="" if found is None else found.text,
            required=True,
        ),
        Field(
            "language",
            visit.say("workspace.language"),
            kind="select",
            value="" if found is None else found.language,
            choices=languages,
        ),
    ]


def texts(fields: Sequence[Field], sent: Sent, *, prefix: str = "") -> dict[str, object]:
    """What was sent, as the API takes it: an empty choice is the empty text."""
    found = given(fields, sent, prefix=prefix)
    return {name: "" if value is None else value for name, value in found.items()}


async def team_fields(visit: Visit, found: TeamView | None) -> list[Field]:
    members = {one.account_id for one in found.members} if found else set()
    async with visit.work() as tx:
        everybody = await list_accounts(visit.workspace, tx)
    people = [one for one in everybody if one.answers or one.id in members]
    settings: Mapping[str, object] = found.settings.model_dump() if found else {}

    def said(name: str, kind: Kind, value: object, choices: tuple[Choice, ...] = ()) -> Field:
        label, hint = visit.say(f"workspace.teams.{name}"), visit.say(f"workspace.teams.{name}_line")
        return Field(f"settings.{name}", label, kind=kind, hint=hint, value=value, choices=choices)

    rules = tuple(Choice(rule, visit.say(f"workspace.rules.{rule}")) for rule in RULES)
    zone = str(settings.get("time_zone", ""))
    hours, away = settings.get("hours", {}), settings.get("away_message", {})
    return [
        Field(
            "name",
            visit.say("workspace.name"),
            hint=visit.say("workspace.teams.name_line"),
            value="" if found is None else found.name,
            required=True,
            most_letters=100,
        ),
        replace(said("rule", "radio", settings.get("rule", "none"), rules), required=True),
        *(
            Field(
                f"{MEMBER}{one.id}",
                one.name,
                kind="switch",
                hint=one.email if one.answers else visit.say("workspace.teams.gone", email=one.email),
                value=one.id in members,
                group=visit.say("workspace.teams.who"),
            )
            for one in people
        ),
        said("topics", "list", settings.get("topics", [])),
        said("time_zone", "select", zone, zones(zone)),
        said("hours", "map", list(hours.items()) if isinstance(hours, dict) else []),
        said("holidays", "list", settings.get("holidays", [])),
        said("away_message", "map", list(away.items()) if isinstance(away, dict) else []),
    ]


def zones(present: str) -> tuple[Choice, ...]:
    """Those that people choose from, and `present` where a program gave another one."""
    own = [time_zones.UTC] if present in time_zones.known() else [time_zones.UTC, present]
    return (
        *(Choice(name, name) for name in own if name),
        *(Choice(one.id, one.label, group=area) for area, some in time_zones.areas().items() for one in some),
    )


def team_change(fields: Sequence[Field], sent: Sent, before: Sequence[MemberView]) -> dict[str, object]:
    """Name, members and settings; who stays a member keeps their skills."""
    skills = {one.account_id: one.skills for one in before}
    chosen = [
        one.name.removeprefix(MEMBER) for one in fields if one.name.startswith(MEMBER) and one.name in sent
    ]
    return {
        "name": sent.get("name").strip(),
        "members": [{"account_id": one, "skills": skills.get(one, [])} for one in chosen],
        "settings": texts(fields, sent, prefix="settings."),
    }
