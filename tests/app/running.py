"""The program as people run it: `up` in a process on a data folder, and commands beside it that know that folder alone.

The processes are forked from one that has imported the program (`forking`); `COMMAND` starts one from nothing.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COMMAND = (sys.executable, "-c", "from frontdesk.app.cli import main; main()")
FORKING = Path(__file__).with_name("forking.py")
START_S = 60.0
END_S = 30.0


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass
class Process:
    """A command that runs; `code` is there once it has ended."""

    pid: int
    said: asyncio.StreamReader
    told: asyncio.StreamWriter
    code: int | None = None

    async def wait(self) -> int:
        if self.code is None:
            self.code = int(await self.said.readline())
            self.told.close()
        return self.code

    def terminate(self, by: int = signal.SIGTERM) -> None:
        if self.code is None:
            os.kill(self.pid, by)


def environment(folder: Path, **changed: str) -> dict[str, str]:
    """Without what the machine may have set for another installation."""
    kept = {
        key: value for key, value in os.environ.items() if key not in {"PORT", "PUBLIC_URL", "DATABASE_URL"}
    }
    ours = {"FRONTDESK_DATA": str(folder), "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1"}
    return {**kept, **ours, **changed}


async def begun(
    words: Sequence[str], env: Mapping[str, str], streams: tuple[int, int, int], *, folder: Path | None = None
) -> Process:
    """`frontdesk WORDS` in `folder`, else where the tests run, with these descriptors as standard streams."""
    ours, theirs = socket.socketpair()
    request = json.dumps(
        {"words": words, "environment": dict(env), "folder": str(folder or Path.cwd())}
    ).encode()
    with theirs:
        given = [*streams, theirs.fileno()]
        socket.send_fds(_forking(), [len(request).to_bytes(4)], given)
        _forking().sendall(request)
    said, told = await asyncio.open_connection(sock=ours)
    return Process(int(await said.readline()), said, told)


@cache
def _forking() -> socket.socket:
    """The way to the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.Popen([sys.executable, FORKING], stdin=theirs.fileno(), env=env)
    return ours


async def command(folder: Path, *words: str, typed: str = "", **settings: str) -> Ended:
    """What `frontdesk WORDS` prints; its standard input is no terminal."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(typed.encode())
        given.seek(0)
        process = await begun(
            words, environment(folder, **settings), (given.fileno(), out.fileno(), err.fileno())
        )
        code = await process.wait()
        out.seek(0)
        err.seek(0)
        return Ended(code, out.read().decode(), err.read().decode())


@dataclass
class Talked:
    """A command in the middle of a conversation over its standard streams."""

    process: Process
    lines: asyncio.StreamReader
    typing: asyncio.StreamWriter

    async def types(self, line: str) -> None:
        self.typing.write(f"{line}\n".encode())
        await self.typing.drain()


@asynccontextmanager
async def talking(folder: Path, *words: str, **settings: str) -> AsyncIterator[Talked]:
    """`frontdesk WORDS`, which ends with its standard input."""
    ours, theirs = socket.socketpair()
    with theirs:
        streams = (theirs.fileno(), theirs.fileno(), nothing())
        process = await begun(words, environment(folder, **settings), streams)
    lines, typing = await asyncio.open_connection(sock=ours)
    try:
        yield Talked(process, lines, typing)
    finally:
        typing.write_eof()
        async with asyncio.timeout(END_S):
            await process.wait()
        typing.close()


@asynccontextmanager
async def up(folder: Path, *options: str, **settings: str) -> AsyncIterator[str]:
    """`frontdesk up` on a port of its own; its address."""
    port = free_port()
    ours, theirs = socket.socketpair()
    with theirs:
        streams = (nothing(), theirs.fileno(), nothing())
        process = await begun(("up", *options), environment(folder, PORT=str(port), **settings), streams)
    lines, writer = await asyncio.open_connection(sock=ours)
    try:
        async with asyncio.timeout(START_S):
            while b"Stop with" not in (line := await lines.readline()):
                assert line, await process.wait()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()
        writer.close()


@cache
def nothing() -> int:
    return os.open(os.devnull, os.O_RDWR)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
