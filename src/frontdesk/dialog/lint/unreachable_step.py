"""Steps that no way leads to."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.ways import spread


def _find(made: Made) -> Iterator[Finding]:
    ways = made.ways
    lost = [key for key in ways.steps if key not in ways.reached]
    followed = {way for key in lost for way in ways.of[key]}
    told: set[tuple[str, str]] = set()
    # Only where an unreached stretch begins; of steps that lead to each other in a circle, the first.
    for key in sorted(lost, key=lambda key: key in followed):
        if key not in told:
            told |= spread([key], ways.of)
            step = ways.steps[key]
            yield Finding(
                Spot(step.file, step.line),
                "This step is never reached.",
                "Let a step go to its id, or remove it.",
            )


RULE = Rule("unreachable step", "a step that no way leads to", _find)
