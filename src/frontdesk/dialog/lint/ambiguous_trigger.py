"""Triggers of two flows that are the same, or that a message fits equally well: only their order decides."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule


def _find(made: Made) -> Iterator[Finding]:
    yield from _same(made)
    yield from _alike(made)


def _same(made: Made) -> Iterator[Finding]:
    intents: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for flow in made.bot.flows.values():
        intent = flow.trigger.intent
        if intent and (first := intents.setdefault(intent, flow.id)) != flow.id:
            yield Finding(
                made.trigger(flow, "intent"),
                f"The intent '{intent}' of '{flow.id}' starts '{first}' already.",
                "Give one of them another trigger.",
            )
        for pattern in flow.trigger.patterns:
            if (first := patterns.setdefault(pattern.regex, flow.id)) != flow.id:
                yield Finding(
                    made.trigger(flow, "patterns", pattern.source),
                    f"The pattern '{pattern.source[:60]}' of '{flow.id}' starts '{first}' already.",
                    "Give one of them another trigger.",
                )


def _alike(made: Made) -> Iterator[Finding]:
    order = {name: number for number, name in enumerate(made.bot.flows)}
    told: set[tuple[str, str]] = set()
    for flow, pattern, tried in made.tried:
        for each in tried:
            candidates = each.hit.candidates if each.bare and each.hit is not None else ()
            for name in candidates:
                other = made.bot.flows[name]
                equals = [
                    found
                    for found in other.trigger.patterns
                    if (found.exact, found.literals) == (pattern.exact, pattern.literals)
                    and found.regex != pattern.regex
                    and name != flow.id
                    and found.fits(each.text)
                ]
                pair = (min(name, flow.id), max(name, flow.id))
                if not equals or pair in told:
                    continue
                told.add(pair)
                late, its = (flow, pattern) if order[name] < order[flow.id] else (other, equals[0])
                yield Finding(
                    made.trigger(late, "patterns", its.source),
                    f"'{each.text[:60]}' fits the pattern '{its.source[:60]}' of '{late.id}' as well as a pattern of "
                    f"'{name if late is flow else flow.id}', which comes first.",
                    "Make one of them more exact, or exclude the other's words with not:.",
                )


RULE = Rule(
    "ambiguous trigger", "triggers of two flows between which only the order of the flows decides", _find
)
