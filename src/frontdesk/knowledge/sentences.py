"""Where one sentence ends and the next begins: by its stop, what comes after, and what stands before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONG = 600
"""Characters after which a sentence without an end is cut at a comma or a space."""

_END = re.compile(
    r"[.!?\u2026\u061f\u0964]+[\"'\u201d\u2019\u00bb)\]]*(?=\s)|[\u3002\uff01\uff1f]+[\u300d\u300f\uff09]*|\n+"
)
_SHORT_WORDS = (
    "approx art ca cf dept dr e.g eq est etc fig gen gov hon i.e inc jr ltd mr mrs ms mt no nos p pp prof rev sen sr "
    "st vol vs u.s г гг др им напр проф руб рис см стр т тел тыс ул д z.b bzw ca usw sra dra av núm pág"
)
_SHORT = frozenset(_SHORT_WORDS.split())
_LAST_WORD = re.compile(r"([^\s(\[\"']+)\.$")
_SOFT = re.compile(r"[,;:]\s|\s")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """The sentences of `text` in order, without the space around them; a line's end is a sentence's."""
    return [span for start, end in _cut(text) for span in _short_enough(text, start, end)]


def _cut(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _END.finditer(text):
        if "\n" in end.group():
            yield start, end.start()
        elif _ends(text, start, end):
            yield start, end.end()
        else:
            continue
        start = end.end()
    yield start, len(text)


def _ends(text: str, start: int, end: re.Match[str]) -> bool:
    if end.group() != ".":
        return True
    after = text[end.end() : end.end() + 3].lstrip()
    if after[:1].islower():
        return False
    word = _LAST_WORD.search(text, max(start, end.end() - 24), end.end())
    return word is None or not (_is_initial(word.group(1)) or word.group(1).lower() in _SHORT)


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha() and word.isupper()


def _short_enough(text: str, start: int, end: int) -> Iterator[Span]:
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start >= end:
            return
        if end - start <= LONG:
            yield Span(start, end)
            return
        cut = max(
            (soft.end() for soft in _SOFT.finditer(text, start + LONG // 2, start + LONG)),
            default=start + LONG,
        )
        yield Span(start, start + len(text[start:cut].rstrip()))
        start = cut
