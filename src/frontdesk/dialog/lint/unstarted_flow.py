"""Flows that neither a trigger nor another flow starts."""

from collections.abc import Iterator

from frontdesk.dialog.bot import SPECIAL_FLOWS
from frontdesk.dialog.linting import Finding, Made, Rule, Spot


def _find(made: Made) -> Iterator[Finding]:
    named = {part for reference in made.book.references for part in reference.name.split("/")}
    jumped = {flow for flow, step in made.ways.jumped if step == made.bot.flows[flow].first}
    for flow in made.bot.flows.values():
        trigger = flow.trigger
        started = trigger.patterns or trigger.intent or trigger.examples
        if not started and flow.id not in named and flow.id not in SPECIAL_FLOWS and flow.id not in jumped:
            yield Finding(
                Spot(flow.file, flow.line),
                f"Nothing starts the flow '{flow.id}'.",
                "Give it a trigger, or run it.",
            )


RULE = Rule("unstarted flow", "a flow without a trigger that no other flow starts", _find)
