"""Uzbek has two alphabets; both are searched in the Latin one."""

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "x", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "'", "ы": "i", "ь": "", "э": "e",
    "ю": "yu", "я": "ya", "ё": "yo", "ў": "o'", "қ": "q", "ғ": "g'", "ҳ": "h",
}  # fmt: skip
_TABLE = str.maketrans(_LETTERS)
_VOWELS = frozenset("аоуиэеюяёўы")


def latin(text: str) -> str:
    """Small Cyrillic letters in the Latin alphabet of 1995; everything else as it is."""
    if text.isascii():
        return text
    # Where a word begins with it or a vowel stands before it, the letter is read with a y.
    before = " "
    told: list[str] = []
    for char in text:
        told.append("ye" if char == "е" and (before in _VOWELS or not before.isalpha()) else char)
        before = char
    return "".join(told).translate(_TABLE)
