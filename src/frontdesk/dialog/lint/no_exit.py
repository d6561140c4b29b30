"""Flows that a customer never gets out of: from some step on, every way comes back to it."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule, Spot


def _find(made: Made) -> Iterator[Finding]:
    ways = made.ways
    out = ways.can_leave()
    told: set[str] = set()
    for key, step in ways.steps.items():
        flow = key[0]
        if key in out or key not in ways.reached or key in ways.endless or flow in told:
            continue
        if ways.circles(key):
            told.add(flow)
            yield Finding(
                Spot(step.file, step.line),
                f"There is no way out of the flow '{flow}' from here: every way comes back to this step.",
                "Let one of them end with next: end, or go to another flow.",
            )


RULE = Rule("flow with no exit", "a flow that turns in a circle of questions without a way out", _find)
