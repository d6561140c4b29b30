"""Reads the keys of one mapping and collects every mistake on the way: wrong kind, out of range, unknown key.

Asking for a key makes it known; `close` reports what nobody asked for.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from frontdesk.dialog.problems import Problems
from frontdesk.dialog.yaml import Node

_DURATION = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}", re.ASCII)
ID_PREFIX = "asst_"
"""What an assistant's id begins with; no short name does, so that a name says which of the two it is."""
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)
_LONGEST_NAME = 80
MAX_SHOWN = 40
"""How much of what an author wrote a message repeats."""


class Fields:
    """The entries of a mapping; anything else is reported and reads as empty."""

    def __init__(self, node: Node, problems: Problems, what: str) -> None:
        self.node = node
        self.problems = problems
        self.what = what
        self._asked: set[str] = set()
        if isinstance(node.value, dict):
            self._entries = node.value
        else:
            self._entries = {}
            if node.value is not None:
                problems.error(node, f"{what} must be a mapping of keys.", "Write 'key: value' lines.")

    def get(self, key: str) -> Node | None:
        """The entry; None when it is missing or empty."""
        self._asked.add(key)
        node = self._entries.get(key)
        return None if node is None or node.value is None else node

    def has(self, key: str) -> bool:
        """Whether the key stands there at all, empty or not."""
        self._asked.add(key)
        return key in self._entries

    def place(self, key: str) -> Node:
        """Where to point for this key."""
        return self._entries.get(key, self.node)

    def text(self, key: str, default: str = "") -> str:
        node = self.get(key)
        return default if node is None else self.text_of(node, f"'{key}'")

    def text_of(self, node: Node, what: str) -> str:
        """A scalar as written; a number or true/false in the place of text is taken by its letters."""
        if isinstance(node.value, str):
            return node.value
        if isinstance(node.value, dict | list) or node.value is None:
            self.problems.error(
                node, f"{what} must be text.", "Put it in quotes, or behind '|' if it has several lines."
            )
            return ""
        return node.raw

    def texts(self, key: str) -> tuple[tuple[str, Node], ...]:
        """One text or a list of them, with their places."""
        node = self.get(key)
        if node is None:
            return ()
        items = node.value if isinstance(node.value, list) else [node]
        return tuple((text, item) for item in items if (text := self.text_of(item, f"'{key}'")))

    def choice(self, key: str, options: Sequence[str], default: str) -> str:
        text = self.text(key, default)
        if text not in options:
            self.problems.error(
                self.place(key),
                f"'{key}' cannot be '{text[:MAX_SHOWN]}'.",
                f"Write one of: {', '.join(options)}.",
            )
            return default
        return text

    def flag(self, key: str, *, default: bool) -> bool:
        node = self.get(key)
        if node is None or isinstance(node.value, bool):
            return default if node is None else bool(node.value)
        self.problems.error(node, f"'{key}' must be true or false.", f"Write {key}: true or {key}: false.")
        return default

    def integer(self, key: str, default: int, lowest: int, highest: int) -> int:
        node = self.get(key)
        if node is None:
            return default
        if (
            isinstance(node.value, int)
            and not isinstance(node.value, bool)
            and lowest <= node.value <= highest
        ):
            return node.value
        self.problems.error(
            node, f"'{key}' must be a whole number.", f"Write one from {lowest} to {highest}."
        )
        return default

    def fraction(self, key: str) -> float | None:
        """A number from 0 to 1."""
        node = self.get(key)
        if node is None:
            return None
        value = node.value
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        self.problems.error(node, f"'{key}' must be a number from 0 to 1.", f"Write for example {key}: 0.6.")
        return None

    def seconds(self, key: str, default: float, lowest: float, highest: float) -> float:
        """A duration such as `500ms`, `5s`, `10m`, `1h` or `2d`."""
        node = self.get(key)
        if node is None:
            return default
        found = _DURATION.fullmatch(node.raw)
        wait_s = float(found[1]) * _SECONDS[found[2]] if found else -1.0
        if lowest <= wait_s <= highest:
            return wait_s
        self.problems.error(
            node,
            f"'{key}' must be a duration.",
            f"Write a number with ms, s, m, h or d, from {_duration(lowest)} to {_duration(highest)}.",
        )
        return default

    def sub(self, key: str, what: str = "") -> "Fields | None":
        node = self.get(key)
        return None if node is None else Fields(node, self.problems, what or f"'{key}'")

    def named(self, key: str, what: str) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping of names, checked as names."""
        node = self.get(key)
        entries = Fields(node, self.problems, f"'{key}'") if node is not None else None
        yield from entries.all_named(what) if entries is not None else ()

    def all_named(self, what: str) -> Iterator[tuple[str, Node]]:
        self._asked.update(self._entries)
        for name, node in self._entries.items():
            if check_name(name, what, node, self.problems):
                yield name, node

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Every entry, whatever its key."""
        self._asked.update(self._entries)
        yield from self._entries.items()

    def close(self, other_words: Mapping[str, str] = {}) -> None:
        """Report every key nobody asked for; `other_words` say what to write for keys as other programs call them."""
        for key, node in self._entries.items():
            if key not in self._asked:
                close = get_close_matches(key, self._asked, 1)
                near = f"Did you mean '{close[0]}'?" if close else ""
                fix = other_words.get(key) or near or f"Known here: {', '.join(sorted(self._asked))}."
                self.problems.error(node, f"{self.what} has no key '{key[:MAX_SHOWN]}'.", fix)


def _duration(wait_s: float) -> str:
    unit = next((unit for unit in ("d", "h", "m", "s", "ms") if wait_s >= _SECONDS[unit]), "s")
    return f"{wait_s / _SECONDS[unit]:g}{unit}"


def check_name(name: str, what: str, place: Node, problems: Problems) -> bool:
    """Whether `name` can be an id; reported if not."""
    if NAME.fullmatch(name):
        return True
    problems.error(
        place,
        f"'{name[:MAX_SHOWN]}' cannot be the name of {what}.",
        "Use letters, digits, _ and -, beginning with a letter.",
    )
    return False


def short_name(text: str) -> str:
    """`text` where it can be an assistant's short name, else one that is close to it."""
    if NAME.fullmatch(text) and not text.startswith(ID_PREFIX):
        return text
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_NAME]).encode("ascii", "ignore").decode().lower()
    name = _NOT_IN_A_NAME.sub("-", plain).removeprefix(ID_PREFIX).strip("-")
    if not name or not name[0].isalpha():
        name = f"desk-{name}".strip("-")
    return name[:_LONGEST_NAME]
