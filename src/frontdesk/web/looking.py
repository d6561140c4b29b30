"""Looks into files of strangers: in a child that can be killed, few at a time, so that no file made for it keeps others waiting."""

import asyncio

import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.kit import documents
from frontdesk.kit.file_types import PICTURES
from frontdesk.kit.pictures.picture import JOB, Picture
from frontdesk.sandbox.work import ChildFailed, Limits, run
from frontdesk.store.files import MAX_FILE_BYTES, Spool

AT_ONCE = 2
# Processor time ends what computes; the other is for a machine with much else to do.
LIMITS = Limits(wall_s=120.0, cpu_s=30, memory_bytes=3 << 29, answer_bytes=MAX_FILE_BYTES + 1000)
RETRY_S = 5.0

log = structlog.get_logger()


class Looking:
    """One a process."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def picture_of(self, upload: Spool, kind: str) -> Picture | None:
        """The picture, drawn anew; None of a file that is none, or a damaged one."""
        if kind not in PICTURES:
            return None
        answer = await self._answer(JOB, upload, kind)
        return None if answer is None else Picture.unpacked(answer)

    async def is_document(self, upload: Spool, kind: str) -> bool:
        """Whether a packed file of this kind is one, without programs in it."""
        return await self._answer(documents.JOB, upload, kind) is not None

    async def _answer(self, job: str, upload: Spool, kind: str) -> bytes | None:
        """None when the file is not what it seems to be."""
        async with self._places:
            try:
                return await run(job, kind.encode() + b"\n" + _content(upload), limits=LIMITS)
            except ChildFailed as error:
                if error.outcome != "crash":
                    return None
                log.warning("files.not_looked_into", kind=kind, reason=error.reason)
        raise Unavailable("The file could not be looked into just now; send it again.", retry_after_s=RETRY_S)


def _content(upload: Spool) -> bytes:
    upload.rewind()
    pieces = []
    while piece := upload.read_chunk():
        pieces.append(piece)
    return b"".join(pieces)
