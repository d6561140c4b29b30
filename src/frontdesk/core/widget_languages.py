"""The languages that the window of the site widget speaks besides English: `locales/widget/LANGUAGE.json`.

Each file holds the language's own name, `"dir": "rtl"` where it is written from the right, and the words by their keys, which
are those of the English tables in `ui/widget/src` and `ui/loader/src`. The build makes a script of each.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from frontdesk.core.errors import Bug

ENGLISH = "English"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language; a word that goes by a number has a form for each of the language's plural categories."""

    name: str
    words: Mapping[str, str | Mapping[str, str]]
    dir: str = "ltr"


@cache
def names() -> Mapping[str, str]:
    """How languages call themselves.

    Returns:
        Names by the codes of the languages, English first.

    Raises:
        Bug: A file is not what it has to be.
    """
    found = {"en": ENGLISH}
    folder = files("frontdesk") / "locales" / "widget"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        try:
            found[file.name.removesuffix(".json")] = msgspec.json.decode(file.read_bytes(), type=Words).name
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise Bug(f"locales/widget/{file.name}: {error}") from None
    return found
