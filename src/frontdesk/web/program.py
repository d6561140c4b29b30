"""What the web room is handed by `app`: built once at the start, the same for every request."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from frontdesk.ports.clock import Clock
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault


@dataclass(frozen=True, kw_only=True)
class Program:
    """The running program as endpoints see it.

    Attributes:
        channel_types: Every channel plug-in by its id, with the model of its settings; `SecretStr` marks
            what is sealed.
        cursor_key: 32 bytes or more that only this installation has; processes of one installation share it.
        public_url: Where the outside world reaches us, without a slash at the end.
        version: Of the program.
    """

    store: Store
    vault: Vault
    clock: Clock
    channel_types: Mapping[str, type[BaseModel]]
    cursor_key: bytes
    public_url: str
    version: str
