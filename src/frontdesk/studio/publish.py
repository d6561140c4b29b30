"""Publishing: a bot's files become the version that answers, provided that they load without an error."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.core.message import TextLimits
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import BotInvalid
from frontdesk.store import assistants, audit, bots, workspaces
from frontdesk.store.assistants import Assistant
from frontdesk.store.bots import BotVersion
from frontdesk.store.connect import Store
from frontdesk.studio.phrases import bot_phrases, repair_phrases
from frontdesk.studio.scripts import script_problems


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
    bot = await asyncio.to_thread(
        load_bot, files, phrases=bot_phrases(), repair=repair_phrases(), teams=teams, limits=limits
    )
    if faults := await script_problems(bot):
        raise BotInvalid((*faults, *bot.warnings))
    return bot


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
    slug: str,
    *,
    files: Mapping[str, str],
    by: str,
    at: datetime,
) -> Published:
    """The same for an assistant by its short name (empty: the bot's own), which is made if it is not there.

    The first assistant of a workspace is the one that answers by default.

    Raises:
        BotInvalid: With every problem.
    """
    bot = await check(files)
    slug = slug or bot.id
    async with store.unit_of_work(workspace) as tx:
        await workspaces.hold(workspace, tx)
        assistant_id = await bots.find_by_slug(workspace, tx, slug)
        made = assistant_id is None
        if assistant_id is None:
            first = await assistants.find_default(workspace, tx) is None
            new = await bots.create_assistant(
                workspace, tx, slug=slug, name=bot.name, is_default=first, env={}
            )
            assistant_id = new.id
        before = (await assistants.read_assistant(workspace, tx, assistant_id)).published_version
        version = await bots.publish(workspace, tx, assistant_id, files=files, by=by)
        after = await assistants.read_assistant(workspace, tx, assistant_id)
        if version.id != before:
            shown = {"version": version.number, "sha256": version.sha256}
            await audit.append(workspace, tx, audit.Entry(at, by, "bot.published", assistant_id, after=shown))
    return Published(after, version, made, version.id != before)
