"""Patterns that never start their flow, since another flow's pattern takes every message first, or a `not` does."""

from collections.abc import Iterator, Sequence

from frontdesk.dialog.bot import Flow
from frontdesk.dialog.linting import Finding, Made, Rule, Tried
from frontdesk.dialog.patterns import Pattern, normalise


def _find(made: Made) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for flow, pattern, tried in made.tried:
        # The same pattern twice is told as such.
        if owners.setdefault(pattern.regex, flow.id) == flow.id:
            yield from _of(made, flow, pattern, tried)


def _of(made: Made, flow: Flow, pattern: Pattern, tried: Sequence[Tried]) -> Iterator[Finding]:
    lost = [each for each in tried if each.hit is None or each.hit.flow != flow.id]
    # A pattern without `*` says what it takes word by word: each of them counts.
    if not lost or (len(lost) < len(tried) and not pattern.exact):
        return
    text, hit = lost[0].text, lost[0].hit
    place = made.trigger(flow, "patterns", pattern.source)
    what = f"The pattern '{pattern.source[:60]}'" + (f", by '{text[:60]}'," if len(lost) < len(tried) else "")
    if hit is not None:
        if _ties(made, pattern, hit.flow, hit.what):
            return
        yield Finding(
            place,
            f"{what} never starts {made.called(flow.id)}: {made.called(hit.flow)} takes it by '{hit.what[:60]}'.",
            f"Exclude it with not: in the trigger of {made.called(hit.flow)}, or remove it here.",
        )
    elif any(exclude.fits(normalise(text)) for exclude in flow.trigger.excludes):
        yield Finding(
            place,
            f"{what} never starts {made.called(flow.id)}: its own 'not' keeps it from that.",
            "Take one of them out.",
        )


def _ties(made: Made, pattern: Pattern, flow: str, source: str) -> bool:
    """Whether both patterns rank the same, which is another finding."""
    others = (other for other in made.bot.flows[flow].trigger.patterns if other.source == source)
    return any((other.exact, other.literals) == (pattern.exact, pattern.literals) for other in others)


RULE = Rule("shadowed trigger", "a pattern, or one of its alternatives, that can never start its flow", _find)
