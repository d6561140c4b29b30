"""Loads what messages are understood with before one has to wait for it: at the start, and when a new model serves.

`up` begins it where customers are served; nothing is loaded where no assistant uses it. Whatever is in the way here,
messages load what they need by themselves.
"""

import time

import structlog

from frontdesk.app.embedders import InstalledEmbedders
from frontdesk.core.errors import Bug, Unavailable
from frontdesk.core.ids import AssistantId, BotVersionId, ConversationId, WorkspaceId
from frontdesk.ports.answerer import Asker
from frontdesk.store import intent_models, vectors
from frontdesk.store.connect import Store
from frontdesk.store.directory import each_workspace
from frontdesk.studio.intents.serving import Understanding
from frontdesk.turn.bots import Bots

MOST_WORKSPACES = 200
MOST_MODELS = 16
"""Of a server with more of them only the first are loaded: a start should not take the memory of all."""

log = structlog.get_logger()


class Warming:
    def __init__(
        self, store: Store, bots: Bots, embedders: InstalledEmbedders, understanding: Understanding
    ) -> None:
        self._store, self._bots = store, bots
        self._embedders, self._understanding = embedders, understanding
        self._begun = False

    async def begin(self) -> None:
        """Load what the assistants in service use; from then on what `taken_up` is told of, too."""
        self._begun = True
        began, left = time.monotonic(), MOST_MODELS
        try:
            warmed = 0
            async for row in each_workspace(self._store):
                left -= await self._models(row.workspace, left)
                await self._knowledge(row.workspace)
                warmed += 1
                if warmed == MOST_WORKSPACES:
                    break
            log.info("warming.done", models=MOST_MODELS - left, seconds=round(time.monotonic() - began, 1))
        except Unavailable as error:
            log.warning("warming.cut_short", reason=error.message)
        except Exception:
            # The program answers without this, only later.
            log.exception("warming.failed")

    async def taken_up(self, workspace: WorkspaceId, version_id: BotVersionId) -> None:
        """A model of this version has been learnt."""
        if not self._begun:
            return
        try:
            async with self._store.unit_of_work(workspace) as tx:
                there = await intent_models.in_service(workspace, tx)
            for assistant_id, published in there:
                if published == version_id:
                    await self._load(workspace, assistant_id, version_id)
        except Unavailable as error:
            log.warning("warming.cut_short", reason=error.message)

    async def _models(self, workspace: WorkspaceId, most: int) -> int:
        async with self._store.unit_of_work(workspace) as tx:
            there = await intent_models.in_service(workspace, tx)
        for assistant_id, version_id in there[:most]:
            await self._load(workspace, assistant_id, version_id)
        return min(len(there), most)

    async def _load(
        self, workspace: WorkspaceId, assistant_id: AssistantId, version_id: BotVersionId
    ) -> None:
        try:
            bot = await self._bots.bot(workspace, version_id)
        except Bug as error:
            log.warning("warming.version_unreadable", version=version_id, reason=error.message)
            return
        languages = bot.languages or (bot.language,)
        asker = Asker(workspace, assistant_id, ConversationId(""), version_id, languages)
        if fingerprint := await self._understanding.prepare(asker):
            await self._embedders.load(fingerprint)

    async def _knowledge(self, workspace: WorkspaceId) -> None:
        """Where articles are compared by their meaning, so is each question."""
        state = await vectors.state(workspace, self._store, None)
        if state.passages and state.fingerprint:
            await self._embedders.load(state.fingerprint)
