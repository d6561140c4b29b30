"""Writing a bot: an assistant's files as somebody is changing them, until they are published or given up.

nothing --first change: a copy of what answers--> open --publish--> nothing
                                                   `--discard--> discarded --reopen--> open

Two who change one file: the second is told, for a file is changed as its writer has read it. Called by the API and
the panel; loading, testing and trying are `trying`'s.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.dialog.load import MAIN_FILE, MAX_BYTES, MAX_FILES
from frontdesk.store import assistants
from frontdesk.store import drafts as stored
from frontdesk.store.drafts import By, DraftRow, FileRow
from frontdesk.store.tx import Tx
from frontdesk.studio.files import check_files

NEW: frozenset[int] = frozenset()
"""Expected of a path where nothing is to be yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published. Where `is_open` is false, nothing was changed: these are the files that answer.

    `live_version` answers now; `base_version` did when the draft was begun.
    """

    files: Mapping[str, FileRow]
    is_open: bool
    live_version: BotVersionId | None
    base_version: BotVersionId | None
    row_version: int
    edited_by: str = ""
    edited_at: datetime | None = None
    can_reopen: bool = False

    @property
    def texts(self) -> dict[str, str]:
        return {path: file.text for path, file in self.files.items()}

    @property
    def is_behind(self) -> bool:
        """Another version was published since it was begun."""
        return self.is_open and self.base_version != self.live_version


def mark(text: str) -> int:
    """Tells texts apart: what a file's writer has read, in a number."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:14], 16)


async def read(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> Draft:
    live = await stored.live(workspace, tx, assistant_id)
    row = await stored.read_draft(workspace, tx, assistant_id)
    if row is None:
        return Draft(
            live.files,
            is_open=False,
            live_version=live.version_id,
            base_version=live.version_id,
            row_version=0,
        )
    files = await stored.read_files(workspace, tx, assistant_id) if row.is_open else live.files
    return Draft(
        files,
        row.is_open,
        live.version_id,
        row.base_version if row.is_open else live.version_id,
        row.row_version,
        row.edited_by,
        row.edited_at,
        can_reopen=row.discarded_at is not None,
    )


async def live_texts(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> dict[str, str]:
    """The files that answer; none where nothing was published."""
    live = await stored.live(workspace, tx, assistant_id)
    return {path: file.text for path, file in live.files.items()}


def refuse_unless_same(draft: Draft, texts: Mapping[str, str]) -> None:
    """Raises `Refused` where the draft is not any more what was looked at."""
    if draft.texts != texts:
        raise Refused("conflict", "The draft was changed while it was checked: look at it again.")


async def read_file(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, path: str) -> FileRow:
    """Raises `Refused` where the draft has no such file."""
    found = (await read(workspace, tx, assistant_id)).files.get(path)
    if found is None:
        raise _no_file(path)
    return found


async def start(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, files: Mapping[str, str], by: By
) -> None:
    """Put other files in the place of all there are: of an assistant that is new, or that somebody uploads anew.

    Raises:
        BotInvalid: One of them can be no file of a bot.
    """
    _check(files)
    await assistants.read_assistant(workspace, tx, assistant_id, for_change=True)
    live = await stored.live(workspace, tx, assistant_id)
    await stored.begin(workspace, tx, assistant_id, files, base=live.version_id, by=by)


async def save(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    path: str,
    text: str,
    *,
    expected: Collection[int] | None,
    by: By,
) -> FileRow:
    """The file as it is now.

    Args:
        expected: The `mark`s of the file as its writer knows it, `NEW` for one that is not there; None for any.

    Raises:
        Refused: `conflict`, somebody else has changed it meanwhile.
        BotInvalid: It can be no file of a bot.
    """
    draft = await _held(workspace, tx, assistant_id)
    there = draft.files.get(path)
    _unless_as(expected, there, path)
    if there is not None and there.text == text:
        return there
    _check({**draft.texts, path: text})
    await _open(workspace, tx, assistant_id, draft, by)
    await stored.put_file(workspace, tx, assistant_id, path, text, by=by)
    return FileRow(path, text, by.name, by.at)


async def rename(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    path: str,
    to: str,
    *,
    by: By,
    expected: Collection[int] | None = None,
) -> FileRow:
    """The file under its new path; `expected` as `save` has it.

    Raises:
        Refused: `not_found`, or `conflict` where that path is taken or the file was changed meanwhile.
        BotInvalid: It can be no path of a bot's file.
    """
    draft = await _held(workspace, tx, assistant_id)
    there = draft.files.get(path)
    if there is None:
        raise _no_file(path)
    _unless_read(expected, there)
    if path == to:
        return there
    _needed(path)
    if to in draft.files:
        raise Refused("conflict", f"There is a file {to} already.", field="path")
    _check({**{name: text for name, text in draft.texts.items() if name != path}, to: there.text})
    await _open(workspace, tx, assistant_id, draft, by)
    await stored.remove_file(workspace, tx, assistant_id, path, by)
    await stored.put_file(workspace, tx, assistant_id, to, there.text, by=by)
    return FileRow(to, there.text, by.name, by.at)


async def remove(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    path: str,
    *,
    by: By,
    expected: Collection[int] | None = None,
) -> None:
    """`restore` brings it back, for as long as the draft is open; `expected` as `save` has it.

    Raises:
        Refused: There is no such file, a bot cannot be without it, or it was changed meanwhile.
    """
    draft = await _held(workspace, tx, assistant_id)
    there = draft.files.get(path)
    if there is None:
        raise _no_file(path)
    _unless_read(expected, there)
    _needed(path)
    await _open(workspace, tx, assistant_id, draft, by)
    await stored.remove_file(workspace, tx, assistant_id, path, by)


async def restore(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    path: str,
    *,
    by: By,
    expected: Collection[int] | None = None,
) -> FileRow:
    """A file that was removed, as it was; `expected`: the `mark`s of what is to be there again, None for any.

    Raises:
        Refused: No file of this path was removed, another has it by now, or what was removed is not what is expected.
        BotInvalid: By now it cannot be beside the others.
    """
    draft = await _held(workspace, tx, assistant_id)
    if path in draft.files:
        raise Refused("conflict", f"There is a file {path} already.", field="path")
    if not draft.is_open or not await stored.restore_file(workspace, tx, assistant_id, path, by):
        raise _no_file(path)
    after = await read(workspace, tx, assistant_id)
    _unless_read(expected, after.files[path])
    _check(after.texts)
    return after.files[path]


async def discard(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    *,
    by: By,
    expected: Collection[int] | None = None,
) -> None:
    """What answers is what there is again; `reopen` takes it back until another draft is begun.

    Args:
        expected: The row versions of the draft as it was looked at; None for any.

    Raises:
        Refused: Nothing was changed, or something more than what was looked at.
    """
    draft = await _held(workspace, tx, assistant_id)
    if draft.is_open and expected is not None and draft.row_version not in expected:
        raise Refused("conflict", "The draft was changed since you read it; it was not discarded.")
    if not await stored.discard(workspace, tx, assistant_id, by):
        raise Refused("not_found", "There is no draft: nothing was changed since it was published.")


async def reopen(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, by: By) -> None:
    """Raises `Refused` where no draft was discarded, or another was begun since."""
    await assistants.read_assistant(workspace, tx, assistant_id, for_change=True)
    if not await stored.reopen(workspace, tx, assistant_id, by):
        raise Refused("not_found", "There is no discarded draft to take up again.")


async def end(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> None:
    """Its files have been published."""
    await stored.end(workspace, tx, assistant_id)


async def is_open(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> bool:
    row: DraftRow | None = await stored.read_draft(workspace, tx, assistant_id)
    return row is not None and row.is_open


async def _held(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> Draft:
    """The draft; nobody else changes or publishes it until the commit."""
    await assistants.read_assistant(workspace, tx, assistant_id, for_change=True)
    return await read(workspace, tx, assistant_id)


async def _open(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, draft: Draft, by: By) -> None:
    if not draft.is_open:
        await stored.begin(workspace, tx, assistant_id, draft.texts, base=draft.live_version, by=by)


def _unless_as(expected: Collection[int] | None, there: FileRow | None, path: str) -> None:
    if expected is None or (there is None and not expected):
        return
    if there is None:
        raise Refused("conflict", f"{path} was removed since you read it; what you wrote is not saved yet.")
    if not expected:
        raise Refused("conflict", f"There is a file {path} already.", field="path")
    if mark(there.text) not in expected:
        raise Refused("conflict", f"{path} was changed since you read it; what you wrote is not saved yet.")


def _unless_read(expected: Collection[int] | None, there: FileRow) -> None:
    if expected is not None and mark(there.text) not in expected:
        raise Refused("conflict", f"{there.path} was changed since you read it; it was left as it is.")


def _needed(path: str) -> None:
    if path == MAIN_FILE:
        raise Refused("in_use", f"A bot is not without {MAIN_FILE}: change what stands in it.")


def _check(files: Mapping[str, str]) -> None:
    check_files(files)
    if len(files) > MAX_FILES:
        raise Refused("invalid", f"A bot has at most {MAX_FILES:,} files.", field="path")
    if sum(len(text.encode()) for text in files.values()) > MAX_BYTES:
        raise Refused(
            "invalid", f"The files of a bot hold at most {MAX_BYTES:,} bytes together.", field="text"
        )


def _no_file(path: str) -> Refused:
    return Refused("not_found", f"The draft has no file {path}.")
