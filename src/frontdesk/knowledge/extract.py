"""The answer without a model: the one or two sentences of a passage that fit the question best, as they stand.

An item of a list is given with its whole list, a short passage as it is: half of a way to do something helps nobody.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.knowledge.passages import ITEM, is_item
from frontdesk.knowledge.sentences import Span

SHORT_CHARS = 320
"""A passage up to this long is its own answer."""
LIST_CHARS = 900
"""The most of a list that is given."""
SECOND = 0.75
"""A second sentence is given when it fits at least this much of the best one."""
DENSE_SHARE = 0.5
FIGURE_SHARE = 0.25
"""What a sentence with a figure in it has ahead where one is asked for."""
KNOWN = 0.5
"""What a term of the title or a heading weighs: it says which passage, hardly which sentence."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What answers: a piece of the body, or two with the space between them left out."""

    text: str
    spans: tuple[Span, ...]


def rank_sentences(
    weights: Mapping[str, float],
    sentences: Sequence[frozenset[str]],
    cosines: Sequence[float] = (),
    *,
    above: Collection[str] = (),
    figure: bool = False,
) -> list[tuple[int, float]]:
    """Places of sentences with how well they fit, best first.

    Args:
        weights: What each term of the question weighs.
        sentences: The terms of each sentence.
        cosines: How near each is to the question in meaning, where that is known.
        above: Terms of title and headings.
        figure: Whether a number, a time or a date is asked for (`figures.asks_figure`).
    """
    many = len(sentences)
    told = {
        term: weight
        * (KNOWN if term in above else 1.0)
        * (0.5 + 0.5 * _rarity(many, sum(term in found for found in sentences)))
        for term, weight in weights.items()
    }
    total = sum(told.values()) or 1.0
    fits = [sum(told[term] for term in told if term in found) / total for found in sentences]
    if cosines:
        fits = [fit + DENSE_SHARE * cosine for fit, cosine in zip(fits, cosines, strict=True)]
    if figure:
        has_one = (any(term[0].isdecimal() for term in found) for found in sentences)
        fits = [fit + FIGURE_SHARE * there for fit, there in zip(fits, has_one, strict=True)]
    return sorted(enumerate(fits), key=lambda fit: -fit[1])


def extract(body: str, spans: Sequence[Span], ranked: Sequence[tuple[int, float]]) -> Extract:
    """The answer out of a passage.

    Args:
        body: The article's.
        spans: The passage's sentences.
        ranked: What `rank_sentences` gave for them; not empty.
    """
    whole = Span(spans[0].start, spans[-1].end)
    best, fit = ranked[0]
    if whole.end - whole.start <= SHORT_CHARS:
        return Extract(body[_with_mark(body, whole) : whole.end], (whole,))
    if is_item(body, spans[best]):
        return _list(body, spans, best)
    chosen = {best}
    if len(ranked) > 1 and ranked[1][1] >= SECOND * fit and not is_item(body, spans[ranked[1][0]]):
        chosen.add(ranked[1][0])
    taken = tuple(spans[place] for place in sorted(chosen))
    return Extract(" ".join(body[span.start : span.end] for span in taken), taken)


def _rarity(many: int, having: int) -> float:
    """1 for a term that no sentence of the passage has, near 0 for one that all have."""
    return math.log(1 + (many - having + 0.5) / (having + 0.5)) / math.log(1 + (many + 0.5) / 0.5)


def _list(body: str, spans: Sequence[Span], best: int) -> Extract:
    first = last = best
    while first > 0 and is_item(body, spans[first - 1]):
        first -= 1
    if first > 0:
        # What stands above a list says what it is a list of.
        first -= 1
    while last + 1 < len(spans) and _goes_on(body, spans, last + 1):
        last += 1
    while spans[last].end - spans[first].start > LIST_CHARS and last > best:
        last -= 1
    while spans[last].end - spans[first].start > LIST_CHARS and first < best:
        first += 1
    span = Span(spans[first].start, spans[last].end)
    return Extract(body[_with_mark(body, span) : span.end], (span,))


def _goes_on(body: str, spans: Sequence[Span], place: int) -> bool:
    """Whether a sentence is a further item, or a further sentence of the one before it."""
    return is_item(body, spans[place]) or "\n" not in body[spans[place - 1].end : spans[place].start]


def _with_mark(body: str, span: Span) -> int:
    return span.start - len(ITEM) if is_item(body, span) else span.start
