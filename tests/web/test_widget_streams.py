"""Streams of the site widget: what they cost, and that each gives its place free."""

import asyncio
import gc
import socket
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import pytest
from tests.database import Database
from tests.program import Desk, Program, served, until
from tests.web.rasa_wire import WIRE
from tests.web.test_widget import SHOP, next_event

from frontdesk.app import connection, serve
from frontdesk.web.exchange import Exchange
from frontdesk.web.widget import stream
from frontdesk.web.widget.stream import MOST_OF_ONE

SMALL = 4096


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await desk_of(program)


async def desk_of(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {"origins": SHOP})
    program.forget_entrances()
    return made


def asked(desk: Desk, token: str, method: str = "GET", name: str = "stream") -> bytes:
    head = f"{method} /widget/{desk.assistant_id}/{name} HTTP/1.1\r\nHost: here\r\nOrigin: {SHOP}\r\n"
    return f"{head}Authorization: Bearer {token}\r\n\r\n".encode()


def address(desk: Desk) -> tuple[str, int]:
    host, port = desk.program.client.base_url.removeprefix("http://").split(":")
    return host, int(port)


async def begun(desk: Desk) -> str:
    answer = await desk.program.client.post(f"/widget/{desk.assistant_id}/session", headers={"origin": SHOP})
    token = str(answer.json()["token"])
    await said(desk, token, "hello")
    return token


async def said(desk: Desk, token: str, text: str, id_: str = "message-1") -> None:
    answer = await desk.program.client.post(
        f"/widget/{desk.assistant_id}/messages?after={10**6}",
        json={"id": id_, "text": text},
        headers={"authorization": f"Bearer {token}", "origin": SHOP},
    )
    assert answer.status == 200, answer.body


async def test_a_stream_that_goes_on_collects_no_headers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_S", 0.001)
    monkeypatch.setattr(stream, "LOOK_EVERY", 1)
    token = await begun(desk)
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream"
    headers = {"authorization": f"Bearer {token}", "origin": SHOP}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as opened:
        assert opened.headers.getall("access-control-allow-origin") == [SHOP]
        await next_event(opened)
        for _ in range(20):
            await opened.content.readuntil(b"retry: ")
        # Its own, and nothing that tests before it have left.
        found = [
            each
            for each in gc.get_objects()
            if isinstance(each, Exchange) and url.endswith(each._scope["path"])
        ]
        (most,) = {len(each.beside) for each in found}
    assert most == 3


async def test_who_asks_for_a_streams_head_has_it_and_takes_no_place(desk: Desk) -> None:
    token = await begun(desk)
    reader, writer = await asyncio.open_connection(*address(desk))
    async with asyncio.timeout(60):
        for _ in range(MOST_OF_ONE + 1):
            writer.write(asked(desk, token, "HEAD"))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert b"content-type: text/event-stream" in head
        # The connection is free for the next request.
        writer.write(asked(desk, token, name="config"))
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_who_reads_nothing_gives_their_places_free(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = serve.take_port

    def narrow(host: str, port: int) -> socket.socket:
        listening = whole(host, port)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        return listening

    monkeypatch.setattr(serve, "take_port", narrow)
    monkeypatch.setattr(connection, "STUCK_S", 0.05)
    async with served(database, tmp_path, jobs=False) as program:
        desk = await desk_of(program)
        token = await begun(desk)
        for number in range(13):
            await said(desk, token, "y" * 7900, f"message-{number + 10}")
        loop, host = asyncio.get_running_loop(), address(desk)
        with ExitStack() as stack:
            for _ in range(MOST_OF_ONE):
                stuck = stack.enter_context(socket.socket())
                stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
                stuck.settimeout(0)
                await loop.sock_connect(stuck, host)
                await loop.sock_sendall(stuck, asked(desk, token))
                assert await loop.sock_recv(stuck, 13) == b"HTTP/1.1 200 "
            url = f"{program.client.base_url}/widget/{desk.assistant_id}/stream"
            headers = {"authorization": f"Bearer {token}", "origin": SHOP}

            async def is_let_in() -> bool:
                async with (
                    aiohttp.ClientSession() as session,
                    session.get(f"{url}?after={10**6}", headers=headers) as opened,
                ):
                    return opened.status == 200

            await until(is_let_in)
