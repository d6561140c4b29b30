"""A real HTTP/1.1 server on loopback that misbehaves on order: late, dripping, cut short, reset, huge, packed.

async with FaultServer() as server:
    server.answers(Answer(status=503), Answer(body=b"{}"))     # one each, the last one stays
    ... server.url("/path") ... server.received[0].headers["x-key"]
"""

import asyncio
import json
import socket
import ssl
import struct
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server does with one request.

    Attributes:
        headers: Replace or add to `content-length` and `connection: keep-alive`.
        held: Wait for this before the first byte, or with `held_after` behind so many bytes of the body.
        delay_s: Wait before the first byte.
        drip_s: Wait between any two bytes of the body, or of `raw`; the headers come at once.
        cut_after: Close the connection after this many bytes of the body.
        reset: Reset the connection instead of answering.
        silent: Never answer.
        hang_up: Close the connection instead of answering.
        close: Say `connection: close` and do so.
        raw: Send exactly these bytes instead of an answer, then close.
        repeat: Send `body` this many times over (chunked), so that huge answers cost no memory.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    held: asyncio.Event | None = None
    held_after: int = 0
    delay_s: float = 0.0
    drip_s: float = 0.0
    cut_after: int | None = None
    reset: bool = False
    silent: bool = False
    hang_up: bool = False
    close: bool = False
    raw: bytes | None = None
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived; header names in lower case, `connection` counts connections from 1."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int

    def json(self) -> Any:
        return json.loads(self.body)


def json_answer(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), (("content-type", "application/json"),))


def gzipped(body: bytes, *, times: int = 1) -> Answer:
    """`body` repeated `times` and packed; a small answer that is huge once unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(body) for _ in range(times)) + packer.flush()
    return Answer(body=packed, headers=(("content-encoding", "gzip"),))


@dataclass
class FaultServer:
    """Serves `answers` in order and keeps every request in `received`.

    What is in `fixed` by its path is answered so every time, beside the others' order; with `made` every answer is
    made of its request. `peers` are the ports of those who connected, in their order.
    With a `greeting` it sends those bytes to whoever connects and closes; with `tls` it speaks https.
    """

    host: str = "127.0.0.1"
    port: int = 0
    greeting: bytes = b""
    tls: ssl.SSLContext | None = None
    fixed: dict[str, Answer] = field(default_factory=dict)
    made: Callable[[Received], Answer] | None = None
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    peers: list[int] = field(default_factory=list)
    _answers: deque[Answer] = field(default_factory=lambda: deque([Answer()]))
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def answers(self, *answers: Answer) -> None:
        """From now on give these answers, one a request; the last is given for ever."""
        self._answers = deque(answers)

    async def connected(self, count: int, within_s: float = 60.0) -> None:
        """Wait until that many connections have come."""
        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: self.connections >= count)

    async def asked(self, count: int, within_s: float = 60.0) -> None:
        """Wait until that many requests have come."""
        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: len(self.received) >= count)

    def url(self, path: str = "/", host: str | None = None) -> str:
        name = host or self.host
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{f'[{name}]' if ':' in name else name}:{self.port}{path}"

    def _next(self) -> Answer:
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        async with self._news:
            self.connections += 1
            self.peers.append(writer.get_extra_info("peername")[1])
            self._news.notify_all()
        number = self.connections
        try:
            if self.greeting:
                writer.write(self.greeting)
                await writer.drain()
                return
            while (request := await _read(reader, number)) is not None:
                async with self._news:
                    self.received.append(request)
                    self._news.notify_all()
                answer = self.fixed.get(request.target.partition("?")[0])
                if answer is None:
                    answer = self.made(request) if self.made is not None else self._next()
                if not await _give(answer, request, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as clients do
        finally:
            self._tasks.discard(task)
            writer.close()


async def _read(reader: asyncio.StreamReader, connection: int) -> Received | None:
    head = b""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, target, headers, body, connection)


async def _give(answer: Answer, request: Received, writer: asyncio.StreamWriter) -> bool:
    """Answer; False when the connection is to be closed."""
    if answer.held is not None and not answer.held_after:
        await answer.held.wait()
    await asyncio.sleep(answer.delay_s)
    if answer.silent:
        await asyncio.Event().wait()
    if answer.reset:
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
    if answer.reset or answer.hang_up:
        return False
    if answer.raw is not None:
        await _write(answer.raw, answer.drip_s, writer)
        return False
    writer.write(_head(answer))
    if request.method != "HEAD" and not await _give_body(answer, writer):
        return False
    await writer.drain()
    return not answer.close


def _head(answer: Answer) -> bytes:
    framing = (
        ("transfer-encoding", "chunked") if answer.repeat > 1 else ("content-length", str(len(answer.body)))
    )
    headers = dict([framing, ("connection", "close" if answer.close else "keep-alive")])
    lines = [f"{name}: {value}" for name, value in headers.items() if name not in dict(answer.headers)]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    phrase = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else "Odd"
    return "\r\n".join([f"HTTP/1.1 {answer.status} {phrase}", *lines, "", ""]).encode("latin-1")


async def _give_body(answer: Answer, writer: asyncio.StreamWriter) -> bool:
    if answer.repeat > 1:
        for _ in range(answer.repeat):
            writer.write(b"%x\r\n%b\r\n" % (len(answer.body), answer.body))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        return True
    body = answer.body if answer.cut_after is None else answer.body[: answer.cut_after]
    if answer.held is not None and answer.held_after:
        await _write(body[: answer.held_after], answer.drip_s, writer)
        await answer.held.wait()
        body = body[answer.held_after :]
    await _write(body, answer.drip_s, writer)
    return answer.cut_after is None


async def _write(data: bytes, drip_s: float, writer: asyncio.StreamWriter) -> None:
    for piece in (data[at : at + 1] for at in range(len(data))) if drip_s else (data,):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(drip_s)
