"""The program as people run it: `up` as a child on a data folder, and commands beside it that know that folder alone."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-c", "from frontdesk.app.cli import main; main()")
START_S = 60.0


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def environment(folder: Path, **changed: str) -> dict[str, str]:
    """Without what the machine may have set for another installation."""
    kept = {
        key: value for key, value in os.environ.items() if key not in {"PORT", "PUBLIC_URL", "DATABASE_URL"}
    }
    ours = {"FRONTDESK_DATA": str(folder), "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1"}
    return {**kept, **ours, **changed}


async def command(folder: Path, *words: str, typed: str = "", **settings: str) -> Ended:
    """What `frontdesk WORDS` prints; its standard input is no terminal."""
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        env=environment(folder, **settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await child.communicate(typed.encode())
    assert child.returncode is not None
    return Ended(child.returncode, out.decode(), err.decode())


@asynccontextmanager
async def up(folder: Path, *options: str, **settings: str) -> AsyncIterator[str]:
    """`frontdesk up` on a port of its own; its address."""
    port = free_port()
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        "up",
        *options,
        env=environment(folder, PORT=str(port), **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert child.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            while b"Stop with" not in await child.stdout.readline():
                assert child.returncode is None
        yield f"http://127.0.0.1:{port}"
    finally:
        if child.returncode is None:
            child.terminate()
        await child.communicate()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
