"""Secrets at rest: sealed with AES-256-GCM under the master key, bound to the row they belong to.

A sealed value moved to another row, owner or workspace does not open. The record names the key that sealed
it, so that one sealed under another is told apart from one that was altered. Called by whatever keeps credentials.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from frontdesk.core.errors import Bug
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

log = structlog.get_logger()

KEY_BYTES = 32
_NONCE_BYTES = 12


class Vault:
    """Seals and opens."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise Bug("a master key has 32 bytes")
        self._master_key = master_key
        self._cipher = AESGCM(_derived(master_key, "secrets"))
        self.key_id = _key_id(master_key)

    def derive(self, purpose: str) -> bytes:
        """A key of its own for another purpose (signing cursors, say); knowing it tells nothing of the others."""
        return _derived(self._master_key, purpose)

    def seal(self, value: Redacted, place: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value.reveal().encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> Redacted:
        """What `seal` sealed, under this master key and for this place."""
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise Bug("a sealed secret was altered or moved to another place") from None
        return Redacted(plain.decode())


@dataclass(frozen=True, slots=True)
class KnownSecret:
    """That a secret is there, since when it has its value, and under which master key it is sealed."""

    owner_id: str
    name: str
    key_id: str
    changed_at: datetime


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, f"frontdesk {purpose}".encode(), "sha256")


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"frontdesk key id" + key).hexdigest()[:16]


def _place(workspace: WorkspaceId, owner_id: str, name: str) -> str:
    return f"{workspace}|secrets|{owner_id}|{name}"


_PUT = text("""
    INSERT INTO secrets (workspace_id, id, owner_id, name, key_id, sealed)
    VALUES (:workspace, :id, :owner_id, :name, :key_id, :sealed)
    ON CONFLICT (workspace_id, owner_id, name)
    DO UPDATE SET key_id = EXCLUDED.key_id, sealed = EXCLUDED.sealed, changed_at = now()""")
_UNREADABLE = text("""
    SELECT owner_id, name, key_id, changed_at FROM secrets
    WHERE workspace_id = :workspace AND key_id <> :key_id ORDER BY owner_id, name LIMIT :limit""")
_READ = text("""
    SELECT name, key_id, sealed FROM secrets
    WHERE workspace_id = :workspace AND owner_id = :owner_id AND name = ANY (:names)""")
_LIST = text("""
    SELECT owner_id, name, key_id, changed_at FROM secrets
    WHERE workspace_id = :workspace AND owner_id = :owner_id ORDER BY name""")
_DELETE = text("""
    DELETE FROM secrets
    WHERE workspace_id = :workspace AND owner_id = :owner_id AND name = ANY (:names)""")


async def put_secrets(
    workspace: WorkspaceId, tx: Tx, vault: Vault, owner_id: str, values: Mapping[str, Redacted]
) -> None:
    """Keep secrets of one owner (a channel, an assistant, ...); a name that is there gets the new value."""
    rows = [
        {
            "workspace": workspace,
            "id": mint("sec"),
            "owner_id": owner_id,
            "name": name,
            "key_id": vault.key_id,
            "sealed": vault.seal(value, _place(workspace, owner_id, name)),
        }
        for name, value in values.items()
    ]
    if rows:
        await tx.execute(_PUT, rows)


async def reveal_secrets(
    workspace: WorkspaceId, tx: Tx, vault: Vault, owner_id: str, names: list[str]
) -> dict[str, Redacted]:
    """Those of the named secrets that the owner has; without those sealed under a master key that is not here.

    Raises:
        Bug: One was altered, or moved from another place.
    """
    rows = await tx.execute(_READ, {"workspace": workspace, "owner_id": owner_id, "names": names})
    return opened(workspace, vault, owner_id, ((row.name, row.key_id, row.sealed) for row in rows))


def opened(
    workspace: WorkspaceId, vault: Vault, owner_id: str, rows: Iterable[tuple[str, str, bytes]]
) -> dict[str, Redacted]:
    """The values of rows of name, key and what is sealed; like `reveal_secrets`."""
    found: dict[str, Redacted] = {}
    for name, key_id, sealed in rows:
        if key_id == vault.key_id:
            found[name] = vault.open(sealed, _place(workspace, owner_id, name))
        else:
            log.error("secret.other_key", owner=owner_id, name=name, key=key_id, here=vault.key_id)
    return found


async def unreadable_secrets(
    workspace: WorkspaceId, tx: Tx, vault: Vault, *, limit: int = 100
) -> list[KnownSecret]:
    """What is sealed under a master key that is not here, so that it cannot be used until it is set again."""
    values = {"workspace": workspace, "key_id": vault.key_id, "limit": limit}
    return [KnownSecret(*row) for row in await tx.execute(_UNREADABLE, values)]


async def list_secrets(workspace: WorkspaceId, tx: Tx, owner_id: str) -> list[KnownSecret]:
    """In the order of their names."""
    rows = await tx.execute(_LIST, {"workspace": workspace, "owner_id": owner_id})
    return [KnownSecret(*row) for row in rows]


async def delete_secrets(workspace: WorkspaceId, tx: Tx, owner_id: str, names: list[str]) -> None:
    await tx.execute(_DELETE, {"workspace": workspace, "owner_id": owner_id, "names": names})
