"""Patterns of triggers and rules: `*` for any run, `(a|b)` for alternatives, `\\` to take a character as is.

A pattern must fit the whole message, both normalised the same way. Compiled to RE2, so no input is slow.
"""

import unicodedata
from dataclasses import dataclass, field

import re2

MAX_PATTERN = 500
_MAX_NESTING = 20

_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u02bc\u0060\u00b4"), "'") | dict.fromkeys(
    map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'
)
_EDGES = " \"'.,;:!?\u2026\u00a1\u00bf\u3002\uff01\uff1f\uff0c"


_ANYTHING = ("\ue000", "\uf8ff \uf8fe")
"""Messages that nobody writes: what fits these fits all."""


class PatternError(ValueError):
    """The pattern cannot be read; the message says what to mend."""


def normalise(text: str) -> str:
    """The copy of a message that patterns, choices and examples are compared with.

    Returns:
        Composed Unicode, straight quotes, single blanks, no case, no quotes or sentence marks at either end.
    """
    folded = _fold(text)
    return folded.strip(_EDGES) or folded


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFC", text).translate(_QUOTES)
    return unicodedata.normalize("NFC", " ".join(plain.casefold().split()))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `literals` counts the characters every match must spell out, `size` RE2's instructions.

    An `exact` pattern has no wildcard, so it outranks every pattern that has one.
    """

    source: str
    regex: str
    exact: bool
    literals: int
    size: int
    _compiled: "re2._Regexp" = field(repr=False, compare=False)

    def fits(self, normalised: str) -> bool:
        return self._compiled.fullmatch(normalised) is not None


def options() -> re2.Options:
    """How patterns are compiled: `.` fits everything, and RE2 keeps quiet about what it refuses."""
    chosen = re2.Options()
    chosen.dot_nl = True
    chosen.never_capture = True
    chosen.log_errors = False
    return chosen


def compile_pattern(source: str) -> Pattern:
    """Read one pattern.

    Raises:
        PatternError: It is empty, too long, its parentheses do not pair up, or it fits everything without
            saying so.
    """
    if len(source) > MAX_PATTERN:
        raise PatternError(f"longer than {MAX_PATTERN} characters")
    folded = _fold(source)
    if not folded:
        raise PatternError("empty")
    tree = _trim(_Reader(folded).alternatives(0), left=True, right=True)
    regex = _regex(tree)
    try:
        compiled = re2.compile(regex, options())
    except re2.error as error:
        raise PatternError(f"too large ({error})") from None
    if folded != "*" and all(compiled.fullmatch(text) is not None for text in _ANYTHING):
        raise PatternError("it fits every message; write '*' alone to mean that")
    return Pattern(source, regex, not _has_star(tree), _literals(tree), compiled.programsize, compiled)


# A tree of three kinds: text, `_Star`, and `_Alt` (alternatives, each a sequence).


@dataclass(frozen=True, slots=True)
class _Star:
    pass


@dataclass(frozen=True, slots=True)
class _Alt:
    options: "tuple[_Seq, ...]"


_Seq = tuple["str | _Star | _Alt", ...]


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def alternatives(self, depth: int) -> _Alt:
        if depth > _MAX_NESTING:
            raise PatternError(f"parentheses nested deeper than {_MAX_NESTING}")
        options = [self._sequence(depth)]
        while self._peek() == "|":
            self._at += 1
            options.append(self._sequence(depth))
        if depth == 0 and self._at < len(self._text):
            raise PatternError("a ')' without its '('; write '\\)' to mean the character")
        return _Alt(tuple(options))

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _sequence(self, depth: int) -> _Seq:
        parts: list[str | _Star | _Alt] = []
        while (char := self._peek()) not in {"", "|", ")"}:
            self._at += 1
            if char == "*":
                if not (parts and isinstance(parts[-1], _Star)):
                    parts.append(_Star())
            elif char == "(":
                parts.append(self._group(depth))
            else:
                if char == "\\":
                    char = self._peek() or "\\"
                    self._at += 1
                if parts and isinstance(parts[-1], str):
                    parts[-1] += char
                else:
                    parts.append(char)
        return tuple(parts)

    def _group(self, depth: int) -> _Alt:
        group = self.alternatives(depth + 1)
        if self._peek() != ")":
            raise PatternError("a '(' without its ')'; write '\\(' to mean the character")
        self._at += 1
        return group


def _trim(alt: _Alt, *, left: bool, right: bool) -> _Alt:
    # Messages lose sentence marks at their ends, so a pattern that spells them there must lose them too.
    return _Alt(tuple(_trim_sequence(option, left=left, right=right) for option in alt.options))


def _trim_sequence(parts: _Seq, *, left: bool, right: bool) -> _Seq:
    kept = list(parts)
    for index, active in ((0, left), (-1, right)):
        while active and kept and isinstance(edge := kept[index], str):
            kept[index] = edge.lstrip(_EDGES) if index == 0 else edge.rstrip(_EDGES)
            if kept[index]:
                break
            del kept[index]
        if active and kept and isinstance(group := kept[index], _Alt):
            kept[index] = _trim(group, left=index == 0, right=index == -1)
    # A pattern of marks alone ("?") stays as it is: such a message keeps its marks as well.
    return tuple(kept) if kept else parts


def _regex(alt: _Alt) -> str:
    options = [_regex_sequence(option) for option in alt.options]
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _regex_sequence(parts: _Seq) -> str:
    pieces: list[str] = []
    texts = list(parts)
    for index, part in enumerate(parts):
        following = texts[index + 1] if index + 1 < len(texts) else None
        if isinstance(part, _Alt):
            pieces.append(f"(?:{_regex(part)})")
        elif isinstance(part, _Star):
            # The blank beside a star is optional: "hi *" fits "hi" and "hi there", not "hiya".
            if index and isinstance(before := texts[index - 1], str) and before.endswith(" "):
                pieces.append("(?: .*)?")
            elif index == 0 and isinstance(following, str) and following.startswith(" "):
                texts[1] = following[1:]
                pieces.append("(?:.* )?")
            else:
                pieces.append(".*")
        else:
            text = texts[index]
            text = text if isinstance(text, str) else ""
            if text.endswith(" ") and isinstance(following, _Star):
                text = text[:-1]
            pieces.append(re2.escape(text))
    return "".join(pieces)


def _has_star(alt: _Alt) -> bool:
    return any(
        isinstance(part, _Star) or (isinstance(part, _Alt) and _has_star(part))
        for option in alt.options
        for part in option
    )


def _literals(alt: _Alt) -> int:
    return min(
        sum(
            _literals(part) if isinstance(part, _Alt) else len(part) if isinstance(part, str) else 0
            for part in option
        )
        for option in alt.options
    )


def samples(source: str, anything: str, most: int = 40) -> tuple[str, ...]:
    """Normalised messages that a pattern fits, `*` being `anything`, every alternative at least once where it can be.

    Args:
        source: A pattern that compiles.
        anything: What stands for `*`; may be empty.
        most: Most messages to give.
    """
    tree = _trim(_Reader(_fold(source)).alternatives(0), left=True, right=True)
    texts = (normalise(text) for text in _spell(tree, anything, most))
    return tuple(dict.fromkeys(text for text in texts if text))


def _spell(alt: _Alt, anything: str, most: int) -> list[str]:
    found: list[str] = []
    for option in alt.options:
        texts = [""]
        for part in option:
            ends = (
                _spell(part, anything, most)
                if isinstance(part, _Alt)
                else [part if isinstance(part, str) else f" {anything} " if anything else ""]
            )
            # Pairs, not all combinations: each alternative of each part once is enough.
            count = max(len(texts), len(ends))
            texts = [texts[i % len(texts)] + ends[i % len(ends)] for i in range(min(count, most))]
        found += texts
    return found[:most]
