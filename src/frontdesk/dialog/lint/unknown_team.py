"""Hand-offs to a team that does not exist, or that is spelt in two ways."""

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.problems import listed
from frontdesk.dialog.steps.handoff import Handoff


def _find(made: Made) -> Iterator[Finding]:
    handoffs = [
        (step, step.body.team)
        for step in made.ways.steps.values()
        if isinstance(step.body, Handoff) and step.body.team
    ]
    known = made.book.teams
    used = Counter(team for _, team in handoffs)
    for step, team in handoffs:
        place = Spot(step.file, step.line)
        if known is not None:
            if team not in known:
                close = get_close_matches(team, known, 1)
                fix = f"Did you mean '{close[0]}'?" if close else f"Known: {listed(known)}."
                yield Finding(place, f"There is no team '{team[:60]}'.", fix)
            continue
        alike = [other for other in get_close_matches(team, used, 3, 0.8) if used[other] > used[team]]
        if alike:
            yield Finding(
                place,
                f"The team '{team[:60]}' is called '{alike[0][:60]}' elsewhere.",
                "Write one name for it.",
            )


RULE = Rule("unknown team", "a hand-off to a team that there is not, or that is spelt in two ways", _find)
