"""Sentences that an author says start a flow, and do not."""

from collections.abc import Iterator

from frontdesk.dialog.bot import Flow
from frontdesk.dialog.linting import Finding, Made, Rule
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.problems import Place


def _find(made: Made) -> Iterator[Finding]:
    for flow in made.bot.flows.values():
        for example, place in _examples(made, flow):
            said = made.said(example)
            hit = made.bot.triggers.by_pattern(said) or made.bot.triggers.by_intent(said)
            if hit is None:
                message = f"The example '{example[:60]}' of {made.called(flow.id)} starts nothing."
                yield Finding(place, message, "Take it out of 'not:' of this trigger.")
            elif hit.flow != flow.id:
                how = f"takes it by its pattern '{hit.what[:60]}'" if hit.by == "pattern" else "has it too"
                message = (
                    f"The example '{example[:60]}' of {made.called(flow.id)} cannot be reached: "
                    f"{made.called(hit.flow)} {how}."
                )
                yield Finding(place, message, _fix(made, hit.flow, example))


def _fix(made: Made, other: str, example: str) -> str:
    """What keeps the example from the other flow: a `not` keeps off patterns, and the sentence itself too."""
    trigger = made.bot.flows[other].trigger
    intent = made.bot.intents.get(trigger.intent)
    theirs = (*trigger.examples, *(intent.examples if intent is not None else ()))
    if normalise(example) not in map(normalise, theirs):
        return f"Exclude it with not: in the trigger of {made.called(other)}."
    whose = f"the intent '{trigger.intent}'" if trigger.intent else f"the trigger of {made.called(other)}"
    return f"It is an example of {whose} as well: take it out of one of the two."


def _examples(made: Made, flow: Flow) -> Iterator[tuple[str, Place]]:
    for example in flow.trigger.examples:
        yield example, made.trigger(flow, "examples", example)
    intent = made.bot.intents.get(flow.trigger.intent)
    for example in intent.examples if intent is not None else ():
        yield example, made.intent_example(flow.trigger.intent, example)


RULE = Rule("own example", "an example of a trigger, or of its intent, that does not start the flow", _find)
