"""Triggers of two flows that are the same, or that a message fits equally well: only their order decides."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule
from frontdesk.dialog.patterns import Pattern, samples


def _find(made: Made) -> Iterator[Finding]:
    intents: dict[str, str] = {}
    same: dict[str, str] = {}
    ranked: dict[tuple[bool, int], list[tuple[str, Pattern]]] = {}
    for flow in made.bot.flows.values():
        intent = flow.trigger.intent
        if intent and (first := intents.setdefault(intent, flow.id)) != flow.id:
            yield Finding(
                made.trigger(flow, "intent"),
                f"The intent '{intent}' of '{flow.id}' starts '{first}' already.",
                "Give one of them another trigger.",
            )
        for pattern in flow.trigger.patterns:
            place = made.trigger(flow, "patterns", pattern.source)
            if (first := same.setdefault(pattern.regex, flow.id)) != flow.id:
                yield Finding(
                    place,
                    f"The pattern '{pattern.source[:60]}' of '{flow.id}' starts '{first}' already.",
                    "Give one of them another trigger.",
                )
                continue
            equals = ranked.setdefault((pattern.exact, pattern.literals), [])
            found = _shared(pattern, [entry for entry in equals if entry[0] != flow.id])
            if found is not None:
                other, text = found
                yield Finding(
                    place,
                    f"'{text[:60]}' fits the pattern '{pattern.source[:60]}' of '{flow.id}' as well as a pattern "
                    f"of '{other}', which comes first.",
                    "Make one of them more exact, or exclude the other's words with not:.",
                )
            equals.append((flow.id, pattern))


def _shared(pattern: Pattern, others: list[tuple[str, Pattern]]) -> tuple[str, str] | None:
    """A flow and a message that one of its patterns fits too; the barest messages of both are tried."""
    barest = samples(pattern.source, "")
    for flow, other in others:
        for text in barest:
            if other.fits(text):
                return flow, text
        for text in samples(other.source, ""):
            if pattern.fits(text):
                return flow, text
    return None


RULE = Rule(
    "ambiguous trigger", "triggers of two flows between which only the order of the flows decides", _find
)
