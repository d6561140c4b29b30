"""`frontdesk kb ...`: the knowledge base from a shell: files in, what is in it, and out again."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from frontdesk.app.commands import chosen
from frontdesk.app.commands.kb_asking import check_part
from frontdesk.app.commands.kb_files import find_sources, read_in_turn
from frontdesk.app.console import counted, run, say, visible
from frontdesk.library import editing, importing
from frontdesk.library.importing import Report, Wanted
from frontdesk.library.waking import wake
from frontdesk.store import articles, passages
from frontdesk.store.articles import Article

BY = "shell"
PAGE = 200
MOST_NAMED = 10

Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
ArticleId = Annotated[str, typer.Argument(help="The article's id, as `frontdesk kb list` shows it.")]


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
    wanted = Wanted(
        source, language, tuple(tag or ()), audience, draft, lambda path: url.replace("{path}", _bare(path))
    )
    given = find_sources(files)

    async def work() -> int:
        reports: list[Report] = []
        async with chosen.reached(workspace) as (here, where):
            for some in read_in_turn(given.files):
                at = here.now()
                done = await importing.import_files(where.workspace, here.store, some, wanted, by=BY, at=at)
                for report in done:
                    _tell(report)
                reports += done
            async with here.store.unit_of_work(where.workspace) as tx:
                total = (await articles.parts(where.workspace, tx)).sources.get(source, 0)
        refused = sum(bool(report.problem) for report in reports)
        told = f"{counted(len(reports) - refused, 'file')} taken in"
        if refused:
            told += f", {counted(refused, 'file')} not"
        if given.not_read:
            say(f"Left out, for their kind is not read: {_some(given.not_read)}.")
        say(f"{told}. The source `{visible(source)}` has {counted(total, 'article')} now.")
        return 1 if refused else 0

    run(work())


def _some(paths: Sequence[str]) -> str:
    named = ", ".join(map(visible, paths[:MOST_NAMED]))
    return f"{named} and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else named


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


def list_all(
    source: Annotated[str, typer.Option(help="Those of one source.")] = "",
    tag: Annotated[str, typer.Option(help="Those with this tag.")] = "",
    workspace: Workspace = "",
    *,
    as_json: AsJson = False,
) -> None:
    async def work() -> None:
        found: list[Article] = []
        async with chosen.reached(workspace) as (here, where), here.store.unit_of_work(where.workspace) as tx:
            there = await articles.parts(where.workspace, tx) if source or tag else None
            if source and there is not None:
                check_part(source, there, tags=False)
            if tag and there is not None:
                check_part(tag, there, sources=False)
            while page := await articles.list_articles(
                where.workspace, tx, after=found[-1].id if found else "", limit=PAGE, source=source, tag=tag
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


def show(article_id: ArticleId, workspace: Workspace = "", *, as_json: AsJson = False) -> None:
    async def work() -> None:
        async with chosen.reached(workspace) as (here, where), here.store.unit_of_work(where.workspace) as tx:
            article = await articles.read_article(where.workspace, tx, article_id)
            versions = await articles.list_versions(where.workspace, tx, article_id)
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


def remove(article_id: ArticleId, workspace: Workspace = "") -> None:
    async def work() -> None:
        async with chosen.reached(workspace) as (here, where), here.store.unit_of_work(where.workspace) as tx:
            at = here.now()
            await editing.remove(where.workspace, tx, article_id, by=BY, at=at)
        say("It is gone.")

    run(work())


def reindex(workspace: Workspace = "") -> None:
    async def work() -> None:
        async with chosen.reached(workspace) as (here, where), here.store.unit_of_work(where.workspace) as tx:
            await passages.index_all_again(where.workspace, tx)
            await wake(where.workspace, tx)
        say("It is under way; `frontdesk kb status` shows how far.")

    run(work())
