"""Secrets at rest: sealed with AES-256-GCM under the master key, bound to the row they belong to.

A sealed value moved to another row, owner or workspace does not open. The record names the key that sealed
it, so that a key can be replaced while the old one is still at hand. Called by whatever keeps credentials.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from frontdesk.core.errors import Bug
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

KEY_BYTES = 32
_NONCE_BYTES = 12


class Vault:
    """Seals and opens. `retired` are earlier master keys that still open what they sealed."""

    def __init__(self, master_key: bytes, *, retired: tuple[bytes, ...] = ()) -> None:
        if any(len(key) != KEY_BYTES for key in (master_key, *retired)):
            raise Bug("a master key has 32 bytes")
        self._master_key = master_key
        self._ciphers = {_key_id(key): AESGCM(_derived(key, "secrets")) for key in (*retired, master_key)}
        self.key_id = _key_id(master_key)

    def derive(self, purpose: str) -> bytes:
        """A key of its own for another purpose (signing cursors, say); knowing it tells nothing of the others."""
        return _derived(self._master_key, purpose)

    def seal(self, value: Redacted, place: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ciphers[self.key_id].encrypt(nonce, value.reveal().encode(), place.encode())

    def open(self, sealed: bytes, place: str, key_id: str) -> Redacted:
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise Bug(f"a secret was sealed with master key {key_id}, which is not here")
        try:
            plain = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise Bug("a sealed secret was altered or moved to another place") from None
        return Redacted(plain.decode())


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
    DO UPDATE SET key_id = EXCLUDED.key_id, sealed = EXCLUDED.sealed""")
_READ = text("""
    SELECT name, key_id, sealed FROM secrets
    WHERE workspace_id = :workspace AND owner_id = :owner_id AND name = ANY (:names)""")
_NAMES = text(
    "SELECT name FROM secrets WHERE workspace_id = :workspace AND owner_id = :owner_id ORDER BY name"
)
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
    """Those of the named secrets that the owner has."""
    rows = await tx.execute(_READ, {"workspace": workspace, "owner_id": owner_id, "names": names})
    return {
        row.name: vault.open(row.sealed, _place(workspace, owner_id, row.name), row.key_id) for row in rows
    }


async def secret_names(workspace: WorkspaceId, tx: Tx, owner_id: str) -> list[str]:
    rows = await tx.execute(_NAMES, {"workspace": workspace, "owner_id": owner_id})
    return list(rows.scalars())


async def delete_secrets(workspace: WorkspaceId, tx: Tx, owner_id: str, names: list[str]) -> None:
    await tx.execute(_DELETE, {"workspace": workspace, "owner_id": owner_id, "names": names})
