"""The vault of this installation's secrets, opened with its master key."""

from frontdesk.app.cannot_start import writing_in
from frontdesk.app.settings import Settings
from frontdesk.store.master_key import load_master_key
from frontdesk.store.secrets import Vault


def open_vault(settings: Settings, *, make: bool = False) -> Vault:
    """Sealed with the master key, whose folder need not be there yet where the database is somebody else's.

    `make`: make the master key where there is none.
    """
    data, given = settings.frontdesk_data, settings.frontdesk_master_key
    with writing_in(data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = load_master_key(data, None if given is None else given.get_secret_value(), make=make)
    return Vault(key)
