"""Tables and files that are taken in, again and again: what is kept, what is noted, and in how many pieces."""

import pytest
from tests.database import Database
from tests.library.conftest import AT
from tests.library.test_indexing import rows, waiting_jobs

from frontdesk.core.ids import WorkspaceId
from frontdesk.library import editing
from frontdesk.library.importing import ARTICLES_AT_ONCE, Report, Wanted, import_files
from frontdesk.store import articles, audit
from frontdesk.store.articles import Article
from frontdesk.store.connect import Store

TABLE = Wanted("table")


def table(answers: dict[int, str]) -> dict[str, bytes]:
    lines = (f"What is thing number {number}?,{answer}" for number, answer in answers.items())
    return {"faq.csv": "\n".join(("question,answer", *lines)).encode()}


async def taken_in(store: Store, workspace: WorkspaceId, answers: dict[int, str]) -> Report:
    [report] = await import_files(workspace, store, table(answers), TABLE, by="import", at=AT)
    assert report.problem == ""
    return report


async def only_article(store: Store, workspace: WorkspaceId) -> Article:
    async with store.unit_of_work(workspace) as tx:
        [article] = await articles.list_articles(workspace, tx)
    return article


async def test_a_long_table_is_taken_in_some_at_a_time_with_one_job_each(
    store: Store, database: Database, workspace: WorkspaceId
) -> None:
    many = ARTICLES_AT_ONCE + 50
    answers = {number: f"It is {number}." for number in range(many)}
    assert (await taken_in(store, workspace, answers)).added == many
    assert await waiting_jobs(database, workspace) == 2
    commits = await rows(store, workspace, "SELECT count(DISTINCT created_at) FROM articles")
    assert commits == [(2,)], "no commit holds the audit log for all of a long table"
    assert (await taken_in(store, workspace, answers)).unchanged == many
    assert await waiting_jobs(database, workspace) == 2, "nothing changed"


async def test_what_an_import_changes_and_takes_away_is_in_the_audit_log(
    store: Store, workspace: WorkspaceId
) -> None:
    await taken_in(store, workspace, {1: "It is one.", 2: "It is two.", 3: "It is three."})
    report = await taken_in(store, workspace, {1: "It is one.", 2: "It is more than two."})
    assert (report.changed, report.unchanged, report.removed) == (1, 1, 1)
    noted = await rows(store, workspace, "SELECT action FROM audit ORDER BY seq")
    assert noted == [(editing.ADDED,)] * 3 + [(editing.CHANGED,), (editing.REMOVED,)]
    verdict = await audit.verify(workspace, store)
    assert (verdict.chain.length, verdict.broken) == (5, None)


@pytest.mark.parametrize("by", ["an author", "import"])
async def test_what_is_a_draft_an_import_does_not_publish_whoever_made_it_one(
    store: Store, workspace: WorkspaceId, by: str
) -> None:
    await taken_in(store, workspace, {1: "It is one."})
    made = await only_article(store, workspace)
    async with store.unit_of_work(workspace) as tx:
        draft = articles.Content(title=made.content.title, body="It is one.", kind="answer", status="draft")
        await editing.change(workspace, tx, made.id, draft, by=by, at=AT)
    assert (await taken_in(store, workspace, {1: "It is one."})).unchanged == 1
    for said in ("It is one and a half.", "It is one and three quarters."):
        assert (await taken_in(store, workspace, {1: said})).changed == 1
        now = (await only_article(store, workspace)).content
        assert (now.status, now.body) == ("draft", said)


async def test_a_line_that_cannot_be_is_left_out_and_named(store: Store, workspace: WorkspaceId) -> None:
    lines = (
        "question,answer,url",
        '"Open on Sunday?","Never.\nNot ever.",',
        f"Short?|{'long ' * 80},It is too long.,",
        "And on Monday?,At nine.,ftp://a.test/x",
        "On Tuesday?,At ten.,",
    )
    files = {"faq.csv": "\n".join(lines).encode()}
    [report] = await import_files(workspace, store, files, TABLE, by="import", at=AT)
    assert (report.problem, report.added) == ("", 2)
    assert report.notes == (
        "Line 4 was left out: `questions` has to have 1 to 300 characters.",
        "Line 5 was left out: The address has to begin with https:// or http://.",
    )
    [report] = await import_files(
        workspace, store, {"bad.csv": "\n".join(lines[::2][:2]).encode()}, TABLE, by="import", at=AT
    )
    assert report.problem.startswith("No line of it can be taken in. Line 2 was left out")
