"""Ids from the names people gave: readable, unique, and such as the format takes."""

import re
import unicodedata

_LONGEST = 50
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяўқғҳ",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "_",
            "y",
            "_",
            "e",
            "yu",
            "ya",
            "o",
            "q",
            "g",
            "h",
        ],
        strict=True,
    )
)
_CYRILLIC_LETTERS = str.maketrans({letter: plain.strip("_") for letter, plain in _CYRILLIC.items()})


def plain_id(text: str, *, lower: bool = True) -> str:
    """The nearest id to a name; empty where nothing of it can be part of one."""
    folded = text[:200]
    if any(letter in _CYRILLIC for letter in folded.lower()):
        folded = folded.lower().translate(_CYRILLIC_LETTERS)
    folded = unicodedata.normalize("NFKD", folded)
    folded = "".join(char for char in folded if not unicodedata.combining(char))
    name = re.sub(r"[^A-Za-z0-9]+", "_", folded.lower() if lower else folded)
    return name.lstrip("_0123456789")[:_LONGEST].strip("_")


class Namer:
    """Gives every thing of a kind its own id; `taken` ones are never given."""

    def __init__(self, *taken: str) -> None:
        self._taken = {name.lower() for name in taken}
        self._numbers: dict[str, int] = {}

    def take(self, wanted: str, default: str) -> str:
        """`wanted` or, where it is empty, `default`; with a number where somebody has it already."""
        stem = name = wanted or default
        number = self._numbers.get(stem.lower(), 1)
        while name.lower() in self._taken:
            number += 1
            name = f"{stem}_{number}"
        self._numbers[stem.lower()] = number
        self._taken.add(name.lower())
        return name
