"""`frontdesk kb search|gaps|status`: what it would answer, what it lacks, how it does."""

import json
from datetime import timedelta
from typing import Annotated

import msgspec
import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen, running
from frontdesk.app.console import counted, run, say, visible
from frontdesk.app.wiring import Running
from frontdesk.core.action import Page
from frontdesk.core.ids import WorkspaceId
from frontdesk.dialog.problems import listed
from frontdesk.library import gaps as gap_lists
from frontdesk.library import indexing
from frontdesk.library.answering import passage_of
from frontdesk.library.hit import Hit
from frontdesk.library.judging import judged
from frontdesk.library.search import Query, Search, Searched
from frontdesk.store import articles, vectors
from frontdesk.store.retrieval import Scope

Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
DAY = timedelta(days=1)
EMBED_WITHIN_S = 60.0
"""Whoever tries a question out waits for a model that has to be loaded first."""


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
    if not question.strip():
        raise CannotStart(
            'Ask something, as a customer would: frontdesk kb search "what does delivery cost?"'
        )
    asked = (question, language, Scope(audience, part), Page(url=page))

    async def work() -> None:
        async with running.opened(workspace) as (parts, where):
            await _search(parts, where.workspace, asked, most=most)

    run(work())


def list_gaps(
    days: Annotated[int, typer.Option(min=1, max=365, help="Of the last so many days.")] = 30,
    draft: Annotated[
        str,
        typer.Option(
            help="Make a draft article of the gap with this id, or the first letters of it; its questions are dealt with."
        ),
    ] = "",
    workspace: Workspace = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    async def work() -> None:
        async with running.opened(workspace) as (parts, where):
            await _gaps(parts, where.workspace, days=days, draft=draft, as_json=as_json)

    run(work())


def status(
    days: Annotated[int, typer.Option(min=1, max=365, help="Questions of the last so many days.")] = 30,
    workspace: Workspace = "",
) -> None:
    async def work() -> None:
        async with running.opened(workspace) as (parts, where):
            await _status(parts, where.workspace, days=days)

    run(work())


async def _search(
    running: Running, workspace: WorkspaceId, asked: tuple[str, str, Scope, Page], *, most: int
) -> None:
    searching = Search(
        running.store, running.answers.embedders, running.answers.tuning, embed_within_s=EMBED_WITHIN_S
    )
    if part := asked[2].part:
        async with running.store.unit_of_work(workspace) as tx:
            check_part(part, await articles.parts(workspace, tx))
    found = await searching.find(workspace, Query(*asked), most=most)
    found = await judged(workspace, running.store, found, found.least)
    for number, hit in enumerate(found.hits, 1):
        _show(number, found, hit)
    for word, meant in found.corrected.items():
        say(visible(f"Nobody writes {word!r}; it was taken for {meant!r}."))
    how = "words and meaning" if found.by_meaning else "words alone"
    fits = [at for at, hit in enumerate(found.hits, 1) if hit.fit >= found.least or hit.is_curated]
    answered = next((at for at in fits if not found.hits[at - 1].lacks), 0)
    outcome = "Not answered, a gap" if not answered else "Answered with the first"
    if answered > 1:
        outcome = f"Answered with number {answered}"
    say(f"{outcome}: it takes a fit of {found.least:.2f}. Searched by {how} in {found.ms} ms.")


def check_part(wanted: str, there: articles.Parts, *, tags: bool = True, sources: bool = True) -> None:
    """Raises `CannotStart`, which says what there is, where there is no such source or tag."""
    known = {"source": list(there.sources) if sources else [], "tag": list(there.tags) if tags else []}
    if any(wanted in names for names in known.values()):
        return
    kinds = " or ".join(kind for kind, asked in (("source", sources), ("tag", tags)) if asked)
    named = [f"{kind}s: {listed(map(visible, names))}" for kind, names in known.items() if names]
    told = f"There are the {'; '.join(named)}." if named else "There is none yet."
    raise CannotStart(f"There is no {kinds} {visible(wanted)}. {told}")


def _show(number: int, found: Searched, hit: Hit) -> None:
    near = "" if hit.near is None else f", meaning {max((hit.near.whole, *hit.near.sentences)):.2f}"
    page = f", page +{hit.page:.1f}" if hit.page else ""
    same = f", same question {hit.same:.2f}" if hit.found.asks else ""
    say(visible(f"{number}. {hit.found.title}   fit {hit.fit:.2f} (words {hit.words:.1f}{near}{page}{same})"))
    if hit.lacks:
        say(visible(f"   says nothing of {', '.join(hit.lacks)}"))
    answer = passage_of(found, hit).text
    for line in answer.split("\n"):
        say(f"   {visible(line)}")


async def _gaps(running: Running, workspace: WorkspaceId, *, days: int, draft: str, as_json: bool) -> None:
    now = running.line.clock.now()
    found = await gap_lists.list_gaps(
        workspace, running.store, running.answers.embedders, since=now - days * DAY
    )
    if draft:
        gap = gap_lists.find(found, draft)
        async with running.store.unit_of_work(workspace) as tx:
            article = await gap_lists.draft(workspace, tx, gap, by=chosen.BY, at=now)
        say(
            f"{article.id} is a draft that answers it: `frontdesk kb write {article.id} FILE --publish` gives it its text."
        )
    elif as_json:
        say(json.dumps(msgspec.to_builtins(found), indent=2))
    else:
        for gap in found:
            say(visible(f"{gap.id}  {gap.times:4}  {gap.question}   (best fit {gap.best_fit:.2f})"))
        say(f"{counted(len(found), 'gap')}." if found else "Nothing was asked that found no answer.")


async def _status(running: Running, workspace: WorkspaceId, *, days: int) -> None:
    store, now = running.store, running.line.clock.now()
    async with store.unit_of_work(workspace) as tx:
        counts = await articles.count(workspace, tx)
        used = await gap_lists.usage(workspace, tx, since=now - days * DAY, until=now + DAY)
    progress = await indexing.progress(workspace, store, running.answers.embedders)
    keeps = await vectors.is_there(store)
    say(f"articles   {counts.articles} ({counts.published} published, {counts.answers} curated answers)")
    bare = progress.passages - progress.with_vectors if progress.model and keeps else 0
    words = f", {bare} of them found by words alone so far" if bare else ""
    passages = counted(progress.passages, "passage")
    say(f"indexing   {counts.waiting} waiting, {counts.failed} failed, {passages}{words}")
    say(f"meaning    {_meaning(progress, keeps=keeps)}")
    figures = used.figures
    rate = "nothing was asked" if figures.hit_rate is None else f"{figures.hit_rate:.0%} answered"
    asked = figures.found + figures.none
    say(f"questions  {asked} in {counted(days, 'day')}: {rate}, median {figures.ms:.0f} ms")
    for one in used.used:
        say(visible(f"  {one.times:5}  {one.title}"))


def _meaning(progress: indexing.Progress, *, keeps: bool) -> str:
    if not keeps:
        return "no: this PostgreSQL has no pgvector; install it and run `frontdesk migrate`"
    if not progress.passages:
        return "no: there is nothing to compare yet"
    if not progress.model:
        return "no: no embedding model is set up"
    meanwhile = f"until then {progress.meanwhile} answers" if progress.meanwhile else "until then words alone"
    done = f"{progress.with_vectors} of {progress.passages} passages"
    if progress.by_meaning:
        part = f", {done}" if progress.with_vectors < progress.passages else ""
        told = f"; {visible(progress.problem)}" if progress.problem else ""
        return f"yes, with {progress.model}{part}{told}"
    if progress.problem:
        return f"not with {progress.model}: {visible(progress.problem)} {meanwhile}"
    return f"being made with {progress.model}: {done}, {meanwhile}"
