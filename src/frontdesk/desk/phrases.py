"""What the desk tells customers by itself, in their language: `locales/LANGUAGE/desk.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from frontdesk.core.errors import Bug

ENGLISH = "en"


@cache
def phrases() -> Mapping[str, Mapping[str, str]]:
    """The sentences by language and key; every language has those of English.

    Raises:
        Bug: A catalogue lacks one of them, or has one that is not there in English.
    """
    found: dict[str, Mapping[str, str]] = {}
    for folder in (files("frontdesk") / "locales").iterdir():
        catalogue = folder / "desk.toml"
        if catalogue.is_file():
            found[folder.name] = tomllib.loads(catalogue.read_text(encoding="utf-8"))
    for language, sentences in found.items():
        if sentences.keys() != found[ENGLISH].keys():
            raise Bug(f"locales/{language}/desk.toml has other sentences than the English one")
    return found


def phrase(key: str, languages: Iterable[str], **values: object) -> str:
    """The sentence in the first of these languages that there is, with or without its region; else in English."""
    catalogues = phrases()
    for tag in languages:
        for name in (tag, tag.partition("-")[0]):
            if name in catalogues:
                return catalogues[name][key].format(**values)
    return catalogues[ENGLISH][key].format(**values)
