"""Writes, changes and removes articles; what changed is indexed in the background and kept as a version.

Called by `importing`, `gaps`, the command line and the API. The caller's transaction decides.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.languages import is_language
from frontdesk.library.waking import wake
from frontdesk.store import articles, audit, plans
from frontdesk.store.articles import Article, Content
from frontdesk.store.audit import Entry
from frontdesk.store.tx import Tx

OWN_SOURCE = "articles"
"""Where an article belongs that came from no file."""
MOST_TITLE, MOST_BODY, MOST_URL, MOST_NAME, MOST_LISTED = 300, 2_000_000, 2_000, 100, 50
TO_WRITE = "(What should customers be answered?)"
"""The text of a draft that nobody has written yet; no customer is answered with it."""
ADDED, CHANGED, REMOVED = "article.added", "article.changed", "article.removed"
RESTORED = "article.restored"
"""What the audit log calls them."""
Outcome = Literal["added", "changed", "unchanged"]

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z0-9]{2,8})*", re.ASCII)


async def add(
    workspace: WorkspaceId,
    tx: Tx,
    content: Content,
    *,
    by: str,
    at: datetime,
    source: str = OWN_SOURCE,
    path: str | None = None,
    asked_by_customers: bool = False,
) -> Article:
    """A new article, findable within a moment if it is published.

    Whose words customers' questions are (`asked_by_customers`), of that the audit log, which forgets nothing, keeps none.

    Raises:
        Refused: `invalid`, a field cannot be so; `conflict`, the source has an article of this path.
    """
    check(content, source)
    source_id = await articles.ensure_source(workspace, tx, source)
    await plans.hold_to(workspace, tx, "articles")
    article_id = await articles.add(workspace, tx, source_id, path=path, content=content, by=by)
    after = _noted(content)
    if asked_by_customers:
        after |= {"title": "", "questions": [f"{1 + len(content.questions)} of customers"]}
    await _noted_down(workspace, tx, [Entry(at, by, ADDED, article_id, after=after)])
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
    await _noted_down(workspace, tx, [await _changed(workspace, tx, before, content, by=by, at=at)])
    return await articles.read_article(workspace, tx, article_id)


async def remove(workspace: WorkspaceId, tx: Tx, *article_ids: str, by: str, at: datetime) -> None:
    """No one is answered with them any more; `restore` brings one back for as long as it is in the bin.

    Raises:
        Refused: There is no such article.
    """
    entries = []
    for article_id in article_ids:
        before = await articles.read_article(workspace, tx, article_id, for_change=True)
        await articles.remove(workspace, tx, before.id, by=by)
        entries.append(Entry(at, by, REMOVED, article_id, before=_noted(before.content)))
    await _noted_down(workspace, tx, entries)


async def restore(workspace: WorkspaceId, tx: Tx, article_id: str, *, by: str, at: datetime) -> Article:
    """An article out of the bin, as it was.

    Raises:
        Refused: There is none in the bin.
    """
    found = await articles.removed(workspace, tx, article_id)
    await plans.hold_to(workspace, tx, "articles")
    await articles.change(workspace, tx, found.id, content=found.content, by=by)
    await _noted_down(workspace, tx, [Entry(at, by, RESTORED, found.id, after=_noted(found.content))])
    return await articles.read_article(workspace, tx, found.id)


async def put(
    workspace: WorkspaceId, tx: Tx, contents: Mapping[str, Content], *, source: str, by: str, at: datetime
) -> list[Outcome]:
    """Articles of a file, by their paths in the source; what became of each, in no order.

    What is a draft stays one: taking its file in again publishes nothing.

    Raises:
        Refused: `invalid`, a field cannot be so; `conflict`, another import adds the same at this moment.
    """
    for content in contents.values():
        check(content, source)
    source_id = await articles.ensure_source(workspace, tx, source)
    there = await articles.find_by_paths(workspace, tx, source_id, contents)
    new = {path: content for path, content in contents.items() if path not in there}
    await plans.hold_to(workspace, tx, "articles", adding=len(new))
    ids = await articles.add_all(workspace, tx, source_id, list(new.items()), by=by) if new else []
    outcomes: list[Outcome] = ["added"] * len(new)
    entries = [
        Entry(at, by, ADDED, article_id, after=_noted(content))
        for article_id, content in zip(ids, new.values(), strict=True)
    ]
    for path, before in there.items():
        content = contents[path]
        if before.content.status == "draft":
            content = msgspec.structs.replace(content, status="draft")
        if content == before.content:
            outcomes.append("unchanged")
            continue
        entries.append(await _changed(workspace, tx, before, content, by=by, at=at))
        outcomes.append("changed")
    await _noted_down(workspace, tx, entries)
    return outcomes


async def _changed(
    workspace: WorkspaceId, tx: Tx, before: Article, content: Content, *, by: str, at: datetime
) -> Entry:
    """The next version is there; what the audit log has to say of it."""
    await articles.change(workspace, tx, before.id, content=content, by=by)
    return Entry(at, by, CHANGED, before.id, before=_noted(before.content), after=_noted(content))


async def _noted_down(workspace: WorkspaceId, tx: Tx, entries: Sequence[Entry]) -> None:
    """The last act of a change: it is indexed after the commit, and until then nobody else can append to the log."""
    if not entries:
        return
    await wake(workspace, tx)
    await audit.append(workspace, tx, *entries)


def check(content: Content, source: str) -> None:
    """Raises `Refused` with the field that cannot be so."""
    _within("title", content.title, 1, MOST_TITLE)
    _within("body", content.body, 1, MOST_BODY)
    if content.status == "published" and content.body == TO_WRITE:
        raise Refused("invalid", "It has no text yet: write one before it is published.", field="body")
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
    if not _LANGUAGE.fullmatch(content.language) or not is_language(content.language):
        told = f"`{content.language[:20]}` is no code of a language: write one such as en or pt-BR."
        raise Refused("invalid", told, field="language")
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
    """What the audit log, which forgets nothing, keeps: neither the text, which the versions have, nor questions.

    Those may be a customer's own words, and so is a title that is one of them.
    """
    kept: dict[str, object] = msgspec.to_builtins(content)
    kept["body"] = f"{len(content.body)} characters"
    kept["questions"] = len(content.questions)
    if content.title in content.questions:
        kept["title"] = ""
    return kept
