"""The texts that come with the program: tables of `locales/LANGUAGE/NAME.toml`. What is in one is its reader's to check."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from frontdesk.core.errors import Bug


def catalogues(name: str) -> Mapping[str, Mapping[str, object]]:
    """The tables of a name by language, of each language that has one.

    Args:
        name: Of the files, without `.toml`.

    Returns:
        What the files hold; read anew each time, so readers keep what they make of it.

    Raises:
        Bug: One of them is no TOML.
    """
    found: dict[str, Mapping[str, object]] = {}
    for folder in (files("frontdesk") / "locales").iterdir():
        file = folder / f"{name}.toml"
        if not file.is_file():
            continue
        try:
            found[folder.name] = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise Bug(f"locales/{folder.name}/{name}.toml: {error}") from None
    return found
