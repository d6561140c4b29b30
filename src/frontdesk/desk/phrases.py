"""What the desk tells customers by itself, in their language: `locales/LANGUAGE/desk.toml`."""

from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from frontdesk.core.catalogues import catalogues
from frontdesk.core.errors import Bug

ENGLISH = "en"


@cache
def phrases() -> Mapping[str, Mapping[str, str]]:
    """The sentences by language and key; every language has those of English.

    Raises:
        Bug: A catalogue lacks one of them, or has one that is not there in English.
    """
    found = msgspec.convert(catalogues("desk"), dict[str, dict[str, str]])
    for language, sentences in found.items():
        if sentences.keys() != found[ENGLISH].keys():
            raise Bug(f"locales/{language}/desk.toml has other sentences than the English one")
    return found


def phrase(key: str, languages: Iterable[str], **values: object) -> str:
    """The sentence in the language that is told of these."""
    return phrases()[told_in(languages)][key].format(**values)


def told_in(languages: Iterable[str]) -> str:
    """The first of these languages that there is, with or without its region; else English."""
    for tag in languages:
        for name in (tag, tag.partition("-")[0]):
            if name in phrases():
                return name
    return ENGLISH
