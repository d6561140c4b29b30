"""Files that visitors send: taken in one by one, before the message that carries them, and bounded in every way.

What may come is the channel's choice, what it is its content says. A file that no message carries goes after a day.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import HeldBack, Refused, Unavailable
from frontdesk.core.file_link import FileLinks
from frontdesk.core.message import Sent
from frontdesk.kit import visitor_files
from frontdesk.kit.documents import PACKED
from frontdesk.kit.file_types import PICTURES
from frontdesk.kit.pictures.picture import Picture
from frontdesk.store import uploads, visitor_bytes
from frontdesk.store.directory import Entrance
from frontdesk.store.files import Spool, spool
from frontdesk.store.uploads import NewUpload, Upload
from frontdesk.turn.line import Line
from frontdesk.web.exchange import exchange_of
from frontdesk.web.files.receiving import described, file_name, kind_of, take_in
from frontdesk.web.looking import Looking
from frontdesk.web.widget.forms import Found, refuse_lacking
from frontdesk.web.widget.gate import Gate
from frontdesk.web.widget.limits import MEGABYTE, Limits, Most, Places, holder_of, network_sum
from frontdesk.web.widget.wire import json_of

MOST_A_DAY = 50
MOST_AT_ONCE, MOST_OF_WORKSPACE, MOST_OF_ONE = 50, 25, 5
WITHIN_S = 600.0
LEAST_BYTES, LEAST_WITHIN_S = 30_000, 30.0
"""Of a file so much comes within so long, or its place is another's."""
RETRY_S = 5.0
_WANTED: dict[visitor_files.Choice, str] = {
    "off": "",
    "pictures": "a picture in PNG, JPEG, GIF or WebP",
    "documents": "a picture, a PDF, a text, or a document, table or presentation of an office program",
    "media": "a picture, a document, a sound or a film",
}


def taking(settings: dict[str, object]) -> dict[str, object] | None:
    """What browsers are told of the files that are taken; None when none are."""
    choice = visitor_files.choice_of(settings.get("files"))
    if choice == "off":
        return None
    return {
        "most": visitor_files.MOST_FILES,
        "bytes": _most_bytes(settings),
        "accept": ", ".join(visitor_files.endings(choice)),
    }


def sent_file(upload: Upload, address: str) -> Sent:
    """The file as it goes with its message."""
    shown = upload.content_type in PICTURES
    width, height = (upload.width or 0, upload.height or 0) if shown else (0, 0)
    return Sent(address, upload.name, upload.id, upload.size_bytes, width, height)


class Handing:
    """The endpoint, for every assistant. One a process."""

    def __init__(
        self, line: Line, gate: Gate, file_links: FileLinks, *, found: Found, limits: Limits, key: bytes
    ) -> None:
        """`key`: network addresses are counted by what it makes of them."""
        self._line, self._gate, self._file_links, self._found = line, gate, file_links, found
        self._limits, self._key = limits, key
        self._places = Places(
            Most(MOST_AT_ONCE, MOST_OF_WORKSPACE, MOST_OF_ONE, limits.uploads_per_address),
            "files are on their way",
            retry_s=RETRY_S,
            network_retry_s=RETRY_S,
        )

    async def take(self, request: Request) -> Response:
        """Keep the body as a file of the visitor's, which a message then names."""
        at = await self._gate.entrance(request)
        visitor = await self._gate.visitor(request, at)
        choice = visitor_files.choice_of(at.settings.get("files"))
        if choice == "off":
            raise Refused("forbidden", "Files are not taken here.")
        await refuse_lacking(at, visitor, self._found)
        most = _most_bytes(at.settings)
        self._gate.count_file(request, visitor, _declared(request, most) / MEGABYTE)
        program = exchange_of(request).program
        if not program.has_room():
            raise Unavailable("The disk is nearly full: send it again when there is room.", retry_after_s=60)
        sum_ = network_sum(self._key, request)
        # Nothing of a file is read that could not be kept.
        async with self._line.store.unit_of_work(at.workspace) as tx:
            self._limits.check(await visitor_bytes.taken(at.workspace, tx, sum_), is_with_this=False)
        holder = holder_of(request, at.workspace, visitor)
        self._places.check(holder)
        with self._places.held(holder), spool(most) as received:
            await _all_of(request, received)
            name = file_name(request.query_params.get("name", ""))
            name, picture = await _judged(program.looking, received, name, choice, holder.network)
            with described(received, name, uploads.visitor(visitor.external_id), picture) as (content, new):
                upload = await self._kept(at, content, new, sum_)
        part = sent_file(upload, self._file_links.of(at.workspace, self._line.clock.now())(upload.id)).part
        return json_of(part, status=201)

    async def _kept(self, at: Entrance, content: Spool, new: NewUpload, sum_: bytes) -> Upload:
        async with self._line.store.unit_of_work(at.workspace) as tx:
            if await uploads.count_of(at.workspace, tx, new.uploaded_by, hours=24) >= MOST_A_DAY:
                raise HeldBack(f"More than {MOST_A_DAY} files in a day are not taken.", retry_after_s=3600)
            upload = await uploads.put(at.workspace, tx, content, new)
            # Last: all others of the workspace wait for it.
            taken = await visitor_bytes.add(at.workspace, tx, sum_, upload.size_bytes)
            self._limits.check(taken, is_with_this=True)
            return upload


def _most_bytes(settings: dict[str, object]) -> int:
    given = settings.get("files_mb")
    return (given if isinstance(given, int) else visitor_files.USUAL_MB) * MEGABYTE


def _declared(request: Request, most: int) -> int:
    """As large as it says that it is; whatever does not say is as large as it may be."""
    given = request.headers.get("content-length", "")
    return min(int(given), most) if given.isdecimal() and len(given) < len(str(most)) + 2 else most


async def _all_of(request: Request, received: Spool) -> None:
    try:
        async with asyncio.timeout(WITHIN_S):
            await _not_too_slowly(request, received)
    except TimeoutError:
        raise Refused("bad_request", "The file took too long to arrive; send it again.") from None


async def _not_too_slowly(request: Request, received: Spool) -> None:
    now = asyncio.get_running_loop().time
    since = 0

    def came(size_bytes: int) -> None:
        nonlocal since
        since += size_bytes
        if since >= LEAST_BYTES:
            since = 0
            patience.reschedule(now() + LEAST_WITHIN_S)

    patience = asyncio.timeout(LEAST_WITHIN_S)
    try:
        async with patience:
            await take_in(request, received, came)
    except TimeoutError:
        raise Unavailable("The file comes too slowly; send it again.", retry_after_s=RETRY_S) from None


async def _judged(
    looking: Looking, received: Spool, name: str, choice: visitor_files.Choice, sender: str
) -> tuple[str, Picture | None]:
    """What the file is called from now on, and the picture that it is.

    Raises:
        Refused: It is none of the kinds that are taken, whatever it is called, or a picture that cannot be shown.
    """
    kind = kind_of(received, name)
    picture = await looking.picture_of(received, kind, sender)
    is_taken = kind in visitor_files.taken(choice)
    if not is_taken or (kind in PACKED and not await looking.is_document(received, kind, sender)):
        raise Refused(
            "invalid", f"This kind of file cannot be sent here. Send {_WANTED[choice]}.", field="body"
        )
    return visitor_files.named(name, kind), picture
