"""`/panel/knowledge/{id}`: writing an article, with a preview of what customers would read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.library import editing, writing
from frontdesk.store import article_lists
from frontdesk.store import articles as stored
from frontdesk.store.article_lists import Use
from frontdesk.store.articles import Article, VersionRow
from frontdesk.web.etag import read_if_match
from frontdesk.web.panel.fields import Choice, Field, Kind, Mistakes, again, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.knowledge import PATH
from frontdesk.web.panel.mistakes import MENDABLE, mistakes_of
from frontdesk.web.panel.people import names
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import articles as api

ROUTES: list[Route] = []
ONE = PATH + "/{article_id}"
MOST_BYTES = 8_000_000
MOST_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class Editing:
    """The form, as `_edit.html` draws it."""

    fields: list[Field]
    version: int
    mistakes: Mistakes | None = None


@opens(
    ROUTES,
    "GET",
    PATH + "/new",
    menu="knowledge",
    permission="articles.write",
    summary="The form of another article.",
)
async def new_article_page(visit: Visit) -> Response:
    title = visit.request.query_params.get("title", "")[: editing.MOST_TITLE]
    editing_ = Editing(_fields(visit, {"title": title, "language": visit.viewer.language}), 0)
    return await visit.show("article_new.html", {"editing": editing_, "path": f"{PATH}/new"})


@opens(
    ROUTES,
    "POST",
    PATH + "/new",
    menu="knowledge",
    permission="articles.write",
    summary="Write another article.",
)
async def write_article(visit: Visit) -> Response:
    sent = await visit.form(MOST_BYTES)
    fields = _fields(visit, {})
    try:
        wanted = api.NewArticle.model_validate(_given(fields, sent))
        async with visit.asking() as ask:
            made = await api.create_article(ask, wanted, Response())
    except MENDABLE as error:
        return await _again(visit, fields, sent, mistakes_of(error, visit.viewer.language), Editing([], 0))
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say(f"knowledge.written_{made.status}"))


@opens(
    ROUTES,
    "POST",
    PATH + "/preview",
    menu="knowledge",
    permission="articles.read",
    summary="What customers would read of a text.",
)
async def preview_article(visit: Visit) -> Response:
    typed = (await visit.form(MOST_BYTES)).get("body")
    try:
        body = await writing.clean(typed) if typed.strip() else ""
    except Refused:
        body = ""
    return await visit.show("_article_body.html", {"blocks": writing.blocks(body)}, part=True)


@opens(ROUTES, "GET", ONE, menu="knowledge", permission="articles.read", summary="The page of an article.")
async def article_page(visit: Visit) -> Response:
    article_id = parse("art", visit.request.path_params["article_id"])
    async with visit.work() as tx:
        found = await stored.read_article(visit.workspace, tx, article_id)
        versions: list[VersionRow] = await stored.list_versions(visit.workspace, tx, article_id)
        since = visit.program.clock.now() - api.QUOTED
        use = (await article_lists.use_of(visit.workspace, tx, [article_id], since=since)).get(
            article_id, Use()
        )
        known = await names(visit, visit.workspace, tx)
    editing_ = Editing(_fields(visit, _values(found)), found.version)
    values = {
        "article": found,
        "blocks": writing.blocks("" if found.content.body == editing.TO_WRITE else found.content.body),
        "versions": versions[:MOST_VERSIONS],
        "use": use,
        "names": known,
        "editing": editing_,
        "path": f"{PATH}/{found.id}",
        "waits": found.content.status == "published" and found.indexed_version != found.version,
    }
    return await visit.show("article.html", values)


@opens(ROUTES, "POST", ONE, menu="knowledge", permission="articles.write", summary="Change an article.")
async def save_article(visit: Visit) -> Response:
    article_id = parse("art", visit.request.path_params["article_id"])
    sent = await visit.form(MOST_BYTES)
    async with visit.work() as tx:
        found = await stored.read_article(visit.workspace, tx, article_id)
    fields = _fields(visit, _values(found))
    try:
        change = api.ArticleChange.model_validate(_given(fields, sent))
        expected = read_if_match(f'"{sent.get("version")}"')
        async with visit.asking() as ask:
            after = await api.update_article(ask, article_id, change, expected, Response())
    except MENDABLE as error:
        mistakes = mistakes_of(error, visit.viewer.language)
        return await _again(visit, fields, sent, mistakes, Editing(fields, found.version))
    return await visit.go(f"{PATH}/{article_id}", toast=visit.say(f"knowledge.written_{after.status}"))


async def _again(
    visit: Visit, fields: list[Field], sent: Sent, mistakes: Mistakes, stored_now: Editing
) -> Response:
    """The form as it was sent; where somebody was faster, with what is stored now beside each field."""
    now = stored_now.fields if mistakes.code == "conflict" else []
    shown, mistakes = again(fields, sent, mistakes, now)
    path = visit.request.url.path
    values = {"editing": Editing(shown, stored_now.version, mistakes), "path": path}
    return await visit.show("_edit.html", values, status=mistakes.status, part=True)


def _given(fields: list[Field], sent: Sent) -> dict[str, object]:
    found = given(fields, sent, prefix="")
    found["status"] = "published" if found.pop("publish", False) else "draft"
    # What is needed and was left empty is said to be missing by its field, not by the library's word for it.
    return {name: "" if value is None else value for name, value in found.items()}


def _values(article: Article) -> dict[str, object]:
    content = article.content
    return {
        "title": content.title,
        "body": "" if content.body == editing.TO_WRITE else content.body,
        "kind": content.kind,
        "questions": list(content.questions),
        "url": content.url,
        "language": content.language,
        "tags": list(content.tags),
        "audience": content.audience,
        "publish": content.status == "published",
    }


def _fields(visit: Visit, values: Mapping[str, object]) -> list[Field]:
    def say(name: str) -> str:
        return visit.say(f"knowledge.fields.{name}")

    def field(name: str, kind: Kind = "text", *, most: int | None = None, required: bool = False) -> Field:
        value = values.get(name, [] if kind == "list" else "")
        return Field(name, say(name), kind, say(f"{name}_hint"), value, required=required, most_letters=most)

    kinds = tuple(
        Choice(kind, say(f"kind_{kind}"), say(f"kind_{kind}_line")) for kind in ("article", "answer")
    )
    chosen = Field("kind", say("kind"), "radio", value=values.get("kind", "article"), choices=kinds)
    folded = (chosen, field("questions", "list"), field("audience", most=editing.MOST_NAME))
    return [
        field("title", most=editing.MOST_TITLE, required=True),
        field("body", "long", required=True),
        field("publish", "switch"),
        field("url", "url", most=editing.MOST_URL),
        field("language", "code", most=20, required=True),
        field("tags", "list"),
        *(replace(one, more=True) for one in folded),
    ]
