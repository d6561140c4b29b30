r"""Regular expressions of authors, on RE2: linear in the length of the message, whatever the expression.

RE2 knows `\w` and `\b` for ASCII only. Here `\w`, `\W` and `\s` mean Unicode letters, marks, digits and blanks;
`\d` stays 0-9. For `\b` beyond ASCII the message is rewritten so that RE2's own `\b` holds exactly at Unicode
word edges: ASCII word characters move to a private area and every run of word characters gets `_` around it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal

import re2

MAX_REGEX = 1_000
_SHIFT = 0xF0000
_EDGE_MARK = "_"
_ASCII_WORD = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_TO_PRIVATE = {code: code + _SHIFT for low, high in _ASCII_WORD for code in range(low, high + 1)}
# A message that uses that area itself must not pass for letters.
_INTO_MARKED = _TO_PRIVATE | dict.fromkeys(_TO_PRIVATE.values(), 0xFFFD)
_FROM_PRIVATE = {shifted: code for code, shifted in _TO_PRIVATE.items()} | {ord(_EDGE_MARK): None}
_PRIVATE_WORD = "".join(f"\\x{{{low + _SHIFT:x}}}-\\x{{{high + _SHIFT:x}}}" for low, high in _ASCII_WORD)
_CASE_GAP = 0x20
_LAST_ASCII = 0x7F

_CLASSES = {"w": "\\pL\\pM\\pN_", "d": "0-9", "s": "\\t\\n\\v\\f\\r\\pZ\\x{feff}"}
_SHIFTED_CLASSES = {
    "w": f"\\pL\\pM\\pN{_PRIVATE_WORD}",
    "d": f"\\x{{{0x30 + _SHIFT:x}}}-\\x{{{0x39 + _SHIFT:x}}}",
    "s": _CLASSES["s"],
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]{1,4}(?:,[0-9]{0,4})?\})\??", re.ASCII)
_GROUP = re.compile(r"\(\?(?:P?<([A-Za-z_][A-Za-z0-9_]*)>|([ims]*)(?:-([ims]+))?([:)]))", re.ASCII)
_LOOK = re.compile(r"\(\?<?[=!]")
_PROPERTY = re.compile(r"[pP](?:\{\^?[A-Za-z_]{1,40}\}|[A-Z])", re.ASCII)
_HEX = re.compile(
    r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}", re.ASCII
)
_MOST_UNICODE = 0x10FFFF


class RegexError(ValueError):
    """The expression cannot be used; the message says what to mend."""


Item = tuple[int, int] | str
"""A range of characters, or a class: `w d s`, upper case for "not", or a Unicode property `pL`, `P{Lu}`."""


@dataclass(frozen=True, slots=True)
class _Atom:
    # What takes one character: "any" or a set (a literal is a set of one).
    items: tuple[Item, ...]
    negated: bool = False
    any: bool = False
    fold: bool = False
    dotall: bool = False


@dataclass(frozen=True, slots=True)
class _Raw:
    # Structure, passed on: groups, alternation, quantifiers, anchors.
    text: str
    kind: Literal["other", "edge"] = "other"


_Token = _Atom | _Raw


class Regex:
    """A compiled expression, searched for anywhere in a text; `size` is the number of RE2's instructions."""

    __slots__ = ("_marked", "_plain", "size", "source")

    def __init__(self, source: str) -> None:
        if len(source) > MAX_REGEX:
            raise RegexError(f"longer than {MAX_REGEX} characters")
        tokens = _Scanner(source).tokens()
        self.source = source
        self._plain = _compile("".join(_plain(token) for token in tokens))
        edged = any(isinstance(token, _Raw) and token.kind == "edge" for token in tokens)
        self._marked = _compile("".join(_shifted(token) for token in tokens)) if edged else None
        self.size: int = self._plain.programsize + (0 if self._marked is None else self._marked.programsize)

    def find(self, text: str) -> str | None:
        """The first match, or None; a match may be empty."""
        if self._marked is None or text.isascii():
            found = self._plain.search(text)
            return None if found is None else found.group()
        found = self._marked.search(_with_marks(text))
        return None if found is None else found.group().translate(_FROM_PRIVATE)

    def find_all(self, text: str, most: int) -> list[str]:
        """The first `most` matches that do not overlap."""
        if self._marked is None or text.isascii():
            return [found.group() for found in islice(self._plain.finditer(text), most)]
        matches = islice(self._marked.finditer(_with_marks(text)), most)
        return [found.group().translate(_FROM_PRIVATE) for found in matches]


def _options() -> re2.Options:
    chosen = re2.Options()
    chosen.never_capture = True
    chosen.log_errors = False
    return chosen


def _compile(regex: str) -> "re2._Regexp":
    try:
        return re2.compile(regex, _options())
    except re2.error as error:
        detail = error.args[0] if error.args else ""
        detail = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
        raise RegexError(detail.partition(":")[0] or "not a regular expression") from None


_WORD_RUN = _compile(f"[{_SHIFTED_CLASSES['w']}]+")


@lru_cache(maxsize=4)
def _with_marks(text: str) -> str:
    # Kept for the other expressions of the question the message answers.
    marked: str = _WORD_RUN.sub(_mark, text.translate(_INTO_MARKED))
    return marked


def _mark(found: "re2._Match") -> str:
    return f"{_EDGE_MARK}{found.group()}{_EDGE_MARK}"


class _Scanner:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._flags: list[frozenset[str]] = [frozenset()]

    def tokens(self) -> list[_Token]:
        found: list[_Token] = []
        while self._at < len(self._source):
            found.append(self._next())
        return found

    def _next(self) -> _Token:
        char = self._source[self._at]
        if char in _OPENERS:
            return _OPENERS[char](self)
        if (quantifier := _QUANTIFIER.match(self._source, self._at)) is not None:
            self._at = quantifier.end()
            return _Raw(quantifier.group())
        self._at += 1
        if char == ".":
            return _Atom((), any=True, dotall="s" in self._flags[-1])
        if char not in ")|^$":
            return self._literal(ord(char))
        if char == ")" and len(self._flags) > 1:
            self._flags.pop()
        return _Raw(char)

    def _literal(self, code: int) -> _Atom:
        return _Atom(((code, code),), fold="i" in self._flags[-1])

    def group(self) -> _Raw:
        if not self._source.startswith("(?", self._at):
            self._at += 1
            self._flags.append(self._flags[-1])
            return _Raw("(?:")
        if _LOOK.match(self._source, self._at):
            raise RegexError(
                "look-ahead and look-behind are not supported; match the whole text and use several rules"
            )
        found = _GROUP.match(self._source, self._at)
        if found is None:
            raise RegexError(f"unknown group '{self._source[self._at : self._at + 4]}'")
        self._at = found.end()
        name, on, off, end = found.groups()
        flags = (self._flags[-1] | frozenset(on or "")) - frozenset(off or "")
        if name is None and end == ")":
            self._flags[-1] = flags
        else:
            self._flags.append(flags)
        return _Raw("(?:" if name is not None else found.group())

    def escape(self) -> _Token:
        self._at += 1
        char = self._source[self._at : self._at + 1]
        if char in {"b", "B"}:
            self._at += 1
            return _Raw(f"\\{char}", "edge")
        if char in {"A", "z"}:
            self._at += 1
            return _Raw(f"\\{char}")
        if char == "Z":
            raise RegexError("\\Z is not supported; write $")
        if char.isdigit() and char != "0":
            raise RegexError("back-references such as \\1 are not supported")
        item = self._escaped()
        return _Atom((item,), fold="i" in self._flags[-1])

    def _escaped(self) -> Item:
        # Called behind a backslash, in and outside brackets.
        if found := _PROPERTY.match(self._source, self._at):
            self._at = found.end()
            return found.group()
        if found := _HEX.match(self._source, self._at):
            self._at = found.end()
            code = int(next(group for group in found.groups() if group), 16)
            if code > _MOST_UNICODE:
                raise RegexError(f"there is no character \\{found.group()}")
            return (code, code)
        char = self._source[self._at : self._at + 1]
        self._at += 1
        if not char:
            raise RegexError("a backslash at the end; write \\\\ to mean the character")
        if char in "wWdDsS":
            return char
        if char in _CONTROLS:
            char = _CONTROLS[char]
        elif char.isalnum():
            raise RegexError(f"unknown escape \\{char}")
        return (ord(char), ord(char))

    def char_class(self) -> _Atom:
        self._at += 1
        negated = self._source.startswith("^", self._at)
        self._at += negated
        items: list[Item] = []
        while (char := self._source[self._at : self._at + 1]) != "]" or not items:
            if not char:
                raise RegexError("a '[' without its ']'; write '\\[' to mean the character")
            if self._source.startswith("[:", self._at):
                raise RegexError("classes such as [:alpha:] are not supported; write \\pL for letters")
            items.append(self._range(self._member()))
        self._at += 1
        if negated and any(isinstance(item, str) and item in "WDS" for item in items):
            raise RegexError("\\W, \\D or \\S inside [^...] is not supported; write the characters meant")
        return _Atom(tuple(items), negated, fold="i" in self._flags[-1])

    def _member(self) -> Item:
        char = self._source[self._at]
        self._at += 1
        if char != "\\":
            return (ord(char), ord(char))
        if self._source.startswith("b", self._at):
            self._at += 1
            return (8, 8)
        return self._escaped()

    def _range(self, low: Item) -> Item:
        following = self._source[self._at : self._at + 2]
        if isinstance(low, str) or not following.startswith("-") or following in {"-", "-]"}:
            return low
        at = self._at
        self._at += 1
        high = self._member()
        if isinstance(high, str):
            self._at = at  # [a-\d]: the hyphen is meant as such
            return low
        if high[0] < low[0]:
            raise RegexError(f"the range {chr(low[0])}-{chr(high[0])} runs backwards")
        return (low[0], high[0])


_OPENERS: dict[str, Callable[[_Scanner], _Token]] = {
    "(": _Scanner.group,
    "[": _Scanner.char_class,
    "\\": _Scanner.escape,
}


def _plain(token: _Token) -> str:
    if isinstance(token, _Raw):
        return token.text
    if token.any:
        return "."
    return _set(token, [_item(item, _CLASSES) for item in token.items], _CLASSES)


def _shifted(token: _Token) -> str:
    if isinstance(token, _Raw):
        return token.text
    mark = f"{_EDGE_MARK}?"
    if token.any:
        return f"(?:{mark}[^{_EDGE_MARK}{'' if token.dotall else _BREAK}]{mark})"
    items = [piece for item in token.items for piece in _shifted_item(item, fold=token.fold)]
    return f"(?:{mark}{_set(token, items, _SHIFTED_CLASSES, besides=_EDGE_MARK)}{mark})"


_BREAK = "\\n"


def _set(token: _Atom, items: list[str], classes: dict[str, str], besides: str = "") -> str:
    if token.negated:
        return f"[^{''.join(items)}{besides}]"
    # "Not a word character" cannot stand beside others in one RE2 set: it becomes an alternative.
    outside = [
        f"[^{classes[item.lower()]}{besides}]"
        for item in token.items
        if isinstance(item, str) and item in "WDS"
    ]
    inside = "".join(items)
    options = [*outside, *([f"[{inside}]"] if inside else [])]
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _item(item: Item, classes: dict[str, str]) -> str:
    if not isinstance(item, str):
        return f"\\x{{{item[0]:x}}}-\\x{{{item[1]:x}}}"
    if item in "WDS":
        return ""
    return classes.get(item) or f"\\{item}"


def _shifted_item(item: Item, *, fold: bool) -> list[str]:
    if isinstance(item, str):
        # A property names ASCII letters too, and those have moved.
        moved = _ascii_members(item) if item[0] in "pP" else []
        return [_item(item, _SHIFTED_CLASSES), *moved]
    ranges = [item, *_other_case(item)] if fold else [item]
    return [_item(piece, {}) for each in ranges for piece in _move(each)]


def _ascii_members(item: str) -> list[str]:
    member = _compile(f"\\{item}")
    return [_item((code, code), {}) for plain, code in _TO_PRIVATE.items() if member.search(chr(plain))]


def _other_case(item: tuple[int, int]) -> list[tuple[int, int]]:
    found = []
    for low, high, step in ((0x41, 0x5A, _CASE_GAP), (0x61, 0x7A, -_CASE_GAP)):
        first, last = max(low, item[0]), min(high, item[1])
        if first <= last:
            found.append((first + step, last + step))
    return found


def _move(item: tuple[int, int]) -> list[tuple[int, int]]:
    low, high = item
    if low > _LAST_ASCII:
        return [item]
    found: list[tuple[int, int]] = []
    for first, last in _ASCII_WORD:
        if low < first:
            found.append((low, min(high, first - 1)))
        if max(low, first) <= min(high, last):
            found.append((max(low, first) + _SHIFT, min(high, last) + _SHIFT))
        low = max(low, last + 1)
        if low > high:
            return found
    return [*found, (low, high)]
