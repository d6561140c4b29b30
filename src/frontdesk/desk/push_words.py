"""What a notice on a device says, in its reader's language: `locales/LANGUAGE/push.toml`."""

from collections.abc import Mapping
from functools import cache

import msgspec

from frontdesk.core.catalogues import catalogues as read
from frontdesk.core.errors import Bug

ENGLISH = "en"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of notice; `{name}` stands for a value. `body` stands where what was said is not shown."""

    title: str
    body: str


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`customer`: one without a name. `program`: what acts by itself. `team`: a queue of no team."""

    customer: str
    program: str
    team: str
    mention: Wording
    assigned: Wording
    queue: Wording
    line: Wording
    test: Wording


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """By language.

    Raises:
        Bug: One cannot be read.
    """
    found: dict[str, Catalogue] = {}
    for language, table in read("push").items():
        try:
            found[language] = msgspec.convert(table, Catalogue, strict=True)
        except msgspec.ValidationError as error:
            raise Bug(f"locales/{language}/push.toml: {error}") from None
    return found


def catalogue(language: str) -> tuple[str, Catalogue]:
    """The catalogue of a language, or English, with its name."""
    found = catalogues()
    known = language if language in found else ENGLISH
    return known, found[known]
