"""The answer without a model: the one or two sentences of a passage that fit the question best, as they stand.

An item of a list is given with its whole list, a row of a table with its first row: half of a way to do something, or a
figure without its name, helps nobody.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from frontdesk.knowledge.passages import begins_line, in_item, with_mark
from frontdesk.knowledge.sentences import Span

LIST_CHARS = 900
"""The most of a list or a table that is given."""
CELL = " | "
SECOND = 0.75
"""A second sentence is given when it fits at least this much of the best one."""
DENSE_SHARE = 0.5
FIGURE_SHARE = 0.25
"""What a sentence with a figure in it has ahead where one is asked for."""
KNOWN = 0.5
"""What a term of the title or a heading weighs: it says which passage, hardly which sentence."""
CARRIED = 0.5
"""What is left of a term in the next sentence, and so on: texts name a thing once and then say "it"."""
RELATED_LETTERS = 4
RELATED_SHARE = 0.5
"""From how many letters in common at their beginning, and how much of the longer one, two terms are of one family."""


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
    goes_on: Collection[int] = (),
) -> list[tuple[int, float]]:
    """Places of sentences with how well they fit, best first.

    Args:
        weights: What each term of the question weighs.
        sentences: The terms of each sentence.
        cosines: How near each is to the question in meaning, where that is known.
        above: Terms of title and headings.
        figure: Whether a number, a time or a date is asked for (`figures.asks_figure`).
        goes_on: Places of sentences that go on from the one before (`continued`).
    """
    many = len(sentences)
    told = {
        term: weight
        * (KNOWN if term in above else 1.0)
        * (0.5 + 0.5 * _rarity(many, sum(term in found for found in sentences)))
        for term, weight in weights.items()
    }
    total = sum(told.values()) or 1.0
    fits = []
    spoken_of = dict.fromkeys(told, 0.0)
    for place, found in enumerate(sentences):
        left = CARRIED if place in goes_on else 0.0
        spoken_of = {
            term: 1.0 if term in found else max(left * spoken_of[term], _related(term, found))
            for term in told
        }
        fits.append(sum(told[term] * spoken_of[term] for term in told) / total)
    if cosines:
        fits = [fit + DENSE_SHARE * cosine for fit, cosine in zip(fits, cosines, strict=True)]
    if figure:
        has_one = (any(term[0].isdecimal() for term in found) for found in sentences)
        fits = [fit + FIGURE_SHARE * there for fit, there in zip(fits, has_one, strict=True)]
    return sorted(enumerate(fits), key=lambda fit: -fit[1])


def continued(body: str, spans: Sequence[Span]) -> frozenset[int]:
    """Places of sentences that do not begin a line: a paragraph, an item of a list and a row speak for themselves."""
    return frozenset(place for place, span in enumerate(spans) if not begins_line(body, span))


def extract(body: str, spans: Sequence[Span], ranked: Sequence[tuple[int, float]]) -> Extract:
    """The answer out of a passage.

    Args:
        body: The article's.
        spans: The passage's sentences.
        ranked: What `rank_sentences` gave for them; not empty.
    """
    best, fit = ranked[0]
    after = best + 1 if best + 1 < len(spans) else best
    announces = _announces(body, spans[best])
    near = [best, *(place for place, other in ranked[1:] if other >= SECOND * fit > 0)]
    if in_item(body, spans[best]) or (announces and in_item(body, spans[after])):
        return _list(body, spans, best if in_item(body, spans[best]) else after, near)
    if _is_row(body, spans[best]):
        return _rows(body, spans, near)
    if announces and _is_row(body, spans[after]):
        table = _rows(body, spans, [after])
        return Extract(
            f"{body[spans[best].start : spans[best].end]}\n{table.text}", (spans[best], *table.spans)
        )
    chosen = {best}
    if announces:
        # What a text asks itself is answered by what comes next.
        chosen.add(after)
    elif len(near) > 1 and not in_item(body, spans[near[1]]) and not _is_row(body, spans[near[1]]):
        chosen.add(near[1])
    taken = tuple(spans[place] for place in sorted(chosen))
    return Extract(" ".join(body[span.start : span.end] for span in taken), taken)


def _rarity(many: int, having: int) -> float:
    """1 for a term that no sentence of the passage has, near 0 for one that all have."""
    return math.log(1 + (many - having + 0.5) / (having + 0.5)) / math.log(1 + (many + 0.5) / 0.5)


def _related(term: str, found: Collection[str]) -> float:
    """How much of a term stands in the nearest word of its family: "inventor" in "invention"; 0 for figures."""
    if len(term) < RELATED_LETTERS or not term.isalpha():
        return 0.0
    beginning, nearest = term[:RELATED_LETTERS], 0.0
    for other in found:
        if other.startswith(beginning):
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(term, other, strict=False)))
            share = same / max(len(term), len(other))
            nearest = max(nearest, share if share >= RELATED_SHARE else 0.0)
    return nearest


def _announces(body: str, span: Span) -> bool:
    return body[span.start : span.end].endswith((":", "：", "?", "？"))


def _list(body: str, spans: Sequence[Span], best: int, near: Sequence[int]) -> Extract:
    first = last = best
    while first > 0 and in_item(body, spans[first - 1]):
        first -= 1
    if first > 0 and (_announces(body, spans[first - 1]) or first - 1 in near):
        # It says what this is a list of; other sentences merely stand above it.
        first -= 1
    while last + 1 < len(spans) and in_item(body, spans[last + 1]):
        last += 1
    while spans[last].end - spans[first].start > LIST_CHARS and last > best:
        last -= 1
    while spans[last].end - spans[first].start > LIST_CHARS and first < best:
        first += 1
    span = Span(spans[first].start, spans[last].end)
    return Extract(body[with_mark(body, span) : span.end], (span,))


def _rows(body: str, spans: Sequence[Span], near: Sequence[int]) -> Extract:
    """A table's first row, and those with the best sentences; all of it where the best one is in the first.

    The row of the best sentence is there however long it is.
    """
    first = last = near[0]
    while first > 0 and _is_row(body, spans[first - 1]):
        first -= 1
    while last + 1 < len(spans) and _is_row(body, spans[last + 1]):
        last += 1
    head, asked = _line(body, spans[first]), {_line(body, spans[place]) for place in near}
    best = _line(body, spans[near[0]])
    is_whole = best == head
    taken, left = [head], LIST_CHARS - (head.end - head.start)
    for row in dict.fromkeys(_line(body, span) for span in spans[first : last + 1]):
        if row != head and (is_whole or row in asked) and (row == best or row.end - row.start <= left):
            taken.append(row)
            left -= row.end - row.start
    return Extract("\n".join(body[row.start : row.end] for row in taken), tuple(taken))


def _is_row(body: str, span: Span) -> bool:
    line = _line(body, span)
    return CELL in body[line.start : line.end]


def _line(body: str, span: Span) -> Span:
    end = body.find("\n", span.end)
    return Span(body.rfind("\n", 0, span.start) + 1, len(body) if end < 0 else end)
