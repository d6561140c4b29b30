"""Hand-offs to a team that does not exist, or that is spelt in two ways."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.problems import listed
from frontdesk.dialog.steps.handoff import Handoff

MAX_COMPARED = 100
"""Names that are compared with each other: every two of them are, which takes long."""
_MOST_SHOWN = 60


def _find(made: Made) -> Iterator[Finding]:
    handoffs = [
        (Spot(step.file, step.line), step.body.team)
        for step in made.ways.steps.values()
        if isinstance(step.body, Handoff) and step.body.team
    ]
    known = made.book.teams
    if known is not None:
        handoffs = [(place, team) for place, team in handoffs if team not in known]
        close = _alike(dict.fromkeys(team for _, team in handoffs), known, 0.6)
        for place, team in handoffs:
            fix = f"Did you mean '{close[team][0]}'?" if close.get(team) else f"Known: {listed(known)}."
            yield Finding(place, f"There is no team '{team[:_MOST_SHOWN]}'.", fix)
        return
    used = Counter(team for _, team in handoffs)
    spelt = _alike(used, used, 0.8)
    for place, team in handoffs:
        usual = next((other for other in spelt.get(team, ()) if used[other] > used[team]), "")
        if usual:
            yield Finding(
                place,
                f"The team '{team[:_MOST_SHOWN]}' is called '{usual[:_MOST_SHOWN]}' elsewhere.",
                "Write one name for it.",
            )


def _alike(names: Collection[str], others: Collection[str], cutoff: float) -> Mapping[str, list[str]]:
    """Each of the first names with up to three of the others that are spelt nearly as it is, the nearest first."""
    # Of long names the beginnings are compared; what they stand for is the first name that begins so.
    whole: dict[str, str] = {}
    for other in islice(others, MAX_COMPARED):
        whole.setdefault(other[:_MOST_SHOWN], other)
    return {
        name: [whole[found] for found in get_close_matches(name[:_MOST_SHOWN], whole, 3, cutoff)]
        for name in islice(names, MAX_COMPARED)
    }


RULE = Rule("unknown team", "a hand-off to a team that there is not, or that is spelt in two ways", _find)
