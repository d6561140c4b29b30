"""Reads the built-in sentences of assistants from `locales/LANGUAGE/bot.toml`, for `dialog.load.load_bot`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from frontdesk.core.errors import Bug
from frontdesk.dialog.phrases import ENGLISH


@cache
def bot_phrases() -> Mapping[str, Mapping[str, str]]:
    """The sentences of every language there is a catalogue for, by language and key.

    Raises:
        Bug: A catalogue has a key that nothing uses, or something that is not text.
    """
    found: dict[str, Mapping[str, str]] = {}
    for folder in (files("frontdesk") / "locales").iterdir():
        catalogue = folder / "bot.toml"
        if catalogue.is_file():
            found[folder.name] = _read(folder.name, catalogue.read_text(encoding="utf-8"))
    return found


def _read(language: str, text: str) -> dict[str, str]:
    phrases: dict[str, str] = {}
    for key, sentence in tomllib.loads(text).items():
        if key not in ENGLISH or not isinstance(sentence, str):
            raise Bug(f"locales/{language}/bot.toml: '{key}' is not one of the built-in sentences.")
        phrases[key] = sentence
    return phrases
