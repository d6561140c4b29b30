"""Folders for PostgreSQL servers that are stopped whatever a test did, and processes that start them."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from frontdesk.app.postgres import launch
from frontdesk.app.postgres.folder import Folder

CHILD = Path(__file__).with_name("postgres_child.py")
NOBODY = 65534
DEADLINE_S = 60


@dataclass
class Starter:
    """A process that has called `start`."""

    process: asyncio.subprocess.Process

    async def says(self) -> dict[str, object]:
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), DEADLINE_S)
        found: dict[str, object] = json.loads(line)
        return found

    async def stop_server(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"stop\n")
        assert await self.says() == {"stopped": True}
        await asyncio.wait_for(self.process.wait(), DEADLINE_S)

    async def leave(self) -> None:
        """Ends without stopping anything."""
        if self.process.returncode is None:
            assert self.process.stdin
            self.process.stdin.close()
            await asyncio.wait_for(self.process.wait(), DEADLINE_S)

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


Spawn = Callable[..., Awaitable[Starter]]


@pytest.fixture
async def spawn() -> AsyncIterator[Spawn]:
    started: list[Starter] = []

    async def run(data: Path, *options: str) -> Starter:
        pipe = asyncio.subprocess.PIPE
        path = os.pathsep.join(str(place) for place in (Path(__file__).parents[2] / "src",))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(CHILD),
            str(data),
            *options,
            stdin=pipe,
            stdout=pipe,
            env={**os.environ, "PYTHONPATH": path},
        )
        started.append(Starter(process))
        return started[-1]

    yield run
    for starter in started:
        if starter.process.returncode is None:
            await starter.kill()


@pytest.fixture
async def home() -> AsyncIterator[Path]:
    async with enterable() as place:
        yield place


@pytest.fixture(scope="session")
async def lasting() -> AsyncIterator[Path]:
    async with enterable() as place:
        yield place / "data"


@pytest.fixture
async def data(lasting: Path) -> AsyncIterator[Path]:
    """A data folder with no running server; the same for all tests that only start, kill and stop."""
    yield lasting
    await launch.end(Folder.at(lasting), None)


@asynccontextmanager
async def enterable() -> AsyncIterator[Path]:
    """A folder that every account may enter, with a short path; servers in it are ended afterwards."""
    place = _made()
    try:
        yield place
    finally:
        for folder in _folders_with_servers(place):
            running = folder.running()
            await launch.end(folder, None)
            if running and running[1].name.startswith("frontdesk-"):
                shutil.rmtree(running[1], ignore_errors=True)
        shutil.rmtree(place)


def _made() -> Path:
    place = Path(tempfile.mkdtemp(prefix="fd-"))
    place.chmod(0o755)
    return place


def _folders_with_servers(place: Path) -> list[Folder]:
    return [Folder.at(found.parents[2]) for found in place.rglob("postmaster.pid")]


async def eventually(holds: Callable[[], Awaitable[bool]], within_s: float = DEADLINE_S) -> None:
    """Returns as soon as the condition holds."""
    async with asyncio.timeout(within_s):
        while not await holds():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)
