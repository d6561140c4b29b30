"""Publishing: a bot's files become the version that answers, provided that they load without an error."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.fields import ID_PREFIX
from frontdesk.dialog.load import load_bot
from frontdesk.store import assistants, audit, bots, workspaces
from frontdesk.store.assistants import Assistant
from frontdesk.store.bots import BotVersion
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx
from frontdesk.studio.phrases import bot_phrases


@dataclass(frozen=True, slots=True)
class Published:
    """`made`: the assistant was not there before. `changed`: these files were not live before."""

    assistant: Assistant
    version: BotVersion
    made: bool
    changed: bool


async def check(files: Mapping[str, str]) -> Bot:
    """The bot of `files` (path -> text); its `warnings` are what did not keep it from loading.

    Raises:
        BotInvalid: With every problem.
    """
    return await asyncio.to_thread(load_bot, files, phrases=bot_phrases())


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
        version = await bots.publish(workspace, tx, assistant_id, files=files, by=by)
        after = await assistants.read_assistant(workspace, tx, assistant_id)
        if version.id != before:
            shown = {"version": version.number, "sha256": version.sha256}
            await audit.append(workspace, tx, audit.Entry(at, by, "bot.published", assistant_id, after=shown))
    return Published(after, version, made, version.id != before)


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
