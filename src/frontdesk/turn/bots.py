"""Which assistant answers at an address, and its bot compiled. Kept in memory for a second, so that publishing
takes effect within one; compiled versions never change and are kept until others need the room.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import replace

from frontdesk.core.errors import Bug, Refused
from frontdesk.core.ids import AssistantId, BotVersionId, ChannelId, WorkspaceId
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import BotInvalid
from frontdesk.dialog.repair import Phrases as RepairPhrases
from frontdesk.store import bots, directory
from frontdesk.store.bots import PREVIEW
from frontdesk.store.connect import Store
from frontdesk.store.directory import Entrance

FRESH_S = 1.0
MOST_ENTRANCES = 2_000
MOST_BOTS = 64

Phrases = Mapping[str, Mapping[str, str]]


class Unpublished(Refused):
    """The assistant is there, but no version of its bot has been published yet."""

    def __init__(self) -> None:
        super().__init__("not_found", "The assistant has no published version.")


_TRIES = re.compile(r"(bot_[0-9a-z]{26})\.[0-9a-z_]+", re.ASCII)


def tried_by(external_id: str) -> BotVersionId | None:
    """The version that a customer of the preview is there to try; None for one who talks to what is published."""
    found = _TRIES.fullmatch(external_id)
    return None if found is None else BotVersionId(found[1])


class Bots:
    def __init__(self, store: Store, phrases: Phrases, repair: RepairPhrases) -> None:
        self._store = store
        self._phrases = phrases
        self._repair = repair
        self._entrances: dict[tuple[str, ...], tuple[float, Entrance]] = {}
        self._bots: dict[BotVersionId, Bot] = {}

    async def entrance(self, *, host: str, name: str, channel_type: str) -> Entrance:
        """The assistant at a host name or path name.

        Raises:
            Refused: There is none.
            Unpublished: It has nothing published.
        """
        key = (host, name, channel_type)
        kept = self._entrances.get(key)
        if kept is not None and time.monotonic() - kept[0] < FRESH_S:
            return kept[1]
        found = await directory.find_entrance(self._store, host=host, name=name, channel_type=channel_type)
        return self._keep(key, found)

    async def entrance_in(
        self, workspace: WorkspaceId, *, host: str, name: str, channel_type: str
    ) -> Entrance:
        """The same for a caller whose key says the workspace: no other workspace's assistant is found.

        Raises:
            Refused: There is none.
            Unpublished: It has nothing published.
        """
        key = (workspace, host, name, channel_type)
        kept = self._entrances.get(key)
        if kept is not None and time.monotonic() - kept[0] < FRESH_S:
            return kept[1]
        found = await directory.entrance_in(
            workspace, self._store, host=host, name=name, channel_type=channel_type
        )
        return self._keep(key, found)

    async def preview(
        self, workspace: WorkspaceId, assistant_id: AssistantId, version_id: BotVersionId
    ) -> Entrance:
        """The way in for trying a version that nobody has published.

        Raises:
            Refused: The assistant has no preview.
        """
        found = await directory.entrance_in(
            workspace, self._store, host="", name=assistant_id, channel_type=PREVIEW
        )
        if found is None:
            raise Refused("not_found", "The assistant has no preview: its channel was removed.")
        return replace(found, published_version=version_id)

    async def entrance_of(
        self,
        workspace: WorkspaceId,
        channel_id: ChannelId,
        assistant_id: AssistantId,
        external_id: str = "",
    ) -> Entrance:
        """The same for a conversation that is already under way, under the customer's name on the channel.

        Raises:
            Refused: The channel or the assistant was removed.
        """
        key = (workspace, channel_id, assistant_id)
        kept = None if tried_by(external_id) else self._entrances.get(key)
        if kept is not None and time.monotonic() - kept[0] < FRESH_S:
            return kept[1]
        found = await directory.entrance_of(workspace, self._store, channel_id, assistant_id)
        if found is not None and found.channel_type == PREVIEW and (version := tried_by(external_id)):
            return replace(found, published_version=version)
        return self._keep(key, found)

    async def entrance_by_task(self, workspace: WorkspaceId, task_id: str) -> Entrance:
        """The same for a message that names its task.

        Raises:
            Refused: There is none, or it is switched off.
            Unpublished: Its assistant has nothing published.
        """
        key = (workspace, task_id)
        kept = self._entrances.get(key)
        if kept is not None and time.monotonic() - kept[0] < FRESH_S:
            return kept[1]
        return self._keep(key, await directory.entrance_by_task(workspace, self._store, task_id))

    def _keep(self, key: tuple[str, ...], found: Entrance | None) -> Entrance:
        if found is None:
            raise Refused("not_found", "There is no such assistant, or it has no channel of this type.")
        if found.published_version is None:
            raise Unpublished
        if len(self._entrances) >= MOST_ENTRANCES:
            self._entrances.clear()
        self._entrances[key] = (time.monotonic(), found)
        return found

    def compiled(self, version_id: BotVersionId) -> Bot | None:
        """The bot when it is in memory; for the path that must not wait."""
        return self._bots.get(version_id)

    async def bot(self, workspace: WorkspaceId, version_id: BotVersionId) -> Bot:
        kept = self._bots.get(version_id)
        if kept is not None:
            return kept
        files = await bots.files_of(workspace, self._store, version_id)
        if files is None:
            raise Bug(f"bot version {version_id} is gone")
        try:
            compiled = await asyncio.to_thread(
                load_bot, files, phrases=self._phrases, repair=self._repair, linted=False
            )
        except BotInvalid as error:
            raise Bug(f"bot version {version_id} no longer loads: {error.problems[0]}") from error
        if (kept := self._bots.get(version_id)) is not None:
            return kept  # somebody else has loaded it meanwhile, and it is in use
        if len(self._bots) >= MOST_BOTS:
            del self._bots[next(iter(self._bots))]
        self._bots[version_id] = compiled
        return compiled
