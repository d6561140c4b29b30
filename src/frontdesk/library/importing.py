"""Files into articles: read in a child process, one report a file.

A file that was imported before changes its articles; what is no longer in it is removed. A table of many rows is
taken in some at a time: while one commit is made, others who write wait for it.
"""

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath

import msgspec

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.library import editing
from frontdesk.library.file_kinds import ENDINGS, File, FileRead, Parsed
from frontdesk.sandbox.work import ChildFailed, Limits, run
from frontdesk.store import articles
from frontdesk.store.articles import Content
from frontdesk.store.connect import Store

JOB = "frontdesk.library.parsing:read_files"
MOST_FILE_BYTES = 25_000_000
FILES_AT_ONCE, BYTES_AT_ONCE = 50, 1_000_000
ARTICLES_AT_ONCE = 200
"""In one commit, which holds the audit log from its first entry on."""
MOST_NOTES = 20
LIMITS = Limits(wall_s=180.0, cpu_s=45, memory_bytes=1 << 30, answer_bytes=32 << 20)
_WHY = {
    "time": "Reading it takes too long; it was stopped.",
    "memory": "Reading it takes too much memory; it was stopped.",
    "crash": "It could not be read: the program that reads it broke.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How files become articles, where they do not say it themselves."""

    source: str
    language: str = "en"
    tags: tuple[str, ...] = ()
    audience: str = ""
    draft: bool = False
    url: Callable[[str], str] = field(default=lambda _: "")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one file; `problem` is empty where it was taken in.

    `limit`: where it met the plan's limit, which: the details of `plan_limit`.
    """

    path: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    problem: str = ""
    notes: tuple[str, ...] = ()
    limit: Mapping[str, object] | None = None


async def import_files(
    workspace: WorkspaceId, store: Store, files: Mapping[str, bytes], wanted: Wanted, *, by: str, at: datetime
) -> list[Report]:
    """One report a file, in their order. A file that cannot be read keeps none of the others out.

    Raises:
        Unavailable: The database is away; the files before that are in.
    """
    reports = []
    for read in await parse(files):
        if read.problem:
            reports.append(Report(read.path, problem=read.problem, notes=read.notes))
        else:
            reports.append(await _take_in(workspace, store, read, wanted, by=by, at=at))
    return reports


async def parse(files: Mapping[str, bytes], limits: Limits = LIMITS) -> list[FileRead]:
    """What the files hold; small ones share a child, and one that breaks it is found by itself."""
    found: dict[str, FileRead] = {}
    for batch in _batches(files, found):
        try:
            read = await _in_child(batch, limits)
        except ChildFailed as error:
            if len(batch) == 1:
                found[batch[0].path] = FileRead(batch[0].path, problem=_WHY.get(error.outcome, error.reason))
                continue
            for file in batch:
                found.update(await _alone(file, limits))
            continue
        found.update((each.path, each) for each in read)
    return [found[path] for path in files]


async def _alone(file: File, limits: Limits) -> dict[str, FileRead]:
    try:
        return {each.path: each for each in await _in_child([file], limits)}
    except ChildFailed as error:
        return {file.path: FileRead(file.path, problem=_WHY.get(error.outcome, error.reason))}


async def _in_child(batch: Sequence[File], limits: Limits) -> list[FileRead]:
    said = await run(JOB, msgspec.json.encode(batch), limits=limits)
    try:
        return msgspec.json.decode(said, type=list[FileRead])
    except msgspec.MsgspecError:
        raise ChildFailed("crash", "it sent what no child of ours sends") from None


def _batches(files: Mapping[str, bytes], found: dict[str, FileRead]) -> Iterator[list[File]]:
    batch: list[File] = []
    size = 0
    for path, data in files.items():
        if problem := _refused(path, data):
            found[path] = FileRead(path, problem=problem)
            continue
        if batch and (size + len(data) > BYTES_AT_ONCE or len(batch) == FILES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(File(path, base64.b64encode(data).decode()))
        size += len(data)
    if batch:
        yield batch


def _refused(path: str, data: bytes) -> str:
    if PurePosixPath(path).suffix.lower() not in ENDINGS:
        return f"Files of this kind are not read; these are: {', '.join(ENDINGS)}."
    if len(data) > MOST_FILE_BYTES:
        return f"It has more than {MOST_FILE_BYTES / 1e6:.0f} MB, the most that is read: part it in several files."
    return "" if data.strip() else "There is no text in it."


async def _take_in(
    workspace: WorkspaceId, store: Store, read: FileRead, wanted: Wanted, *, by: str, at: datetime
) -> Report:
    counts: Counter[editing.Outcome] = Counter()
    try:
        contents, left_out, notes = _checked(read, wanted)
        left = iter(contents.items())
        while batch := dict(islice(left, ARTICLES_AT_ONCE)):
            async with store.unit_of_work(workspace) as tx:
                counts.update(await editing.put(workspace, tx, batch, source=wanted.source, by=by, at=at))
        async with store.unit_of_work(workspace) as tx:
            gone = await articles.others_of_file(
                workspace, tx, wanted.source, read.path, but=contents.keys() | left_out
            )
            await editing.remove(workspace, tx, *gone, by=by, at=at)
    except Refused as error:
        limit = error.details if error.code == "plan_limit" else None
        return Report(read.path, problem=error.message, notes=read.notes, limit=limit)
    done = counts["added"], counts["changed"], counts["unchanged"]
    return Report(read.path, *done, removed=len(gone), notes=(*read.notes, *notes))


def _checked(read: FileRead, wanted: Wanted) -> tuple[dict[str, Content], set[str], list[str]]:
    """What the file's articles hold, by path; the paths of lines of a table that cannot be so, and what is said of them.

    Raises:
        Refused: The file's one article, the source, or each of its lines cannot be so.
    """
    contents: dict[str, Content] = {}
    left_out: dict[str, str] = {}
    for parsed in read.articles:
        path = f"{read.path}#{parsed.part}" if parsed.part else read.path
        content = _content(read.path, parsed, wanted)
        try:
            editing.check(content, wanted.source)
        except Refused as error:
            if not parsed.line or error.field == "source":
                raise
            left_out[path] = f"Line {parsed.line} was left out: {error.message}"
        else:
            contents[path] = content
    notes = list(left_out.values())[:MOST_NOTES]
    if not contents:
        raise Refused("invalid", f"No line of it can be taken in. {notes[0]}")
    if len(left_out) > MOST_NOTES:
        notes.append(f"{len(left_out) - MOST_NOTES} more were left out.")
    return contents, left_out.keys() - contents.keys(), notes


def _content(path: str, parsed: Parsed, wanted: Wanted) -> Content:
    return Content(
        title=parsed.title,
        body=parsed.body,
        kind="answer" if parsed.questions else "article",
        questions=parsed.questions[1:],
        url=parsed.url or wanted.url(path),
        language=parsed.language or wanted.language,
        tags=tuple(dict.fromkeys((*wanted.tags, *parsed.tags))),
        audience=parsed.audience or wanted.audience,
        status="draft" if wanted.draft else "published",
    )
