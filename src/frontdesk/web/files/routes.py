"""`/api/v1/files` and `/files/{id}`: files that people hand in, and how they are handed out.

What is handed out can run nothing: pictures of known kinds are shown, everything else is a download, and even opened by
itself it is in a sandbox without scripts and without an origin.
"""

from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import FileId, WorkspaceId, parse
from frontdesk.core.permission import PUBLIC
from frontdesk.kit.file_types import PICTURES
from frontdesk.kit.pictures.picture import Picture
from frontdesk.store import uploads
from frontdesk.store.connect import Store
from frontdesk.store.files import Spool, StoredFile, read_file, spool
from frontdesk.store.idempotency import AskedOnce, claim, keep
from frontdesk.store.uploads import NewUpload, Upload
from frontdesk.web.exchange import Exchange, exchange_of
from frontdesk.web.files.receiving import described, file_name, kind_of, take_in
from frontdesk.web.idempotency import answer_again, answer_to_keep, asked_once
from frontdesk.web.program import Program
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked

ROUTES: list[Route] = []
PATH = "/api/v1/files"
_ID: dict[str, object] = {"name": "file_id", "in": "path", "required": True, "schema": {"type": "string"}}
_CONTENT: dict[str, Any] = {
    "responses": {
        "200": {
            "description": "The content; anything but a picture as a download.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class UploadView(BaseModel):
    id: str
    name: str
    content_type: str = Field(description="Judged by the content, whatever its sender said.")
    size_bytes: int
    width: int | None = Field(description="In pixels, of a picture that is shown within pages.")
    height: int | None
    url: str = Field(description="Opens the file to whoever has it, for a day or so.")


def shown(program: Program, workspace: WorkspaceId, upload: Upload) -> UploadView:
    return UploadView(
        id=upload.id,
        name=upload.name,
        content_type=upload.content_type,
        size_bytes=upload.size_bytes,
        width=upload.width,
        height=upload.height,
        url=program.file_links.of(workspace, program.clock.now())(upload.id),
    )


@route(
    ROUTES,
    "POST",
    PATH,
    permission="conversations.write",
    summary="Hand in a file.",
    raw=True,
    operation={
        "parameters": [
            {
                "name": "name",
                "in": "query",
                "description": "What it is called; folders in it are left out.",
                "schema": {"type": "string"},
            },
            {"$ref": "#/components/parameters/IdempotencyKey"},
        ],
        "requestBody": {
            "required": True,
            "description": "The file itself, up to 25,000,000 bytes.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        "responses": {
            "201": {
                "description": "It is kept for a day, and from the message with it on as long as its conversation.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UploadView"}}},
            }
        },
    },
)
async def upload_file(request: Request) -> Response:
    exchange = exchange_of(request)
    if not exchange.program.has_room():
        raise Unavailable("The disk is nearly full: send it again when there is room.", retry_after_s=60)
    name = file_name(request.query_params.get("name", ""))
    with spool() as received:
        await take_in(request, received)
        picture = await _shown_picture(exchange, received, name)
        asked = asked_once(request, exchange.actor, PATH, received.sha256.encode())
        with described(received, name, exchange.actor.name, picture) as (content, new):
            return await _stored(exchange.program, exchange.actor.workspace, asked, content, new)


async def _shown_picture(exchange: Exchange, received: Spool, name: str) -> Picture | None:
    looking, sender = exchange.program.looking, exchange.actor.workspace
    try:
        return await looking.picture_of(received, kind_of(received, name), sender)
    except Refused:
        # It is a file like any other.
        return None


async def _stored(
    program: Program, workspace: WorkspaceId, asked: AskedOnce | None, content: Spool, new: NewUpload
) -> Response:
    async with program.store.unit_of_work(workspace) as tx:
        if asked is not None and (kept := await claim(workspace, tx, asked)) is not None:
            return answer_again(kept, program.vault, workspace, asked)
        upload = await uploads.put(workspace, tx, content, new)
        answer = _json(shown(program, workspace, upload))
        if asked is not None:
            await keep(workspace, tx, asked, answer_to_keep(answer, program.vault, workspace, asked))
    return answer


def _json(view: UploadView) -> Response:
    return Response(view.model_dump_json(), 201, {"location": f"{PATH}/{view.id}"}, "application/json")


@route(ROUTES, "GET", PATH + "/{file_id}", permission="conversations.read", summary="What a file is.")
async def read_file_entry(ask: Asked, file_id: str) -> UploadView:
    upload = await uploads.read(ask.workspace, ask.tx, FileId(parse("file", file_id)))
    _refuse_unless_seen(ask.actor, upload)
    return shown(ask.program, ask.workspace, upload)


@route(
    ROUTES,
    "GET",
    PATH + "/{file_id}/content",
    permission="conversations.read",
    summary="Fetch a file.",
    raw=True,
    operation={"parameters": [_ID], **_CONTENT},
)
async def read_file_content(request: Request) -> Response:
    exchange = exchange_of(request)
    upload = await _found(exchange.program.store, exchange.actor.workspace, request.path_params["file_id"])
    _refuse_unless_seen(exchange.actor, upload)
    return _handed_out(request, exchange.actor.workspace, upload, within="same-origin")


@route(
    ROUTES,
    "GET",
    "/files/{file_id}",
    permission=PUBLIC,
    summary="Fetch a file by a link that was given out.",
    raw=True,
    operation={
        "parameters": [_ID, {"name": "token", "in": "query", "required": True, "schema": {"type": "string"}}],
        **_CONTENT,
    },
    quiet=True,
)
async def read_linked_file(request: Request) -> Response:
    program = exchange_of(request).program
    token = request.query_params.get("token", "")
    opened = program.file_links.opened(request.path_params["file_id"], token, program.clock.now())
    upload = await _found(program.store, opened.workspace, opened.file_id)
    return _handed_out(request, opened.workspace, upload, within="cross-origin")


async def _found(store: Store, workspace: WorkspaceId, file_id: str) -> Upload:
    async with store.unit_of_work(workspace) as tx:
        return await uploads.read(workspace, tx, FileId(parse("file", file_id)))


def _refuse_unless_seen(actor: Actor, upload: Upload) -> None:
    """Files of a conversation are seen with it, others by whoever handed them in."""
    seen = actor.may_use(upload.assistant_id) if upload.assistant_id else upload.uploaded_by == actor.name
    if not seen:
        raise Refused("not_found", "There is no such file.")


def _handed_out(request: Request, workspace: WorkspaceId, upload: Upload, *, within: str) -> Response:
    etag = f'"{upload.sha256[:32]}"'
    headers = {
        "content-disposition": _disposition(upload),
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": within,
        "referrer-policy": "no-referrer",
        "cache-control": "private, max-age=3600",
        "etag": etag,
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    store = exchange_of(request).program.store
    file = StoredFile(upload.sha256, upload.size_bytes, upload.content_type)
    return StreamingResponse(
        read_file(workspace, store, file),
        headers={**headers, "content-length": str(upload.size_bytes), "content-type": upload.content_type},
    )


def _disposition(upload: Upload) -> str:
    place = "inline" if upload.content_type in PICTURES else "attachment"
    plain = "".join(letter if _is_plain(letter) else "_" for letter in upload.name)
    return f"{place}; filename=\"{plain}\"; filename*=UTF-8''{quote(upload.name, safe='')}"


def _is_plain(letter: str) -> bool:
    return letter.isascii() and letter.isprintable() and letter not in '"\\%;'
