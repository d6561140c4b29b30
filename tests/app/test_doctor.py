"""What the doctor says of jobs and plug-ins."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.database import Database, migrated
from tests.program import Program, served

from frontdesk.app import doctor
from frontdesk.app.postgres import PostgresServer
from frontdesk.app.registry import Registry


@pytest.fixture(scope="module")
async def apart(server: PostgresServer) -> Database:
    return await migrated(server, "doctor_jobs")


@pytest.fixture
async def idle(apart: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program that works no jobs off."""
    async with served(apart, tmp_path_factory.mktemp("idle"), jobs=False) as program:
        yield program


async def test_a_job_that_nobody_does_is_found_and_taken_back(
    idle: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "JOB_WITHIN_S", 0.3)
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


async def test_a_plug_in_that_cannot_be_used_is_told(idle: Program) -> None:
    assert (await doctor._plugins(idle.running)).ok
    broken = replace(idle.running, registry=Registry((), ("plug-in pigeon (loft): no manifest",)))
    finding = await doctor._plugins(broken)
    assert (finding.ok, finding.detail) == (False, "plug-in pigeon (loft): no manifest")
