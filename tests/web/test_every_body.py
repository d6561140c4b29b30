"""Bodies that nobody should send, at every operation of the OpenAPI document that takes one: refused with a code, never 5xx."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import aiohttp
import pytest
from tests.program import Program
from tests.web.operations import Operation, operations, path_of
from tests.web.test_matrix import World, headers_of, world_of

pytestmark = pytest.mark.usefixtures("empty_slate")

REFUSED = {400, 413, 415, 422}
JSON = {"Content-Type": "application/json"}
PIECE = b" " * 65_536
HUGE_BYTES = 10_000_000
AT_ONCE = 12
BODIES: dict[str, tuple[bytes, Mapping[str, str]]] = {
    "no JSON": (b"{", JSON),
    "no object": (b"[]", JSON),
    "a number": (b"1", JSON),
    "nested deeply": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON),
    "lists in lists": (b"[" * 200_000, JSON),
    "a NUL in a text": (b'{"name":"a\\u0000b"}', JSON),
    "a NUL byte": (b'{"name":"a\x00b"}', JSON),
    "half a pair": (b'{"name":"\\ud800"}', JSON),
    "no UTF-8": (b'{"name":"\xff\xfe"}', JSON),
    "UTF-16": ('{"name":"a"}'.encode("utf-16"), JSON),
    "a huge number": (b'{"name":1e400}', JSON),
    "many digits": (b'{"name":' + b"9" * 100_000 + b"}", JSON),
    "no number": (b'{"name":NaN}', JSON),
    "one key twice": (b'{"name":"a","name":"b"}', JSON),
    "a field that is not there": (b'{"no_such_field":1}', JSON),
    "packed": (gzip.compress(b'{"name":"' + b"a" * 1_000_000 + b'"}'), JSON | {"Content-Encoding": "gzip"}),
    "text": (b'{"name":"a"}', {"Content-Type": "text/plain"}),
    "a form": (b"name=a", {"Content-Type": "application/x-www-form-urlencoded"}),
    "without a type": (b'{"name":"a"}', {}),
    "another charset": (
        '{"name":"\u00e4"}'.encode("latin-1"),
        {"Content-Type": "application/json; charset=latin-1"},
    ),
}


@pytest.fixture
async def empty_slate(program: Program) -> None:
    """All tests sign in from one address, which would be held back for the failures of others."""
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture(scope="module")
async def world(program: Program) -> World:
    return await world_of(program)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), skip_auto_headers=["Content-Type"]
    ) as opened:
        yield opened


def taking_json(world: World) -> Iterator[Operation]:
    for operation in operations(world, "POST", "PUT", "PATCH"):
        if operation.takes_json:
            yield operation


async def answered(
    session: aiohttp.ClientSession,
    world: World,
    operation: Operation,
    body: object,
    headers: Mapping[str, str],
) -> tuple[int, str]:
    """Status and code."""
    url = world.program.client.base_url + await path_of(world, operation)
    sent = {**headers_of(world, world.owner), **headers}
    async with session.request(operation.method, url, data=body, headers=sent) as answer:
        kind = answer.headers.get("Content-Type", "")
        return answer.status, (await answer.json(content_type=None))["code"] if "problem+json" in kind else ""


@pytest.mark.parametrize("odd", BODIES)
async def test_an_odd_body_is_refused_with_a_code(
    world: World, session: aiohttp.ClientSession, odd: str
) -> None:
    body, headers = BODIES[odd]
    wrong, seen = [], 0
    for operation in taking_json(world):
        status, code = await answered(session, world, operation, body, headers)
        if not (status in REFUSED and code):
            wrong.append(f"{operation}: {status} {code}")
        seen += 1
    assert not wrong, "\n".join(wrong)
    assert seen > 60


async def pieces() -> AsyncIterator[bytes]:
    """A body of which nobody says beforehand how long it is."""
    for _ in range(HUGE_BYTES // len(PIECE) + 1):
        yield PIECE


async def test_ten_megabytes_are_refused_everywhere(world: World, session: aiohttp.ClientSession) -> None:
    """Whether the length is said or not. Where a bot is written 16 MB are taken, and these are no JSON."""
    wrong = []
    for operation in taking_json(world):
        for body in (b" " * HUGE_BYTES, pieces()):
            status, code = await answered(session, world, operation, body, JSON)
            if (status, code) not in {(413, "body_too_large"), (400, "bad_request")}:
                wrong.append(f"{operation}: {status} {code}")
    assert not wrong, "\n".join(wrong)


STATUS, PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def kilobytes(name: str) -> int:
    return next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith(name))


@pytest.mark.skipif(not PEAK.exists(), reason="only Linux tells the peak")
async def test_many_huge_bodies_at_once_cost_little_memory(
    world: World, session: aiohttp.ClientSession
) -> None:
    """Of each no more is held than the limit of its address, 1 MB."""
    operation = next(each for each in taking_json(world) if each.path == "/api/v1/labels")
    await asyncio.to_thread(PEAK.write_text, "5")
    before = kilobytes("VmRSS")
    codes = await asyncio.gather(
        *(answered(session, world, operation, pieces(), JSON) for _ in range(AT_ONCE))
    )
    assert set(codes) == {(413, "body_too_large")}
    assert (kilobytes("VmHWM") - before) * 1024 < AT_ONCE * HUGE_BYTES / 2
