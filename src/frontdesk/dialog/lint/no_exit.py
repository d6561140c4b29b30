"""Flows that a customer never gets out of: from some step on, every way comes back to it."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.ways import rounds


def _find(made: Made) -> Iterator[Finding]:
    ways = made.ways
    out = ways.can_leave()
    stuck = [key for key in ways.steps if key in ways.reached and key not in out]
    told: set[str] = set()
    for key in rounds(stuck, ways.of):
        flow = key[0]
        if flow in told or key in ways.endless:
            continue
        told.add(flow)
        step = ways.steps[key]
        yield Finding(
            Spot(step.file, step.line),
            f"There is no way out of the flow '{flow}' from here: every way comes back to this step.",
            "Let one of them end with next: end, or go to another flow.",
        )


RULE = Rule("flow with no exit", "a flow that turns in a circle of questions without a way out", _find)
