"""Reads what assistants say and understand by themselves from `locales/LANGUAGE/bot.toml`, for `dialog.load`."""

from collections.abc import Mapping
from functools import cache

from frontdesk.core.catalogues import catalogues
from frontdesk.core.errors import Bug
from frontdesk.dialog.phrases import ENGLISH
from frontdesk.dialog.repair import KINDS

_REPAIR = "repair"


@cache
def bot_phrases() -> Mapping[str, Mapping[str, str]]:
    """The sentences of every language there is a catalogue for, by language and key.

    Raises:
        Bug: A catalogue has a key that nothing uses, or something that is not text.
    """
    return {language: _sentences(language, catalogue) for language, catalogue in catalogues("bot").items()}


@cache
def repair_phrases() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The patterns of what customers say to repair a conversation, by language and kind.

    Raises:
        Bug: A catalogue has a kind that nothing uses, or something that is not a list of texts.
    """
    return {language: _patterns(language, catalogue) for language, catalogue in catalogues("bot").items()}


def _sentences(language: str, catalogue: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, sentence in catalogue.items():
        if key == _REPAIR:
            continue
        if key not in ENGLISH or not isinstance(sentence, str):
            raise Bug(f"locales/{language}/bot.toml: '{key}' is not one of the built-in sentences.")
        found[key] = sentence
    return found


def _patterns(language: str, catalogue: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    table = catalogue.get(_REPAIR, {})
    found: dict[str, tuple[str, ...]] = {}
    for kind, patterns in table.items() if isinstance(table, dict) else ():
        if (
            kind not in KINDS
            or not isinstance(patterns, list)
            or not all(isinstance(p, str) for p in patterns)
        ):
            raise Bug(f"locales/{language}/bot.toml: '{_REPAIR}.{kind}' is not a list of patterns in use.")
        found[kind] = tuple(patterns)
    return found
