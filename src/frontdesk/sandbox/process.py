"""One child process: start it, ask it, end it. `pool` decides when."""

import asyncio
import contextlib
import importlib.util
import sys
from pathlib import Path

import msgspec
import structlog

from frontdesk.core import strict_json
from frontdesk.sandbox.frames import ANSWER_HEAD, MOST_ANSWER_BYTES
from frontdesk.sandbox.spent import within

START_S = 5.0
"""Of processor time, where starting takes 50 ms; and in all no longer than `START_WALL_S`."""
START_WALL_S = 30.0
END_S = 2.0

_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); from frontdesk.sandbox.child import main; main(*sys.argv[2:])"
)

log = structlog.get_logger(__name__)


class CannotStart(Exception):
    """No child could be started; the message says why."""


class Broken(Exception):
    """The child died, or sent what no child of ours sends."""


class Child:
    """A confined process that runs one script at a time. `busy_s` and `runs` say how worn it is, `began` when it was given
    what it works on.

    `missing` names what of the confinement this machine does not give.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise CannotStart("no pipes to the child")
        self._process = process
        self._to, self._from = process.stdin, process.stdout
        self.missing: tuple[str, ...] = ()
        self.busy_s = 0.0
        self.runs = 0
        self.began: float | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._from.at_eof()

    @classmethod
    async def start(cls) -> "Child":
        child = cls(await _spawn())
        try:
            await child.ready()
        except BaseException:
            child.kill()
            await asyncio.shield(child.gone())
            raise
        return child

    async def ready(self) -> None:
        try:
            async with within(self.pid, cpu_s=START_S, wall_s=START_WALL_S):
                self.missing = _names(await self._answer())
        except TimeoutError:
            raise CannotStart("the child was not ready in time") from None
        except Broken as error:
            raise CannotStart(f"the child did not start: {error}") from None

    async def ask(self, frame: bytes) -> bytes:
        try:
            self._to.write(frame)
            await self._to.drain()
        except OSError as error:
            raise Broken(str(error)) from None
        return await self._answer()

    async def _answer(self) -> bytes:
        try:
            (size,) = ANSWER_HEAD.unpack(await self._from.readexactly(ANSWER_HEAD.size))
            if size > MOST_ANSWER_BYTES:
                raise Broken("its answer is too large")
            return await self._from.readexactly(size)
        except (asyncio.IncompleteReadError, OSError):
            raise Broken("its process died") from None

    def kill(self) -> None:
        """It holds nothing worth saving, so there is no gentler way first."""
        if self._process.returncode is None:
            self._process.kill()
        self._to.close()

    async def gone(self) -> None:
        """Wait until the process and its pipes are no more."""
        try:
            async with asyncio.timeout(END_S):
                await self._process.wait()
                await self._emptied()
        except TimeoutError:
            log.error("sandbox.cannot_end", pid=self.pid)  # noqa: TRY400 - the line is all there is to say

    async def _emptied(self) -> None:
        with contextlib.suppress(OSError):
            # What was still on its way holds the pipe open until it is read.
            while await self._from.read(MOST_ANSWER_BYTES):
                pass
        with contextlib.suppress(OSError):
            await self._to.wait_closed()


async def _spawn() -> asyncio.subprocess.Process:
    found = importlib.util.find_spec("_quickjs")
    if found is None or found.origin is None:
        raise CannotStart("the package quickjs-ng is not installed")
    room = Path(__file__).parent
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-B", "-c", _BOOT, str(room.parents[1]), found.origin, str(room)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise CannotStart(error.strerror or "no process could be started") from None


def _names(body: bytes) -> tuple[str, ...]:
    try:
        return msgspec.convert(strict_json.loads(body), tuple[str, ...])
    except (strict_json.NotJson, msgspec.ValidationError):
        raise Broken("it did not say that it is ready") from None
