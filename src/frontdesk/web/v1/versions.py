"""`/api/v1/assistants/{id}/versions`: the versions of a bot; publish one, see what differs, go back to a former one."""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from frontdesk.dialog.problems import Problem
from frontdesk.store import versions as stored
from frontdesk.store.versions import NEWEST
from frontdesk.studio.checking import check
from frontdesk.studio.diff import diff_files
from frontdesk.studio.publish import MAX_COMMENT, Published, Publisher, put_live
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatchOptional
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked, Described
from frontdesk.web.v1.assistants import PATH as ASSISTANTS
from frontdesk.web.v1.assistants import reachable

ROUTES: list[Route] = []
PATH = ASSISTANTS + "/{assistant_id}/versions"
MAX_FILES_BYTES = 16_000_000
"""A bot of 5 MB, however JSON spells it."""

Number = Annotated[int, Path(ge=1, le=NEWEST, description="Versions of an assistant are counted from 1.")]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_COMMENT)]
_FILES: JsonDict = {
    "bot.yaml": "format: assistant/v1\nassistant: {id: shop, name: Shop desk, language: en}\n"
}
_VERSION: JsonDict = {
    "number": 4,
    "id": "bot_01jd6r2x9cf8pbx5z0m3t7w4qa",
    "comment": "Opening hours of the holidays",
    "created_by": "key:key_01jd6qzv1mfz2s0rvm8a1h5c3e",
    "created_at": "2026-11-21T16:30:00Z",
    "published": True,
    "same_as": None,
    "sha256": "5f0c...",
}


class VersionView(BaseModel):
    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_VERSION]})

    number: int = Field(description="Counted from 1 for each assistant.")
    id: str
    comment: str
    created_by: str = Field(description="Who published it, as the audit log has it.")
    created_at: datetime
    published: bool = Field(description="Whether this is the version that answers new conversations.")
    same_as: int | None = Field(
        description="The first version with exactly these files, if it is an earlier one."
    )
    sha256: str = Field(description="Of the files; equal for equal files.")


class VersionWithFiles(VersionView):
    model_config = ConfigDict(json_schema_extra={"examples": [_VERSION | {"files": _FILES}]})

    files: dict[str, str] = Field(description="Path within the bot's folder -> text, as it was published.")


class NewVersion(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"files": _FILES, "comment": "First words"}]}
    )

    files: dict[str, str] = Field(
        description="Path within the bot's folder, with `/` -> text. Together they are the whole bot."
    )
    comment: Comment = ""


class Again(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"comment": "Undo the sale"}]})

    comment: Comment = Field(
        default="", description="May be left out: `same_as` says which version it is again."
    )


class Warned(BaseModel):
    """Something in the files that did not keep the bot from being published."""

    file: str
    line: int
    message: str
    fix: str


class PublishedVersion(VersionView):
    model_config = ConfigDict(json_schema_extra={"examples": [_VERSION | {"changed": True, "warnings": []}]})

    changed: bool = Field(description="False: these files were live already, and no version was made.")
    warnings: list[Warned] = []


class FileDifference(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    path: str
    change: Literal["added", "removed", "changed"]
    text: str = Field(description="A unified diff, as `patch` takes it.")


class Difference(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "before": 3,
                    "after": 4,
                    "files": [
                        {
                            "path": "bot.yaml",
                            "change": "changed",
                            "text": "--- a/bot.yaml\n+++ b/bot.yaml\n@@ -7 +7 @@\n-  - say: Hi\n+  - say: Hello\n",
                        }
                    ],
                }
            ]
        }
    )

    before: int
    after: int
    files: list[FileDifference] = Field(description="Files that are not the same; empty when all are.")


@route(ROUTES, "GET", PATH, permission="bots.read", summary="List the versions of a bot, the newest first.")
async def list_versions(
    ask: Asked, assistant_id: str, limit: Limit = 50, cursor: Cursor = ""
) -> Page[VersionView]:
    assistant = await reachable(ask, assistant_id)
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {assistant.id}"
    before = int(read_cursor(key, of, cursor) or NEWEST)
    rows = await stored.list_versions(ask.workspace, ask.tx, assistant.id, before=before, limit=limit + 1)
    return page(key, of, rows, limit, VersionView.model_validate, position=lambda row: str(row.number))


UNCHANGED: Described = {200: {"model": PublishedVersion, "description": "It is the published one already."}}


@route(
    ROUTES,
    "GET",
    PATH + "/{number}",
    permission="bots.read",
    summary="Read a version of a bot with its files.",
)
async def read_version(ask: Asked, assistant_id: str, number: Number) -> VersionWithFiles:
    assistant = await reachable(ask, assistant_id)
    found = await stored.read_version(ask.workspace, ask.tx, assistant.id, number)
    return VersionWithFiles(**VersionView.model_validate(found.version).model_dump(), files=found.files)


@route(
    ROUTES,
    "GET",
    PATH + "/{number}/diff/{other}",
    permission="bots.read",
    summary="See what differs between two versions of a bot.",
)
async def diff_versions(ask: Asked, assistant_id: str, number: Number, other: Number) -> Difference:
    assistant = await reachable(ask, assistant_id)
    before = await stored.read_version(ask.workspace, ask.tx, assistant.id, number)
    after = await stored.read_version(ask.workspace, ask.tx, assistant.id, other)
    found = await asyncio.to_thread(diff_files, before.files, after.files)
    files = [FileDifference.model_validate(each) for each in found]
    return Difference(before=number, after=other, files=files)


@route(
    ROUTES,
    "POST",
    PATH,
    permission="bots.publish",
    summary="Publish files as the version of a bot that answers.",
    status=201,
    max_body_bytes=MAX_FILES_BYTES,
    responses=UNCHANGED,
)
async def publish_version(
    ask: Asked, assistant_id: str, given: NewVersion, expected: IfMatchOptional, response: Response
) -> PublishedVersion:
    await reachable(ask, assistant_id)
    checked = await ask.aside(check(given.files, limits=ask.program.text_limits))
    assistant = await reachable(ask, assistant_id, for_change=True)
    expected.refuse_unless(assistant.row_version)
    done = await put_live(ask.workspace, ask.tx, assistant.id, checked, publisher(ask), comment=given.comment)
    return await published_view(ask, done, response, warnings=checked.bot.warnings)


@route(
    ROUTES,
    "POST",
    PATH + "/{number}/publish",
    permission="bots.publish",
    summary="Publish a former version of a bot again, as a new one.",
    status=201,
    responses=UNCHANGED,
)
async def publish_again(
    ask: Asked,
    assistant_id: str,
    number: Number,
    *,
    expected: IfMatchOptional,
    response: Response,
    given: Again | None = None,
) -> PublishedVersion:
    assistant = await reachable(ask, assistant_id)
    expected.refuse_unless(assistant.row_version)
    former = await stored.read_version(ask.workspace, ask.tx, assistant.id, number)
    checked = await ask.aside(check(former.files))
    assistant = await reachable(ask, assistant_id, for_change=True)
    expected.refuse_unless(assistant.row_version)
    comment = "" if given is None else given.comment
    done = await put_live(
        ask.workspace, ask.tx, assistant.id, checked, publisher(ask), comment=comment, again=number
    )
    return await published_view(ask, done, response)


def publisher(ask: Ask) -> Publisher:
    return Publisher(ask.actor.name, ask.program.clock.now(), ask.address)


async def published_view(
    ask: Ask, done: Published, response: Response, *, warnings: tuple[Problem, ...] = ()
) -> PublishedVersion:
    assistant_id, number = done.assistant.id, done.version.number
    found = await stored.read_version(ask.workspace, ask.tx, assistant_id, number)
    if done.changed:
        response.headers["Location"] = f"{PATH.format(assistant_id=assistant_id)}/{number}"
    else:
        response.status_code = 200
    told = [Warned(file=w.file, line=w.line, message=w.message, fix=w.fix) for w in warnings]
    return PublishedVersion(
        **VersionView.model_validate(found.version).model_dump(), changed=done.changed, warnings=told
    )
