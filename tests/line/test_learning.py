"""Learning goes wrong in every way it can: the model before goes on serving, and the author is told why."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs
from tests.database import Database, migrated
from tests.line.test_understanding import BOT, model
from tests.program import Desk, Program, served, until

from frontdesk.app.postgres import PostgresServer
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId
from frontdesk.nlu.bands import Bands
from frontdesk.nlu.model import FORMAT
from frontdesk.ports.answerer import Asker
from frontdesk.ports.embedder import Embedder, EmbedderProfile
from frontdesk.sandbox.work import Limits
from frontdesk.store.connect import Store
from frontdesk.studio.intents import training
from frontdesk.studio.intents.serving import Looked, Understanding
from frontdesk.studio.intents.training import Training

WORDS = "could I get my money back please"


@pytest.fixture(scope="module")
async def apart(server: PostgresServer) -> Database:
    return await migrated(server, f"learning_{secrets.token_hex(4)}")


@pytest.fixture
async def idle(apart: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program that works no jobs off: learning happens when the test says so. Texts are compared by words."""
    folder = tmp_path_factory.mktemp("idle")
    async with served(apart, folder, jobs=False, frontdesk_embedder="none") as program:
        yield program


async def version(desk: Desk) -> str:
    rows = await desk.rows("assistants")
    return str(rows[0]["published_version"])


async def learn(desk: Desk, learning: Training | None = None) -> dict[str, Any]:
    learning = learning or desk.program.running.upkeep.learning
    published = await version(desk)
    await learning.job({"workspace": desk.workspace, "version": published})
    rows = await desk.rows("intent_models")
    return next(row for row in rows if row["bot_version_id"] == published)


def trained_children() -> list[int]:
    """Those of this process: others may be learning on the same machine."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            parent = int((place.parent / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"frontdesk.nlu.training:train" in place.read_bytes():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


async def test_the_model_before_serves_until_the_next_is_learnt(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    assert (await learn(desk))["state"] == "ready"
    await desk.publish(
        {"bot.yaml": BOT.replace("Money comes back.", "Paid back.").replace("my parcel", "it")}
    )
    assert await desk.say("dee", WORDS) == ["Paid back."]
    assert (await learn(desk))["state"] == "ready"
    assert await desk.say("dee", WORDS) == ["Paid back."]


async def test_before_anything_is_learnt_the_bot_falls_back(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    assert await desk.say("eve", WORDS) == ["I cannot say."]
    assert await desk.say("eve", "I want my money back") == ["Money comes back."]


async def test_a_killed_child_is_a_failure_that_says_so_and_the_old_model_serves(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    await learn(desk)
    await desk.publish({"bot.yaml": BOT.replace("my parcel", "it")})
    learning = asyncio.create_task(learn(desk))

    async def running() -> list[int]:
        return trained_children()

    (child,) = await until(running)
    os.kill(child, signal.SIGKILL)
    found = await learning
    assert (found["state"], found["model"]) == ("failed", None)
    assert "ended by the system" in found["reason"]
    assert await desk.say("fay", WORDS) == ["Money comes back."]


async def test_what_a_dead_process_began_is_taken_up_again(idle: Program) -> None:
    """kill -9 of the program while it learns: the row says `training` and its beat has stopped (issue 4)."""
    desk = await idle.desk({"bot.yaml": BOT})
    await learn(desk)
    await desk.publish({"bot.yaml": BOT.replace("my parcel", "it")})
    again = {"workspace": desk.workspace, "version": await version(desk)}
    learning = asyncio.create_task(idle.running.upkeep.learning.job(again))

    async def begun() -> bool:
        return bool(trained_children())

    await until(begun)
    learning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await learning
    (row,) = [each for each in await desk.rows("intent_models") if each["bot_version_id"] == again["version"]]
    assert row["state"] == "training"
    assert await desk.say("gus", WORDS) == ["Money comes back."]

    # Somebody may still be at it: it is left alone until the beat has stopped for long enough.
    fresh = Training(idle.running.store, idle.running.line.bots, idle.running.answers.embedders)
    await fresh.sweep()
    assert (await row_of(desk, again["version"]))["state"] == "training"
    await idle.execute(
        "UPDATE intent_models SET beat_at = now() - interval '1 hour' WHERE state = 'training'"
    )
    await fresh.sweep()
    assert (await row_of(desk, again["version"]))["state"] == "ready"


async def test_rasas_status_counts_what_is_being_learnt(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    key = {"Authorization": f"Bearer {await desk.key()}"}

    async def jobs() -> Any:
        return (await idle.client.get(f"{desk.path}/status", headers=key)).json()["num_active_training_jobs"]

    assert await jobs() == 1
    await learn(desk)
    assert await jobs() == 0


async def row_of(desk: Desk, version_id: str) -> dict[str, Any]:
    return next(row for row in await desk.rows("intent_models") if row["bot_version_id"] == version_id)


async def test_two_processes_learn_a_version_once(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    other = Training(idle.running.store, idle.running.line.bots, idle.running.answers.embedders)
    await asyncio.gather(learn(desk), learn(desk, other))
    (row,) = await desk.rows("intent_models")
    assert (row["state"], row["attempts"]) == ("ready", 1)


class Broken:
    """An embedder whose model file is not the right one."""

    profile = EmbedderProfile("broken", "broken:1", 8, 128)

    def trouble(self) -> str:
        return ""

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise Unavailable("model.onnx is not the model file that this release was made for.")

    embed_intents = embed_passages = embed_queries


class Letters:
    """An embedder by letters; `fails` from a moment on."""

    profile = EmbedderProfile("letters", "letters:1", 26, 128)
    fails = False

    def trouble(self) -> str:
        return ""

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.fails:
            raise Unavailable("letters are away")
        counts = [[text.lower().count(chr(97 + at)) + 0.01 for at in range(26)] for text in texts]
        found = np.array(counts, np.float32)
        result: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return result

    embed_intents = embed_passages = embed_queries


class Only:
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def of(self, languages: Sequence[str]) -> Embedder | None:
        return self._embedder

    def by(self, fingerprint: str) -> Embedder | None:
        return self._embedder if fingerprint == self._embedder.profile.fingerprint else None


async def test_without_its_embedder_a_bot_is_learnt_by_words_and_says_why(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    found = await learn(desk, Training(idle.running.store, idle.running.line.bots, Only(Broken())))
    assert (found["state"], found["wanted"], found["fingerprint"]) == ("ready", "broken:1", "")
    assert "is not the model file" in found["reason"]


async def test_a_change_of_embedder_has_everything_learnt_anew_while_the_old_serves(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    await learn(desk)
    letters = Only(Letters())
    running = idle.running
    line = running.line
    understanding = Understanding(running.store, letters, Bands())
    object.__setattr__(line, "understander", understanding)
    try:
        assert await desk.say("hal", WORDS) == ["Money comes back."]
        found = await learn(desk, Training(running.store, line.bots, letters))
    finally:
        object.__setattr__(line, "understander", running.answers.understanding)
    assert len(await desk.rows("intent_models")) == 2
    assert {row["fingerprint"] for row in await desk.rows("intent_models")} == {"", "letters:1"}
    assert found["state"] == "ready"


async def test_what_was_learnt_is_told_of_the_embedder_that_is_wanted_now(idle: Program) -> None:
    desk, running = await idle.desk({"bot.yaml": BOT}), idle.running
    key = {"Authorization": f"Bearer {await desk.key('api', 'read:bots')}"}

    async def by_meaning() -> Any:
        answer = await idle.client.get(f"/api/v1/assistants/{desk.assistant_id}/understanding", headers=key)
        return answer.json()["by_meaning"]

    await learn(desk)
    assert await by_meaning() is False
    await learn(desk, Training(running.store, running.line.bots, Only(Letters())))
    assert await by_meaning() is True
    # Back again, as after another start: there is nothing to learn, and yet this serves.
    await learn(desk, Training(running.store, running.line.bots, running.answers.embedders))
    assert await by_meaning() is False


async def test_when_the_embedder_is_away_words_alone_start_nothing_but_may_ask(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    embedder = Letters()
    await learn(desk, Training(idle.running.store, idle.running.line.bots, Only(embedder)))
    understanding = Understanding(idle.running.store, Only(embedder), Bands(reject_share=0))
    embedder.fails = True
    object.__setattr__(idle.running.line, "understander", understanding)
    try:
        answer = (await desk.post("ida", WORDS)).json()
    finally:
        object.__setattr__(idle.running.line, "understander", idle.running.answers.understanding)
    titles = [button["title"] for each in answer for button in each.get("buttons", [])]
    assert "A refund" in titles or answer[0]["text"] == "I cannot say."


class Slow(Letters):
    """Takes its time over a customer's message."""

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) == 1:
            await asyncio.Event().wait()
        return await super().embed_queries(texts)

    embed_intents = embed_passages = embed_queries


async def test_how_long_a_message_waits_for_its_vector_is_set(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    slow = Only(Slow())
    running = idle.running
    made = await learn(desk, Training(running.store, running.line.bots, slow))
    understanding = Understanding(running.store, slow, Bands(), embed_within_s=0.2)
    asker = Asker(
        WorkspaceId(desk.workspace),
        AssistantId(desk.assistant_id),
        ConversationId(""),
        made["bot_version_id"],
        ("en",),
    )
    looked = await understanding.look(asker, WORDS)
    assert isinstance(looked, Looked)
    assert looked.reason == "compared by words only: letters took longer than 0.2 s"


async def test_a_child_that_needs_too_much_is_a_failure(
    idle: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    monkeypatch.setattr(training, "LIMITS", Limits(wall_s=0.05))
    found = await learn(desk)
    assert (found["state"], found["reason"]) == ("failed", "stopped after 0.05 s")
    assert await model(desk) is not None


async def test_an_assistant_removed_before_it_is_learnt_is_left_alone(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    job = {"workspace": desk.workspace, "version": await version(desk)}
    await idle.execute("DELETE FROM workspaces WHERE workspace_id = $1", desk.workspace)
    await idle.running.upkeep.learning.job(job)
    assert await desk.rows("intent_models") == []


async def test_without_the_embedder_of_its_model_a_bot_still_asks_by_words(idle: Program) -> None:
    """The time between a change of embedder and the end of learning."""
    desk = await idle.desk({"bot.yaml": BOT})
    await learn(desk, Training(idle.running.store, idle.running.line.bots, Only(Letters())))
    answer = (await desk.post("jan", WORDS)).json()
    titles = [button["title"] for each in answer for button in each.get("buttons", [])]
    assert "A refund" in titles or answer[0]["text"] == "I cannot say."
    assert [each.get("text") for each in answer] != ["Money comes back."]


async def test_a_new_recipe_has_what_is_published_learnt_anew_while_the_model_before_serves(
    idle: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    before = await learn(desk)
    running = idle.running
    monkeypatch.setattr(training, "RECIPE", training.RECIPE + 1)
    fresh = Training(running.store, running.line.bots, running.answers.embedders)
    monkeypatch.setattr(training, "LIMITS", Limits(wall_s=0.05))
    failed = await learn(desk, fresh)
    assert (failed["state"], failed["attempts"], failed["recipe"]) == ("failed", 1, training.RECIPE)
    assert await desk.say("kim", WORDS) == ["Money comes back."]
    monkeypatch.undo()
    monkeypatch.setattr(training, "RECIPE", training.RECIPE + 2)
    await Training(running.store, running.line.bots, running.answers.embedders).sweep()
    found = await row_of(desk, before["bot_version_id"])
    assert (found["state"], found["attempts"], found["recipe"]) == ("ready", 1, training.RECIPE)
    assert found["lesson"] != before["lesson"]
    assert await desk.say("kim", WORDS) == ["Money comes back."]


async def test_an_older_release_leaves_what_a_newer_one_has_learnt(
    idle: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    before = await learn(desk)
    monkeypatch.setattr(training, "RECIPE", training.RECIPE - 1)
    running = idle.running
    after = await learn(desk, Training(running.store, running.line.bots, running.answers.embedders))
    assert (after["recipe"], after["token"]) == (before["recipe"], before["token"])


async def test_a_bot_learnt_while_its_embedder_was_away_is_learnt_with_it_once_that_is_back(
    idle: Program,
) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    embedder = Letters()
    embedder.fails = True
    running = idle.running
    lacking = await learn(desk, Training(running.store, running.line.bots, Only(embedder)))
    assert lacking["fingerprint"] == ""
    await idle.execute("UPDATE intent_models SET finished_at = now() - interval '1 hour'")
    still = await learn(desk, Training(running.store, running.line.bots, Only(embedder)))
    # Nothing was trained for nothing.
    assert (still["state"], still["token"]) == ("ready", lacking["token"])
    embedder.fails = False
    await Training(running.store, running.line.bots, Only(embedder)).sweep()
    found = await row_of(desk, lacking["bot_version_id"])
    assert (found["state"], found["fingerprint"], found["reason"]) == ("ready", "letters:1", "")


async def test_what_was_begun_too_often_and_never_ended_has_failed(idle: Program) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    await learn(desk)
    await idle.execute(
        "UPDATE intent_models SET state = 'training', attempts = 3, beat_at = now() - interval '1 hour'"
    )
    running = idle.running
    found = await learn(desk, Training(running.store, running.line.bots, running.answers.embedders))
    assert (found["state"], found["attempts"]) == ("failed", 3)
    assert "begun 3 times" in found["reason"]
    assert await desk.say("lou", WORDS) == ["Money comes back."]


async def test_a_model_that_cannot_be_read_is_looked_at_once_and_again_when_it_was_made_anew(
    idle: Program,
) -> None:
    desk = await idle.desk({"bot.yaml": BOT})
    made = await learn(desk)
    await idle.execute("UPDATE intent_models SET model = $1", b"from another time")
    with capture_logs() as lines:
        assert await desk.say("mia", WORDS) == ["I cannot say."]
        assert await desk.say("mia", WORDS) == ["I cannot say."]
    assert [line["event"] for line in lines].count("intents.model_unreadable") == 1
    await idle.execute("UPDATE intent_models SET model = $1, finished_at = now()", made["model"])
    idle.running.answers.understanding._found.clear()
    assert await desk.say("mia", WORDS) == ["Money comes back."]


class Picky(Letters):
    """An embedder that breaks on a word, as no embedder should."""

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("zebra" in text for text in texts):
            raise ValueError("no such animal")
        return await super().embed_queries(texts)

    embed_intents = embed_passages = embed_queries


async def test_one_bot_that_breaks_its_embedder_keeps_no_other_from_being_learnt(idle: Program) -> None:
    desks = [
        await idle.desk({"bot.yaml": BOT.replace("my parcel", word)}) for word in ("a zebra", "it", "a zebra")
    ]
    running = idle.running
    fresh = Training(running.store, running.line.bots, Only(Picky()))
    await fresh.sweep()
    (broke,), (learnt,), (broke_too,) = [await desk.rows("intent_models") for desk in desks]
    assert (broke["state"], learnt["state"], broke_too["state"]) == ("training", "ready", "training")


def test_a_new_format_of_models_comes_with_a_new_recipe() -> None:
    """Without it the models of bots that are published already are never replaced: raise both."""
    assert (FORMAT, training.RECIPE) == (1, 3)


class Counted(Store):
    """The store, and how often somebody asked it for a workspace."""

    entered: ClassVar[list[str]] = []

    @asynccontextmanager
    async def unit_of_work(
        self, workspace: WorkspaceId, *, held_s: float = 0.0
    ) -> AsyncIterator[AsyncConnection]:
        self.entered.append(workspace)
        async with super().unit_of_work(workspace, held_s=held_s) as tx:
            yield tx


async def test_a_sweep_looks_into_no_workspace_where_nothing_waits(idle: Program) -> None:
    """With thousands of them each sweep would be thousands of transactions, while one version anywhere waits."""
    running = idle.running
    learnt, waiting = [await idle.desk({"bot.yaml": BOT}) for _ in range(2)]
    await learn(learnt)
    at = (
        running.store.pool,
        running.store.claim_pool,
        running.store.lock_pool,
        running.store.engine,
        running.store.free_within_s,
    )
    fresh = Training(Counted(*at), running.line.bots, running.answers.embedders)
    await fresh.sweep()
    assert {learnt.workspace, waiting.workspace} <= set(Counted.entered)
    assert (await row_of(waiting, await version(waiting)))["state"] == "ready"

    # Somebody else is at it: the next sweeps look there, and nowhere else.
    await waiting.publish({"bot.yaml": BOT.replace("my parcel", "it")})
    await running.upkeep.learning.job({"workspace": waiting.workspace, "version": await version(waiting)})
    await idle.execute(
        "UPDATE intent_models SET state = 'training', beat_at = now() WHERE bot_version_id = $1",
        await version(waiting),
    )
    fresh = Training(Counted(*at), running.line.bots, running.answers.embedders)
    await fresh.sweep()
    Counted.entered.clear()
    await fresh.sweep()
    assert waiting.workspace in Counted.entered
    assert learnt.workspace not in Counted.entered
