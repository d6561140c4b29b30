"""Steps that lead to each other for ever without a word from the customer."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.ways import spread


def _find(made: Made) -> Iterator[Finding]:
    ways = made.ways
    at_once = {key: ways.at_once(key) for key in ways.endless}
    told: set[tuple[str, str]] = set()
    for key, step in ways.steps.items():
        if key in told or key not in ways.endless & ways.reached:
            continue
        round_ = spread(ways.at_once(key), at_once)
        if key not in round_:
            continue
        told |= round_
        yield Finding(
            Spot(step.file, step.line),
            "From this step on the bot goes round in a circle without waiting for the customer.",
            "Let one of the steps end, or ask something in between.",
        )


RULE = Rule("endless loop", "steps that lead to each other without a question in between", _find)
