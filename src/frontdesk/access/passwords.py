"""Passwords: what one may be, and Argon2id. Called by `access` alone.

A hash takes tens of milliseconds and 19 MiB on purpose; it is made beside the loop, two at a time in a process, so
that a burst of sign-ins takes neither the loop nor the memory.
"""

import asyncio
import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from frontdesk.core.errors import Refused

LEAST = 10
MOST = 128
# OWASP's second choice for Argon2id: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
MEMORY_KIB = 19 * 1024
ROUNDS = 2
LANES = 1
SALT_BYTES = 16
HASH_BYTES = 32
_BESIDE = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


UNFIT = {
    "short": f"A password has at least {LEAST} characters.",
    "long": f"A password has at most {MOST} characters.",
    "simple": "That repeats a few characters; choose something longer.",
    "email": "The e-mail address is no password.",
}
"""Why a password is none, in a word and a sentence."""


def unfit(password: str, *, email: str) -> str:
    """A word of `UNFIT`, or nothing: too short, too long to hash, or what everybody knows of the person."""
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    if len(set(password)) < LEAST // 2:
        return "simple"
    return "email" if password.casefold() in {email.casefold(), email.partition("@")[0].casefold()} else ""


def refuse_unfit(password: str, *, email: str, field: str = "password") -> None:
    found = unfit(password, email=email)
    if found:
        raise Refused("invalid", UNFIT[found], field=field)


async def hash_of(password: str) -> str:
    """As it is stored: parameters, salt and hash in the PHC's text form."""
    return await asyncio.get_running_loop().run_in_executor(_BESIDE, _hash, password)


async def is_password(stored: str, password: str) -> bool:
    return await asyncio.get_running_loop().run_in_executor(_BESIDE, _verify, stored, password)


async def is_nobodys(password: str) -> bool:
    """The same work as for a password of somebody, for an address that nobody has; always False."""
    await is_password(_nobodys(), password)
    return False


@cache
def _nobodys() -> str:
    return _hash("nobody has this password")


def _plain(password: str) -> bytes:
    # The same letters can be typed as different code points, by the keyboard.
    return unicodedata.normalize("NFKC", password[: MOST + 1]).encode("utf-8", "surrogatepass")


def _hash(password: str) -> str:
    made = Argon2id(
        salt=os.urandom(SALT_BYTES),
        length=HASH_BYTES,
        iterations=ROUNDS,
        lanes=LANES,
        memory_cost=MEMORY_KIB,
    )
    return made.derive_phc_encoded(_plain(password))


def _verify(stored: str, password: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_plain(password), stored)
    except InvalidKey:
        return False
    return True
