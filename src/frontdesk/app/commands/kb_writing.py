"""`frontdesk kb write|publish|withdraw`: an article's text, and whether customers are answered with it."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.console import run, say
from frontdesk.library import editing, importing
from frontdesk.store import articles

STANDARD_INPUT = "-"

Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
ArticleId = Annotated[str, typer.Argument(help="The article's id, as `frontdesk kb list` shows it.")]


def write(
    article_id: ArticleId,
    file: Annotated[Path, typer.Argument(help="The text, as Markdown; - for standard input.")],
    title: Annotated[str, typer.Option(help="Left out: it keeps its own.")] = "",
    url: Annotated[str, typer.Option(help="Where customers find it; left out: as it was.")] = "",
    *,
    publish: Annotated[bool, typer.Option("--publish", help="Answer with it from now on.")] = False,
    workspace: Workspace = "",
) -> None:
    given = _read(file)

    async def work() -> None:
        [read] = await importing.parse({"text.md": given})
        if read.problem or not read.articles:
            raise CannotStart(f"{file}: {read.problem or 'there is no text in it.'}")
        body = read.articles[0].body
        async with chosen.reached(workspace) as (here, where), here.store.unit_of_work(where.workspace) as tx:
            before = (await articles.read_article(where.workspace, tx, article_id)).content
            content = msgspec.structs.replace(
                before,
                body=body,
                title=title or before.title,
                url=url or before.url,
                status="published" if publish else before.status,
            )
            at = here.now()
            changed = await editing.change(where.workspace, tx, article_id, content, by=chosen.BY, at=at)
        if changed.content.status == "draft":
            say(
                f"It is written, and a draft: `frontdesk kb publish {article_id}` has customers answered with it."
            )
        else:
            say("It is written; customers are answered with it in a moment.")

    run(work())


def publish(article_id: ArticleId, workspace: Workspace = "") -> None:
    run(_put(article_id, workspace, "published"))


def withdraw(article_id: ArticleId, workspace: Workspace = "") -> None:
    run(_put(article_id, workspace, "draft"))


async def _put(article_id: str, wanted: str, status: articles.Status) -> None:
    async with chosen.reached(wanted) as (here, where), here.store.unit_of_work(where.workspace) as tx:
        before = (await articles.read_article(where.workspace, tx, article_id)).content
        content = msgspec.structs.replace(before, status=status)
        at = here.now()
        await editing.change(where.workspace, tx, article_id, content, by=chosen.BY, at=at)
    told = "Customers are answered with it in a moment." if status == "published" else "It is a draft again."
    say(told)


def _read(file: Path) -> bytes:
    if str(file) == STANDARD_INPUT:
        return sys.stdin.buffer.read(importing.MOST_FILE_BYTES + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(importing.MOST_FILE_BYTES + 1)
    except OSError as error:
        raise CannotStart(f"{file} cannot be read ({error.strerror}).") from error
