"""`frontdesk kb ...`: the knowledge base from a shell: files in, what is in it, what it would answer, what it lacks."""

import importlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated

import msgspec
import typer

from frontdesk.app import database
from frontdesk.app.commands import chosen
from frontdesk.app.commands.kb_files import read_sources
from frontdesk.app.console import counted, run, say, settings_beside, visible
from frontdesk.app.wiring import Running, wired
from frontdesk.core.action import Page
from frontdesk.core.ids import WorkspaceId
from frontdesk.library import editing, importing
from frontdesk.library.importing import Report, Wanted
from frontdesk.library.waking import wake
from frontdesk.store import articles, passages
from frontdesk.store.articles import Article
from frontdesk.store.retrieval import Scope

app = typer.Typer(help="The knowledge base.", no_args_is_help=True)
BY = "shell"
PAGE = 200

Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
ArticleId = Annotated[str, typer.Argument(help="The article's id, as `frontdesk kb list` shows it.")]


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders with files in them.")],
    source: Annotated[
        str, typer.Option(help="The source they belong to; files of the same name in it are replaced.")
    ] = "files",
    *,
    language: Annotated[str, typer.Option(help="Of files that do not say it.")] = "en",
    tag: Annotated[list[str] | None, typer.Option(help="Repeat for several.")] = None,
    audience: Annotated[str, typer.Option(help="Who alone is answered with it; left out: everybody.")] = "",
    url: Annotated[
        str,
        typer.Option(help="Where customers find them; {path} stands for a file's name without its ending."),
    ] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Do not answer with them yet.")] = False,
    workspace: Workspace = "",
) -> None:
    """Take files in: Markdown, HTML, text, PDF, Word, CSV of questions and answers; exit code 1 when one was not."""
    wanted = Wanted(
        source, language, tuple(tag or ()), audience, draft, lambda path: url.replace("{path}", _bare(path))
    )
    given = read_sources(files)

    async def work() -> int:
        async with opened(workspace) as place:
            at = place.running.line.clock.now()
            reports = await importing.import_files(
                place.workspace, place.running.store, given, wanted, by=BY, at=at
            )
        for report in reports:
            _tell(report)
        refused = sum(bool(report.problem) for report in reports)
        total = sum(report.added + report.changed + report.unchanged for report in reports)
        say(
            f"{counted(total, 'article')} in the source {visible(source)}, {counted(refused, 'file')} not taken in."
        )
        return 1 if refused else 0

    run(work())


def _bare(path: str) -> str:
    return path.partition("#")[0].rpartition(".")[0]


def _tell(report: Report) -> None:
    if report.problem:
        say(f"{visible(report.path)}: not taken in. {visible(report.problem)}")
        return
    counts = (("added", report.added), ("changed", report.changed), ("unchanged", report.unchanged))
    told = [f"{many} {word}" for word, many in (*counts, ("removed", report.removed)) if many]
    notes = "".join(f" {note}" for note in report.notes)
    say(visible(f"{report.path}: {', '.join(told)}.{notes}"))


@app.command("list")
def list_all(
    source: Annotated[str, typer.Option(help="Those of one source.")] = "",
    tag: Annotated[str, typer.Option(help="Those with this tag.")] = "",
    workspace: Workspace = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Every article with its id, status and source."""

    async def work() -> None:
        found: list[Article] = []
        async with opened(workspace) as place, place.running.store.unit_of_work(place.workspace) as tx:
            while page := await articles.list_articles(
                place.workspace, tx, after=found[-1].id if found else "", limit=PAGE, source=source, tag=tag
            ):
                found += page
        if as_json:
            say(json.dumps([_fields(article) for article in found], indent=2))
            return
        for article in found:
            say(visible(f"{article.id}  {_status(article):11}{article.source}  {article.content.title}"))
        if not found:
            say("There are no articles: `frontdesk kb add FILE` takes some in.")

    run(work())


def _status(article: Article) -> str:
    if article.problem:
        return "not found"
    if article.content.status == "draft":
        return "draft"
    return "answers" if article.indexed_version == article.version else "waiting"


def _fields(article: Article) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(article)
    return fields


@app.command()
def show(article_id: ArticleId, workspace: Workspace = "", *, as_json: AsJson = False) -> None:
    """An article as it is read, with its versions."""

    async def work() -> None:
        async with opened(workspace) as place, place.running.store.unit_of_work(place.workspace) as tx:
            article = await articles.read_article(place.workspace, tx, article_id)
            versions = await articles.list_versions(place.workspace, tx, article_id)
        if as_json:
            say(json.dumps(_fields(article), indent=2))
            return
        content = article.content
        about = (content.language, *content.tags, content.audience and f"for {content.audience}", content.url)
        say(visible(content.title))
        say(visible(f"{article.source}, {_status(article)}, {', '.join(part for part in about if part)}"))
        say(f"{article.problem}\n" if article.problem else "")
        say("\n".join(visible(line) for line in content.body.split("\n")))
        say("\nVersions:")
        for version in versions:
            say(f"  {version.number}  {version.created_at:%Y-%m-%d %H:%M} UTC  {visible(version.created_by)}")

    run(work())


@app.command()
def remove(article_id: ArticleId, workspace: Workspace = "") -> None:
    """Take an article away; nobody is answered with it from then on."""

    async def work() -> None:
        async with opened(workspace) as place, place.running.store.unit_of_work(place.workspace) as tx:
            at = place.running.line.clock.now()
            await editing.remove(place.workspace, tx, article_id, by=BY, at=at)
        say("It is gone.")

    run(work())


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="As a customer asks it.")],
    language: Annotated[str, typer.Option(help="Of the question.")] = "",
    *,
    part: Annotated[str, typer.Option(help="A source or tag to look in; left out: everywhere.")] = "",
    audience: Annotated[str, typer.Option(help="On whose behalf; left out: everybody's.")] = "",
    page: Annotated[str, typer.Option(help="Address of the page that the customer is on.")] = "",
    most: Annotated[int, typer.Option(min=1, max=50, help="Candidates to show.")] = 5,
    workspace: Workspace = "",
) -> None:
    """What would be found, with scores and the sentences that would be given."""
    asked = (question, language, Scope(audience, part), Page(url=page))

    async def work() -> None:
        async with opened(workspace) as place:
            await _later().search(place.running, place.workspace, asked, most=most)

    run(work())


@app.command("gaps")
def list_gaps(
    days: Annotated[int, typer.Option(min=1, max=365, help="Of the last so many days.")] = 30,
    draft: Annotated[
        str, typer.Option(help="Make a draft article of the gap with this key; its questions are dealt with.")
    ] = "",
    workspace: Workspace = "",
    *,
    as_json: AsJson = False,
) -> None:
    """What customers asked and found no answer to, the most frequent first."""

    async def work() -> None:
        async with opened(workspace) as place:
            await _later().gaps(place.running, place.workspace, days=days, draft=draft, as_json=as_json)

    run(work())


@app.command()
def status(
    days: Annotated[int, typer.Option(min=1, max=365, help="Questions of the last so many days.")] = 30,
    workspace: Workspace = "",
) -> None:
    """How many articles there are and are findable, and how often customers were answered."""

    async def work() -> None:
        async with opened(workspace) as place:
            await _later().status(place.running, place.workspace, days=days)

    run(work())


def _later() -> ModuleType:
    """What searches is loaded by the commands that do: every other one would start slower for it."""
    return importlib.import_module("frontdesk.app.commands.kb_asking")


@app.command()
def reindex(workspace: Workspace = "") -> None:
    """Make every article findable anew, in the background; what is found now is found until then."""

    async def work() -> None:
        async with opened(workspace) as place, place.running.store.unit_of_work(place.workspace) as tx:
            await passages.index_all_again(place.workspace, tx)
            await wake(place.workspace, tx)
        say("It is under way; `frontdesk kb status` shows how far.")

    run(work())


@dataclass(frozen=True, slots=True)
class Place:
    running: Running
    workspace: WorkspaceId


@asynccontextmanager
async def opened(wanted: str) -> AsyncIterator[Place]:
    settings = settings_beside()
    async with database.opened(settings, start=False) as found, wired(settings, found.url) as running:
        where = await chosen.workspace(running.store, wanted)
        yield Place(running, where.workspace)
