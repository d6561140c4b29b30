"""`frontdesk` as people run it: child processes on a data folder of their own, killed and started again by drills."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg

from frontdesk.app.postgres import Dsn
from frontdesk.app.postgres.folder import ADMIN, PROGRAM, Folder

ROOT = Path(__file__).parents[2]
PROGRAM_FILE = Path(sys.executable).with_name("frontdesk")
READY_WITHIN_S = 180.0
GONE_WITHIN_S = 60.0
LOOK_S = 0.02


PORTS = range(20_000, 30_000)


def free_port() -> int:
    """One that no connection gets for its own end.

    A client that asks again and again for a port of those, while nobody listens on it, is in the end connected to
    itself, and then the server finds its port taken.
    """
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Child:
    """One running process of the program."""

    process: asyncio.subprocess.Process
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def ready(self) -> None:
        """Until it can work."""
        until = time.monotonic() + READY_WITHIN_S
        async with aiohttp.ClientSession() as session:
            while not await _answers(session, f"{self.url}/readyz"):
                assert self.process.returncode is None, f"it ended:\n{self.said()}"
                assert time.monotonic() < until, f"it is not ready:\n{self.said()}"
                await asyncio.sleep(LOOK_S)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    async def killed(self) -> None:
        self.kill()
        await self.process.wait()

    async def stopped(self, within_s: float = GONE_WITHIN_S) -> int:
        """Told to stop; its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(within_s):
            return await self.process.wait()

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")[-4000:]


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=5)) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


@dataclass
class Installation:
    """One data folder and what runs on it."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: Mapping[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def variables(self, port: int) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
        ours = {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "FRONTDESK_DATA": str(self.data),
            "PORT": str(port),
            "DISK_FLOOR_MB": "0",
            "LOG_LEVEL": "warning",
        }
        return {**kept, **ours, **self.environment}

    async def start(
        self, *arguments: str, port: int | None = None, command: Sequence[str | Path] = (PROGRAM_FILE,)
    ) -> Child:
        """A process with these arguments, which need not be ready yet."""
        used = self.port if port is None else port
        log = self.folder / f"child{len(self.children)}.log"
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *command,
                *arguments,
                env=self.variables(used),
                cwd=self.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        child = Child(process, used, log)
        self.children.append(child)
        return child

    async def up(self) -> Child:
        """Everything in one process, with the demo's assistant, ready."""
        child = await self.start("up", "--demo")
        await child.ready()
        return child

    async def command(self, *arguments: str) -> str:
        """A command that ends; what it said. It has to succeed."""
        process = await asyncio.create_subprocess_exec(
            PROGRAM_FILE,
            *arguments,
            env=self.variables(self.port),
            cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        text = said.decode("utf-8", "replace")
        assert process.returncode == 0, f"{arguments}: {text}"
        return text

    def admin(self) -> Dsn:
        return self._dsn(ADMIN)

    def program(self) -> Dsn:
        return self._dsn(PROGRAM)

    def _dsn(self, login: str) -> Dsn:
        folder = Folder.at(self.data)
        running = folder.running()
        assert running is not None, "PostgreSQL is not running"
        return folder.dsn(login, running[1], running[2])

    def postmaster(self) -> int | None:
        """PostgreSQL's process number, if that process lives."""
        running = Folder.at(self.data).running()
        return running[0] if running is not None and Path(f"/proc/{running[0]}").exists() else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that sees every row."""
        connection = await asyncpg.connect(self.admin().url())
        try:
            yield connection
        finally:
            await connection.close()

    async def close(self) -> None:
        """Nothing of it is left running."""
        for child in self.children:
            if child.process.returncode is None:
                await child.killed()
        if (postmaster := self.postmaster()) is not None:
            kill_group(postmaster)
            await gone(postmaster)


def family(pid: int) -> list[int]:
    """A process and its children, by their numbers; PostgreSQL's have process groups of their own."""
    return [pid, *_children(pid)]


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for child in map(int, task.read_text("ascii").split()):
                yield from family(child)


def kill_group(pid: int) -> list[int]:
    """SIGKILL to a process and all of its children, the parent first; their numbers."""
    found = family(pid)
    for member in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    return found


async def gone(pid: int, within_s: float = GONE_WITHIN_S) -> None:
    async with asyncio.timeout(within_s):
        while _runs(pid):  # noqa: ASYNC110 - nothing tells when somebody else's child ends
            await asyncio.sleep(LOOK_S)


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


@asynccontextmanager
async def installed(folder: Path, **environment: str) -> AsyncIterator[Installation]:
    """An installation in an empty folder; its processes are gone afterwards, however the drill ends."""
    found = Installation(folder, environment=environment)
    try:
        yield found
    finally:
        await found.close()
