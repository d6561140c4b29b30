"""The guarded client against real servers on loopback: what arrives, what comes back, what never happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from tests.doubles.http_server import Answer, FaultServer

from frontdesk.core.errors import LedAstray, Refused
from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.http import GuardedHttp
from frontdesk.ports.http import Http, HttpFailed, HttpRequest

Lookup = Callable[[str], Awaitable[tuple[str, ...]]]


@asynccontextmanager
async def client(
    *rules: str, lookup: Lookup | None = None, ports: frozenset[int] = frozenset()
) -> AsyncIterator[Http]:
    http = GuardedHttp(EgressSettings(tuple(parse_allow(rule) for rule in rules), ports), lookup)
    try:
        yield http
    finally:
        await http.close()


def resolving(**answers: list[tuple[str, ...]]) -> Lookup:
    """A name server that gives the listed answers one after the other, the last one for ever."""

    async def lookup(host: str) -> tuple[str, ...]:
        found = answers[host.partition(".")[0]]
        return found.pop(0) if len(found) > 1 else found[0]

    return lookup


async def test_request_and_answer_arrive_as_given() -> None:
    async with FaultServer() as server, client(f"action=127.0.0.1:{server.port}") as http:
        headers = (("Content-Type", "text/x"), ("X-Twice", "a"), ("x-twice", "b"))
        server.answers(Answer(201, b"made", headers))
        reply = await http.send(
            HttpRequest("PUT", server.url("/a%2Fb?x=1"), (("q", "ä &"),), (("X-Key", "k"),), b"\x00\xff")
        )
    (got,) = server.received
    assert (got.method, got.target, got.body) == ("PUT", "/a%2Fb?x=1&q=%C3%A4%20%26", b"\x00\xff")
    assert got.headers == {
        "host": f"127.0.0.1:{server.port}",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "content-length": "2",
        "x-key": "k",
    }
    assert (reply.status, reply.body, reply.truncated) == (201, b"made", False)
    assert reply.headers["x-twice"] == "a, b"
    assert 0 < reply.seconds < 5


@pytest.mark.parametrize("status", [204, 301, 302, 307, 308, 404, 418, 500, 503, 599])
async def test_every_status_is_an_answer(status: int) -> None:
    async with FaultServer() as server, client(f"action=127.0.0.1:{server.port}") as http:
        server.answers(Answer(status))
        assert (await http.send(HttpRequest("GET", server.url()))).status == status
        assert len(server.received) == 1


async def test_a_redirect_inwards_is_not_followed() -> None:
    async with FaultServer() as inside, FaultServer() as server, client(f"*=127.0.0.1:{server.port}") as http:
        for status in (301, 302, 303, 307, 308):
            server.answers(Answer(status, b"", (("location", inside.url("/secret")),)))
            reply = await http.send(HttpRequest("POST", server.url(), body=b"{}"))
            assert (reply.status, reply.headers["location"]) == (status, inside.url("/secret"))
    assert inside.connections == 0


async def test_nothing_reaches_a_closed_address_however_it_is_spelt() -> None:
    spellings = [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "0",
    ]
    # The port is one of those that may be used: only the address can stop it.
    async with FaultServer() as canary, client(ports=frozenset({canary.port})) as http:
        for host in spellings:
            with pytest.raises(Refused) as refusal:
                await http.send(HttpRequest("GET", f"http://{host}:{canary.port}/"))
            # Where a name leads may be another matter later; what is written as an address stays one.
            assert isinstance(refusal.value, LedAstray) == (host == "localhost")
            assert refusal.value.code == "outbound_refused"
    assert canary.connections == 0


async def test_an_allow_for_one_purpose_does_not_open_another_not_even_its_open_connection() -> None:
    async with FaultServer() as server, client(f"action=127.0.0.1:{server.port}") as http:
        await http.send(HttpRequest("GET", server.url(), purpose="action"))
        with pytest.raises(Refused):
            await http.send(HttpRequest("GET", server.url(), purpose="webhook"))
        assert len(server.received) == 1


async def test_a_named_hosts_open_connection_is_not_lent_to_another_purpose() -> None:
    # The second purpose has a rule for the port, so that only the peer's address can stop it.
    async with FaultServer() as server:
        rules = (f"action=desk.internal:{server.port}", f"webhook=10.9.9.9:{server.port}")
        async with client(*rules, lookup=resolving(desk=[("127.0.0.1",)])) as http:
            url = server.url(host="desk.internal")
            await http.send(HttpRequest("GET", url, purpose="action"))
            with pytest.raises(Refused):
                await http.send(HttpRequest("GET", url, purpose="webhook"))
            assert (len(server.received), server.connections) == (1, 1)


async def test_connections_are_kept_alive() -> None:
    async with FaultServer() as server, client(f"action=127.0.0.1:{server.port}") as http:
        for _ in range(5):
            await http.send(HttpRequest("POST", server.url(), body=b"x"))
        assert (len(server.received), server.connections) == (5, 1)


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
async def test_a_name_that_flips_inwards_between_lookups_never_gets_there() -> None:
    async with FaultServer("127.0.0.2") as outside, FaultServer("127.0.0.1", outside.port) as canary:
        lookup = resolving(flip=[("127.0.0.2",), ("127.0.0.1",)])
        async with client(f"action=127.0.0.2:{outside.port}", lookup=lookup) as http:
            outside.answers(Answer(close=True))
            await http.send(HttpRequest("GET", outside.url(host="flip.example")))
            assert len(outside.received) == 1
            with pytest.raises(LedAstray):
                await http.send(HttpRequest("GET", outside.url(host="flip.example")))
        assert canary.connections == 0


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
async def test_a_name_with_one_closed_address_is_not_connected_to_at_all() -> None:
    async with FaultServer("127.0.0.2") as outside, FaultServer("127.0.0.1", outside.port) as canary:
        lookup = resolving(mixed=[("127.0.0.2", "127.0.0.1")])
        async with client(f"action=127.0.0.2:{outside.port}", lookup=lookup) as http:
            with pytest.raises(LedAstray):
                await http.send(HttpRequest("GET", outside.url(host="mixed.example")))
        assert (outside.connections, canary.connections) == (0, 0)


async def test_the_name_is_asked_for_once_a_connection_and_sent_as_host() -> None:
    asked: list[str] = []

    async def lookup(host: str) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",)

    async with FaultServer() as server:
        async with client(f"action=127.0.0.1:{server.port}", lookup=lookup) as http:
            for _ in range(3):
                await http.send(HttpRequest("GET", server.url(host="shop.example")))
        assert asked == ["shop.example"]
        assert {got.headers["host"] for got in server.received} == {f"shop.example:{server.port}"}


async def test_an_unknown_name_is_a_failure_in_plain_words() -> None:
    async def lookup(host: str) -> tuple[str, ...]:
        raise OSError(f"no {host}")

    async with client(lookup=lookup) as http:
        with pytest.raises(HttpFailed, match="the host name was not found"):
            await http.send(HttpRequest("GET", "http://nowhere.example/"))


async def test_the_systems_resolver_finds_localhost_and_the_guard_refuses_it() -> None:
    async with FaultServer() as server, client(f"action=localhost:{server.port}") as http:
        url = server.url(host="localhost")
        assert (await http.send(HttpRequest("GET", url))).status == 200
        with pytest.raises(Refused):
            await http.send(HttpRequest("GET", url, purpose="webhook"))


async def test_cookies_are_not_kept() -> None:
    async with FaultServer() as server:
        async with client(
            f"action=shop.example:{server.port}", lookup=resolving(shop=[("127.0.0.1",)])
        ) as http:
            server.answers(Answer(headers=(("set-cookie", "a=b; Path=/"),)))
            for _ in range(2):
                await http.send(HttpRequest("GET", server.url(host="shop.example")))
        assert all("cookie" not in got.headers for got in server.received)


async def test_the_environment_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login jhon password hunter2\n")
    netrc.chmod(0o600)
    async with FaultServer() as proxy, FaultServer() as server:
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        async with client(f"action=127.0.0.1:{server.port}") as http:
            await http.send(HttpRequest("GET", server.url()))
        assert proxy.connections == 0
        assert "authorization" not in server.received[0].headers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "b\r\nX-C: d"),
        ("X-A", "b\nc"),
        ("X-A", "b\rc"),
        ("X-A", "b\x00"),
        ("X-A", "\ud800"),
        ("X-A\r\nX-C", "d"),
        ("X A", "b"),
        ("X-A:", "b"),
        ("", "b"),
        ("Host", "127.0.0.1"),
        ("content-length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "X-Key"),
        ("Upgrade", "h2c"),
        ("X-A", "b" * 8001),
    ],
)
async def test_a_header_that_could_change_the_request_is_refused(name: str, value: str) -> None:
    async with FaultServer() as server, client(f"action=127.0.0.1:{server.port}") as http:
        with pytest.raises(Refused) as refusal:
            await http.send(HttpRequest("GET", server.url(), headers=((name, value),)))
        assert server.connections == 0
    assert "d" * 3 not in refusal.value.message


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET / HTTP/1.1\r\n", ""])
async def test_other_methods_are_refused(method: str) -> None:
    async with FaultServer() as server, client(f"action=127.0.0.1:{server.port}") as http:
        with pytest.raises(Refused):
            await http.send(HttpRequest(method, server.url()))
        assert server.connections == 0


async def test_a_slow_host_does_not_take_the_connections_of_others() -> None:
    async with FaultServer() as slow, FaultServer() as quick:
        http = GuardedHttp(
            EgressSettings((parse_allow("*=127.0.0.0/8"),), frozenset({slow.port, quick.port}), 8, 4)
        )
        slow.answers(Answer(silent=True))
        waiting = [asyncio.create_task(http.send(HttpRequest("GET", slow.url()))) for _ in range(20)]
        try:
            await slow.connected(4)
            assert (await http.send(HttpRequest("GET", quick.url(), timeout_s=5))).status == 200
            assert slow.connections == 4
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            await http.close()


async def test_what_goes_to_a_host_for_one_purpose_leaves_connections_for_another() -> None:
    async with FaultServer() as server:
        http = GuardedHttp(EgressSettings((parse_allow("*=127.0.0.0/8"),), frozenset({server.port}), 8, 4))
        server.answers(*[Answer(silent=True)] * 4, Answer())
        deliveries = [
            asyncio.create_task(http.send(HttpRequest("GET", server.url(), purpose="callback")))
            for _ in range(8)
        ]
        try:
            await server.connected(4)
            assert (await http.send(HttpRequest("GET", server.url(), timeout_s=5))).status == 200
        finally:
            for task in deliveries:
                task.cancel()
            await asyncio.gather(*deliveries, return_exceptions=True)
            await http.close()
