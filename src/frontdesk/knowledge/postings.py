"""Where a term stands: packed lists of passages, and how well these fit a question by BM25.

One list a term; `store` keeps them as bytes. The formula is Robertson's with a sentence's share on top: of two
passages with the same words the one that has them close together is about the question.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float64]

ROW = numpy.dtype([("no", "<u4"), ("count", "<u2"), ("length", "<u2"), ("sentences", "<u8")])
"""A passage's number, how often the term is in it, how many terms it has in all, in which sentences (by bit)."""
K1 = 0.9
B = 0.4
SENTENCE_SHARE = 0.35
BACKGROUND = 100
"""Passages that every collection is taken to have besides its own, so that a word of a small one is not common."""
_MOST = 65_535
HEADING_BIT = 63
_SENTENCE_BITS = numpy.uint64((1 << HEADING_BIT) - 1)


@dataclass(frozen=True, slots=True)
class Stats:
    """Of all passages in one language: how many there are, and their terms together."""

    passages: int
    terms: int


@dataclass(frozen=True, slots=True)
class Lexical:
    """How passages fit by their words; arrays of one length, `score` falling.

    Attributes:
        no: Numbers of passages.
        score: BM25 with the sentence's share.
        inside: What the question's terms weigh in the sentence that has most of them.
        fit: 0 to 1, how much of what was asked is there: see `confidence`.
    """

    no: NDArray[numpy.uint32]
    score: Floats
    inside: Floats
    fit: Floats


def pack(no: int, above: Sequence[str], sentences: Sequence[Sequence[str]]) -> dict[str, bytes]:
    """A passage's rows by term.

    Args:
        no: Its number.
        above: Terms of its title and headings.
        sentences: Terms of its sentences, at most 63 of them.
    """
    counts = Counter(above)
    bits = dict.fromkeys(counts, 1 << HEADING_BIT)
    for place, found in enumerate(sentences):
        counts.update(found)
        for term in found:
            bits[term] = bits.get(term, 0) | 1 << place
    length = min(counts.total(), _MOST)
    row = numpy.zeros(1, ROW)
    packed = {}
    for term, count in counts.items():
        row[0] = (no, min(count, _MOST), length, bits[term])
        packed[term] = row.tobytes()
    return packed


def without(packed: bytes, gone: Sequence[int]) -> bytes:
    """A list without the rows of some passages."""
    rows = numpy.frombuffer(packed, ROW)
    return rows[~numpy.isin(rows["no"], gone)].tobytes()


def numbers(packed: bytes) -> NDArray[numpy.uint32]:
    """Those of the passages in a list."""
    return numpy.frombuffer(packed, ROW)["no"]


def idf(stats: Stats, passages: int) -> float:
    """How much it says that a term is in a text, when it is in this many passages."""
    every = stats.passages + BACKGROUND
    return math.log(1 + (every - passages + 0.5) / (passages + 0.5))


def weights(terms: Sequence[str], lists: Mapping[str, bytes], stats: Stats) -> dict[str, float]:
    """What each term of a question weighs, unknown ones too."""
    return {term: idf(stats, len(lists.get(term, b"")) // ROW.itemsize) for term in terms}


def score(
    terms: Sequence[str],
    lists: Mapping[str, bytes],
    stats: Stats,
    *,
    most: int,
    idle: frozenset[str] = frozenset(),
) -> Lexical:
    """The passages that fit best.

    Args:
        terms: Of the question; repeats count once.
        lists: The packed list of each term that has one.
        stats: Of the language.
        most: How many to give.
        idle: Terms that no passage need have to fit.
    """
    weight = weights(terms, lists, stats)
    known = [term for term in weight if lists.get(term)]
    if not known or not stats.passages:
        return Lexical(numpy.empty(0, numpy.uint32), numpy.empty(0), numpy.empty(0), numpy.empty(0))
    rows = numpy.frombuffer(b"".join([lists[term] for term in known]), ROW)
    sizes = [len(lists[term]) // ROW.itemsize for term in known]
    value = numpy.repeat([weight[term] for term in known], sizes)
    no, place = numpy.unique(rows["no"], return_inverse=True)
    count, length = rows["count"].astype(numpy.float64), rows["length"]
    mean = stats.terms / stats.passages
    matched = _summed(place, value * count * (K1 + 1) / (count + K1 * (1 - B + B * length / mean)))
    needed = numpy.repeat([0.0 if term in idle else weight[term] for term in known], sizes)
    there = _summed(place, needed)
    asked = sum(value for term, value in weight.items() if term not in idle)
    inside = _best_sentence(rows["sentences"], place, value, len(no))
    total = matched + SENTENCE_SHARE * inside
    rarest = idf(stats, 0)
    fit = confidence(matched / rarest, (asked - there) / rarest)
    order = numpy.argsort(-total, kind="stable")[:most]
    return Lexical(no[order], total[order], inside[order], fit[order])


def confidence(matched: Floats, missing: Floats) -> Floats:
    """How sure one can be that a text is about the question, 0 to 1.

    Args:
        matched: What the question's terms in it weigh, in rarest possible terms.
        missing: The same of those that are not in it.
    """
    return matched / (matched + 0.5 * missing + 1)


def _summed(place: NDArray[numpy.intp], value: Floats) -> Floats:
    return numpy.asarray(numpy.bincount(place, value), numpy.float64)


def _best_sentence(
    bits: NDArray[numpy.uint64], place: NDArray[numpy.intp], value: Floats, passages: int
) -> Floats:
    """The weight of the terms in that sentence of each passage that has most of it."""
    # A term stands in one or two of the sentences: most of the eight bytes have no bit.
    eights = (bits & _SENTENCE_BITS).astype("<u8").view(numpy.uint8).reshape(-1, 8)
    row, eight = numpy.nonzero(eights)
    found, bit = numpy.nonzero(numpy.unpackbits(eights[row, eight, None], axis=1, bitorder="little"))
    row, sentence = row[found], eight[found] * 8 + bit
    summed = numpy.bincount(place[row] * 64 + sentence, value[row], minlength=passages * 64)
    best: Floats = summed.reshape(passages, 64).max(axis=1)
    return best
