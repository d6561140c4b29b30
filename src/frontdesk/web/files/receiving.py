"""Takes a file in: bounded, judged by its content, pictures drawn anew."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.requests import Request

from frontdesk.core.errors import Refused
from frontdesk.kit.file_types import PICTURES, SNIFFED_BYTES, UNKNOWN, sniff
from frontdesk.kit.pictures.picture import Picture
from frontdesk.store.files import Spool, spool
from frontdesk.store.uploads import NewUpload
from frontdesk.web.body import DRAINED_BYTES

MOST_NAME = 120
_SEPARATORS = re.compile(r"[/\\]+")


def file_name(given: str) -> str:
    """What a file is called, from whatever its sender called it: no folders, nothing that is not shown."""
    last = _SEPARATORS.split(given)[-1]
    # Control and formatting characters: the ones that turn "exe.gpj" around are among them.
    shown = "".join(letter for letter in last if not unicodedata.category(letter).startswith("C"))
    stem = shown.strip().strip(".")[-MOST_NAME:]
    return stem or "file"


async def take_in(request: Request, upload: Spool, came: Callable[[int], None] = lambda _: None) -> None:
    """The body of the request; one that is too large is read on for a while, so that its sender gets the answer.

    `came` hears how many bytes each of its pieces has.
    """
    refused: Refused | None = None
    too_much = 0
    async for piece in request.stream():
        came(len(piece))
        if refused is not None:
            too_much += len(piece)
            if too_much > DRAINED_BYTES:
                break
            continue
        try:
            upload.write(piece)
        except Refused as error:
            refused = error
    if refused is not None:
        raise refused
    if upload.size_bytes == 0:
        raise Refused("invalid", "The file is empty.", field="body")


@contextmanager
def described(
    upload: Spool, name: str, uploaded_by: str, picture: Picture | None
) -> Iterator[tuple[Spool, NewUpload]]:
    """What is stored of an upload: a picture as it was drawn anew, everything else as it came."""
    kind = kind_of(upload, name)
    if picture is None:
        yield upload, NewUpload(name, UNKNOWN if kind in PICTURES else kind, uploaded_by)
        return
    with spool() as clean:
        clean.write(picture.content)
        yield clean, NewUpload(name, kind, uploaded_by, picture.width, picture.height)


def kind_of(upload: Spool, name: str) -> str:
    upload.rewind()
    return sniff(upload.read_chunk()[:SNIFFED_BYTES], name)
