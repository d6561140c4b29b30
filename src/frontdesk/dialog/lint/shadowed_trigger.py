"""Patterns that never start their flow, since another flow's pattern takes every message first, or a `not` does."""

from collections.abc import Iterator

from frontdesk.dialog.bot import Flow
from frontdesk.dialog.linting import Finding, Made, Rule
from frontdesk.dialog.patterns import Pattern, normalise, samples

_ANYTHING = "qzx vwy"
"""Stands for a run of words that no author writes."""


def _find(made: Made) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for flow in made.bot.flows.values():
        for pattern in flow.trigger.patterns:
            if owners.setdefault(pattern.regex, flow.id) != flow.id:
                continue  # the same pattern twice is told as such
            yield from _of(made, flow, pattern)


def _of(made: Made, flow: Flow, pattern: Pattern) -> Iterator[Finding]:
    texts = list(dict.fromkeys([*samples(pattern.source, ""), *samples(pattern.source, _ANYTHING)]))
    hits = [made.bot.triggers.by_pattern(made.said(text)) for text in texts]
    lost = [(text, hit) for text, hit in zip(texts, hits, strict=True) if hit is None or hit.flow != flow.id]
    # A pattern without `*` says what it takes word by word: each of them counts.
    if not lost or (len(lost) < len(texts) and not pattern.exact):
        return
    text, hit = lost[0]
    place = made.trigger(flow, "patterns", pattern.source)
    what = f"The pattern '{pattern.source[:60]}'" + (f", by '{text[:60]}'," if len(lost) < len(texts) else "")
    if hit is not None:
        if _ties(made, pattern, hit.flow, hit.what):
            return
        yield Finding(
            place,
            f"{what} never starts '{flow.id}': '{hit.flow}' takes it by '{hit.what[:60]}'.",
            f"Exclude it with not: in the trigger of '{hit.flow}', or remove it here.",
        )
    elif any(exclude.fits(normalise(text)) for exclude in flow.trigger.excludes):
        yield Finding(
            place,
            f"{what} never starts '{flow.id}': its own 'not' keeps it from that.",
            "Take one of them out.",
        )


def _ties(made: Made, pattern: Pattern, flow: str, source: str) -> bool:
    """Whether both patterns rank the same, which is another finding."""
    others = (other for other in made.bot.flows[flow].trigger.patterns if other.source == source)
    return any((other.exact, other.literals) == (pattern.exact, pattern.literals) for other in others)


RULE = Rule("shadowed trigger", "a pattern, or one of its alternatives, that can never start its flow", _find)
