"""What the doctor says of jobs and plug-ins."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from tests.database import Database, migrated
from tests.line.test_learning import Broken
from tests.line.test_understanding import BOT
from tests.program import Program, served

from frontdesk.app import doctor
from frontdesk.app.postgres import PostgresServer
from frontdesk.app.registry import Registry
from frontdesk.core.redacted import Redacted
from frontdesk.store.secrets import Vault, put_secrets

if TYPE_CHECKING:
    from frontdesk.app.embedders import InstalledEmbedders


@pytest.fixture(scope="module")
async def apart(server: PostgresServer) -> Database:
    return await migrated(server, f"doctor_jobs_{secrets.token_hex(4)}")


@pytest.fixture
async def idle(apart: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program that works no jobs off."""
    async with served(apart, tmp_path_factory.mktemp("idle"), jobs=False) as program:
        yield program


async def test_a_job_that_nobody_does_is_found_and_taken_back(
    idle: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "JOB_WITHIN_S", 0.3)
    await idle.execute("DELETE FROM pgqueuer")  # what publishing has asked for, in other tests
    finding = await doctor._jobs(idle.running)
    assert not finding.ok
    assert finding.detail == "one was not done within 0.3 s"
    assert "frontdesk worker" in finding.line()
    assert await idle.query("SELECT id FROM pgqueuer") == []


async def test_jobs_that_are_done_are_well(idle: Program) -> None:
    working = asyncio.create_task(idle.running.workers.run())
    try:
        finding = await doctor._jobs(idle.running)
        assert finding.ok, finding.detail
        assert finding.detail.startswith("one was done in ")
    finally:
        idle.running.workers.stop()
        await working


async def test_secrets_under_another_master_key_are_named(idle: Program) -> None:
    assert (await doctor._secrets(idle.running)).ok
    desk = await idle.desk()
    async with idle.running.store.unit_of_work(desk.workspace) as tx:
        values = {f"NAME_{number}": Redacted("x") for number in range(doctor.MOST_NAMED + 1)}
        await put_secrets(desk.workspace, tx, Vault(b"o" * 32), desk.assistant_id, values)
    finding = await doctor._secrets(idle.running)
    assert not finding.ok
    assert finding.detail.count(f" of {desk.assistant_id}") == doctor.MOST_NAMED
    assert "master.key" in finding.line()


async def test_a_plug_in_that_cannot_be_used_is_told(idle: Program) -> None:
    assert (await doctor._plugins(idle.running)).ok
    broken = replace(idle.running, registry=Registry((), ("plug-in pigeon (loft): no manifest",)))
    finding = await doctor._plugins(broken)
    assert (finding.ok, finding.detail) == (False, "plug-in pigeon (loft): no manifest")


async def test_a_model_that_only_another_machine_has_is_told(
    server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two machines that differ would make each other's vectors anew without end."""
    alone = await migrated(server, f"doctor_models_{secrets.token_hex(4)}")
    async with served(alone, tmp_path_factory.mktemp("models"), jobs=False) as program:
        desk = await program.desk({"bot.yaml": BOT})
        (assistant,) = await desk.rows("assistants")
        await program.execute(
            "INSERT INTO intent_models (workspace_id, bot_version_id, wanted, assistant_id, state, fingerprint) "
            "VALUES ($1, $2, 'big:1', $3, 'ready', 'big:1')",
            *(desk.workspace, assistant["published_version"], desk.assistant_id),
        )
        await program.execute(
            "INSERT INTO knowledge_indexes (workspace_id, fingerprint) VALUES ($1, 'huge:1')", desk.workspace
        )
        finding = await doctor._understanding(program.running)
        assert not finding.ok
        assert "big:1, which made what serves, is not on this machine" in finding.detail
        assert "huge:1, which made what serves, is not on this machine" in finding.detail
        assert "all machines with one database" in finding.advice


async def test_an_embedder_that_gives_no_vector_and_intents_not_learnt_are_told(idle: Program) -> None:
    finding = await doctor._understanding(idle.running)
    assert finding.ok, finding
    desk = await idle.desk({"bot.yaml": BOT})
    (assistant,) = await desk.rows("assistants")
    version = assistant["published_version"]
    await idle.execute(
        "INSERT INTO intent_models (workspace_id, bot_version_id, wanted, assistant_id, state) "
        "VALUES ($1, $2, '', $3, 'failed')",
        *(desk.workspace, version, desk.assistant_id),
    )
    embedders = cast(
        "InstalledEmbedders", SimpleNamespace(every=(Broken(),), by=idle.running.answers.embedders.by)
    )
    broken = replace(idle.running, answers=replace(idle.running.answers, embedders=embedders))
    finding = await doctor._understanding(broken)
    assert not finding.ok
    assert "is not the model file" in finding.detail
    assert f"the intents of version {version} could not be learnt" in finding.detail
    assert "frontdesk nlu status" in finding.line()
