"""kill -9 while outside calls are under way: repeated only if that is safe, else shown as unknown (promise 34)."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.drills.assistant import Assistant, make_assistant
from tests.drills.installation import Child, Installation, installed
from tests.drills.load import texts
from tests.program import until
from tests.turn.calling_bot import CALLING_BOT

# Fifteen seconds of the dead holder's lane, three of the sweep, and the start itself.
SWEPT_WITHIN_S = 60.0


@dataclass
class Crashing:
    installation: Installation
    assistant: Assistant
    child: Child

    async def post(self, sender: str, text: str, message_id: str = "m1") -> list[str]:
        body = {"sender": sender, "message": text, "metadata": {"message_id": message_id}}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.child.url + self.assistant.webhook, json=body) as answer,
        ):
            return texts(await answer.json())

    async def swept(self) -> bool:
        rows = await self.fetch("SELECT status FROM inbound WHERE workspace_id = $1")
        return [row["status"] for row in rows] == ["done", "done"]

    async def alerts(self, sender: str) -> set[object]:
        rows = await self.fetch(
            """SELECT t.trace FROM traces t JOIN conversations c
               ON c.workspace_id = t.workspace_id AND c.id = t.conversation_id
               WHERE t.workspace_id = $1 AND c.external_id = $2""",
            sender,
        )
        steps = [step for row in rows for step in msgspec.json.decode(str(row["trace"]))["steps"]]
        return {step["alert"] for step in steps if "alert" in step}

    async def fetch(self, sql: str, *values: object) -> list[dict[str, object]]:
        async with self.installation.reading() as connection:
            return [dict(row) for row in await connection.fetch(sql, self.assistant.workspace, *values)]


async def test_calls_cut_off_by_a_crash(tmp_path: Path, report: Callable[[str], None]) -> None:
    async with FaultServer() as outside:
        outside.answers(Answer(silent=True), Answer(silent=True), json_answer({"value": "2"}))
        allow = f"action=127.0.0.1:{outside.port}"
        async with installed(tmp_path, FRONTDESK_EGRESS_ALLOW=allow) as installation:
            child = await installation.up()
            database = installation.program().url()
            assistant = await make_assistant(database, CALLING_BOT, env={"API": outside.url("")})
            drill = Crashing(installation, assistant, child)
            asking = [
                asyncio.create_task(drill.post("looks", "look it up")),
                asyncio.create_task(drill.post("orders", "order it")),
            ]
            await outside.asked(2)
            await child.killed()
            ended = await asyncio.gather(*asking, return_exceptions=True)
            assert all(isinstance(error, aiohttp.ClientError) for error in ended)
            died = time.monotonic()
            drill.child = await installation.up()
            # Nobody asks again: the sweep alone has to find them.
            await until(drill.swept, within_s=SWEPT_WITHIN_S)
            report(f"answered {time.monotonic() - died:.1f} s after the crash")
            await _judge(drill, outside)


async def _judge(drill: Crashing, outside: FaultServer) -> None:
    made = Counter(request.method for request in outside.received)
    assert made == {"GET": 2, "POST": 1}
    # A client that asks again under the same ids gets what came of it, and nothing happens twice.
    assert await drill.post("looks", "look it up") == ["I found 2"]
    assert await drill.post("orders", "order it") == ["I cannot tell whether it was ordered."]
    assert len(outside.received) == 3
    assert await drill.alerts("looks") == set()
    assert "call_outcome_unknown" in await drill.alerts("orders")
    assert len(await drill.fetch("SELECT 1 FROM messages WHERE workspace_id = $1")) == 4
    # The lanes are free and go on.
    assert await drill.post("orders", "hello", "m2") == ["You said hello"]
