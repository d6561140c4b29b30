"""Steps that lead to each other for ever without a word from the customer."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.ways import rounds


def _find(made: Made) -> Iterator[Finding]:
    ways = made.ways
    # In the order of the files, so that the first step of a circle is the one that is named.
    endless = [key for key in ways.steps if key in ways.endless and key in ways.reached]
    for key in rounds(endless, {key: ways.at_once(key) for key in endless}):
        step = ways.steps[key]
        yield Finding(
            Spot(step.file, step.line),
            "From this step on the bot goes round in a circle without waiting for the customer.",
            "Let one of the steps end, or ask something in between.",
        )


RULE = Rule("endless loop", "steps that lead to each other without a question in between", _find)
