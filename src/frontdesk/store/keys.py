"""Keys: made, shown once, given another secret, revoked. The way in reads them through `directory.find_key`; called by `web` and `app`.

A key reads `fd_<kind>_<10 to find it><52 of secret><7 of checksum>`: 256 random bits, and a checksum so that a
mistyped key is known as such without asking the database. Stored is the SHA-256 of the whole text: with that
much randomness a slow hash adds nothing.
"""

import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import KeyId, WorkspaceId
from frontdesk.core.permission import KIND_SCOPES, SCOPES
from frontdesk.core.redacted import Redacted
from frontdesk.store.desk_keys import look_at_held
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SHAPE = re.compile(
    r"(fd_[a-z]{3,8}_[0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{52}[0-9a-hjkmnp-tv-z]{7}", re.ASCII
)
_CHECKSUM_LENGTH = 7
State = Literal["active", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class From:
    """Where requests with a key may come from.

    Attributes:
        addresses: Networks as `ipaddress` writes them; empty means all.
        origins: Those of pages of others whose scripts may use it.
    """

    addresses: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Details:
    """What else is kept of a key from the beginning. `by`: who made it, as the audit log names them."""

    by: str = ""
    allowed: From = From()


NO_DETAILS = Details()


@dataclass(frozen=True, slots=True)
class Key:
    """A key as people see it in a list; neither the key nor its hash is here.

    Attributes:
        prefix: How its newest secret begins.
        former_prefix: How the secret before begins, which works until `former_until`; empty where there was none.
        created_by: Who made it, as the audit log names them; empty where that was not kept.
    """

    id: KeyId
    kind: str
    prefix: str
    name: str
    scopes: frozenset[str]
    assistant_ids: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    created_at: datetime
    last_used_address: str
    allowed: From
    former_prefix: str
    former_until: datetime | None
    created_by: str
    row_version: int

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    def state(self, now: datetime) -> State:
        if self.revoked_at is not None:
            return "revoked"
        return "active" if self.works(now) else "expired"


def _base32(value: int, length: int) -> str:
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


def _checksum(body: str) -> str:
    return _base32(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def new_key_text(kind: str) -> str:
    found_by = _base32(secrets.randbits(50), 10)
    body = f"fd_{kind}_{found_by}{_base32(secrets.randbits(256), 52)}"
    return body + _checksum(body)


def prefix_of(presented: str) -> str | None:
    """The part that finds a key, or None when this text cannot be a key at all."""
    shaped = _SHAPE.fullmatch(presented)
    if shaped is None or _checksum(presented[:-_CHECKSUM_LENGTH]) != presented[-_CHECKSUM_LENGTH:]:
        return None
    return shaped[1]


def hash_of(presented: str) -> bytes:
    return hashlib.sha256(presented.encode()).digest()


_COLUMNS = """id, kind, prefix, name, scopes, assistant_ids, expires_at, revoked_at, last_used_at, created_at,
    last_used_address, addresses, origins, coalesce(former_prefix, '') AS former_prefix, former_until, created_by,
    row_version"""
_INSERT = text(f"""
    INSERT INTO api_keys (workspace_id, id, kind, prefix, hash, name, scopes, assistant_ids, expires_at, addresses,
                          origins, created_by)
    VALUES (:workspace, :id, :kind, :prefix, :hash, :name, :scopes, :assistant_ids, :expires_at, :addresses,
            :origins, :created_by)
    RETURNING {_COLUMNS}""")
_SELECT = f"SELECT {_COLUMNS} FROM api_keys WHERE workspace_id = :workspace"
_LIST = text(_SELECT + " ORDER BY id")
_PAGE = _SELECT + " AND kind <> 'setup' AND id > :after {only} ORDER BY id LIMIT :limit"
_IN_STATE = {
    "": "",
    "active": "AND revoked_at IS NULL AND coalesce(expires_at, 'infinity') > :now",
    "expired": "AND revoked_at IS NULL AND expires_at <= :now",
    "revoked": "AND revoked_at IS NOT NULL",
}
_READ = _SELECT + " AND id = :id"
_CHANGE = text(f"""
    UPDATE api_keys SET name = :name, addresses = :addresses, origins = :origins, row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id RETURNING {_COLUMNS}""")
_ROTATE = text(f"""
    UPDATE api_keys
    SET former_prefix = prefix, former_hash = hash, former_until = :until, prefix = :prefix, hash = :hash,
        row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id RETURNING {_COLUMNS}""")
_REVOKE = text("""
    UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()), row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_USED = text("""
    UPDATE api_keys SET last_used_at = :at, last_used_address = :address
    WHERE workspace_id = :workspace AND id = :id
      AND (last_used_at IS NULL OR last_used_at < CAST(:at AS timestamptz) - interval '1 minute')""")


async def create_key(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    kind: str,
    name: str,
    scopes: frozenset[str] = frozenset(),
    assistant_ids: frozenset[str] = frozenset(),
    expires_at: datetime | None = None,
    details: Details = NO_DETAILS,
) -> tuple[Key, Redacted]:
    """Make a key; the text that comes with it is never to be had again."""
    refuse_unlike(kind, name, scopes)
    secret = new_key_text(kind)
    rows = await tx.execute(
        _INSERT,
        {
            "workspace": workspace,
            "id": mint("key"),
            "kind": kind,
            "prefix": prefix_of(secret),
            "hash": hash_of(secret),
            "name": name,
            "scopes": sorted(scopes),
            "assistant_ids": sorted(assistant_ids),
            "expires_at": expires_at,
            "addresses": sorted(details.allowed.addresses),
            "origins": sorted(details.allowed.origins),
            "created_by": details.by,
        },
    )
    return _key(rows.one()), Redacted(secret)


def noted(key: Key) -> dict[str, object]:
    """What the audit log keeps of a key."""
    return {
        "kind": key.kind,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "assistant_ids": sorted(key.assistant_ids),
        "allowed_addresses": sorted(key.allowed.addresses),
        "allowed_origins": sorted(key.allowed.origins),
        "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
    }


def refuse_unlike(kind: str, name: str, scopes: frozenset[str]) -> None:
    """What cannot be a key at all is refused."""
    if kind not in KIND_SCOPES:
        raise Refused("invalid", f"There is no key of kind {kind!r}.", field="kind")
    if not name.strip():
        raise Refused("invalid", "A key needs a name, to be told from others.", field="name")
    unknown = scopes - SCOPES.keys() if kind == "api" else scopes
    if unknown:
        choice = (
            f"there are: {', '.join(sorted(SCOPES))}" if kind == "api" else "its kind says what it may do"
        )
        raise Refused(
            "invalid", f"A key of kind {kind!r} takes no scope {min(unknown)!r}; {choice}.", field="scopes"
        )


async def list_keys(workspace: WorkspaceId, tx: Tx) -> list[Key]:
    rows = await tx.execute(_LIST, {"workspace": workspace})
    return [_key(row) for row in rows]


async def page_of_keys(
    workspace: WorkspaceId, tx: Tx, *, now: datetime, state: State | None = None, after: str, limit: int
) -> list[Key]:
    """Those that people make, in the order they were made; set-up links are none of them. `state`: at `now`, None is any."""
    values = {"workspace": workspace, "after": after, "limit": limit}
    timed = {"now": now} if state in {"active", "expired"} else {}
    rows = await tx.execute(text(_PAGE.format(only=_IN_STATE[state or ""])), values | timed)
    return [_key(row) for row in rows]


async def find_of_id(workspace: WorkspaceId, tx: Tx, key_id: str, *, for_change: bool = False) -> Key | None:
    """One key, whether or not it still works."""
    sql = text(_READ + (" FOR UPDATE" if for_change else ""))
    row = (await tx.execute(sql, {"workspace": workspace, "id": key_id})).first()
    return None if row is None else _key(row)


async def change_key(workspace: WorkspaceId, tx: Tx, key_id: KeyId, name: str, allowed: From) -> Key:
    """Another name, and other places that it may be used from; processes know within what they remember rows."""
    given = {
        "workspace": workspace,
        "id": key_id,
        "name": name,
        "addresses": sorted(allowed.addresses),
        "origins": sorted(allowed.origins),
    }
    return _key((await tx.execute(_CHANGE, given)).one())


async def rotate_key(
    workspace: WorkspaceId, tx: Tx, key: Key, *, former_until: datetime
) -> tuple[Key, Redacted]:
    """Another secret for a key; the present one works until then, one from before that no more."""
    secret = new_key_text(key.kind)
    given = {
        "workspace": workspace,
        "id": key.id,
        "until": former_until,
        "prefix": prefix_of(secret),
        "hash": hash_of(secret),
    }
    return _key((await tx.execute(_ROTATE, given)).one()), Redacted(secret)


async def revoke_key(workspace: WorkspaceId, tx: Tx, key_id: KeyId) -> None:
    """From the commit on no process takes the key for longer than it remembers rows (one second)."""
    revoked = await tx.execute(_REVOKE, {"workspace": workspace, "id": key_id})
    await look_at_held(workspace, tx, key_id)
    if revoked.rowcount == 0:
        raise Refused("not_found", "There is no such API key.")


async def note_key_use(
    workspace: WorkspaceId, tx: Tx, key_id: KeyId, at: datetime, address: str = ""
) -> None:
    await tx.execute(_USED, {"workspace": workspace, "id": key_id, "at": at, "address": address})


def _key(row: Row[Any]) -> Key:
    return Key(
        row.id,
        row.kind,
        row.prefix,
        row.name,
        frozenset(row.scopes),
        frozenset(row.assistant_ids),
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
        row.created_at,
        row.last_used_address,
        From(frozenset(row.addresses), frozenset(row.origins)),
        row.former_prefix,
        row.former_until,
        row.created_by,
        row.row_version,
    )
