"""Reads the JSON of an export with nothing taken on trust: size, depth, and the kind of every value asked for.

A `Part` is one object of it. What is missing reads as empty; what has the wrong kind refuses the import.
"""

import json
from collections.abc import Iterator

from frontdesk.dialog.yaml import UNSTORABLE
from frontdesk.studio.importing.findings import ImportRefused

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 400_000
_LONGEST_NUMBER = 30


class Part:
    """An object of the export; `place` says where it stands, for messages."""

    __slots__ = ("_entries", "place")

    def __init__(self, entries: dict[str, object], place: str) -> None:
        self._entries = entries
        self.place = place

    def __bool__(self) -> bool:
        return bool(self._entries)

    def text(self, key: str, default: str = "") -> str:
        """A text; numbers and true/false as JSON writes them."""
        return self._text(self._entries.get(key), f"{self.place}.{key}", default)

    def texts(self, key: str) -> list[str]:
        """A list of texts without the empty ones."""
        found = (
            self._text(item, f"{self.place}.{key}[{index}]", "") for index, item in enumerate(self._list(key))
        )
        return [text for text in found if text.strip()]

    def part(self, key: str) -> "Part":
        value = self._entries.get(key)
        return Part(self._object(value, f"{self.place}.{key}"), f"{self.place}.{key}")

    def parts(self, key: str) -> list["Part"]:
        """A list of objects; a null among them is left out."""
        place = f"{self.place}.{key}"
        return [
            Part(self._object(item, f"{place}[{index}]"), f"{place}[{index}]")
            for index, item in enumerate(self._list(key))
            if item is not None
        ]

    def is_text(self, key: str) -> bool:
        return isinstance(self._entries.get(key), str)

    def holds_texts(self, key: str) -> bool:
        """Whether the list under `key` is one of plain values, not of objects."""
        return not any(isinstance(item, dict) for item in self._list(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def filled(self, key: str) -> bool:
        return bool(self._entries.get(key))

    def _list(self, key: str) -> list[object]:
        value = self._entries.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise ImportRefused(f"{self.place}.{key} must be a list.")
        return value

    @staticmethod
    def _object(value: object, place: str) -> dict[str, object]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise ImportRefused(f"{place} must be an object.")
        return value

    @staticmethod
    def _text(value: object, place: str, default: str) -> str:
        match value:
            case None:
                return default
            case str():
                return value
            case bool() | int() | float():
                text = json.dumps(value)
                if len(text) <= _LONGEST_NUMBER:
                    return text
        raise ImportRefused(f"{place} must be text.")


def read_export(data: bytes) -> tuple[Part, list[str]]:
    """The export, and every text in it.

    Raises:
        ImportRefused: It is too large, too deep, or not JSON of the right shape.
    """
    if len(data) > MAX_BYTES:
        raise ImportRefused(f"The export is larger than {MAX_BYTES:,} bytes.")
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_constant)
    except RecursionError:
        raise ImportRefused(f"The export is nested deeper than {MAX_DEPTH} levels.") from None
    except UnicodeDecodeError:
        raise ImportRefused("The export is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise ImportRefused(f"The export is not JSON: line {error.lineno}: {error.msg}.") from None
    except ValueError as error:
        raise ImportRefused(f"The export is not JSON: {str(error)[:100]}.") from None
    texts = _check(value)
    if not isinstance(value, dict):
        raise ImportRefused("The export must be a JSON object with bot, groups and conversationMessage.")
    for key in ("bot", "groups", "conversationMessage"):
        if not value.get(key):
            raise ImportRefused(f"The export has no '{key}': it is not a whole bot.")
    return Part(value, "export"), texts


def _constant(name: str) -> object:
    raise ImportRefused(f"The export is not JSON: {name} is no number.")


def _check(value: object) -> list[str]:
    texts: list[str] = []
    waiting: list[tuple[object, int]] = [(value, 1)]
    seen = 0
    while waiting:
        item, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise ImportRefused(f"The export is nested deeper than {MAX_DEPTH} levels.")
        if seen > MAX_VALUES:
            raise ImportRefused(f"The export has more than {MAX_VALUES:,} values.")
        if isinstance(item, dict):
            waiting += [(each, depth + 1) for each in item.values()]
            texts += item
        elif isinstance(item, list):
            waiting += [(each, depth + 1) for each in item]
        elif isinstance(item, str):
            texts.append(item)
    if any(UNSTORABLE.search(text) for text in texts):
        raise ImportRefused("The export holds text with a NUL character, or half of a character.")
    return texts
