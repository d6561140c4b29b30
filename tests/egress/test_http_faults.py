"""What the other side can do wrong, and that it stays bounded in time, bytes and attempts."""

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer, gzipped

from frontdesk.egress import body as egress_body
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


def packed(body: bytes, encoding: str) -> Answer:
    return Answer(body=body, headers=(("content-encoding", encoding),))


_HEAD = b"HTTP/1.1 200 OK\r\n" + b"X-Slow: y\r\n" * 50 + b"Content-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(silent=True),
        Answer(delay_s=30),
        Answer(raw=_HEAD, drip_s=0.02),
        Answer(body=b"x" * 1000, drip_s=0.02),
    ],
    ids=["silent", "late", "dripping headers", "dripping body"],
)
async def test_the_deadline_holds_for_the_whole_exchange(
    server: FaultServer, http: GuardedHttp, answer: Answer
) -> None:
    server.answers(answer)
    started = time.perf_counter()
    with pytest.raises(HttpTimeout):
        await http.send(HttpRequest("GET", server.url(), timeout_s=0.3))
    assert 0.25 < time.perf_counter() - started < 20


async def test_a_lookup_that_hangs_counts_against_the_deadline() -> None:
    async def lookup(host: str) -> tuple[str, ...]:
        await asyncio.Event().wait()
        return (host,)

    http = GuardedHttp(EgressSettings(), lookup)
    with pytest.raises(HttpTimeout):
        await http.send(HttpRequest("GET", "http://slow.example/", timeout_s=0.1))
    await http.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("fault", [Answer(reset=True), Answer(hang_up=True)], ids=["reset", "hang-up"])
async def test_a_connection_cut_without_answer_fails_and_nothing_is_repeated(
    server: FaultServer, http: GuardedHttp, method: str, fault: Answer
) -> None:
    # The first answer leaves a kept-alive connection behind, on which a client library might try again by itself.
    server.answers(Answer(), fault)
    await http.send(HttpRequest("GET", server.url()))
    with pytest.raises(HttpFailed, match="closed without an answer"):
        await http.send(HttpRequest(method, server.url()))
    assert [got.method for got in server.received] == ["GET", method]
    assert {got.connection for got in server.received} == {1}


async def test_an_answer_that_breaks_off_fails(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(Answer(body=b"x" * 100, cut_after=50))
    with pytest.raises(HttpFailed, match="broke off"):
        await http.send(HttpRequest("GET", server.url()))


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nX-Half: ",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 500 + b"\r\n",
    ],
    ids=["ssh", "nothing", "half a header", "status", "two lengths", "chunk", "long header", "many headers"],
)
async def test_what_is_not_http_fails(server: FaultServer, http: GuardedHttp, raw: bytes) -> None:
    server.answers(Answer(raw=raw))
    with pytest.raises(HttpFailed) as failure:
        await http.send(HttpRequest("GET", server.url(), timeout_s=2))
    assert "OpenSSH" not in str(failure.value)


async def test_a_refused_connection_fails_without_telling_the_address(
    http: GuardedHttp, server: FaultServer
) -> None:
    url = server.url()
    await server.__aexit__(None, None, None)
    with pytest.raises(HttpFailed, match="no connection could be made") as failure:
        await http.send(HttpRequest("GET", url))
    assert "127.0.0.1" not in str(failure.value)


async def test_a_plain_server_behind_https_fails() -> None:
    async with FaultServer(greeting=b"220 mail.example ESMTP\r\n") as mail:
        http = GuardedHttp(EgressSettings((parse_allow(f"action=127.0.0.1:{mail.port}"),)))
        with pytest.raises(HttpFailed, match="no TLS connection"):
            await http.send(HttpRequest("GET", mail.url().replace("http:", "https:"), timeout_s=2))
        await http.close()


async def test_a_huge_answer_is_cut_and_the_rest_never_read(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(Answer(body=b"x" * 65_536, repeat=100_000))
    reply = await http.send(HttpRequest("GET", server.url(), max_bytes=100_000))
    assert (reply.body, reply.truncated) == (b"x" * 100_000, True)


@pytest.mark.parametrize(("size", "truncated"), [(999, False), (1000, False), (1001, True)])
async def test_the_limit_is_exact(
    server: FaultServer, http: GuardedHttp, size: int, *, truncated: bool
) -> None:
    for answer in (Answer(body=b"x" * size), packed(gzip.compress(b"x" * size, mtime=0), "gzip")):
        server.answers(answer)
        reply = await http.send(HttpRequest("GET", server.url(), max_bytes=1000))
        assert (len(reply.body), reply.truncated) == (min(size, 1000), truncated)


async def test_a_gzip_bomb_stays_small(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(gzipped(b"\0" * 1_000_000, times=500))
    started = time.perf_counter()
    reply = await http.send(HttpRequest("GET", server.url(), max_bytes=50_000))
    assert (len(reply.body), reply.truncated) == (50_000, True)
    assert time.perf_counter() - started < 20


def test_unpacking_never_holds_more_than_the_limit() -> None:
    bomb = gzipped(b"\0" * 1_000_000, times=50).body
    unpacker = egress_body.Unpacker("gzip", 10_000)
    tracemalloc.start()
    try:
        unpacker.feed(bomb)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (len(unpacker.finish()), unpacker.truncated) == (10_000, True)
    assert peak_bytes < 300_000


async def test_a_long_row_of_empty_gzip_members_is_bounded(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(packed(gzip.compress(b"", mtime=0) * 100_000, "gzip"))
    reply = await http.send(HttpRequest("GET", server.url(), max_bytes=1000, timeout_s=5))
    assert (reply.body, reply.truncated) == (b"", True)


_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"hello world", mtime=0), "gzip"),
        (gzip.compress(b"hello world", mtime=0), "X-GZIP"),
        (gzip.compress(b"hello ", mtime=0) + gzip.compress(b"world", mtime=0), "gzip"),
        (gzip.compress(b"hello world", mtime=0) + b"\0\0\0\0", "gzip"),
        (zlib.compress(b"hello world"), "deflate"),
        (_DEFLATE.compress(b"hello world") + _DEFLATE.flush(), "deflate"),
        (b"hello world", "identity"),
    ],
)
@pytest.mark.parametrize("drip_s", [0.0, 0.0001])
async def test_packed_answers_are_unpacked(
    server: FaultServer, http: GuardedHttp, body: bytes, encoding: str, drip_s: float
) -> None:
    server.answers(Answer(body=body, headers=(("content-encoding", encoding),), drip_s=drip_s))
    assert (await http.send(HttpRequest("GET", server.url()))).body == b"hello world"


@pytest.mark.parametrize(
    ("body", "encoding", "words"),
    [
        (b"hello", "gzip", "packed wrongly"),
        (gzip.compress(b"hello world", mtime=0)[:-5], "gzip", "broke off"),
        (b"hello", "br", "not asked for"),
        (gzip.compress(gzip.compress(b"hello", mtime=0), mtime=0), "gzip, gzip", "not asked for"),
    ],
)
async def test_a_wrongly_packed_answer_fails(
    server: FaultServer, http: GuardedHttp, body: bytes, encoding: str, words: str
) -> None:
    server.answers(packed(body, encoding))
    with pytest.raises(HttpFailed, match=words):
        await http.send(HttpRequest("GET", server.url()))


async def test_head_with_a_packing_and_no_body_is_fine(server: FaultServer, http: GuardedHttp) -> None:
    server.answers(packed(gzip.compress(b"hello", mtime=0), "gzip"))
    assert (await http.send(HttpRequest("HEAD", server.url()))).body == b""


async def test_header_bytes_that_are_no_text_do_not_break_later_readers(
    server: FaultServer, http: GuardedHttp
) -> None:
    server.answers(Answer(raw=b"HTTP/1.1 200 OK\r\nX-Odd: a\xffb\r\nContent-Length: 0\r\n\r\n"))
    reply = await http.send(HttpRequest("GET", server.url()))
    assert reply.headers["x-odd"].encode()
