"""Where the program of this data folder answers: `up` and `web` note it there, commands beside them read it.

So a command needs to know the data folder and nothing else, whatever port the program was started on.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from frontdesk.app.cannot_start import writing_in
from frontdesk.app.settings import Settings
from frontdesk.store.assistants import list_assistants
from frontdesk.store.connect import Store
from frontdesk.store.directory import find_entrance, own_workspace

FILE = "address"
_MOST_LOOKED_AT = 20


@contextmanager
def noted(settings: Settings) -> Iterator[None]:
    """The address is in the data folder, which is there, until this ends."""
    path = settings.frontdesk_data / FILE
    with writing_in(settings.frontdesk_data):
        draft = path.with_name(f".{FILE}.{os.getpid()}")
        draft.write_text(f"{settings.address}\n", encoding="utf-8")
        draft.replace(path)
    try:
        yield
    finally:
        if _read(path) == settings.address:  # else another process came after this one
            path.unlink(missing_ok=True)


def noted_in(settings: Settings) -> str | None:
    """The address of the program that runs on their data folder, or that was killed there."""
    return _read(settings.frontdesk_data / FILE)


def of_running(settings: Settings) -> Settings:
    """`settings` with the address of the program that runs on their data folder, unless PUBLIC_URL says it."""
    found = None if settings.public_url else noted_in(settings)
    return settings if found is None else settings.model_copy(update={"public_url": found})


async def base_of(store: Store, settings: Settings, *, assistant_id: str, slug: str) -> str | None:
    """What `/webhooks/...` of an assistant stands behind, the shortest there is; None when nothing leads to it."""
    host = urlsplit(settings.address).hostname or ""
    for name in ("", slug, assistant_id):
        found = await find_entrance(store, host=host, name=name, channel_type="rest")
        if found is not None and found.assistant_id == assistant_id:
            return f"{settings.address}/a/{name}" if name else settings.address
    return None


async def of_own(store: Store, settings: Settings) -> tuple[str, str] | None:
    """Name and base of one's own assistant: the default one, else the first that is published and can be reached."""
    own = await own_workspace(store)
    if own is None:
        return None
    async with store.unit_of_work(own.workspace) as tx:
        every = await list_assistants(own.workspace, tx, after="", limit=_MOST_LOOKED_AT, within=frozenset())
    for one in sorted(every, key=lambda one: not one.is_default):
        if one.published_version is None:
            continue
        base = await base_of(store, settings, assistant_id=one.id, slug=one.slug)
        if base is not None:
            return one.name, base
    return None


def _read(path: Path) -> str | None:
    # A folder that this user may not look into is said to them by what they came for.
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        return path.read_text(encoding="utf-8").strip() or None
    return None
