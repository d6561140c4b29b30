"""The guard at the socket itself: it holds even when the check of the looked-up addresses is taken out."""

import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from tests.doubles.http_server import FaultServer

from frontdesk.core.errors import Refused
from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.connector import ATTEMPT, Attempt, GuardedConnector
from frontdesk.egress.guard import Guard, Target


class CarelessResolver(AbstractResolver):
    """Gives out whatever it is told, unjudged."""

    def __init__(self, *found: str) -> None:
        self.found = found

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=text, port=port, family=family, proto=0, flags=0)
            for text in self.found
        ]

    async def close(self) -> None:
        """Holds nothing."""


async def nothing(host: str) -> tuple[str, ...]:
    raise AssertionError(host)


async def get(server: FaultServer, *found: str, rule: str) -> int:
    guard = Guard(EgressSettings((parse_allow(rule),)))
    connector = GuardedConnector(guard, nothing, limit=10, limit_per_host=10)
    connector._resolver = CarelessResolver(*found)
    ATTEMPT.set(Attempt(Target("action", "shop.example", server.port)))
    session = aiohttp.ClientSession(connector=connector)
    async with session, session.get(server.url(host="shop.example")) as response:
        return response.status


@pytest.mark.parametrize("found", [("127.0.0.1",), ("127.0.0.1", "::1"), ("::ffff:127.0.0.1",)])
async def test_no_socket_is_made_for_a_closed_address(found: tuple[str, ...]) -> None:
    async with FaultServer() as server:
        with pytest.raises(Refused):
            await get(server, *found, rule="action=10.0.0.1")
        assert server.connections == 0


async def test_of_a_closed_and_an_open_address_only_the_open_one_is_used() -> None:
    async with FaultServer() as server, FaultServer("::1", server.port) as canary:
        assert await get(server, "::1", "127.0.0.1", rule=f"action=127.0.0.1:{server.port}") == 200
        assert (server.connections, canary.connections) == (1, 0)


async def test_the_peer_of_a_connection_is_judged_even_if_its_socket_was_not() -> None:
    async with FaultServer() as server:
        guard = Guard(EgressSettings())
        connector = GuardedConnector(guard, nothing, limit=10, limit_per_host=10)
        connector._resolver = CarelessResolver("127.0.0.1")
        connector._socket_factory = None
        ATTEMPT.set(Attempt(Target("action", "shop.example", server.port)))
        async with aiohttp.ClientSession(connector=connector) as session:
            with pytest.raises(Refused):
                await session.get(server.url(host="shop.example"))
        assert server.received == []
