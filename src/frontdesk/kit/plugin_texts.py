"""What a plug-in says in other languages than English: `texts/LANGUAGE.toml` in its folder.

English stands in the manifest and in the settings model; what a language leaves out is said in English.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

FOLDER = "texts"


class FieldTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One setting as forms show it; `choices` are the labels of its values."""

    title: str
    description: str
    choices: Mapping[str, str] = {}


class PluginTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plug-in in one language; without `name` it is called as in the manifest.

    `faults` is what its settings refuse, by the keys of `plugin_faults.Wrong`.
    """

    summary: str
    name: str = ""
    fields: Mapping[str, FieldTexts] = {}
    faults: Mapping[str, str] = {}


def read(folder: Path) -> Mapping[str, PluginTexts]:
    """What the plug-in in `folder` says, by language.

    Args:
        folder: The plug-in's own, where it is as files.

    Returns:
        A value for each file that there is; none for a plug-in that speaks English alone.

    Raises:
        ValueError: A file is no TOML or says what there is not; the message names it.
    """
    found: dict[str, PluginTexts] = {}
    for file in sorted((folder / FOLDER).glob("*.toml")):
        try:
            found[file.stem] = msgspec.toml.decode(file.read_bytes(), type=PluginTexts)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise ValueError(f"{file}: {error}") from None
    return found
