"""Who has tried too often: for each e-mail address, each network address, and each account's codes.

Counted before anything is looked at, in the database, so that processes and requests at the same moment count
together. An address that nobody has is held back like any other.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from frontdesk.access.door import Door
from frontdesk.core.errors import HeldBack
from frontdesk.core.network_address import read_address
from frontdesk.store import sign_in_tries as stored

FORGOTTEN_AFTER = timedelta(hours=1)
LONGEST = timedelta(minutes=15)
FIRST = timedelta(seconds=30)
PURPOSE = "sign-in tries"


@dataclass(frozen=True, slots=True)
class Count:
    """One thing that is counted: `most` tries, then a wait."""

    kind: str
    of: str
    most: int
    said: str = "Too many tries. Wait a moment; whoever knows the password will get in."


def of_email(email: str) -> Count:
    return Count("email", email.strip().lower(), 5)


def of_codes(account_id: str) -> Count:
    return Count("code", account_id, 5)


def of_address(address: str) -> Count:
    return Count("address", network_of(address), 30)


def of_forgotten(email: str) -> Count:
    """Asking for a link to another password; it holds nobody back who signs in."""
    return Count("forgot", email.strip().lower(), 5)


def of_asking_address(address: str) -> Count:
    """Links to other passwords that somebody at this address asked for."""
    return Count("forgot at", network_of(address), 30)


def of_push_tests(account_id: str) -> Count:
    """Test notices that somebody has sent to their devices."""
    return Count("push test", account_id, 10, "That was tried often just now; try again in a moment.")


def network_of(address: str) -> str:
    """An office shares one; of IPv6 somebody has a whole network."""
    found = read_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address if found is None else str(found)


async def count(door: Door, counted: Count) -> int:
    """One more try; how many are left after it, should it fail.

    Raises:
        HeldBack: None is taken for a while.
    """
    now = door.clock.now()
    held = await stored.count_try(
        door.store,
        _who(door, counted),
        now=now,
        most=counted.most,
        first=FIRST,
        longest=LONGEST,
        forgotten_after=FORGOTTEN_AFTER,
    )
    if held.free_at is not None:
        wait_s = max(1.0, (held.free_at - now).total_seconds())
        raise HeldBack(counted.said, retry_after_s=wait_s)
    return max(0, counted.most - held.tries)


async def forget(door: Door, counted: Count) -> None:
    """It was the right one: the tries before it count no more."""
    await stored.forget_tries(door.store, _who(door, counted))


async def give_back(door: Door, counted: Count) -> None:
    """The last try was no guess."""
    await stored.give_back_try(door.store, _who(door, counted), most=counted.most)


def _who(door: Door, counted: Count) -> bytes:
    return door.keyed(PURPOSE, counted.kind, counted.of)
