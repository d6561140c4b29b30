"""SIGTERM under load: what was accepted is answered, everything ends in time, nothing is left behind (promise 48)."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from tests.doubles.http_server import FaultServer
from tests.drills.assistant import make_assistant
from tests.drills.installation import READY_WITHIN_S, Installation, family, gone, installed
from tests.drills.ledger import judge
from tests.drills.load import Load
from tests.program import until
from tests.turn.calling_bot import CALLING_BOT
from tests.turn.conftest import held

STOPPED_WITHIN_S = 20.0


@pytest.mark.parametrize(
    ("rounds", "clients"),
    [pytest.param(1, 8, id="small"), pytest.param(10, 64, id="long", marks=pytest.mark.drill)],
)
async def test_a_stop_under_load_answers_what_it_accepted(
    installation: Installation, report: Callable[[str], None], rounds: int, clients: int
) -> None:
    began, longest_s = time.monotonic(), 0.0
    child = await installation.up()
    async with Load((child.url,), clients) as load:
        for _ in range(rounds):
            await load.acknowledged_more(10 * clients)
            members, postmaster = family(child.process.pid), installation.postmaster()
            assert postmaster is not None
            stopping = time.monotonic()
            assert await child.stopped() == 0, child.said()
            longest_s = max(longest_s, time.monotonic() - stopping)
            for pid in (*members, *family(postmaster), postmaster):
                await gone(pid, within_s=1)
            started = time.monotonic()
            child = await installation.up()
            start_s = time.monotonic() - started
        await load.acknowledged_more(clients)
    assert (load.odd, load.unavailable) == ([], 0)
    async with installation.reading() as connection:
        verdict = await judge(connection, load.acknowledged)
    report(
        f"{rounds} stops, {verdict.line()}, stopped in {longest_s:.1f} s, started in {start_s:.1f} s, "
        f"{time.monotonic() - began:.0f} s"
    )
    verdict.assert_clean()
    assert longest_s < STOPPED_WITHIN_S


@pytest.mark.parametrize(
    "replies", [pytest.param(0, id="small"), pytest.param(2, id="long", marks=pytest.mark.drill)]
)
async def test_calls_that_do_not_end_hold_up_no_stop(
    report: Callable[[str], None], tmp_path: Path, replies: int
) -> None:
    """Their callers get an empty list in time; the messages are answered at the next start."""
    go, answer = held()
    async with FaultServer() as outside:
        outside.answers(answer)
        allow = f"action=127.0.0.1:{outside.port} callback=127.0.0.1:{outside.port}"
        async with installed(tmp_path, FRONTDESK_EGRESS_ALLOW=allow) as installation:
            child = await installation.up()
            assistant = await make_assistant(
                installation.program().url(),
                CALLING_BOT,
                env={"API": outside.url("")},
                callback=outside.url("/"),
            )
            async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
                url = child.url + assistant.webhook
                slow = [group.create_task(_post(session, url, f"slow-{n}", "look")) for n in range(3)]
                await outside.asked(3)
                # Two replies on their way to a receiver that does not answer either.
                for text in ("one", "two")[:replies]:
                    await _post(session, f"{child.url}{assistant.path}/webhooks/callback/webhook", "jo", text)
                await outside.asked(3 + min(replies, 1))
                stopping = time.monotonic()
                code = await child.stopped()
                stopped_s = time.monotonic() - stopping
            assert code == 0, child.said()
            assert [task.result() for task in slow] == [(200, b"[]")] * 3
            report(f"stopped in {stopped_s:.1f} s")
            assert stopped_s < STOPPED_WITHIN_S
            assert installation.postmaster() is None
            go.set()
            await installation.up()
            async with installation.reading() as connection:
                for left in (_UNANSWERED, _UNSENT):
                    await until(
                        lambda left=left: connection.fetchval(left, assistant.workspace),
                        within_s=READY_WITHIN_S,
                    )
                texts = await connection.fetch(_ANSWERS, assistant.workspace)
            assert [row["text"] for row in texts] == ["I found 1"] * 3


_UNANSWERED = "SELECT count(*) = 0 FROM inbound WHERE workspace_id = $1 AND status = 'waiting'"
_ANSWERS = """SELECT m.parts->0->>'text' AS text FROM messages m JOIN conversations c
    ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
    WHERE m.workspace_id = $1 AND m.author = 'bot' AND c.external_id LIKE 'slow-%'"""
_UNSENT = "SELECT count(*) = 0 FROM deliveries WHERE workspace_id = $1 AND status <> 'sent'"


async def _post(session: aiohttp.ClientSession, url: str, sender: str, text: str) -> tuple[int, bytes]:
    async with session.post(url, json={"sender": sender, "message": text}) as answer:
        return answer.status, await answer.read()
