"""One-time codes of an app (RFC 6238: SHA-1, six digits, half a minute) and the recovery codes beside them.

The secret is sealed like every other; a code is taken once, and none of an earlier moment after it.
"""

import hmac
import secrets
from base64 import b32encode
from typing import Literal
from urllib.parse import quote

from frontdesk.access.door import Door
from frontdesk.core.ids import AccountId, WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store import accounts
from frontdesk.store.secrets import delete_secrets, put_secrets, reveal_secrets
from frontdesk.store.tx import Tx

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
STEPS_OFF = 1
RECOVERY_CODES = 10
NAME = "totp"
PENDING = "totp_pending"
USED = "This code was used already; wait for the next one."
REFUSED = {"used": USED, "wrong": "That is not the code of this moment."}
"""What is said of a code that does not open the account."""
Taken = Literal["app", "recovery", "used", "wrong"]
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def code_at(secret: bytes, step: int) -> str:
    """The code of one step, RFC 4226 section 5.3."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, code: str, now_s: float) -> int | None:
    """The step near now whose code this is; clocks of telephones may be half a minute off."""
    present = int(now_s) // STEP_S
    found = None
    for step in range(present - STEPS_OFF, present + STEPS_OFF + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


async def propose(workspace: WorkspaceId, tx: Tx, door: Door, account_id: AccountId) -> str:
    """A new secret as apps take it; nothing is asked for before a code of it was shown to `confirm`."""
    secret = secrets.token_bytes(SECRET_BYTES)
    await put_secrets(workspace, tx, door.vault, account_id, {PENDING: Redacted(secret.hex())})
    return b32encode(secret).decode()


def address_of(secret: str, email: str, issuer: str) -> str:
    """The address that apps read as a picture or follow as a link."""
    label = quote(f"{issuer}:{email}", safe="@")
    # Apps read the issuer percent by percent, and show the plus of a form's encoding as it is.
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"


async def proposed(workspace: WorkspaceId, tx: Tx, door: Door, account_id: AccountId) -> str | None:
    """The secret that waits for its first code, as apps take it."""
    found = await reveal_secrets(workspace, tx, door.vault, account_id, [PENDING])
    return b32encode(bytes.fromhex(found[PENDING].reveal())).decode() if PENDING in found else None


async def confirm(
    workspace: WorkspaceId, tx: Tx, door: Door, account_id: AccountId, code: str
) -> list[str] | None:
    """Ask for codes from now on, and the recovery codes, this once; None when the code is not the secret's."""
    found = await reveal_secrets(workspace, tx, door.vault, account_id, [PENDING])
    if PENDING not in found:
        return None
    now = door.clock.now()
    step = step_of(bytes.fromhex(found[PENDING].reveal()), _digits(code), now.timestamp())
    if step is None:
        return None
    await put_secrets(workspace, tx, door.vault, account_id, {NAME: found[PENDING]})
    await delete_secrets(workspace, tx, account_id, [PENDING])
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    hashes = [_recovery_hash(door, account_id, one) for one in codes]
    await accounts.set_totp(workspace, tx, account_id, since=now, step=step, recovery=hashes)
    return codes


async def turn_off(workspace: WorkspaceId, tx: Tx, account_id: AccountId) -> None:
    await accounts.set_totp(workspace, tx, account_id, since=None)
    await delete_secrets(workspace, tx, account_id, [NAME, PENDING])


async def take(workspace: WorkspaceId, tx: Tx, door: Door, account_id: AccountId, code: str) -> Taken:
    """How the code opens the account, `app` or `recovery`, once, or why it does not: a key of `REFUSED`.

    `used`: it is the app's, and it or a later one was taken already.
    """
    digits = _digits(code)
    if len(digits) == DIGITS and digits.isdecimal():
        found = await reveal_secrets(workspace, tx, door.vault, account_id, [NAME])
        secret = bytes.fromhex(found[NAME].reveal()) if NAME in found else b""
        step = step_of(secret, digits, door.clock.now().timestamp()) if secret else None
        if step is None:
            return "wrong"
        return "app" if await accounts.take_totp_step(workspace, tx, account_id, step) else "used"
    taken = await accounts.take_recovery(workspace, tx, account_id, _recovery_hash(door, account_id, digits))
    return "recovery" if taken else "wrong"


def _digits(code: str) -> str:
    """As typed or pasted: with spaces, dashes or in capitals."""
    return "".join(code.split()).replace("-", "").lower()[:40]


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _recovery_hash(door: Door, account_id: AccountId, code: str) -> bytes:
    return door.keyed("recovery codes", account_id, _digits(code))
