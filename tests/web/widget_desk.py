"""An assistant on a site's widget."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE
from tests.web.test_widget import begin

WITHIN_S = 60


async def widget_desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {"title": "Northwind Audio"})
    program.forget_entrances()
    return made


@asynccontextmanager
async def sending(
    session: aiohttp.ClientSession, desk: Desk, rest: asyncio.Event, **headers: str
) -> AsyncIterator[None]:
    """A file that has a place, and comes no further until `rest` is set."""
    begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        # The program reads on once it has a place.
        begun.set()
        yield b"begun"
        await rest.wait()
        yield b" and done"

    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/files?name=slow.txt"
    headers |= {"authorization": f"Bearer {await begin(desk)}"}
    task = asyncio.create_task(session.post(url, data=slow(), headers=headers, expect100=True))
    async with asyncio.timeout(WITHIN_S):
        await begun.wait()
    yield
    assert (await task).status == 201
