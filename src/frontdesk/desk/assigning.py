"""Whom a conversation is given to: the rule of its team, who is there, who has room. Pure but for what it is handed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from frontdesk.desk.teams import Rule
from frontdesk.store.desk_teams import Busy, Team

_NEVER = datetime.min.replace(tzinfo=UTC)


def choose(
    rule: Rule,
    members: Sequence[Busy],
    capacities: Mapping[str, int],
    needed: frozenset[str],
    *,
    but: str = "",
) -> str | None:
    """The account that gets it; None when nobody may, or the rule leaves it to people.

    Args:
        rule: The team's.
        members: Who may answer.
        capacities: Who of them is there, and how many conversations each takes.
        needed: Labels, intent and language of the conversation; those that somebody has as a skill count.
        but: Who does not get it, for they have just let it lie.
    """
    free = [
        each for each in members if each.account_id != but and each.load < capacities.get(each.account_id, 0)
    ]
    if rule == "none" or not free:
        return None
    if rule == "round_robin":
        return min(free, key=_turn).account_id
    if rule == "skills":
        wanted = needed & frozenset(skill for each in members for skill in each.skills)
        free = [each for each in free if wanted <= each.skills]
        if not free:
            return None
    return min(free, key=lambda each: (each.load / capacities[each.account_id], *_turn(each))).account_id


def _turn(busy: Busy) -> tuple[datetime, str]:
    return (busy.last_given_at or _NEVER, busy.account_id)


def by_topic(teams: Sequence[tuple[Team, Sequence[str]]], about: frozenset[str]) -> Team | None:
    """The first team that one of these labels or intents belongs to; `teams` come with their topics."""
    wanted = {word.lower() for word in about}
    return next((team for team, topics in teams if any(topic.lower() in wanted for topic in topics)), None)
