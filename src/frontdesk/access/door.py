"""What every act of access works with: the database, the vault, the clock, and keys of its own."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from frontdesk.ports.clock import Clock
from frontdesk.store.alerts import Faults
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Door:
    store: Store
    vault: Vault
    clock: Clock
    faults: Faults = field(default_factory=Faults)

    def keyed(self, purpose: str, *of: str) -> bytes:
        """A hash that only this installation can make; good for one purpose."""
        return hmac.digest(self.vault.derive(purpose), "\0".join(of).encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the door, as far as the network tells: for throttling, lists of sessions and the audit log."""

    address: str
    browser: str = ""


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """As it is stored; with that much randomness a slow hash adds nothing."""
    return hashlib.sha256(secret.encode()).digest()
