"""Which days, assistant, channel and team the address of an Analytics page names, and what there is to choose among."""

from dataclasses import dataclass
from datetime import date

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.insight import periods
from frontdesk.insight.figures import Filters
from frontdesk.insight.periods import Period
from frontdesk.store import assistants, channels, desk_teams, workspaces
from frontdesk.web.panel.shell import Visit
from frontdesk.web.typed import Ask

DAYS = 14
OWN = "own"
"""Instead of a number of days: those from one day to another."""
MOST_CHOICES = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """`days` is 0 where people named the first day and the last; `others`: assistant, channel and team, as far as named."""

    period: Period
    days: int
    others: dict[str, str]

    @property
    def days_query(self) -> dict[str, str]:
        if self.days:
            return {"days": str(self.days)}
        return {"days": OWN, "from": self.period.first.isoformat(), "to": self.period.last.isoformat()}

    @property
    def query(self) -> dict[str, str]:
        return {**self.days_query, **self.others}

    def filters(self, visit: Visit) -> Filters:
        return Filters(
            self.others.get("channel", ""),
            self.others.get("assistant", ""),
            self.others.get("team", ""),
            sorted(visit.actor.assistant_ids),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its name in the address, what there is as (value, text), and what all of it is called."""

    name: str
    every: str
    options: list[tuple[str, str]]


async def chosen_by(visit: Visit, ask: Ask) -> Chosen:
    """What the address names; `Refused` when that cannot be."""
    query = visit.request.query_params
    zone = periods.zone_of(await workspaces.time_zone(visit.workspace, ask.tx))
    others = {name: query[name] for name in ("assistant", "channel", "team") if query.get(name)}
    for name, prefix in (("assistant", "asst"), ("channel", "chan")):
        if name in others:
            parse(prefix, others[name])
    text = query.get("days", "")
    days = int(text) if text.isdecimal() and len(text) < len("1000") else DAYS
    period = periods.latest(days if days in periods.LENGTHS else DAYS, zone, visit.program.clock.now())
    if text != OWN:
        return Chosen(period, period.days, others)
    first, last = _day(query.get("from"), period.first), _day(query.get("to"), period.last)
    return Chosen(periods.chosen(first, last, zone), 0, others)


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise Refused("invalid", "That is no day.") from None


async def choices(visit: Visit, ask: Ask) -> list[Choice]:
    """The filters of which there is something to choose."""
    within = visit.actor.assistant_ids
    of_assistants = await assistants.list_assistants(
        visit.workspace, ask.tx, after="", limit=MOST_CHOICES, within=within
    )
    of_channels = await channels.list_channels(
        visit.workspace, ask.tx, after="", limit=MOST_CHOICES, within=within
    )
    teams = await desk_teams.all_teams(visit.workspace, ask.tx)
    every = (
        Choice(
            "assistant", visit.say("analytics.all_assistants"), [(one.id, one.name) for one in of_assistants]
        ),
        Choice("channel", visit.say("analytics.all_channels"), [(one.id, one.name) for one in of_channels]),
        Choice("team", visit.say("analytics.all_teams"), [(one.name, one.name) for one in teams]),
    )
    return [one for one in every if one.options]
