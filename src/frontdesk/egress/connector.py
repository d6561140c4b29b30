"""Where a connection is really made, and so where the guard is really enforced, three times over.

1. a name's addresses are judged together, and the very addresses judged are the ones connected to;
2. a socket is only made for an address that passes, so nothing is sent to any other;
3. the peer of each connection, new or kept alive, is judged for the purpose at hand before a request is written
   on it: a connection that one purpose may have is not lent to another.
"""

import errno
import socket
from contextvars import ContextVar
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection

from frontdesk.core.errors import Refused
from frontdesk.egress.guard import Guard, Target
from frontdesk.egress.lookup import Lookup

# Shorter than the idle limits that servers commonly have, so that a request rarely meets a closing connection.
_KEEP_ALIVE_S = 4.0


@dataclass(slots=True)
class Attempt:
    """The request under way in this task, and why its socket was denied, if it was."""

    target: Target
    denied: Refused | None = None


ATTEMPT: ContextVar[Attempt] = ContextVar("egress_attempt")


class _GuardedResolver(AbstractResolver):
    def __init__(self, guard: Guard, lookup: Lookup) -> None:
        self._guard = guard
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._lookup(host)
        if not found:
            raise OSError(errno.EADDRNOTAVAIL, "the name has no address")
        self._guard.check_all(ATTEMPT.get().target, found)
        return [
            ResolveResult(hostname=host, host=text, port=port, family=family, proto=0, flags=0)
            for text in found
        ]

    async def close(self) -> None:
        """Nothing to close: the lookup belongs to whoever made it."""


class GuardedConnector(aiohttp.TCPConnector):
    """Connects only where the guard lets the current `ATTEMPT` go."""

    def __init__(self, guard: Guard, lookup: Lookup, *, limit: int, limit_per_host: int) -> None:
        super().__init__(
            resolver=_GuardedResolver(guard, lookup),
            # A cached answer would have been judged for another purpose.
            use_dns_cache=False,
            socket_factory=self._make_socket,
            keepalive_timeout=_KEEP_ALIVE_S,
            limit=limit,
            limit_per_host=limit_per_host,
        )
        self._guard = guard

    def _make_socket(self, addr_info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, proto, _, address = addr_info
        attempt = ATTEMPT.get()
        try:
            self._guard.check_text(attempt.target, str(address[0]))
        except Refused as refusal:
            # Racing several addresses swallows anything that is no OSError: leave word, and fail as a socket does.
            attempt.denied = refusal
            raise PermissionError(errno.EACCES, "address refused") from None
        return socket.socket(family, kind, proto)

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[aiohttp.tracing.Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the library's signature
    ) -> Connection:
        attempt = ATTEMPT.get()
        try:
            connection = await super().connect(req, traces, timeout)
        except aiohttp.ClientConnectorError:
            if attempt.denied is not None:
                raise attempt.denied from None
            raise
        try:
            self._check_peer(connection, attempt.target)
        except (Refused, aiohttp.ServerDisconnectedError):
            connection.close()
            raise
        return connection

    def _check_peer(self, connection: Connection, target: Target) -> None:
        transport = connection.transport
        peer = None if transport is None else transport.get_extra_info("peername")
        if peer is None:
            raise aiohttp.ServerDisconnectedError
        self._guard.check_text(target, str(peer[0]))
