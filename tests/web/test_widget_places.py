"""Places for files and streams: one workspace's visitors leave some to others', and who sends next to nothing loses theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from starlette.requests import Request
from tests.database import Database
from tests.program import Desk, Program, served, until
from tests.web.rasa_wire import WIRE
from tests.web.test_widget import SHOP, begin, next_event, say
from tests.web.test_widget_files import desk_with, send
from tests.web.widget_desk import WITHIN_S, sending

from frontdesk.core.errors import Unavailable
from frontdesk.store.files import spool
from frontdesk.web.widget import files, stream


async def neighbour_of(program: Program) -> Desk:
    """Another workspace with a widget."""
    made = await program.desk(WIRE, slug="neighbour")
    await made.channel("web", {})
    program.forget_entrances()
    return made


async def test_one_workspace_leaves_places_for_the_files_of_others(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_OF_WORKSPACE", 2)
    async with served(database, tmp_path, jobs=False) as program, aiohttp.ClientSession() as session:
        desk = await desk_with(program)
        neighbour = await neighbour_of(program)
        rest = asyncio.Event()
        async with sending(session, desk, rest), sending(session, desk, rest):
            refused = await send(desk, await begin(desk), b"hi", "a.txt")
            assert (refused.status, refused.json()["code"]) == (503, "unavailable"), refused.body
            assert int(refused.headers["Retry-After"]) >= 1
            assert (await send(neighbour, await begin(neighbour), b"hi", "a.txt")).status == 201
            rest.set()
        assert (await send(desk, await begin(desk), b"hi", "a.txt")).status == 201


async def test_a_file_that_comes_too_slowly_loses_its_place(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LEAST_WITHIN_S", 0.5)
    async with served(database, tmp_path, jobs=False) as program, aiohttp.ClientSession() as session:
        desk = await desk_with(program)
        ended = asyncio.Event()

        async def dribbling() -> AsyncIterator[bytes]:
            while not ended.is_set():
                yield b"drop"
                await asyncio.sleep(0.02)

        url = f"{program.client.base_url}/widget/{desk.assistant_id}/files?name=slow.txt"
        headers = {"authorization": f"Bearer {await begin(desk)}"}
        async with asyncio.timeout(WITHIN_S):
            answer = await session.post(url, data=dribbling(), headers=headers, expect100=True)
        ended.set()
        assert (answer.status, (await answer.json())["code"]) == (503, "unavailable")
        assert not await desk.rows("uploads")


async def test_a_file_that_comes_steadily_may_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, ahead = asyncio.get_running_loop(), 0.0
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + ahead)

    async def taken(piece: bytes) -> int:
        left = 4

        async def receive() -> dict[str, object]:
            nonlocal ahead, left
            ahead += files.LEAST_WITHIN_S / 2
            left -= 1
            # What is due by now happens.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return {"type": "http.request", "body": piece, "more_body": left > 0}

        with spool() as received:
            await files._not_too_slowly(Request({"type": "http"}, receive), received)
            return received.size_bytes

    assert await taken(bytes(files.LEAST_BYTES)) == 4 * files.LEAST_BYTES
    with pytest.raises(Unavailable, match="too slowly"):
        await taken(bytes(files.LEAST_BYTES // 5))


async def test_one_workspace_leaves_streams_to_others(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_OF_WORKSPACE", 2)
    async with (
        served(database, tmp_path, jobs=False) as program,
        aiohttp.ClientSession() as session,
        AsyncExitStack() as open_ones,
    ):
        desk = await desk_with(program)
        neighbour = await neighbour_of(program)

        async def opened(at: Desk) -> aiohttp.ClientResponse:
            token = await begin(at)
            assert (await say(at, token, "hello")).status == 200
            url = f"{program.client.base_url}/widget/{at.assistant_id}/stream"
            headers = {"authorization": f"Bearer {token}", "origin": SHOP}
            return await open_ones.enter_async_context(session.get(url, headers=headers))

        held = [await opened(desk) for _ in range(2)]
        for each in held:
            assert (await next_event(each))["lines"]
        refused = await opened(desk)
        assert (refused.status, (await refused.json())["code"]) == (503, "unavailable")
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await next_event(await opened(neighbour)))["lines"]
        held[0].close()

        async def is_let_in() -> bool:
            return (await opened(desk)).status == 200

        await until(is_let_in)
