"""Articles of the knowledge base, the sources they come from, and what they were before. Called by `library`.

What is found of an article is `passages`'; a change here only makes it due for indexing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ArticleId, WorkspaceId
from frontdesk.store.connect import Store, json_text
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

MOST_READ = 4_000
"""Characters of an article in which words are looked for that a passage lacks."""

Kind = Literal["article", "answer"]
Status = Literal["draft", "published", "removed"]

_SOURCE = text("""
    INSERT INTO knowledge_sources (workspace_id, id, name) VALUES (:w, :id, :name)
    ON CONFLICT (workspace_id, name) DO UPDATE SET name = excluded.name RETURNING id""")
_FIELDS = "kind, title, body, questions, url, language, tags, audience, status"
_INSERT = text(f"""
    INSERT INTO articles (workspace_id, id, source_id, path, {_FIELDS}, updated_by)
    SELECT :w, id, :source, path, {_FIELDS}, :by
    FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS given
         (id text, path text, kind text, title text, body text, questions text[], url text, language text,
          tags text[], audience text, status text)
    ON CONFLICT (workspace_id, source_id, path) DO NOTHING RETURNING id""")
_UPDATE = text("""
    UPDATE articles
    SET kind = :kind, title = :title, body = :body, questions = CAST(:questions AS text[]), url = :url,
        language = :language, tags = CAST(:tags AS text[]), audience = :audience, status = :status,
        version = version + 1, updated_at = now(), updated_by = :by, problem = ''
    WHERE workspace_id = :w AND id = :id RETURNING version""")
_KEEP = text("""
    INSERT INTO article_versions (workspace_id, article_id, number, content, created_by)
    SELECT :w, id, :number, content, :by
    FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS given (id text, content jsonb)""")
_COLUMNS = f"""
    SELECT a.id, a.source_id, s.name AS source, a.path, {", ".join("a." + field for field in _FIELDS.split(", "))},
           a.version, a.indexed_version, a.problem, a.created_at, a.updated_at, a.updated_by
    FROM articles a JOIN knowledge_sources s ON s.workspace_id = a.workspace_id AND s.id = a.source_id
    WHERE a.workspace_id = :w"""
_READ = text(f"{_COLUMNS} AND a.id = :id AND a.status <> 'removed'")
_READ_FOR_CHANGE = text(f"{_COLUMNS} AND a.id = :id AND a.status <> 'removed' FOR UPDATE OF a")
_BY_PATHS = text(f"""{_COLUMNS} AND a.source_id = :source AND a.path = ANY (CAST(:paths AS text[]))
    ORDER BY a.id FOR UPDATE OF a""")
_LIST = text(f"""{_COLUMNS} AND a.id > :after AND a.status <> 'removed'
      AND (:source = '' OR s.name = :source) AND (:tag = '' OR :tag = ANY (a.tags))
      AND (:status = '' OR a.status = :status)
    ORDER BY a.id LIMIT :limit""")
_OTHERS = text("""
    SELECT a.id FROM articles a
    JOIN knowledge_sources s ON s.workspace_id = a.workspace_id AND s.id = a.source_id
    WHERE a.workspace_id = :w AND s.name = :source AND a.status <> 'removed'
      AND (a.path = :file OR starts_with(a.path, :file || '#')) AND a.path <> ALL (CAST(:but AS text[]))""")
_REMOVE = text("""
    UPDATE articles SET status = 'removed', version = version + 1, updated_at = now(), updated_by = :by, problem = ''
    WHERE workspace_id = :w AND id = :id""")
_REMOVED = text(f"{_COLUMNS} AND a.id = :id AND a.status = 'removed' FOR UPDATE OF a")
_LAST_STATUS = text("""
    SELECT content ->> 'status' FROM article_versions
    WHERE workspace_id = :w AND article_id = :id ORDER BY number DESC LIMIT 1""")
_VERSIONS = text("""
    SELECT number, content, created_by, created_at FROM article_versions
    WHERE workspace_id = :w AND article_id = :id ORDER BY number DESC""")
_BODIES = """
    SELECT id, left(body, $3) AS body FROM articles
    WHERE workspace_id = $1 AND id = ANY ($2::text[]) AND status = 'published'"""
_PARTS = text("""
    SELECT s.name, false AS is_tag, count(*) AS articles
    FROM articles a JOIN knowledge_sources s ON s.workspace_id = a.workspace_id AND s.id = a.source_id
    WHERE a.workspace_id = :w AND a.status <> 'removed' GROUP BY s.name
    UNION ALL
    SELECT tag, true, count(*) FROM articles a, unnest(a.tags) AS tag
    WHERE a.workspace_id = :w AND a.status <> 'removed' GROUP BY tag
    ORDER BY name""")
_COUNTS = text("""
    SELECT count(*) AS articles, count(*) FILTER (WHERE status = 'published') AS published,
           count(*) FILTER (WHERE kind = 'answer') AS answers,
           count(*) FILTER (WHERE due) AS waiting,
           count(*) FILTER (WHERE problem <> '') AS failed
    FROM articles WHERE workspace_id = :w AND status <> 'removed'""")


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What an author gives an article.

    A curated answer (kind `answer`) is found by its title and `questions` and given whole. `audience` empty:
    everybody's; else only who asks for that audience sees it.
    """

    title: str
    body: str
    kind: Kind = "article"
    questions: tuple[str, ...] = ()
    url: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()
    audience: str = ""
    status: Status = "published"


class Article(msgspec.Struct, frozen=True):
    """`path` is its name within its source, where it came from a file; `indexed_version` what customers are answered with."""

    id: ArticleId
    source: str
    path: str | None
    content: Content
    version: int
    indexed_version: int | None
    problem: str
    created_at: datetime
    updated_at: datetime
    updated_by: str


class VersionRow(msgspec.Struct, frozen=True):
    number: int
    content: Content
    created_by: str
    created_at: datetime


class Counts(msgspec.Struct, frozen=True):
    """`waiting` for indexing; `failed` at it."""

    articles: int
    published: int
    answers: int
    waiting: int
    failed: int


class Parts(msgspec.Struct, frozen=True):
    """Sources and tags by name, with how many articles are in each."""

    sources: dict[str, int]
    tags: dict[str, int]


async def ensure_source(workspace: WorkspaceId, tx: Tx, name: str) -> str:
    """The id of the source with this name; made if it is not there."""
    found: str = await tx.scalar(_SOURCE, {"w": workspace, "id": mint("src"), "name": name})
    return found


async def add(
    workspace: WorkspaceId, tx: Tx, source_id: str, *, path: str | None, content: Content, by: str
) -> ArticleId:
    """A new article.

    Raises:
        Refused: `conflict`, the source has one of this path.
    """
    [article_id] = await add_all(workspace, tx, source_id, [(path, content)], by=by)
    return article_id


async def add_all(
    workspace: WorkspaceId,
    tx: Tx,
    source_id: str,
    contents: Sequence[tuple[str | None, Content]],
    *,
    by: str,
) -> list[ArticleId]:
    """New articles with their paths, in two statements whatever their number.

    Raises:
        Refused: `conflict`, the source has one of such a path.
    """
    ids = [ArticleId(mint("art")) for _ in contents]
    given = [
        {"id": article_id, "path": path, **_fields(content)}
        for article_id, (path, content) in zip(ids, contents, strict=True)
    ]
    row = {"w": workspace, "source": source_id, "given": json_text(given), "by": by}
    made = set((await tx.execute(_INSERT, row)).scalars())
    for article_id, (path, _) in zip(ids, contents, strict=True):
        if article_id not in made:
            raise Refused("conflict", f"The source has an article {path} already.", field="path")
    kept = {article_id: content for article_id, (_, content) in zip(ids, contents, strict=True)}
    await _keep(workspace, tx, kept, 1, by=by)
    return ids


async def change(workspace: WorkspaceId, tx: Tx, article_id: ArticleId, *, content: Content, by: str) -> int:
    """Its next version's number.

    Raises:
        Refused: There is no such article.
    """
    number: int | None = await tx.scalar(
        _UPDATE, {"w": workspace, "id": article_id, "by": by, **_fields(content)}
    )
    if number is None:
        raise _none()
    await _keep(workspace, tx, {article_id: content}, number, by=by)
    return number


async def read_article(
    workspace: WorkspaceId, tx: Tx, article_id: str, *, for_change: bool = False
) -> Article:
    """One article; `for_change` keeps others from changing it until the commit.

    Raises:
        Refused: There is no such article.
    """
    found = await tx.execute(_READ_FOR_CHANGE if for_change else _READ, {"w": workspace, "id": article_id})
    row = found.first()
    if row is None:
        raise _none()
    return _article(row)


async def find_by_paths(
    workspace: WorkspaceId, tx: Tx, source_id: str, paths: Collection[str]
) -> dict[str, Article]:
    """The articles that came from these files, by path; nobody else changes them until the commit."""
    rows = await tx.execute(_BY_PATHS, {"w": workspace, "source": source_id, "paths": sorted(paths)})
    return {row.path: _article(row) for row in rows}


async def bodies(workspace: WorkspaceId, store: Store, ids: Sequence[str]) -> dict[str, str]:
    """The beginnings of these articles' texts, by id."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_BODIES, workspace, ids, MOST_READ)
    return {row["id"]: row["body"] for row in rows}


async def others_of_file(
    workspace: WorkspaceId, tx: Tx, source: str, file: str, *, but: Collection[str]
) -> list[ArticleId]:
    """Articles that came from this file, without those of the paths `but`."""
    given = {"w": workspace, "source": source, "file": file, "but": sorted(but)}
    return list((await tx.execute(_OTHERS, given)).scalars())


async def list_articles(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    after: str = "",
    limit: int = 100,
    source: str = "",
    tag: str = "",
    status: str = "",
) -> list[Article]:
    """In the order they were made, those after the id `after`."""
    given = {"after": after, "limit": limit, "source": source, "tag": tag, "status": status}
    return [_article(row) for row in await tx.execute(_LIST, {"w": workspace, **given})]


async def remove(workspace: WorkspaceId, tx: Tx, article_id: ArticleId, *, by: str) -> None:
    """Nobody finds it from now on: it is in the bin, and indexing takes away what was found of it."""
    await tx.execute(_REMOVE, {"w": workspace, "id": article_id, "by": by})


async def removed(workspace: WorkspaceId, tx: Tx, article_id: str) -> Article:
    """One of the bin, with the status that it had; nobody else changes it until the commit.

    Raises:
        Refused: There is none in the bin.
    """
    row = (await tx.execute(_REMOVED, {"w": workspace, "id": article_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such article in the bin.")
    found = _article(row)
    status: Status | None = await tx.scalar(_LAST_STATUS, {"w": workspace, "id": article_id})
    content = msgspec.structs.replace(found.content, status="draft" if status is None else status)
    return msgspec.structs.replace(found, content=content)


async def list_versions(workspace: WorkspaceId, tx: Tx, article_id: str) -> list[VersionRow]:
    """The newest first."""
    rows = await tx.execute(_VERSIONS, {"w": workspace, "id": article_id})
    return [
        VersionRow(row.number, msgspec.convert(row.content, Content), row.created_by, row.created_at)
        for row in rows
    ]


async def parts(workspace: WorkspaceId, tx: Tx) -> Parts:
    """What may be named to look in a part of the knowledge base."""
    rows = (await tx.execute(_PARTS, {"w": workspace})).all()
    sources = {row.name: row.articles for row in rows if not row.is_tag}
    return Parts(sources, {row.name: row.articles for row in rows if row.is_tag})


async def count(workspace: WorkspaceId, tx: Tx) -> Counts:
    return Counts(*(await tx.execute(_COUNTS, {"w": workspace})).one())


def _fields(content: Content) -> dict[str, object]:
    return {
        "kind": content.kind,
        "title": content.title,
        "body": content.body,
        "questions": _list(content.questions),
        "url": content.url,
        "language": content.language,
        "tags": _list(content.tags),
        "audience": content.audience,
        "status": content.status,
    }


def _list(values: Sequence[str]) -> list[str]:
    return list(values)


async def _keep(
    workspace: WorkspaceId, tx: Tx, contents: Mapping[ArticleId, Content], number: int, *, by: str
) -> None:
    given = [{"id": article_id, "content": content} for article_id, content in contents.items()]
    await tx.execute(_KEEP, {"w": workspace, "number": number, "given": json_text(given), "by": by})


def _none() -> Refused:
    return Refused("not_found", "There is no such article.")


def _article(row: Row[Any]) -> Article:
    content = Content(
        title=row.title,
        body=row.body,
        kind=row.kind,
        questions=tuple(row.questions),
        url=row.url,
        language=row.language,
        tags=tuple(row.tags),
        audience=row.audience,
        status=row.status,
    )
    return Article(
        row.id,
        row.source,
        row.path,
        content,
        row.version,
        row.indexed_version,
        row.problem,
        row.created_at,
        row.updated_at,
        row.updated_by,
    )
