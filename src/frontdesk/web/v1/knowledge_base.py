"""`/api/v1/knowledge-base`: articles under the name, and with the methods, that integration guides use.

The same things as `/api/v1/articles`, done by its endpoints. What differs: an entry is published unless it is said to be a
draft, PUT takes the place of PATCH, and its If-Match may be left out.
"""

from typing import Annotated

from fastapi import Query, Response

from frontdesk.library import editing
from frontdesk.web.cursor import Cursor, Limit, Page
from frontdesk.web.etag import IfMatchOptional
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1 import articles, knowledge
from frontdesk.web.v1.articles import MAX_BYTES, ArticleChange, ArticleRow, ArticleView, NewArticle, Status

ROUTES: list[Route] = []
PATH = "/api/v1/knowledge-base"


class NewEntry(NewArticle):
    status: Status = "published"


@route(ROUTES, "GET", PATH, permission="articles.read", summary="List entries of the knowledge base.")
async def list_entries(
    ask: Asked,
    *,
    q: Annotated[str, Query(max_length=200, description="Words of the title.")] = "",
    tag: Annotated[str, Query(max_length=editing.MOST_NAME)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[ArticleRow]:
    return await articles.list_articles(ask, q=q, tag=tag, language=language, limit=limit, cursor=cursor)


@route(
    ROUTES,
    "GET",
    PATH + "/search",
    permission="articles.read",
    summary="Search the knowledge base as a customer's question does.",
)
async def search_entries(
    ask: Asked,
    *,
    q: Annotated[str, Query(min_length=1, max_length=knowledge.MOST_QUESTION)],
    language: Annotated[str, Query(max_length=20)] = "",
) -> knowledge.TrialView:
    return await knowledge.try_question(ask, q, language=language)


@route(
    ROUTES,
    "GET",
    PATH + "/{article_id}",
    permission="articles.read",
    summary="Read an entry of the knowledge base.",
)
async def read_entry(ask: Asked, article_id: str, response: Response) -> ArticleView:
    return await articles.read_article(ask, article_id, response)


@route(
    ROUTES,
    "POST",
    PATH,
    permission="articles.write",
    summary="Add an entry to the knowledge base.",
    status=201,
    max_body_bytes=MAX_BYTES,
)
async def create_entry(ask: Asked, given: NewEntry, response: Response) -> ArticleView:
    made = await articles.create_article(ask, given, response)
    response.headers["Location"] = f"{PATH}/{made.id}"
    return made


@route(
    ROUTES,
    "PUT",
    PATH + "/{article_id}",
    permission="articles.write",
    summary="Change the given fields of an entry; customers are answered with it in a moment.",
    max_body_bytes=MAX_BYTES,
)
async def update_entry(
    ask: Asked, article_id: str, change: ArticleChange, expected: IfMatchOptional, response: Response
) -> ArticleView:
    return await articles.update_article(ask, article_id, change, expected, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{article_id}",
    permission="articles.write",
    summary="Put an entry into the bin, where it stays for 30 days.",
    status=204,
)
async def remove_entry(ask: Asked, article_id: str, expected: IfMatchOptional) -> None:
    await articles.remove_article(ask, article_id, expected)


route(
    ROUTES,
    "POST",
    PATH + "/import",
    permission="articles.write",
    summary="Add entries of a file: Markdown, HTML, text, PDF, Word or a CSV table.",
    raw=True,
    operation=articles.UPLOAD,
    operation_id="import_entries",
)(articles.upload_articles)
