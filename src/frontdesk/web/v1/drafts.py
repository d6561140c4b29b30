"""`/api/v1/assistants/{id}/draft`: a bot as it is being written, file by file. Trying it out is in `workbench`."""

from datetime import datetime
from typing import Annotated

from fastapi import Header, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from frontdesk.core.errors import Refused
from frontdesk.store.drafts import By, FileRow
from frontdesk.studio import drafts
from frontdesk.studio.drafts import Draft, mark
from frontdesk.web.etag import IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.assistants import PATH as ASSISTANTS
from frontdesk.web.v1.assistants import reachable

ROUTES: list[Route] = []
PATH = ASSISTANTS + "/{assistant_id}/draft"
MAX_FILE_BYTES = 16_000_000
MAX_PATH = 200
_FILE: JsonDict = {
    "path": "flows/hours.yaml",
    "size_bytes": 84,
    "etag": '"5174920117"',
    "edited_by": "session:acct_01jd6qzv1mfz2s0rvm8a1h5c3e",
    "edited_at": "2026-11-21T16:30:00Z",
}

BotPath = Annotated[str, Field(min_length=1, max_length=MAX_PATH, description="Within the bot's folder.")]


class FileView(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_FILE]})

    path: str
    size_bytes: int
    etag: str = Field(description="Of its text, for If-Match.")
    edited_by: str = Field(description="As the audit log has it.")
    edited_at: datetime


class FileText(FileView):
    model_config = ConfigDict(json_schema_extra={"examples": [_FILE | {"text": "trigger: {}\nsteps: []\n"}]})

    text: str


class DraftView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "open": True,
                    "is_behind": False,
                    "can_reopen": False,
                    "edited_by": "session:acct_01jd6qzv1mfz2s0rvm8a1h5c3e",
                    "edited_at": "2026-11-21T16:30:00Z",
                    "files": [_FILE],
                }
            ]
        }
    )

    open: bool = Field(description="False: nothing was changed; the files are those that answer.")
    is_behind: bool = Field(description="Another version was published since the draft was begun.")
    can_reopen: bool = Field(description="A draft was discarded and can be taken up again.")
    edited_by: str
    edited_at: datetime | None
    files: list[FileView]


class NewText(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "steps: []\n"}]})

    text: str


class NewFiles(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"files": {"bot.yaml": "format: assistant/v1\n"}}]}
    )

    files: dict[str, str] = Field(description="Path within the bot's folder -> text; together the whole bot.")


class Renamed(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"path": "flows/pay.yaml", "to": "flows/payment.yaml"}]},
    )

    path: BotPath
    to: BotPath


class Restored(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"path": "flows/pay.yaml"}]})

    path: BotPath


@route(ROUTES, "GET", PATH, permission="bots.read", summary="See an assistant's draft: its files.")
async def read_draft(ask: Asked, assistant_id: str, response: Response) -> DraftView:
    assistant = await reachable(ask, assistant_id)
    return _shown(await drafts.read(ask.workspace, ask.tx, assistant.id), response)


@route(
    ROUTES,
    "PUT",
    PATH,
    permission="bots.write",
    summary="Put other files in the place of all files of the draft.",
    max_body_bytes=MAX_FILE_BYTES,
)
async def replace_draft(
    ask: Asked, assistant_id: str, given: NewFiles, expected: IfMatchOptional, response: Response
) -> DraftView:
    assistant = await reachable(ask, assistant_id, for_change=True)
    expected.refuse_unless((await drafts.read(ask.workspace, ask.tx, assistant.id)).row_version)
    await drafts.start(ask.workspace, ask.tx, assistant.id, given.files, writer(ask))
    return _shown(await drafts.read(ask.workspace, ask.tx, assistant.id), response)


@route(ROUTES, "DELETE", PATH, permission="bots.write", summary="Discard the draft.", status=204)
async def discard_draft(ask: Asked, assistant_id: str, expected: IfMatchOptional) -> None:
    assistant = await reachable(ask, assistant_id)
    await drafts.discard(ask.workspace, ask.tx, assistant.id, by=writer(ask), expected=expected.versions)


@route(
    ROUTES,
    "POST",
    PATH + "/reopen",
    permission="bots.write",
    summary="Take a discarded draft up again.",
)
async def reopen_draft(ask: Asked, assistant_id: str, response: Response) -> DraftView:
    assistant = await reachable(ask, assistant_id)
    await drafts.reopen(ask.workspace, ask.tx, assistant.id, writer(ask))
    return _shown(await drafts.read(ask.workspace, ask.tx, assistant.id), response)


@route(
    ROUTES,
    "GET",
    PATH + "/files/{path:path}",
    permission="bots.read",
    summary="Read a file of the draft.",
)
async def read_draft_file(ask: Asked, assistant_id: str, path: str, response: Response) -> FileText:
    assistant = await reachable(ask, assistant_id)
    return _with_text(await drafts.read_file(ask.workspace, ask.tx, assistant.id, path), response)


@route(
    ROUTES,
    "PUT",
    PATH + "/files/{path:path}",
    permission="bots.write",
    summary="Write a file of the draft.",
    max_body_bytes=MAX_FILE_BYTES,
)
async def write_draft_file(
    ask: Asked,
    assistant_id: str,
    path: str,
    given: NewText,
    *,
    expected: IfMatchOptional,
    if_match: Annotated[str | None, Header(include_in_schema=False)] = None,
    if_none_match: Annotated[str | None, Header(description="`*`: the file is to be new.")] = None,
    response: Response,
) -> FileText:
    if if_match is None and if_none_match != "*":
        raise Refused(
            "precondition_required",
            "Send If-Match with the ETag you last read, or If-None-Match: * for a new file.",
        )
    assistant = await reachable(ask, assistant_id)
    known = drafts.NEW if if_match is None else expected.versions
    saved = await drafts.save(
        ask.workspace, ask.tx, assistant.id, path, given.text, expected=known, by=writer(ask)
    )
    return _with_text(saved, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/files/{path:path}",
    permission="bots.write",
    summary="Remove a file of the draft.",
    status=204,
)
async def remove_draft_file(ask: Asked, assistant_id: str, path: str, expected: IfMatchOptional) -> None:
    assistant = await reachable(ask, assistant_id)
    await drafts.remove(ask.workspace, ask.tx, assistant.id, path, by=writer(ask), expected=expected.versions)


@route(ROUTES, "POST", PATH + "/rename", permission="bots.write", summary="Rename a file of the draft.")
async def rename_draft_file(
    ask: Asked, assistant_id: str, given: Renamed, expected: IfMatchOptional, response: Response
) -> FileText:
    assistant = await reachable(ask, assistant_id)
    found = await drafts.rename(
        *(ask.workspace, ask.tx, assistant.id, given.path, given.to),
        by=writer(ask),
        expected=expected.versions,
    )
    return _with_text(found, response)


@route(
    ROUTES,
    "POST",
    PATH + "/restore",
    permission="bots.write",
    summary="Bring a removed file of the draft back.",
)
async def restore_draft_file(
    ask: Asked, assistant_id: str, given: Restored, expected: IfMatchOptional, response: Response
) -> FileText:
    """If-Match: the ETag that the file had when it was removed."""
    assistant = await reachable(ask, assistant_id)
    found = await drafts.restore(
        ask.workspace, ask.tx, assistant.id, given.path, by=writer(ask), expected=expected.versions
    )
    return _with_text(found, response)


def writer(ask: Ask) -> By:
    """Who asks, as a draft keeps it."""
    return By(ask.actor.name, ask.program.clock.now())


def _shown(draft: Draft, response: Response) -> DraftView:
    set_etag(response, draft.row_version)
    return DraftView(
        open=draft.is_open,
        is_behind=draft.is_behind,
        can_reopen=draft.can_reopen,
        edited_by=draft.edited_by,
        edited_at=draft.edited_at,
        files=[_facts(file) for file in draft.files.values()],
    )


def _with_text(file: FileRow, response: Response) -> FileText:
    set_etag(response, mark(file.text))
    return FileText(**_facts(file).model_dump(), text=file.text)


def _facts(file: FileRow) -> FileView:
    return FileView(
        path=file.path,
        size_bytes=len(file.text.encode()),
        etag=f'"{mark(file.text)}"',
        edited_by=file.edited_by,
        edited_at=file.edited_at,
    )
