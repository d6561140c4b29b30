"""Writes, changes and removes articles; what changed is indexed in the background and kept as a version.

Called by `importing`, `gaps`, the command line and the API. The caller's transaction decides.
"""

import re
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ArticleId, WorkspaceId
from frontdesk.library.waking import wake
from frontdesk.store import articles, audit
from frontdesk.store.articles import Article, Content
from frontdesk.store.audit import Entry
from frontdesk.store.tx import Tx

OWN_SOURCE = "articles"
"""Where an article belongs that came from no file."""
MOST_TITLE, MOST_BODY, MOST_URL, MOST_NAME, MOST_LISTED = 300, 2_000_000, 2_000, 100, 50
ADDED, CHANGED, REMOVED = "article.added", "article.changed", "article.removed"
"""What the audit log calls them."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


async def add(
    workspace: WorkspaceId,
    tx: Tx,
    content: Content,
    *,
    by: str,
    at: datetime,
    source: str = OWN_SOURCE,
    path: str | None = None,
) -> Article:
    """A new article, findable within a moment if it is published.

    Raises:
        Refused: `invalid`, a field cannot be so; `conflict`, the source has an article of this path.
    """
    check(content, source)
    source_id = await articles.ensure_source(workspace, tx, source)
    article_id = await articles.add(workspace, tx, source_id, path=path, content=content, by=by)
    await wake(workspace, tx)
    await audit.append(workspace, tx, Entry(at, by, ADDED, article_id, after=_noted(content)))
    return await articles.read_article(workspace, tx, article_id)


async def change(
    workspace: WorkspaceId, tx: Tx, article_id: str, content: Content, *, by: str, at: datetime
) -> Article:
    """The next version of an article; the same content makes none.

    Raises:
        Refused: `invalid`, a field cannot be so; `not_found`, there is no such article.
    """
    before = await articles.read_article(workspace, tx, article_id, for_change=True)
    check(content, before.source)
    if content == before.content:
        return before
    await articles.change(workspace, tx, before.id, content=content, by=by)
    await wake(workspace, tx)
    noted = _noted(before.content), _noted(content)
    await audit.append(workspace, tx, Entry(at, by, CHANGED, article_id, before=noted[0], after=noted[1]))
    return await articles.read_article(workspace, tx, article_id)


async def remove(workspace: WorkspaceId, tx: Tx, article_id: str, *, by: str, at: datetime) -> None:
    """No one is answered with it any more.

    Raises:
        Refused: There is no such article.
    """
    before = await articles.read_article(workspace, tx, article_id, for_change=True)
    await articles.remove(workspace, tx, before.id)
    await wake(workspace, tx)
    await audit.append(workspace, tx, Entry(at, by, REMOVED, article_id, before=_noted(before.content)))


async def put(
    workspace: WorkspaceId, tx: Tx, content: Content, *, source: str, path: str, by: str, at: datetime
) -> tuple[ArticleId, str]:
    """An article of a file, by its path in the source: `added`, `changed` or `unchanged`."""
    check(content, source)
    source_id = await articles.ensure_source(workspace, tx, source)
    found = await articles.find_by_path(workspace, tx, source_id, path)
    if found is None:
        return (await add(workspace, tx, content, by=by, at=at, source=source, path=path)).id, "added"
    if found.content == content:
        return found.id, "unchanged"
    await articles.change(workspace, tx, found.id, content=content, by=by)
    await wake(workspace, tx)
    return found.id, "changed"


def check(content: Content, source: str) -> None:
    """Raises `Refused` with the field that cannot be so."""
    _within("title", content.title, 1, MOST_TITLE)
    _within("body", content.body, 1, MOST_BODY)
    _within("source", source, 1, MOST_NAME)
    _within("audience", content.audience, 0, MOST_NAME)
    for name, values, most in (
        ("tags", content.tags, MOST_NAME),
        ("questions", content.questions, MOST_TITLE),
    ):
        if len(values) > MOST_LISTED:
            raise Refused("invalid", f"There may be up to {MOST_LISTED} {name}.", field=name)
        for value in values:
            _within(name, value, 1, most)
    if not _LANGUAGE.fullmatch(content.language):
        raise Refused("invalid", "A language is a code such as en or pt-BR.", field="language")
    if content.url and not _is_web(content.url):
        raise Refused("invalid", "The address has to begin with https:// or http://.", field="url")


def _within(field: str, text: str, least: int, most: int) -> None:
    if not least <= len(text.strip()) or len(text) > most:
        raise Refused("invalid", f"`{field}` has to have {least} to {most} characters.", field=field)
    if "\x00" in text:
        raise Refused("invalid", f"`{field}` has a character that no text has.", field=field)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"https", "http"}
        and bool(parts.hostname)
        and len(url) <= MOST_URL
        and url.isprintable()
    )


def _noted(content: Content) -> dict[str, object]:
    """What the audit log keeps: not the whole text, which the versions have."""
    kept: dict[str, object] = msgspec.to_builtins(content)
    kept["body"] = f"{len(content.body)} characters"
    return kept
