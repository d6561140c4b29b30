"""Answers that are read as they come: what arrives, what ends them, and that nothing is left open."""

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer, gzipped

from frontdesk.core.errors import Refused
from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.http import GuardedHttp
from frontdesk.ports.http import HttpFailed, HttpRequest, HttpTimeout


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest_asyncio.fixture
async def http(server: FaultServer) -> AsyncIterator[GuardedHttp]:
    guarded = GuardedHttp(EgressSettings((parse_allow(f"action=127.0.0.1:{server.port}"),)))
    yield guarded
    await guarded.close()


async def read(http: GuardedHttp, request: HttpRequest) -> list[bytes]:
    async with http.stream(request) as answer:
        return [piece async for piece in answer.pieces()]


async def test_pieces_come_as_they_are_written(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(Answer(body=b"abc", drip_s=0.05, headers=(("x-twice", "a"), ("X-Twice", "b"))))
    async with http.stream(HttpRequest("POST", server.url(), body=b"{}")) as answer:
        assert (answer.status, answer.headers["x-twice"]) == (200, "a, b")
        pieces = [piece async for piece in answer.pieces()]
    assert b"".join(pieces) == b"abc"
    assert len(pieces) > 1
    assert server.received[0].headers["accept-encoding"] == "identity"
    assert server.received[0].body == b"{}"


async def test_a_stream_read_to_its_end_leaves_its_connection_to_the_next(
    server: FaultServer, http: GuardedHttp
) -> None:
    server.answers(Answer(body=b"abc"))
    for _ in range(3):
        assert b"".join(await read(http, HttpRequest("GET", server.url()))) == b"abc"
    assert server.connections == 1


async def test_a_stream_left_early_is_closed(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(Answer(body=b"x" * 1_000, drip_s=0.01))
    async with http.stream(HttpRequest("GET", server.url())) as answer:
        async for _ in answer.pieces():
            break
    server.answers(Answer(body=b"next"))
    assert await read(http, HttpRequest("GET", server.url())) == [b"next"]
    assert server.connections == 2


@pytest.mark.parametrize("status", [301, 401, 429, 500])
async def test_every_status_is_an_answer(server: FaultServer, http: GuardedHttp, status: int) -> None:
    server.answers(Answer(status, b"why", (("location", "http://10.0.0.1/"),)))
    async with http.stream(HttpRequest("GET", server.url())) as answer:
        assert answer.status == status
        assert [piece async for piece in answer.pieces()] == [b"why"]


@pytest.mark.parametrize(
    "answer",
    [Answer(silent=True), Answer(delay_s=30), Answer(body=b"x" * 1_000, drip_s=0.02)],
    ids=["silent", "late", "dripping"],
)
async def test_the_deadline_holds_for_the_whole_stream(
    server: FaultServer, http: GuardedHttp, answer: Answer
) -> None:
    server.answers(answer)
    started = time.perf_counter()
    with pytest.raises(HttpTimeout, match=r"within 0\.3 s"):
        await read(http, HttpRequest("GET", server.url(), timeout_s=0.3))
    assert 0.25 < time.perf_counter() - started < 20


@pytest.mark.parametrize(
    "answer", [Answer(silent=True), Answer(body=b"xy", drip_s=20)], ids=["no headers", "no second piece"]
)
async def test_silence_ends_a_stream_long_before_its_deadline(
    server: FaultServer, http: GuardedHttp, answer: Answer
) -> None:
    server.answers(answer)
    started = time.perf_counter()
    with pytest.raises(HttpTimeout, match=r"within 0\.2 s"):
        await read(http, HttpRequest("GET", server.url(), timeout_s=60, idle_s=0.2))
    assert time.perf_counter() - started < 20


async def test_a_stream_that_never_ends_stops_at_its_size(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(Answer(body=b"x" * 65_536, repeat=10_000))
    with pytest.raises(HttpFailed, match="too long"):
        await read(http, HttpRequest("GET", server.url(), max_bytes=200_000))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(body=b"x" * 10, cut_after=5), "broke off"),
        (Answer(reset=True), "closed without an answer"),
        (Answer(hang_up=True), "closed without an answer"),
        (Answer(raw=b"SSH-2.0-x\r\n\r\n"), "not HTTP"),
        (gzipped(b"x" * 1000), "packed"),
    ],
    ids=["cut", "reset", "hang-up", "no HTTP", "packed"],
)
async def test_a_broken_stream_fails_in_words(
    server: FaultServer, http: GuardedHttp, answer: Answer, words: str
) -> None:
    server.answers(answer)
    with pytest.raises(HttpFailed, match=words):
        await read(http, HttpRequest("GET", server.url()))


async def test_a_closed_address_is_refused(server: FaultServer, http: GuardedHttp) -> None:
    with pytest.raises(Refused, match="is not open"):
        await read(http, HttpRequest("GET", server.url(), purpose="webhook"))
    with pytest.raises(Refused, match="cannot be given"):
        await read(http, HttpRequest("GET", server.url(), headers=(("Accept-Encoding", "br"),)))
    assert server.connections == 0


async def test_what_goes_wrong_in_the_block_stays_what_it_is(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(Answer(body=b"x" * 100, drip_s=0.01))
    with pytest.raises(OSError, match=r"^mine$"):
        async with http.stream(HttpRequest("GET", server.url())):
            raise OSError("mine")
