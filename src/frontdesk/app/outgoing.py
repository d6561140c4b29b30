"""The outgoing rules of the program of this data folder: `up` and `web` note them there, `talk` calls by the same.

Else a bot could reach in a conversation what it cannot once it serves, or the other way round.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from frontdesk.app.cannot_start import writing_in
from frontdesk.app.settings import Settings

FILE = "outgoing.json"
_NAMES = ("frontdesk_egress_allow", "frontdesk_egress_ports")


@contextmanager
def noted(settings: Settings) -> Iterator[None]:
    """The rules are in the data folder, which is there, until this ends."""
    path, text = settings.frontdesk_data / FILE, _written(settings)
    with writing_in(settings.frontdesk_data):
        draft = path.with_name(f".{FILE}.{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    try:
        yield
    finally:
        if _read(path) == text:  # else another process came after this one
            path.unlink(missing_ok=True)


def of_running(settings: Settings) -> Settings:
    """`settings` with the outgoing rules of the program that runs on their data folder, if one does."""
    text = _read(settings.frontdesk_data / FILE)
    if text is None:
        return settings
    kept = json.loads(text)
    return settings.model_copy(update={name: kept[name] for name in _NAMES})


def _written(settings: Settings) -> str:
    return json.dumps({name: getattr(settings, name) for name in _NAMES}) + "\n"


def _read(path: Path) -> str | None:
    # A folder that this user may not look into is said to them by what they came for.
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        return path.read_text(encoding="utf-8")
    return None
