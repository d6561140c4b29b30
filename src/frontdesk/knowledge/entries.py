"""An article as it is indexed: its passages with the words they are found by. Called by `library`'s indexing.

A curated answer has one passage more than an article, made of the questions it answers: whoever asks one of them gets
it, and it is found by what it says as any article is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.knowledge.passages import cut, with_mark
from frontdesk.knowledge.postings import pack
from frontdesk.knowledge.sentences import Span
from frontdesk.knowledge.words import terms

MOST_ENTRIES = 2_000
"""Passages of one article; what comes after them is not found."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One passage.

    Attributes:
        headings: Those above it.
        text: As it stands in the body, or the questions of a curated answer, a line each.
        start: Where `text` stands in the body.
        sentences: Where its sentences stand in `text`.
        above: Terms of title and headings.
        inside: Terms of each sentence.
        asks: Whether it is the questions of a curated answer.
    """

    headings: tuple[str, ...]
    text: str
    start: int
    sentences: tuple[Span, ...]
    above: tuple[str, ...]
    inside: tuple[tuple[str, ...], ...]
    asks: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys((*self.above, *(term for found in self.inside for term in found))))

    @property
    def length(self) -> int:
        return len(self.above) + sum(len(found) for found in self.inside)

    def packed(self, no: int) -> dict[str, bytes]:
        """What it adds to the list of each of its terms, as passage number `no`."""
        return pack(no, self.above, self.inside)


def of_article(title: str, body: str, language: str) -> list[Entry]:
    """The passages of an article; none of one without text."""
    name = terms(title, language)
    entries = []
    for passage in cut(body)[:MOST_ENTRIES]:
        start = with_mark(body, passage.span)
        spans = tuple(Span(span.start - start, span.end - start) for span in passage.sentences)
        text = body[start : passage.span.end]
        above = (*name, *(term for heading in passage.headings for term in terms(heading, language)))
        inside = tuple(tuple(terms(text[span.start : span.end], language)) for span in spans)
        entries.append(Entry(passage.headings, text, start, spans, above, inside))
    return entries


def of_answer(questions: Sequence[str], body: str, language: str) -> list[Entry]:
    """The passages of a curated answer: its questions, and what it says below the first of them."""
    return [_of_questions(questions, language), *of_article(questions[0], body, language)]


def _of_questions(questions: Sequence[str], language: str) -> Entry:
    spans, start = [], 0
    for question in questions:
        spans.append(Span(start, start + len(question)))
        start += len(question) + 1
    inside = tuple(tuple(terms(question, language)) for question in questions)
    return Entry((), "\n".join(questions), 0, tuple(spans), (), inside, asks=True)


def read_by_models(title: str, headings: Sequence[str], text: str) -> str:
    """A passage as it is embedded: with what stands above it."""
    above = " - ".join(part for part in (title, *headings) if part)
    return f"{above}\n{text}" if above else text
