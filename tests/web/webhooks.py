"""A workspace with a key and a receiver, for tests of webhooks; the receiver checks nothing and keeps all."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.doubles.http_client import Answer
from tests.doubles.http_server import FaultServer, Received
from tests.program import Desk, until

from frontdesk.turn import deliver

BOT = {
    "bot.yaml": "format: assistant/v1\nassistant: {id: shop, name: Shop, language: en}\n",
    "flows/hi.yaml": "trigger: {patterns: [hi]}\nsteps:\n  - say: Hello!\n",
    "flows/human.yaml": "trigger: {patterns: [human]}\nsteps:\n  - handoff: {team: billing}\n",
}
EVERY = [
    "conversation.created",
    "conversation.updated",
    "message.created",
    "handoff.requested",
    "feedback.received",
    "knowledge_base.query_failed",
]
DUE = "UPDATE deliveries SET due_at = now() - interval '1 minute' WHERE workspace_id = $1 AND status = 'waiting'"

PUT_OFF = """UPDATE deliveries SET due_at = now() + interval '1 hour'
    WHERE workspace_id = $1 AND status = 'waiting' AND tries > 0"""


@dataclass
class Hooked:
    """`api` speaks for the workspace of `desk`; what the program posts comes to `receiver`."""

    desk: Desk
    key: str
    receiver: FaultServer

    async def api(
        self, method: str, path: str, body: object = None, *, match: str = "", key: str | None = None
    ) -> Answer:
        headers = {"If-Match": match} if match else {}
        return await self.desk.program.client.send(
            method, f"/api/v1/webhooks{path}", json=body, key=key or self.key, headers=headers
        )

    async def made(self, *events: str, path: str = "/hook", url: str = "", **more: Any) -> Any:
        wanted = {"url": url or self.receiver.url(path), "events": list(events) or EVERY, **more}
        answer = await self.api("POST", "", wanted)
        assert answer.status == 201, answer.body
        return answer.json()

    async def log(self, hook: Any) -> list[Any]:
        """What was sent, the oldest first."""
        answer = await self.api("GET", f"/{hook['id']}/deliveries?limit=100")
        assert answer.status == 200, answer.body
        return list(reversed(answer.json()["data"]))

    async def whole(self, hook: Any, delivery: Any) -> Any:
        answer = await self.api("GET", f"/{hook['id']}/deliveries/{delivery['id']}")
        assert answer.status == 200, answer.body
        return answer.json()

    async def in_state(self, hook: Any, *expected: str) -> list[Any]:
        """Until the log has these states, the oldest first."""

        async def so() -> list[Any] | None:
            rows = await self.log(hook)
            return rows if [row["status"] for row in rows] == list(expected) else None

        found: list[Any] = await until(so)
        return found

    async def tried(self, hook: Any, count: int, place: int = 0) -> Any:
        """Until the delivery at `place` was tried so often, and waits again."""

        async def so() -> Any:
            row = (await self.log(hook))[place]
            return row if row["tries"] == count and row["status"] != "sending" else None

        return await until(so)

    async def put_off(self, hook: Any, count: int = 1) -> list[Any]:
        """Until so many were tried in vain, once or more often; their next try is in an hour. The log then."""

        async def so() -> list[Any] | None:
            await self.desk.program.execute(PUT_OFF, self.desk.workspace)
            rows = await self.log(hook)
            soon = datetime.now(UTC) + timedelta(minutes=30)
            waiting = [row for row in rows if row["status"] == "waiting" and row["tries"]]
            late = [row for row in waiting if datetime.fromisoformat(row["due_at"]) > soon]
            return rows if len(late) == count else None

        found: list[Any] = await until(so)
        return found

    async def due(self) -> None:
        """As if the waits of the schedule were over."""
        await self.desk.program.execute(DUE, self.desk.workspace)
        await deliver.sweep(self.desk.program.running.line)

    async def asked(self, count: int) -> list[Received]:
        await self.receiver.asked(count)
        return self.receiver.received

    async def told_of(self, name: str) -> list[Any]:
        """The bodies that came, once one of them tells of this event."""

        async def so() -> bool:
            return any(one["event"] == name for one in self.told())

        await until(so)
        return self.told()

    def told(self) -> list[Any]:
        """The bodies that came, in their order."""
        return [json.loads(request.body) for request in self.receiver.received]
