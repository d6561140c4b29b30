"""Accounts of people, as rows. Called by `access`, which knows the rules; `directory` of sign-in is `find_account`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from frontdesk.core.actor import NOWHERE
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AccountId, WorkspaceId
from frontdesk.core.permission import ANSWERING, Role
from frontdesk.store.connect import Stale, Store, across_workspaces, json_text
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Account:
    """A person as the workspace knows them; neither password nor codes are here."""

    id: AccountId
    email: str
    name: str
    role: Role
    has_totp: bool
    language: str
    theme: str
    time_zone: str
    signature: str
    settings: dict[str, object]
    status: str
    row_version: int
    created_at: datetime
    last_seen_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    @property
    def answers(self) -> bool:
        """Whether they can be given conversations."""
        return self.is_active and self.role in ANSWERING


def answers(alias: str) -> str:
    """The same as a condition on rows of `accounts`."""
    return f"{alias}.status = 'active' AND {alias}.role IN ({', '.join(repr(role) for role in sorted(ANSWERING))})"


@dataclass(frozen=True, slots=True)
class SignInRow:
    """What an e-mail address leads to at sign-in."""

    workspace: WorkspaceId
    id: AccountId
    password_hash: str
    status: str
    has_totp: bool


_COLUMNS = """id, email, name, role, totp_since IS NOT NULL AS has_totp, language, theme, time_zone, signature,
           settings, status, row_version, created_at, last_seen_at"""
_SELECT = f"SELECT {_COLUMNS} FROM accounts WHERE workspace_id = :workspace"
_LIST = text(_SELECT + " ORDER BY id")
_READ = text(_SELECT + " AND id = :id")
_READ_KEPT = text(_SELECT + " AND id = :id FOR KEY SHARE")
_READ_FOR_CHANGE = text(_SELECT + " AND id = :id FOR UPDATE")
_READ_BY_EMAIL = text(_SELECT + " AND lower(email) = lower(:email)")
_INSERT = text(f"""
    INSERT INTO accounts (workspace_id, id, email, name, role, password_hash, language, time_zone)
    VALUES (:workspace, :id, :email, :name, :role, :password_hash, :language, :time_zone)
    RETURNING {_COLUMNS}""")
_UPDATE = text(f"""
    UPDATE accounts SET email = :email, name = :name, role = :role, language = :language, theme = :theme,
           time_zone = :time_zone, signature = :signature, settings = CAST(:settings AS jsonb), status = :status,
           row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id AND row_version = :row_version
    RETURNING {_COLUMNS}""")
_PASSWORD = text("SELECT password_hash FROM accounts WHERE workspace_id = :workspace AND id = :id")
_SET_PASSWORD = text("""
    UPDATE accounts SET password_hash = :password_hash WHERE workspace_id = :workspace AND id = :id""")
# Held together, so that two owners cannot step down at the same time.
_OWNERS = text("""
    SELECT id FROM accounts WHERE workspace_id = :workspace AND role = 'owner' AND status = 'active'
    ORDER BY id FOR UPDATE""")
_ANY = text("SELECT EXISTS (SELECT FROM accounts WHERE workspace_id = :workspace)")
_SET_TOTP = text("""
    UPDATE accounts SET totp_since = :since, totp_step = :step, recovery_hashes = CAST(:recovery AS bytea[]),
           row_version = row_version + 1
    WHERE workspace_id = :workspace AND id = :id""")
_TAKE_STEP = text("""
    UPDATE accounts SET totp_step = :step WHERE workspace_id = :workspace AND id = :id AND totp_step < :step""")
_TAKE_RECOVERY = text("""
    UPDATE accounts SET recovery_hashes = array_remove(recovery_hashes, CAST(:hash AS bytea))
    WHERE workspace_id = :workspace AND id = :id AND CAST(:hash AS bytea) = ANY (recovery_hashes)""")
_RECOVERY_LEFT = text("""
    SELECT cardinality(recovery_hashes) FROM accounts WHERE workspace_id = :workspace AND id = :id""")


@across_workspaces("at sign-in the e-mail address is all that is known")
async def find_account(store: Store, email: str) -> SignInRow | None:
    async with store.turn_work(NOWHERE) as connection:
        row = await connection.fetchrow("SELECT * FROM find_account($1)", email)
    if row is None:
        return None
    return SignInRow(row["workspace_id"], row["id"], row["password_hash"], row["status"], row["has_totp"])


async def list_accounts(workspace: WorkspaceId, tx: Tx) -> list[Account]:
    return [_account(row) for row in await tx.execute(_LIST, {"workspace": workspace})]


async def read_account(
    workspace: WorkspaceId, tx: Tx, account_id: str, *, for_change: bool = False
) -> Account:
    sql = _READ_FOR_CHANGE if for_change else _READ
    row = (await tx.execute(sql, {"workspace": workspace, "id": account_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such account.")
    return _account(row)


async def find_of_id(workspace: WorkspaceId, tx: Tx, account_id: str) -> Account | None:
    """The account, kept until the commit from being switched off, or given another role."""
    row = (await tx.execute(_READ_KEPT, {"workspace": workspace, "id": account_id})).first()
    return None if row is None else _account(row)


async def account_of_email(workspace: WorkspaceId, tx: Tx, email: str) -> Account | None:
    row = (await tx.execute(_READ_BY_EMAIL, {"workspace": workspace, "email": email})).first()
    return None if row is None else _account(row)


async def has_accounts(workspace: WorkspaceId, tx: Tx) -> bool:
    return bool(await tx.scalar(_ANY, {"workspace": workspace}))


async def create_account(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    email: str,
    name: str,
    role: Role,
    password_hash: str,
    language: str = "",
    time_zone: str = "",
) -> Account:
    """Somebody new. An address that has an account, in whichever workspace, is refused."""
    values = {
        "workspace": workspace,
        "id": mint("acct"),
        "email": email,
        "name": name,
        "role": role,
        "password_hash": password_hash,
        "language": language,
        "time_zone": time_zone,
    }
    try:
        row = (await tx.execute(_INSERT, values)).one()
    except IntegrityError as error:
        raise _email_taken(error) from error
    return _account(row)


async def update_account(
    workspace: WorkspaceId, tx: Tx, before: Account, changes: Mapping[str, object]
) -> Account:
    """The account with other values in some fields of `Account`.

    Raises:
        Stale: Somebody else was faster.
        Refused: The e-mail address is another account's.
    """
    values = {
        name: changes.get(name, getattr(before, name))
        for name in ("email", "name", "role", "language", "theme", "time_zone", "signature", "status")
    }
    values["settings"] = json_text(changes.get("settings", before.settings))
    values.update(workspace=workspace, id=before.id, row_version=before.row_version)
    try:
        row = (await tx.execute(_UPDATE, values)).first()
    except IntegrityError as error:
        raise _email_taken(error) from error
    if row is None:
        raise Stale
    return _account(row)


async def read_password_hash(workspace: WorkspaceId, tx: Tx, account_id: AccountId) -> str:
    return str(await tx.scalar(_PASSWORD, {"workspace": workspace, "id": account_id}))


async def set_password_hash(
    workspace: WorkspaceId, tx: Tx, account_id: AccountId, password_hash: str
) -> None:
    values = {"workspace": workspace, "id": account_id, "password_hash": password_hash}
    await tx.execute(_SET_PASSWORD, values)


async def hold_owners(workspace: WorkspaceId, tx: Tx) -> list[str]:
    """Ids of the active owners; nobody else changes one of them until the commit."""
    return [row.id for row in await tx.execute(_OWNERS, {"workspace": workspace})]


async def set_totp(
    workspace: WorkspaceId,
    tx: Tx,
    account_id: AccountId,
    *,
    since: datetime | None,
    step: int = 0,
    recovery: Sequence[bytes] = (),
) -> None:
    """One-time codes are asked for from now on; with `since` None no longer. `step` is of the last code taken."""
    values = {
        "workspace": workspace,
        "id": account_id,
        "since": since,
        "step": step,
        "recovery": list(recovery),
    }
    await tx.execute(_SET_TOTP, values)


async def take_totp_step(workspace: WorkspaceId, tx: Tx, account_id: AccountId, step: int) -> bool:
    """Whether no code of this step or a later one was taken yet; from now on it was."""
    taken = await tx.execute(_TAKE_STEP, {"workspace": workspace, "id": account_id, "step": step})
    return taken.rowcount == 1


async def take_recovery(workspace: WorkspaceId, tx: Tx, account_id: AccountId, code_hash: bytes) -> bool:
    """Whether this was one of the recovery codes that are left; from now on it is none."""
    taken = await tx.execute(_TAKE_RECOVERY, {"workspace": workspace, "id": account_id, "hash": code_hash})
    return taken.rowcount == 1


async def recovery_left(workspace: WorkspaceId, tx: Tx, account_id: AccountId) -> int:
    return int(await tx.scalar(_RECOVERY_LEFT, {"workspace": workspace, "id": account_id}) or 0)


def _email_taken(error: IntegrityError) -> Exception:
    if "accounts_email" not in str(error.orig):
        return error
    return Refused("email_taken", "Another account has this e-mail address.", field="email")


def _account(row: Row[Any]) -> Account:
    return Account(
        row.id,
        row.email,
        row.name,
        row.role,
        row.has_totp,
        row.language,
        row.theme,
        row.time_zone,
        row.signature,
        row.settings,
        row.status,
        row.row_version,
        row.created_at,
        row.last_seen_at,
    )
