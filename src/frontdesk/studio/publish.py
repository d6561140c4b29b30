"""Publishing: a bot's files become the version that answers, provided that they load without an error."""

import asyncio
from collections.abc import Mapping

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import BotInvalid
from frontdesk.store import bots
from frontdesk.store.bots import BotVersion
from frontdesk.store.connect import Store
from frontdesk.studio.phrases import bot_phrases


async def publish(
    workspace: WorkspaceId, store: Store, assistant_id: AssistantId, *, files: Mapping[str, str], by: str
) -> BotVersion:
    """Make `files` (path -> text) the assistant's live version; files that are live already make no new one.

    Raises:
        Refused: `bot_invalid`, with every problem on a line of its own; or there is no such assistant.
    """
    try:
        await asyncio.to_thread(load_bot, files, phrases=bot_phrases())
    except BotInvalid as error:
        raise Refused("bot_invalid", "\n".join(map(str, error.problems))) from error
    async with store.unit_of_work(workspace) as tx:
        return await bots.publish(workspace, tx, assistant_id, files=files, by=by)
