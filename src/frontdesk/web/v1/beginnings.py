"""`POST /api/v1/assistants`: a new assistant from an example, from files, or answering out of articles alone."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response as RawResponse

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.languages import is_language
from frontdesk.store.assistants import Assistant
from frontdesk.store.drafts import By
from frontdesk.store.idempotency import claim, keep
from frontdesk.studio import starting, unpacking
from frontdesk.web.body import read_body
from frontdesk.web.etag import set_etag
from frontdesk.web.exchange import exchange_of
from frontdesk.web.idempotency import answer_again, answer_to_keep, asked_once
from frontdesk.web.program import Program
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.unlimited import refuse_limited
from frontdesk.web.v1.assistants import PATH, AssistantView, Name
from frontdesk.web.v1.drafts import MAX_FILE_BYTES, writer

ROUTES: list[Route] = []
MOST_NAME = 100


class NewAssistant(BaseModel):
    """What it begins with; one of `example`, `files` and `knowledge`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Shop desk", "begin": "knowledge", "language": "en"}]},
    )

    name: Name
    begin: Literal["example", "files", "knowledge"]
    example: str = Field(default="billing-helper", description="Which one, for `example`.")
    files: dict[str, str] = Field(
        default_factory=dict, description="For `files`: path within the bot's folder -> text."
    )
    language: str = Field(default="en", description="For `knowledge`: the language it speaks.")

    @model_validator(mode="after")
    def _has_what_it_begins_with(self) -> "NewAssistant":
        if self.begin == "files" and not self.files:
            raise ValueError("give the files of a bot")
        if self.begin == "knowledge" and not is_language(self.language):
            raise ValueError("write the code of a language, such as en")
        return self


@route(
    ROUTES,
    "POST",
    PATH,
    permission="assistants.write",
    summary="Create an assistant, with a draft that nobody is answered with yet.",
    status=201,
    max_body_bytes=MAX_FILE_BYTES,
)
async def create_assistant(ask: Asked, given: NewAssistant, response: Response) -> AssistantView:
    refuse_another(ask.actor)
    files = files_of(ask.program, given.begin, given.name, given)
    made = await starting.create(
        ask.workspace, ask.tx, name=given.name, files=files, by=writer(ask), address=ask.address
    )
    response.headers["Location"] = f"{PATH}/{made.id}"
    set_etag(response, made.row_version)
    return AssistantView.model_validate(made)


@route(
    ROUTES,
    "POST",
    PATH + "/upload",
    permission="assistants.write",
    summary="Create an assistant from a zip archive of a bot's folder.",
    raw=True,
    operation={
        "parameters": [
            {
                "name": "name",
                "in": "query",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": MOST_NAME},
                "description": "What to call it.",
            },
            {"$ref": "#/components/parameters/IdempotencyKey"},
        ],
        "requestBody": {
            "required": True,
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        "responses": {
            "201": {
                "description": "The assistant.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AssistantView"}}},
            }
        },
    },
)
async def upload_assistant(request: Request) -> RawResponse:
    exchange = exchange_of(request)
    program, actor = exchange.program, exchange.actor
    refuse_another(actor)
    name = _name(request.query_params.get("name", ""))
    packed = await packed_in(request)
    files = await asyncio.to_thread(unpacking.unpack, packed)
    asked = asked_once(request, actor, PATH + "/upload", packed)
    by = By(actor.name, program.clock.now())
    address = request.client.host if request.client else None
    async with program.store.unit_of_work(actor.workspace) as tx:
        if asked is not None and (kept := await claim(actor.workspace, tx, asked)) is not None:
            return answer_again(kept, program.vault, actor.workspace, asked)
        answer = _made(
            await starting.create(actor.workspace, tx, name=name, files=files, by=by, address=address)
        )
        if asked is not None:
            await keep(
                actor.workspace, tx, asked, answer_to_keep(answer, program.vault, actor.workspace, asked)
            )
    return answer


async def unpacked(request: Request) -> dict[str, str]:
    """The bot in the zip archive that is the body.

    Raises:
        Refused: It is none, or one that is refused.
    """
    return await asyncio.to_thread(unpacking.unpack, await packed_in(request))


async def packed_in(request: Request) -> bytes:
    """The zip archive that is the body, as it came.

    Raises:
        Refused: It says that it is none, or is too large.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/zip", "application/x-zip-compressed"}:
        raise Refused("unsupported_media_type", "Send the archive as application/zip.")
    return await read_body(request, unpacking.MOST_PACKED_BYTES)


def refuse_another(actor: Actor) -> None:
    """A key for some assistants only cannot have another: it would not reach it."""
    refuse_limited(actor, "The key is limited to some assistants.")


def files_of(program: Program, begin: str, name: str, given: NewAssistant) -> Mapping[str, str]:
    if begin == "files":
        return unpacking.folder_of(given.files)
    if begin == "knowledge":
        return starting.knowledge_only(name, given.language)
    examples = program.authors.examples
    if given.example not in examples:
        raise Refused("invalid", f"There are the examples {', '.join(sorted(examples))}.", field="example")
    return examples[given.example]


def _name(given: str) -> str:
    name = given.strip()
    if not 1 <= len(name) <= MOST_NAME or not name.isprintable():
        raise Refused("invalid", f"A name has 1 to {MOST_NAME} characters.", field="name")
    return name


def _made(made: Assistant) -> RawResponse:
    body = AssistantView.model_validate(made).model_dump_json()
    headers = {"location": f"{PATH}/{made.id}", "etag": f'"{made.row_version}"'}
    return RawResponse(body, 201, headers, "application/json")
