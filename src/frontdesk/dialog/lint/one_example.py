"""Intents with a single example, and triggers with nothing else: hardly a message is taken for them."""

from collections.abc import Iterator

from frontdesk.core.few_examples import one_example
from frontdesk.dialog.linting import Finding, Made, Rule


def _find(made: Made) -> Iterator[Finding]:
    flows = {flow.trigger.learnt(flow.id): flow for flow in made.bot.flows.values() if flow.trigger.examples}
    for name, examples in made.bot.lessons.items():
        if len(set(examples)) > 1:
            continue
        told = one_example([name])
        flow = flows.get(name)
        if flow is None:
            yield Finding(made.declared("intents", name), *told)
        elif flow.trigger.intent or not flow.trigger.patterns:
            # One that has patterns as well is started by these; its example tells what they are to take.
            yield Finding(made.trigger(flow, "examples"), *told)


RULE = Rule("one example", "an intent with a single example, or a trigger with nothing else", _find)
