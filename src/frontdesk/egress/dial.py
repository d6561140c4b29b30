"""Connections that are no HTTP: judged like requests, made to the very addresses that were judged.

What is said on them is the caller's; TLS too, by the host's name.
"""

import asyncio
import socket

import structlog

from frontdesk.core.errors import Refused
from frontdesk.egress import addresses
from frontdesk.egress.allow import EgressSettings
from frontdesk.egress.guard import Guard, Target
from frontdesk.egress.lookup import Lookup, SystemLookup
from frontdesk.ports.dial import DialFailed, DialTimeout

log = structlog.get_logger(__name__)


class GuardedDial:
    """Connects, and keeps nothing; `lookup` is replaced in tests only."""

    def __init__(self, settings: EgressSettings, lookup: Lookup | None = None) -> None:
        self._guard = Guard(settings)
        self._system_lookup: SystemLookup | None = None
        if lookup is None:
            lookup = self._system_lookup = SystemLookup()
        self._lookup = lookup

    async def connect(self, host: str, port: int, *, purpose: str, timeout_s: float) -> socket.socket:
        try:
            target = self._guard.place(host, port, purpose)
            async with asyncio.timeout(timeout_s):
                return await self._connect(target, await self._addresses(target))
        except Refused as refusal:
            log.warning("egress.refused", purpose=purpose, reason=refusal.message)
            raise
        except TimeoutError:
            raise DialTimeout(f"no connection within {round(timeout_s, 1):g} s") from None

    def close(self) -> None:
        if self._system_lookup is not None:
            self._system_lookup.close()

    async def _addresses(self, target: Target) -> tuple[str, ...]:
        if addresses.read(target.host) is not None:
            return (target.host,)
        try:
            found = await self._lookup(target.host)
        except OSError:
            raise DialFailed("the host name was not found") from None
        self._guard.check_all(target, found)
        return found

    async def _connect(self, target: Target, found: tuple[str, ...]) -> socket.socket:
        for text in found:
            self._guard.check_text(target, text)
            family = socket.AF_INET6 if ":" in text else socket.AF_INET
            made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            made.settimeout(0)
            try:
                await asyncio.get_running_loop().sock_connect(made, (text, target.port))
            except OSError:
                made.close()
            except BaseException:
                made.close()
                raise
            else:
                return made
        raise DialFailed("no connection could be made")
