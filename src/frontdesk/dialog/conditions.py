"""Conditions of `if` and `when`: comparisons of paths and literals with `and`, `or`, `not`, `in` and brackets.

A missing value is null and false; text compares as a number with a number. Read once into a function.
"""

import operator
import re
from collections.abc import Callable
from decimal import Decimal

from frontdesk.dialog.filters import as_number, as_text
from frontdesk.dialog.paths import Getter, Names, Values, resolve, resolve_alias
from frontdesk.dialog.problems import Mistake

MAX_CONDITION = 500
_MAX_NESTING = 20

Condition = Callable[[Values], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?[0-9]+(?:\.[0-9]+)?)|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<operator>==|!=|<=|>=|<|>)|(?P<mark>[()\[\],])|\{(?P<alias>\$[^{}\s]+)\}"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_.\[\]-]*?(?=[\s()\],=!<>]|$)))",
    re.ASCII,
)
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}


def compile_condition(source: str, names: Names) -> Condition:
    """Read one condition.

    Raises:
        Mistake: It is malformed, too long, or names nothing the bot declares.
    """
    if len(source) > MAX_CONDITION:
        raise Mistake(f"A condition longer than {MAX_CONDITION} characters.", "Use several steps.")
    reader = _Reader(source, names)
    condition = reader.either(0)
    reader.finish()
    return condition


class _Reader:
    def __init__(self, source: str, names: Names) -> None:
        self._names = names
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(source.rstrip()):
            found = _TOKEN.match(source, at)
            if found is None:
                raise Mistake(f"'{source[at:].strip()[:20]}' is not understood here.", _EXAMPLE)
            kind = str(found.lastgroup)
            self._tokens.append((kind, found[kind]))
            at = found.end()
        self._at = 0

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _accept(self, *texts: str) -> str:
        kind, text = self._peek()
        if kind in {"word", "operator", "mark"} and text in texts:
            self._at += 1
            return text
        return ""

    def finish(self) -> None:
        if self._at < len(self._tokens):
            raise Mistake(f"'{self._peek()[1]}' is not expected here.", _EXAMPLE)

    def either(self, depth: int) -> Condition:
        options = [self._both(depth)]
        while self._accept("or"):
            options.append(self._both(depth))
        return options[0] if len(options) == 1 else lambda values: any(option(values) for option in options)

    def _both(self, depth: int) -> Condition:
        parts = [self._negated(depth)]
        while self._accept("and"):
            parts.append(self._negated(depth))
        return parts[0] if len(parts) == 1 else lambda values: all(part(values) for part in parts)

    def _negated(self, depth: int) -> Condition:
        if depth > _MAX_NESTING:
            raise Mistake("Brackets nested too deep.", "Use several steps.")
        if self._accept("not"):
            inner = self._negated(depth + 1)
            return lambda values: not inner(values)
        if self._accept("("):
            grouped = self.either(depth + 1)
            if not self._accept(")"):
                raise Mistake("A '(' without its ')'.", _EXAMPLE)
            return grouped
        return self._comparison()

    def _comparison(self) -> Condition:
        left = self._operand()
        sign = self._accept("==", "!=", "<=", ">=", "<", ">")
        if sign:
            right, compare = self._operand(), _SIGNS[sign]
            return lambda values: compare(left(values), right(values))
        negated = bool(self._accept("not"))
        if self._accept("in"):
            options = self._options()
            return lambda values: (
                any(_same(left(values), option(values)) for option in options) is not negated
            )
        if negated:
            raise Mistake("'not' is not expected here.", "Write 'not in' or put 'not' first.")
        return lambda values: _truth(left(values))

    def _options(self) -> list[Getter]:
        if not self._accept("["):
            raise Mistake("A list is missing behind 'in'.", 'Write for example channel in ["web", "rest"].')
        options = [self._operand()]
        while self._accept(","):
            options.append(self._operand())
        if not self._accept("]"):
            raise Mistake("A '[' without its ']'.", 'Write for example channel in ["web", "rest"].')
        return options

    def _operand(self) -> Getter:
        kind, text = self._peek()
        self._at += 1
        if kind in {"double", "single"}:
            return lambda _values: text
        if kind == "number":
            number = float(text)
            return lambda _values: number
        if kind == "alias":
            return resolve_alias(text, self._names).get
        if kind == "word" and text in _WORDS:
            constant = _WORDS[text]
            return lambda _values: constant
        if kind != "word" or text in {"and", "or", "not", "in"}:
            raise Mistake("A value is missing" + (f" before '{text}'." if text else " at the end."), _EXAMPLE)
        path = resolve(text, self._names)
        if path.kind == "secret":
            raise Mistake("A secret cannot be compared.", "Secrets go into headers and auth only.")
        return path.get


_EXAMPLE = 'Write for example: channel == "web" and not slots.done'


def _truth(value: object) -> bool:
    return bool(value) and value != "false"


def _same(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return as_text(left) == as_text(right)
    if left is None or right is None:
        return left in (None, "") and right in (None, "")
    if not (isinstance(left, str) and isinstance(right, str)):  # two texts: "007" is not "7"
        first, second = as_number(left), as_number(right)
        if first is not None and second is not None:
            return first == second
    return as_text(left) == as_text(right)


def _ordered(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[object, object], bool]:
    def apply(left: object, right: object) -> bool:
        first, second = as_number(left), as_number(right)
        return first is not None and second is not None and compare(first, second)

    return apply


_SIGNS: dict[str, Callable[[object, object], bool]] = {
    "==": _same,
    "!=": lambda left, right: not _same(left, right),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
}
