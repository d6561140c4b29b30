"""Publishing: a bot's files become the version that answers, provided that they load without an error.

A version never changes and none goes away: going back to one publishes its files again, as the next number.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.core.message import TextLimits
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.fields import ID_PREFIX
from frontdesk.dialog.load import MAIN_FILE, load_bot
from frontdesk.dialog.problems import BotInvalid, Problems
from frontdesk.dialog.yaml import read
from frontdesk.store import assistants, audit, bots, versions, workspaces
from frontdesk.store.assistants import Assistant
from frontdesk.store.bots import BotVersion
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx
from frontdesk.studio.files import check_files
from frontdesk.studio.phrases import bot_phrases, repair_phrases
from frontdesk.studio.scripts import script_problems

PUBLISHED, ROLLED_BACK = "bot.published", "bot.rolled_back"
"""What the audit log calls them."""
MAX_COMMENT = 500


@dataclass(frozen=True, slots=True)
class Published:
    """`made`: the assistant was not there before. `changed`: these files were not live before."""

    assistant: Assistant
    version: BotVersion
    made: bool
    changed: bool


async def check(
    files: Mapping[str, str],
    *,
    teams: Collection[str] | None = None,
    limits: Mapping[str, TextLimits] | None = None,
) -> Bot:
    """The bot of `files` (path -> text); its `warnings` are what did not keep it from loading.

    `teams` are those that can take over, where they are known; `limits` what channels show at most.

    Raises:
        BotInvalid: With every problem.
        Unavailable: It has scripts, and no process could read them.
    """
    check_files(files)
    bot = await asyncio.to_thread(
        load_bot, files, phrases=bot_phrases(), repair=repair_phrases(), teams=teams, limits=limits
    )
    if faults := await script_problems(bot):
        raise BotInvalid((*faults, *bot.warnings))
    return bot


def id_in(files: Mapping[str, str]) -> str:
    """The bot's own id, also where the rest of its files is not in order; empty where there is none."""
    top = read(files.get(MAIN_FILE, ""), MAIN_FILE, Problems())
    assistant = top.value.get("assistant") if top is not None and isinstance(top.value, dict) else None
    found = assistant.value.get("id") if assistant is not None and isinstance(assistant.value, dict) else None
    return found.raw if found is not None else ""


async def publish(
    workspace: WorkspaceId, store: Store, assistant_id: AssistantId, *, files: Mapping[str, str], by: str
) -> BotVersion:
    """Make `files` (path -> text) the assistant's live version; files that are live already make no new one.

    Raises:
        BotInvalid: With every problem.
        Refused: There is no such assistant.
    """
    await check(files)
    async with store.unit_of_work(workspace) as tx:
        return await bots.publish(workspace, tx, assistant_id, files=files, by=by)


async def publish_as(
    workspace: WorkspaceId,
    store: Store,
    wanted: str,
    *,
    files: Mapping[str, str],
    by: str,
    at: datetime,
    comment: str = "",
) -> Published:
    """The same for an assistant by its id or short name (empty: the bot's own).

    Under a short name it is made if it is not there; the first of a workspace is the one that answers by default.

    Raises:
        BotInvalid: With every problem.
        Refused: There is no assistant with this id.
    """
    bot = await check(files)
    async with store.unit_of_work(workspace) as tx:
        await workspaces.hold(workspace, tx)
        assistant_id = await _existing(workspace, tx, wanted or bot.id)
        made = assistant_id is None
        if assistant_id is None:
            first = await assistants.find_default(workspace, tx) is None
            new = await bots.create_assistant(
                workspace, tx, slug=wanted or bot.id, name=bot.name, is_default=first, env={}
            )
            assistant_id = new.id
        before = (await assistants.read_assistant(workspace, tx, assistant_id)).published_version
        version = await bots.publish(workspace, tx, assistant_id, files=files, by=by, note=comment)
        after = await assistants.read_assistant(workspace, tx, assistant_id)
        if version.id != before:
            entry = audit.Entry(at, by, PUBLISHED, assistant_id, after=noted(version))
            await audit.append(workspace, tx, entry)
    return Published(after, version, made, version.id != before)


@dataclass(frozen=True, slots=True)
class RolledBack:
    """`changed`: its files were not live before. `of` is the version whose files they are."""

    version: BotVersion
    of: int
    changed: bool


async def roll_back(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, number: int, *, by: str, comment: str = ""
) -> RolledBack:
    """Publish a former version again; conversations under way stay on theirs. The caller keeps the audit log.

    Raises:
        BotInvalid: This release no longer takes its files.
        Refused: There is no such version.
    """
    before = (await assistants.read_assistant(workspace, tx, assistant_id)).published_version
    files = (await versions.read_version(workspace, tx, assistant_id, number)).files
    await check(files)
    note = comment or f"Version {number} again."
    version = await bots.publish(workspace, tx, assistant_id, files=files, by=by, note=note)
    return RolledBack(version, number, version.id != before)


def noted(version: BotVersion, of: int | None = None) -> dict[str, object]:
    """What the audit log keeps of a version; `of` is the one whose files it has again."""
    kept: dict[str, object] = {"version": version.number, "sha256": version.sha256}
    return kept if of is None else {**kept, "of": of}


async def _existing(workspace: WorkspaceId, tx: Tx, wanted: str) -> AssistantId | None:
    """The assistant with this short name, if it is there, or with this id, which has to be."""
    if not wanted.startswith(ID_PREFIX):
        return await bots.find_by_slug(workspace, tx, wanted)
    try:
        return (await assistants.read_assistant(workspace, tx, wanted)).id
    except Refused:
        raise Refused(
            "not_found",
            f"There is no assistant with the id {wanted} in this workspace. If it is in another, name that with "
            f"--workspace; to make a new one, give a short name, which does not begin with {ID_PREFIX}.",
        ) from None
