"""Sentences that an author says start a flow, and do not."""

from collections.abc import Iterator

from frontdesk.dialog.bot import Flow
from frontdesk.dialog.linting import Finding, Made, Rule
from frontdesk.dialog.problems import Place


def _find(made: Made) -> Iterator[Finding]:
    for flow in made.bot.flows.values():
        for example, place in _examples(made, flow):
            said = made.said(example)
            hit = made.bot.triggers.by_pattern(said) or made.bot.triggers.by_intent(said)
            if hit is None:
                message = f"The example '{example[:60]}' of '{flow.id}' starts nothing."
                yield Finding(place, message, "Take it out of 'not:' of this trigger.")
            elif hit.flow != flow.id:
                message = f"The example '{example[:60]}' of '{flow.id}' starts '{hit.flow}' by {hit.by} '{hit.what}'."
                yield Finding(place, message, f"Exclude it with not: in the trigger of '{hit.flow}'.")


def _examples(made: Made, flow: Flow) -> Iterator[tuple[str, Place]]:
    for example in flow.trigger.examples:
        yield example, made.trigger(flow, "examples", example)
    intent = made.bot.intents.get(flow.trigger.intent)
    for example in intent.examples if intent is not None else ():
        yield example, made.intent_example(flow.trigger.intent, example)


RULE = Rule("own example", "an example of a trigger, or of its intent, that does not start the flow", _find)
