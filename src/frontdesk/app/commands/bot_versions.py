"""`frontdesk bot versions|diff|export|rollback`: what was published, what differs, a folder of it, and going back."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app.bot_folder import is_empty, others, read_bot, write_new, write_over
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.commands.chosen import Place, opened
from frontdesk.app.console import counted, result, run, say, tell_problems, visible
from frontdesk.dialog.problems import BotInvalid
from frontdesk.store import versions
from frontdesk.store.assistants import Assistant
from frontdesk.store.versions import Version
from frontdesk.studio.checking import check, id_in
from frontdesk.studio.diff import FileDiff, diff_files
from frontdesk.studio.publish import MAX_COMMENT, Publisher, put_live

_COLOURS = {"-": typer.colors.RED, "+": typer.colors.GREEN, "@": typer.colors.CYAN}

Whose = Annotated[str, typer.Option(help=chosen.ASSISTANT_HELP)]
Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
Comment = Annotated[str, typer.Option(help=chosen.COMMENT_HELP)]


def list_versions(
    assistant: Whose = "",
    workspace: Workspace = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    async def work() -> None:
        async with opened(assistant, workspace) as place:
            found = await versions.list_versions(place.workspace, place.tx, place.owner.id, limit=limit + 1)
        for version in found[:limit]:
            say(_line(version))
        if not found:
            say(f"{place.owner.slug} has no version yet: `frontdesk bot publish FOLDER` makes one.")
        elif len(found) > limit:
            say(f"There are older ones: --limit {2 * limit} shows more.")

    run(work())


def _line(version: Version) -> str:
    mark = "published" if version.published else ""
    same = f"[the files of version {version.same_as}]" if version.same_as is not None else ""
    told = " ".join(part for part in (version.comment, same) if part)
    when = f"{version.created_at:%Y-%m-%d %H:%M} UTC"
    return visible(f"{version.number:>5}  {mark:9}  {when}  {version.created_by}  {told}".rstrip())


def diff(
    before: Annotated[
        str,
        typer.Argument(
            help="A version's number, or a folder. Left out: the version before the published one."
        ),
    ] = "",
    after: Annotated[
        str, typer.Argument(help="Likewise. Left out: the published version; beside a folder, the folder.")
    ] = "",
    assistant: Annotated[
        str,
        typer.Option(help="Its short name or id; left out: that of the folder's bot.yaml, else the default."),
    ] = "",
    workspace: Workspace = "",
) -> None:
    folders = {side: read_bot(Path(side)) for side in (before, after) if side and not side.isdecimal()}
    whose = assistant or next((id_in(files) for files in folders.values()), "")

    async def work() -> int:
        async with opened(whose, workspace) as place:
            sides = await _sides(place, before, after)
            one, other = [folders[side] if side in folders else await _files(place, side) for side in sides]
        found = diff_files(one, other)
        for each in found:
            _show(each)
        if not found:
            say(f"There is no difference between {_called(sides[0])} and {_called(sides[1])}.")
        return 1 if found else 0

    run(work())


async def _sides(place: Place, before: str, after: str) -> tuple[str, str]:
    if before and after:
        return before, after
    published = await versions.published_number(place.workspace, place.tx, place.owner.id)
    if published is None:
        raise _nothing(place.owner)
    if before:
        return (before, str(published)) if before.isdecimal() else (str(published), before)
    former = await _former(place, published)
    return str(former), str(published)


def _called(side: str) -> str:
    return f"version {side}" if side.isdecimal() else side


def _show(found: FileDiff) -> None:
    for line in found.text.removesuffix("\n").split("\n"):
        if sys.stdout.isatty():
            if line.startswith(("---", "+++")):
                say(typer.style(visible(line), bold=True))
            else:
                say(typer.style(visible(line), fg=_COLOURS.get(line[:1])))
        else:
            say(line)


def export(
    version: Annotated[
        str, typer.Argument(help="A version's number; with only a folder given, it is the published one.")
    ],
    folder: Annotated[str, typer.Argument(help="Where its files go: empty, or not there yet.")] = "",
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Write over the files of a folder that is not empty; others stay.")
    ] = False,
    assistant: Whose = "",
    workspace: Workspace = "",
) -> None:
    number, target = (version, Path(folder)) if folder else ("", Path(version))
    if not is_empty(target) and not force:
        raise CannotStart(f"{target} is not empty: give another folder, or --force to write over its files.")

    async def work() -> tuple[str, str, dict[str, str]]:
        async with opened(assistant, workspace) as place:
            side = number or str(await _published(place))
            return place.owner.slug, side, await _files(place, side)

    slug, side, files = result(work())
    if target.exists():
        write_over(target, files)
    else:
        write_new(target, files)
    say(f"Wrote version {side} of {slug} to {target}: {counted(len(files), 'file')}.")
    for path in others(target, files):
        say(f"Left as it was, though version {side} has no such file: {path}")


def rollback(
    version: Annotated[
        str, typer.Argument(help="Its number; left out: the one before the published one.")
    ] = "",
    comment: Comment = "",
    assistant: Whose = "",
    workspace: Workspace = "",
) -> None:
    if len(comment) > MAX_COMMENT:
        raise CannotStart(f"A comment has up to {MAX_COMMENT} characters.")

    async def work() -> None:
        async with chosen.reached(workspace) as (here, where):
            async with chosen.held(here, where.workspace, assistant) as place:
                number = _number(version) if version else await _former(place, await _published(place))
                files = await _files(place, str(number))
            checked = await check(files)
            by = Publisher(chosen.BY, here.now())
            async with here.store.unit_of_work(where.workspace) as tx:
                done = await put_live(
                    where.workspace, tx, place.owner.id, checked, by, comment=comment, again=number
                )
        slug, made = place.owner.slug, done.version.number
        if done.changed:
            say(f"{slug} answers with the files of version {number} again, now published as version {made}.")
            say("Conversations in the middle of a flow finish it on the version they began it on.")
        else:
            say(f"{slug} has these files already: version {made} goes on answering.")

    try:
        run(work())
    except BotInvalid as error:
        tell_problems(error.problems)
        say("This release does not take these files any more: export the version, mend it, and publish it.")
        raise typer.Exit(1) from None


async def _files(place: Place, number: str) -> dict[str, str]:
    return (await versions.read_version(place.workspace, place.tx, place.owner.id, _number(number))).files


async def _published(place: Place) -> int:
    found = await versions.published_number(place.workspace, place.tx, place.owner.id)
    if found is None:
        raise _nothing(place.owner)
    return found


async def _former(place: Place, number: int) -> int:
    found = await versions.former_number(place.workspace, place.tx, place.owner.id, number)
    if found is None:
        raise CannotStart(f"{place.owner.slug} has no version before version {number}.")
    return found


def _nothing(owner: Assistant) -> CannotStart:
    return CannotStart(f"{owner.slug} has no version yet: `frontdesk bot publish FOLDER` makes one.")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise CannotStart(f"{text} is no version: give its number, as `frontdesk bot versions` shows it.")
    return min(int(text), versions.NEWEST)
