"""Trains the models of published bots in the background, one at a time; the one before serves until the new is stored.

The numbers are worked out in a child process (`nlu.training`), so that nothing it does holds up or ends this one.
"""

import asyncio
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec
import structlog

from frontdesk.core.errors import Bug, Unavailable
from frontdesk.core.ids import BotVersionId, WorkspaceId
from frontdesk.dialog.bot import Bot
from frontdesk.nlu.task import Learnt, Lesson, Task, job, lesson
from frontdesk.ports.embedder import Embedder, Embedders
from frontdesk.sandbox.work import ChildFailed, Limits, run
from frontdesk.store import bots, intent_models
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.intent_models import Claim, Trained
from frontdesk.turn.bots import Bots

JOB = "intents"
AT_ONCE = 2
"""Jobs, in all processes together: in one process the second waits for the first."""
LIMITS = Limits(wall_s=3600, cpu_s=900, memory_bytes=4 << 30, answer_bytes=64 << 20)
EMBEDDED_AT_ONCE = 256
"""Those of similar lengths among them are embedded together: the more, the less is padded."""
BEAT_S = 5.0
REST_S = 300.0
RECIPE = 3
"""Goes up with every change of training, or of `nlu.model.FORMAT`, that old models should be replaced for."""

PROBE = "hello"
"""Any text: whether an embedder that was away is back."""
MOST_REMEMBERED = 4
"""Finished models kept in memory: many assistants begin as the same template, and learn the same."""

TakenUp = Callable[[WorkspaceId, BotVersionId], Awaitable[None]]
"""Told of each model that serves from now on."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Told:
    """Of whom the log lines are."""

    workspace: WorkspaceId
    claim: Claim


class Training:
    """One a process. `job` is the handler of `JOB`, `sweep` the net under it."""

    def __init__(
        self, store: Store, compiled: Bots, embedders: Embedders, *, taken_up: TakenUp | None = None
    ) -> None:
        self._store, self._bots, self._embedders = store, compiled, embedders
        self._taken_up = taken_up
        self._one_at_a_time = asyncio.Lock()
        self._settled: dict[BotVersionId, float] = {}
        self._rests_until = 0.0
        self._latest: OrderedDict[tuple[str, str], Trained] = OrderedDict()

    async def job(self, payload: dict[str, str]) -> None:
        """A version was published, or is tried; by now its assistant may have been removed again."""
        workspace, version_id = WorkspaceId(payload["workspace"]), BotVersionId(payload["version"])
        if await bots.files_of(workspace, self._store, version_id) is not None:
            await self._swept(workspace, version_id)

    async def sweep(self) -> None:
        """Train what was missed: after a crash, a restore, or a change of embedder."""
        if time.monotonic() < self._rests_until:
            return
        waits = False
        for workspace, version_id in await intent_models.published_everywhere(self._store):
            if self._settled.get(version_id, 0.0) < time.monotonic():
                await self._swept(workspace, version_id)
                waits = waits or version_id not in self._settled
        if not waits:
            # What is published from now on comes as a job; this is for what such a job has missed.
            self._rests_until = time.monotonic() + REST_S

    async def _swept(self, workspace: WorkspaceId, version_id: BotVersionId) -> None:
        try:
            await self._train(workspace, version_id)
        except Bug as error:
            # One version that this release cannot read must not keep the others from being learnt.
            self._settled[version_id] = math.inf
            log.warning("intents.version_unreadable", version=version_id, reason=error.message)
        except Unavailable:
            # The database is away: for the others as well.
            raise
        except Exception:
            # An embedder that breaks on one bot's texts, say. Tried again later, until it was begun too often.
            self._settled[version_id] = time.monotonic() + REST_S
            log.exception("intents.training_broke", version=version_id)

    async def _train(self, workspace: WorkspaceId, version_id: BotVersionId) -> None:
        async with self._one_at_a_time:
            bot = await self._bots.bot(workspace, version_id)
            embedder = self._embedders.of(bot.languages or (bot.language,)) if bot.lessons else None
            wanted = "" if embedder is None else embedder.profile.fingerprint
            claim = Claim(version_id, wanted, mint("trn"), RECIPE)
            if await self._is_for_nothing(workspace, claim, embedder):
                self._settled[version_id] = time.monotonic() + REST_S
                return
            async with self._store.unit_of_work(workspace) as tx:
                mine = await intent_models.claim(workspace, tx, claim)
                if not mine:
                    await intent_models.give_up(workspace, tx, claim)
            if mine:
                await self._claimed(_Told(workspace, claim), bot, embedder)
            await self._settle(workspace, claim)

    async def _is_for_nothing(self, workspace: WorkspaceId, claim: Claim, embedder: Embedder | None) -> bool:
        """Whether it was learnt by words since its embedder was away, and that still is."""
        async with self._store.unit_of_work(workspace) as tx:
            _, lacks = await intent_models.state_of(workspace, tx, claim)
        if not lacks or embedder is None:
            return False
        try:
            # Not a question, whose vector might be remembered from better days.
            await embedder.embed_passages([PROBE])
        except Unavailable:
            return True
        return False

    async def _settle(self, workspace: WorkspaceId, claim: Claim) -> None:
        """What another process is at is looked at again soon, what lacks its embedder after a while, the rest never."""
        async with self._store.unit_of_work(workspace) as tx:
            await intent_models.keep_wanted(workspace, tx, claim)
            state, lacks = await intent_models.state_of(workspace, tx, claim)
        if state == "training":
            self._settled.pop(claim.version_id, None)
        else:
            self._settled[claim.version_id] = time.monotonic() + REST_S if lacks else math.inf

    async def _claimed(self, told: _Told, bot: Bot, embedder: Embedder | None) -> None:
        learnt = lesson(bot.lessons)
        if learnt is None:
            async with self._store.unit_of_work(told.workspace) as tx:
                await intent_models.nothing_to_learn(told.workspace, tx, told.claim)
            return
        began = time.monotonic()
        try:
            trained = await self._trained(told, learnt, embedder)
        except ChildFailed as error:
            log.warning(
                "intents.not_trained",
                version=told.claim.version_id,
                outcome=error.outcome,
                reason=error.reason,
            )
            async with self._store.unit_of_work(told.workspace) as tx:
                await intent_models.failed(told.workspace, tx, told.claim, error.reason, learnt.remarks)
            return
        if trained is not None:
            async with self._store.unit_of_work(told.workspace) as tx:
                await intent_models.ready(told.workspace, tx, told.claim, trained)
        if self._taken_up is not None:
            await self._taken_up(told.workspace, told.claim.version_id)
        log.info(
            "intents.trained",
            version=told.claim.version_id,
            reused=trained is None,
            seconds=round(time.monotonic() - began, 1),
        )

    async def _trained(self, told: _Told, learnt: Lesson, embedder: Embedder | None) -> Trained | None:
        """None when another version's model could be taken over."""
        digest = hashlib.sha256(msgspec.json.encode([RECIPE, learnt])).hexdigest()
        fingerprint = "" if embedder is None else embedder.profile.fingerprint
        async with self._store.unit_of_work(told.workspace) as tx:
            if await intent_models.reuse(
                told.workspace, tx, told.claim, lesson=digest, fingerprint=fingerprint
            ):
                return None
        if (known := self._latest.get((digest, fingerprint))) is not None:
            return known
        answer, task, reason = await self._worked_out(told, learnt, embedder)
        found = msgspec.msgpack.decode(answer, type=Learnt)
        trained = Trained(
            model=found.model,
            lesson=digest,
            fingerprint=task.fingerprint,
            intents=len(learnt.intents),
            examples=learnt.examples,
            accuracy=found.accuracy,
            remarks=learnt.remarks,
            reason=reason,
        )
        if not reason:
            self._latest[digest, fingerprint] = trained
            if len(self._latest) > MOST_REMEMBERED:
                self._latest.popitem(last=False)
        return trained

    async def _task(self, told: _Told, learnt: Lesson, embedder: Embedder | None) -> tuple[Task, str]:
        """What the child is given; where the embedder is away, only words, and why."""
        if embedder is None:
            return Task(learnt, ""), ""
        profile = embedder.profile
        vectors = bytearray()
        try:
            usual = (await embedder.embed_intents(profile.usual)).tobytes() if profile.usual else b""
            for start in range(0, len(learnt.texts), EMBEDDED_AT_ONCE):
                texts = learnt.texts[start : start + EMBEDDED_AT_ONCE]
                vectors += (await embedder.embed_intents(texts)).tobytes()
                await self._show(told, done=start + len(texts), total=len(learnt.texts))
        except Unavailable as error:
            log.warning("intents.no_vectors", embedder=profile.id, reason=error.message)
            return Task(learnt, ""), f"Learnt by words only: {error.message}"
        return Task(learnt, profile.fingerprint, bytes(vectors), profile.dim, profile.early_dim, usual), ""

    async def _worked_out(
        self, told: _Told, learnt: Lesson, embedder: Embedder | None
    ) -> tuple[bytes, Task, str]:
        """The child's answer; it loads its libraries while the texts are embedded here. Beats for as long as it takes.

        Raises:
            ChildFailed: Nothing came of it.
        """
        failure: ChildFailed | None = None
        answer = b""
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(self._beat(told, len(learnt.texts)))
            reading = group.create_task(self._task(told, learnt, embedder))

            async def payload() -> bytes:
                task, _ = await reading
                return msgspec.msgpack.encode(task)

            try:
                answer = await run(job(learnt), payload, limits=LIMITS)
            except ChildFailed as error:
                failure = error
                reading.cancel()
            beating.cancel()
        if failure is not None:
            raise failure
        return answer, *reading.result()

    async def _beat(self, told: _Told, total: int) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            await self._show(told, done=None, total=total)

    async def _show(self, told: _Told, *, done: int | None, total: int) -> None:
        try:
            async with self._store.unit_of_work(told.workspace) as tx:
                await intent_models.beat(told.workspace, tx, told.claim, done=done, total=total)
        except Unavailable:
            log.warning("intents.beat_missed", version=told.claim.version_id)
