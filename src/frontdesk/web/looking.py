"""Looks into files of strangers: in a child that can be killed, few at a time and one of each sender's, so that no file made for
it keeps others waiting.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

import structlog

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.kit import documents
from frontdesk.kit.file_types import PICTURES
from frontdesk.kit.pictures.picture import JOB, Picture
from frontdesk.sandbox.work import ChildFailed, Limits, run
from frontdesk.store.files import MAX_FILE_BYTES, Spool

AT_ONCE = 2
# Processor time ends what computes; the other is for a machine with much else to do. Decision 0028 says what is needed.
LIMITS = Limits(wall_s=120.0, cpu_s=8, memory_bytes=3 << 28, answer_bytes=MAX_FILE_BYTES + 1000)
WAIT_S, RETRY_S = 30.0, 5.0
_TOO_MUCH = "This picture takes too long or too much memory to draw. Send it in a smaller size."

log = structlog.get_logger()


class Looking:
    """One a process. `wait_s`: so long a file waits for its place."""

    def __init__(self, *, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def picture_of(self, upload: Spool, kind: str, sender: str) -> Picture | None:
        """The picture, drawn anew; None of a file of another kind. `sender`: as `place` counts them.

        Raises:
            Refused: It is damaged or over a bound; says which.
            Unavailable: Send it again.
        """
        if kind not in PICTURES:
            return None
        return Picture.unpacked(await self._answer(JOB, upload, kind, sender))

    async def is_document(self, upload: Spool, kind: str, sender: str) -> bool:
        """Whether a packed file of this kind is one, without programs in it."""
        try:
            await self._answer(documents.JOB, upload, kind, sender)
        except Refused:
            return False
        return True

    @asynccontextmanager
    async def place(self, sender: str) -> AsyncIterator[None]:
        """One of the few, waited for; never two for the same sender.

        Raises:
            Unavailable: None came free.
        """
        turn = self._turns.setdefault(sender, asyncio.Lock())
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._wait_s):
                    await held.enter_async_context(turn)
                    await held.enter_async_context(self._places)
            except TimeoutError:
                raise Unavailable(
                    "Too many files are looked into just now; send it again.", retry_after_s=RETRY_S
                ) from None
            yield

    async def _answer(self, job: str, upload: Spool, kind: str, sender: str) -> bytes:
        async with self.place(sender):
            try:
                return await run(job, _payload(upload, kind), limits=LIMITS)
            except ChildFailed as error:
                if error.outcome == "refused":
                    raise Refused("invalid", error.reason, field="body") from None
                if error.outcome != "crash":
                    raise Refused("invalid", _TOO_MUCH, field="body") from None
                log.warning("files.not_looked_into", kind=kind, reason=error.reason)
        raise Unavailable("The file could not be looked into just now; send it again.", retry_after_s=RETRY_S)


def _payload(upload: Spool, kind: str) -> bytes:
    upload.rewind()
    pieces = [kind.encode() + b"\n"]
    while piece := upload.read_chunk():
        pieces.append(piece)
    return b"".join(pieces)
