"""Work children: what a job gives comes back; whatever else it does ends it, named, and nothing else."""

import asyncio
import os
from pathlib import Path

import pytest
from tests.sandbox.conftest import until

from frontdesk.core.errors import Bug
from frontdesk.sandbox.work import ChildFailed, Limits, run

HOME = Path(__file__).parent
QUICK = Limits(wall_s=60, cpu_s=10, memory_bytes=512 << 20, answer_bytes=16 << 20)


async def work(job: str, payload: bytes = b"", limits: Limits = QUICK) -> bytes:
    return await run(f"jobs.work_jobs:{job}", payload, limits=limits, home=HOME)


async def fails(job: str, payload: bytes = b"", limits: Limits = QUICK) -> tuple[str, str]:
    with pytest.raises(ChildFailed) as caught:
        await work(job, payload, limits)
    return caught.value.outcome, caught.value.reason


def children() -> set[str]:
    """The work children that run now, by process number."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"sandbox.work_child" in place.read_bytes() and _parent(place.parent) == os.getpid():
                found.add(place.parent.name)
        except OSError:
            continue
    return found


def _parent(process: Path) -> int:
    return int((process / "stat").read_text().rpartition(")")[2].split()[1])


async def test_a_job_gives_what_it_makes_of_its_payload_and_its_prints_stay_out_of_it() -> None:
    large = bytes(range(256)) * 40_000
    assert await work("reverse", large) == large[::-1]
    assert children() == set()


async def test_a_refusal_is_the_jobs_own_sentence() -> None:
    assert await fails("refuse", b"a.pdf") == ("refused", "a.pdf is not a document")


async def test_what_a_job_raises_is_a_crash_that_says_so() -> None:
    outcome, reason = await fails("raises", b"page")
    assert (outcome, reason) == ("crash", "KeyError: 'page'")


async def test_a_job_that_hangs_is_killed_at_its_wall_limit() -> None:
    outcome, reason = await fails("sleep", limits=Limits(wall_s=1.0))
    assert (outcome, reason) == ("time", "stopped after 1 s")
    assert children() == set()


async def test_a_job_that_computes_too_long_is_told_apart_from_a_crash() -> None:
    outcome, reason = await fails("loop", limits=Limits(wall_s=30, cpu_s=1))
    assert (outcome, reason) == ("time", "used up its processor time")


async def test_a_job_gets_no_more_memory_than_its_limit() -> None:
    outcome, reason = await fails("eat")
    assert (outcome, reason) == ("memory", "needs more than 512 MB of memory")


async def test_an_answer_over_its_limit_is_not_read() -> None:
    outcome, reason = await fails("large", b"17000000")
    assert (outcome, reason) == ("memory", "gives back more than 16 MB")


@pytest.mark.parametrize(("job", "how"), [("crash", "SIGSEGV"), ("leave", "exit code 7")])
async def test_a_process_that_dies_is_a_crash_that_says_how(job: str, how: str) -> None:
    assert await fails(job) == ("crash", f"its process ended ({how})")


async def test_a_job_that_cannot_be_loaded_says_why() -> None:
    outcome, reason = await fails("nowhere")
    assert outcome == "crash"
    assert "nowhere" in reason


async def test_only_a_function_can_be_named() -> None:
    with pytest.raises(Bug, match="names no function"):
        await run("os;system:x y", b"")


async def test_a_child_has_no_environment_and_no_place_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_MASTER_KEY", "secret")
    seen = (await work("surroundings")).decode()
    assert "secret" not in seen
    assert "'/'" in seen


@pytest.fixture
def open_file(tmp_path: Path) -> Path:
    """One that everybody on this machine may change."""
    tmp_path.chmod(0o777)
    file = tmp_path / "kept.txt"
    file.write_text("kept")
    file.chmod(0o666)
    return file


async def test_a_child_reaches_no_network_and_no_process_and_changes_no_file(open_file: Path) -> None:
    assert await work("outside", str(open_file).encode()) == b""
    assert _contents(open_file.parent) == {"kept.txt": "kept"}


def _contents(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in folder.iterdir()}


async def test_a_cancelled_caller_leaves_no_child_behind() -> None:
    running = asyncio.create_task(work("sleep"))
    await until(lambda: len(children()) == 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert children() == set()
