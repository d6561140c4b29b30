"""`/api/v1/articles`: the knowledge base, article by article; files become articles by `upload`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict
from starlette.requests import Request
from starlette.responses import Response as RawResponse

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.library import editing, importing, writing
from frontdesk.library.importing import MOST_FILE_BYTES, Report, Wanted
from frontdesk.store import article_lists
from frontdesk.store import articles as stored
from frontdesk.store.article_lists import Listed, Use
from frontdesk.store.articles import Article, Content
from frontdesk.web.body import read_body
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.exchange import exchange_of
from frontdesk.web.idempotency import asked_once, once_over
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked

ROUTES: list[Route] = []
PATH = "/api/v1/articles"
MAX_BYTES = 8_000_000
QUOTED = timedelta(days=7)
_ARTICLE: JsonDict = {
    "id": "art_01jd6r2x9cf8pbx5z0m3t7w4qa",
    "title": "Returns",
    "kind": "article",
    "status": "published",
    "language": "en",
    "tags": ["orders"],
    "url": "https://shop.example/returns",
    "source": "articles",
    "version": 3,
    "waits": False,
    "problem": "",
    "created_at": "2026-11-20T09:00:00Z",
    "updated_at": "2026-11-21T16:30:00Z",
    "updated_by": "session:acct_01jd6qzv1mfz2s0rvm8a1h5c3e",
    "quoted": 12,
    "helped": 0.75,
}

_UPLOADED: JsonDict = {
    "path": "manual.pdf",
    "added": 1,
    "changed": 0,
    "unchanged": 0,
    "removed": 0,
    "problem": "",
    "notes": ["Page 3 has no text: it may be a picture."],
    "limit": None,
}

Text = Annotated[str, StringConstraints(max_length=editing.MOST_BODY)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=editing.MOST_TITLE)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=editing.MOST_NAME)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=editing.MOST_URL)]
Status = Literal["draft", "published"]


class ArticleRow(BaseModel):
    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_ARTICLE]})

    id: str
    title: str
    kind: Literal["article", "answer"]
    status: Literal["draft", "published", "removed"] = Field(description="`removed`: it is in the bin.")
    language: str
    tags: list[str]
    url: str
    source: str = Field(description="The source it belongs to; `articles` for those written here.")
    version: int
    waits: bool = Field(description="What customers are answered with is not yet what it says.")
    problem: str = Field(description="Why indexing failed; empty where it did not.")
    created_at: datetime
    updated_at: datetime
    updated_by: str
    quoted: int = Field(default=0, description="How often customers were answered with it in 7 days.")
    helped: float | None = Field(
        default=None,
        description="Of the conversations of 7 days with it, the share in which no person had to take over after it.",
    )


class ArticleView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {name: value for name, value in _ARTICLE.items() if name not in {"waits", "quoted", "helped"}}
                | {"body": "# How long\nYou have 30 days.", "questions": [], "audience": ""}
            ]
        }
    )

    id: str
    title: str
    body: str = Field(description="Plain lines, `# headings` and `- items`: what customers can be told.")
    kind: Literal["article", "answer"]
    questions: list[str]
    url: str
    language: str
    tags: list[str]
    audience: str
    status: Status
    source: str
    version: int
    problem: str
    created_at: datetime
    updated_at: datetime
    updated_by: str


class NewArticle(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Returns", "body": "You have 30 days.", "language": "en"}]},
    )

    title: Title
    body: Text = Field(description="Markdown; what is no text of it (pictures, scripts) is left out.")
    kind: Literal["article", "answer"] = Field(
        default="article", description="`answer`: given whole to those who ask one of its questions."
    )
    questions: list[Title] = Field(default_factory=list, max_length=editing.MOST_LISTED)
    url: Url = Field(default="", description="Where customers can read it.")
    language: Word = "en"
    tags: list[Word] = Field(default_factory=list, max_length=editing.MOST_LISTED)
    audience: Word = Field(default="", description="Empty: everybody's.")
    status: Status = "draft"


class ArticleChange(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"status": "published"}]})

    title: Title | None = None
    body: Text | None = None
    kind: Literal["article", "answer"] | None = None
    questions: list[Title] | None = Field(default=None, max_length=editing.MOST_LISTED)
    url: Url | None = None
    language: Word | None = None
    tags: list[Word] | None = Field(default=None, max_length=editing.MOST_LISTED)
    audience: Word | None = None
    status: Status | None = None


class Uploaded(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [_UPLOADED]},
    )

    path: str
    added: int
    changed: int
    unchanged: int
    removed: int
    problem: str = Field(description="Why it was not taken in; empty where it was.")
    notes: list[str] = Field(description="What could not be read and was left out.")
    limit: dict[str, str | int] | None = Field(
        default=None, description="Where the plan is full: `plan`, `limit`, `most` and `used`."
    )


@route(
    ROUTES,
    "GET",
    PATH,
    permission="articles.read",
    summary="List articles without their texts, the newest first.",
)
async def list_articles(
    ask: Asked,
    *,
    q: Annotated[str, Query(max_length=200, description="Words of the title.")] = "",
    status: Annotated[
        Literal["", "draft", "published", "removed"], Query(description="`removed`: what is in the bin.")
    ] = "",
    source: Annotated[str, Query(max_length=editing.MOST_NAME)] = "",
    tag: Annotated[str, Query(max_length=editing.MOST_NAME)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[ArticleRow]:
    wanted = article_lists.Wanted(q, status, source, tag, language)
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {wanted}"
    before = read_cursor(key, of, cursor)
    rows = await article_lists.list_articles(ask.workspace, ask.tx, wanted, before=before, limit=limit + 1)
    since = ask.program.clock.now() - QUOTED
    use = await article_lists.use_of(ask.workspace, ask.tx, [row.id for row in rows], since=since)
    return page(key, of, rows, limit, lambda row: _row(row, use))


@route(ROUTES, "GET", PATH + "/{article_id}", permission="articles.read", summary="Read an article.")
async def read_article(ask: Asked, article_id: str, response: Response) -> ArticleView:
    parse("art", article_id)
    return shown_article(await stored.read_article(ask.workspace, ask.tx, article_id), response)


@route(
    ROUTES,
    "POST",
    PATH,
    permission="articles.write",
    summary="Write an article.",
    status=201,
    max_body_bytes=MAX_BYTES,
)
async def create_article(ask: Asked, given: NewArticle, response: Response) -> ArticleView:
    body = await ask.aside(writing.clean(given.body))
    content = _content(given.model_dump() | {"body": body})
    made = await editing.add(ask.workspace, ask.tx, content, by=ask.actor.name, at=ask.program.clock.now())
    response.headers["Location"] = f"{PATH}/{made.id}"
    return shown_article(made, response)


@route(
    ROUTES,
    "PATCH",
    PATH + "/{article_id}",
    permission="articles.write",
    summary="Change an article; customers are answered with it in a moment.",
    max_body_bytes=MAX_BYTES,
)
async def update_article(
    ask: Asked, article_id: str, change: ArticleChange, expected: IfMatch, response: Response
) -> ArticleView:
    parse("art", article_id)
    given = {
        name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None
    }
    if change.body is not None:
        given["body"] = await ask.aside(writing.clean(change.body))
    before = await stored.read_article(ask.workspace, ask.tx, article_id, for_change=True)
    expected.refuse_unless(before.version)
    content = _content(msgspec.structs.asdict(before.content) | given)
    after = await editing.change(
        ask.workspace, ask.tx, article_id, content, by=ask.actor.name, at=ask.program.clock.now()
    )
    return shown_article(after, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{article_id}",
    permission="articles.write",
    summary="Put an article into the bin, where it stays for 30 days.",
    status=204,
)
async def remove_article(ask: Asked, article_id: str, expected: IfMatchOptional) -> None:
    parse("art", article_id)
    before = await stored.read_article(ask.workspace, ask.tx, article_id, for_change=True)
    expected.refuse_unless(before.version)
    await editing.remove(ask.workspace, ask.tx, article_id, by=ask.actor.name, at=ask.program.clock.now())


@route(
    ROUTES,
    "POST",
    PATH + "/{article_id}/restore",
    permission="articles.write",
    summary="Bring an article back from the bin.",
)
async def restore_article(ask: Asked, article_id: str, response: Response) -> ArticleView:
    parse("art", article_id)
    at = ask.program.clock.now()
    return shown_article(
        await editing.restore(ask.workspace, ask.tx, article_id, by=ask.actor.name, at=at), response
    )


UPLOAD: Mapping[str, Any] = {
    "parameters": [
        {
            "name": name,
            "in": "query",
            "required": name == "name",
            "schema": {"type": "string"},
            "description": told,
        }
        for name, told in (
            ("name", "The file's name; its ending says the kind."),
            ("source", "The source that its articles belong to; left out: `files`."),
            ("language", "Of the text, where the file does not say it; left out: `en`."),
            ("status", "`draft` or `published`; left out: `published`."),
        )
    ]
    + [{"$ref": "#/components/parameters/IdempotencyKey"}],
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    "responses": {
        "200": {
            "description": "What became of it.",
            "content": {"application/json": {"example": _UPLOADED}},
        }
    },
}


@route(
    ROUTES,
    "POST",
    PATH + "/upload",
    permission="articles.write",
    summary="Make articles of a file: Markdown, HTML, text, PDF, Word or a CSV table.",
    raw=True,
    operation=UPLOAD,
)
async def upload_articles(request: Request) -> RawResponse:
    exchange = exchange_of(request)
    program, actor = exchange.program, exchange.actor
    asked = request.query_params
    name = _file_name(asked.get("name", ""))
    wanted = Wanted(
        source=asked.get("source", "").strip() or writing.FILES_SOURCE,
        language=asked.get("language", "") or "en",
        draft=asked.get("status", "published") == "draft",
    )
    data = await read_body(request, MOST_FILE_BYTES)

    async def imported() -> RawResponse:
        [report] = await importing.import_files(
            actor.workspace, program.store, {name: data}, wanted, by=actor.name, at=program.clock.now()
        )
        return RawResponse(shown_report(report).model_dump_json(), 200, media_type="application/json")

    asked_for = asked_once(request, actor, PATH + "/upload", data)
    return await once_over(program.store, program.vault, actor.workspace, asked_for, imported)


def shown_report(report: Report) -> Uploaded:
    return Uploaded.model_validate(report)


def _file_name(given: str) -> str:
    name = given.replace("\\", "/").rpartition("/")[2].strip()
    if not name or len(name) > editing.MOST_TITLE or not name.isprintable():
        raise Refused("invalid", "Give the name of the file.", field="name")
    return name


def _content(given: Mapping[str, object]) -> Content:
    return msgspec.convert({**given}, Content)


def _row(row: Listed, use: Mapping[str, Use]) -> ArticleRow:
    found = use.get(row.id, Use())
    return ArticleRow.model_validate(row).model_copy(update={"quoted": found.quoted, "helped": found.share})


def shown_article(article: Article, response: Response) -> ArticleView:
    set_etag(response, article.version)
    facts = msgspec.to_builtins(article.content) | {
        name: getattr(article, name)
        for name in ("id", "source", "version", "problem", "created_at", "updated_at", "updated_by")
    }
    return ArticleView.model_validate(facts)
