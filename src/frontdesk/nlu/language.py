"""The language of a message, among those that a bot speaks. A conversation keeps its language unless it clearly changes.

Alphabets decide what they can; only where two languages share one is a model asked, and loaded.
"""

import copy
import importlib
import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

FEWEST_LETTERS = 4
"""A message with fewer says nothing of its language ("ok", "12")."""
SURE = 0.80
"""How sure a first message has to be read as another language than the bot's own."""
CHANGES_WORDS, CHANGES_SURE = 4, 0.95
"""A conversation's language changes only with so many words, and this sure."""

_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ALPHABETS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cyrillic", re.compile(r"[\u0400-\u052f]")),
    ("latin", re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
    ("arabic", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
    ("hebrew", re.compile(r"[\u0590-\u05ff]")),
    ("greek", re.compile(r"[\u0370-\u03ff]")),
    ("armenian", re.compile(r"[\u0530-\u058f]")),
    ("georgian", re.compile(r"[\u10a0-\u10ff]")),
    ("devanagari", re.compile(r"[\u0900-\u097f]")),
    ("thai", re.compile(r"[\u0e00-\u0e7f]")),
    ("hangul", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("kana", re.compile(r"[\u3040-\u30ff]")),
    ("han", re.compile(r"[\u4e00-\u9fff]")),
)
_WRITTEN = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "ky", "mn", "tg", "tt"), frozenset({"cyrillic"})),
    **dict.fromkeys(("sr", "uz", "az", "bs"), frozenset({"cyrillic", "latin"})),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ug"), frozenset({"arabic"})),
    **dict.fromkeys(("hi", "mr", "ne"), frozenset({"devanagari"})),
    "he": frozenset({"hebrew"}),
    "el": frozenset({"greek"}),
    "hy": frozenset({"armenian"}),
    "ka": frozenset({"georgian"}),
    "th": frozenset({"thai"}),
    "ko": frozenset({"hangul"}),
    "ja": frozenset({"kana", "han"}),
    "zh": frozenset({"han"}),
}
_LATIN = frozenset({"latin"})


class Identifier(Protocol):
    """Ranks languages for a text."""

    def __call__(self, text: str, languages: Sequence[str]) -> tuple[str, float]:
        """The most likely of the languages, and how likely it is, 0 to 1."""
        ...


def spoken_in(text: str, languages: Sequence[str], current: str, identify: Identifier) -> str:
    """The language in which a conversation goes on after a message.

    Args:
        text: The message.
        languages: Those of the bot, its own first.
        current: What the conversation was in so far; empty at its beginning.
        identify: Asked where the alphabet does not decide.

    Returns:
        One of `languages`, or `current` where the message does not tell.
    """
    if len(languages) < 2 or len(_LETTER.findall(text)) < FEWEST_LETTERS:  # noqa: PLR2004 - there is nothing to choose
        return current
    possible = [each for each in languages if _alphabet(text) in _WRITTEN.get(_base(each), _LATIN)]
    if len(possible) == 1:
        return possible[0]
    if not possible:
        return current
    found, sure = identify(text, tuple(dict.fromkeys(_base(each) for each in possible)))
    named = next((each for each in possible if _base(each) == found), current)
    if not current:
        return named if sure >= SURE or named == languages[0] else ""
    changes = len(_WORD.findall(text)) >= CHANGES_WORDS and sure >= CHANGES_SURE
    return named if changes or current not in possible else current


def written_in(text: str, language: str) -> bool:
    """Whether a text may be in the language, by its letters; those of an alphabet that is not known here may be in any."""
    if not any(letters.search(text) for _, letters in _ALPHABETS):
        return True
    return not language or _alphabet(text) in _WRITTEN.get(_base(language), _LATIN)


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


def _alphabet(text: str) -> str:
    counts = {name: len(letters.findall(text)) for name, letters in _ALPHABETS}
    return max(counts, key=lambda name: counts[name])


def identify(text: str, languages: Sequence[str]) -> tuple[str, float]:
    """The most likely language by a model of many, held to the given ones.

    Args:
        text: What is read.
        languages: ISO 639-1 codes; those that the model does not know are left out.

    Returns:
        The language and how likely it is; the first of `languages` and 0 where none is known.
    """
    model = _restricted(tuple(languages))
    if model is None:
        return languages[0], 0.0
    found, sure = model.classify(text)
    return str(found), float(sure)


_loading = threading.Lock()


@cache
def _restricted(languages: tuple[str, ...]) -> Any:  # noqa: ANN401 - of a library without types
    with _loading:
        base = _model()
    known = [language for language in languages if language in base.labels]
    if not known:
        return None
    model = copy.copy(base)
    model.set_languages(known)
    return model


@cache
def _model() -> Any:  # noqa: ANN401 - see above
    # Tens of megabytes: loaded when a bot speaks two languages that share an alphabet.
    library = importlib.import_module("py3langid.langid")
    return library.LanguageIdentifier.from_model_file(library.MODEL_FILE, norm_probs=True)
