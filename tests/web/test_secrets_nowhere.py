"""Secrets that people hand in or are shown once: no table, no log line and no answer has them afterwards (promise 17).

The whole database is looked through, in every spelling that a column could keep.
"""

import base64
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog
from tests.doubles.http_server import Answer as Given
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program, until
from tests.web.people import PASSWORD, Browser, signed_in
from tests.web.webhooks import BOT

from frontdesk.app import logs
from frontdesk.hub import services
from frontdesk.hub.services import Change

TABLES = """
    SELECT c.relname AS name,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id') AS is_owned
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"""
READ = (
    "assistants",
    "channels",
    "integrations",
    "keys",
    "webhooks",
    "workspace",
    "settings/mail",
    "activity",
    "activity/export",
)


@dataclass
class Kept:
    """What somebody handed in or was shown, by what it is for."""

    desk: Desk
    owner: Browser
    words: dict[str, str] = field(default_factory=dict)

    def new(self, what: str) -> str:
        self.words[what] = f"canary{secrets.token_hex(12)}"
        return self.words[what]

    async def send(self, method: str, path: str, body: object, status: int) -> Any:
        answer = await self.owner.send(
            method, f"/api/v1/{path}", json=body, headers={"If-Match": "*"} if method == "PATCH" else None
        )
        assert answer.status == status, (method, path, answer.body)
        return answer.json()


def spelt(word: str) -> set[str]:
    """In lower case: as it is, in hexadecimal, and in base64 at each of the three places that it may begin."""
    found = {word.lower(), word.encode().hex()}
    for shift in range(3):
        packed = base64.b64encode(b"\0" * shift + word.encode()).decode().rstrip("=")
        found.add(packed[4 if shift else 0 : -2].lower())
    if word.startswith("whsec_"):
        found |= spelt(word.removeprefix("whsec_")) | {base64.b64decode(word.removeprefix("whsec_")).hex()}
    return found


async def in_tables(desk: Desk, words: Iterable[str]) -> list[str]:
    """The tables that have one of them."""
    patterns = [f"%{way}%" for word in words for way in spelt(word)]
    found = []
    for table in await desk.program.query(TABLES):
        own = "t.workspace_id = $2" if table["is_owned"] else "$2::text IS NOT NULL"
        count = await desk.program.query(
            f'SELECT count(*) FROM "{table["name"]}" t WHERE {own} AND lower(t::text) LIKE ANY ($1::text[])',  # noqa: S608  # a table's own name
            patterns,
            desk.workspace,
        )
        if count[0]["count"]:
            found.append(table["name"])
    return found


async def hand_in(kept: Kept, receiver: FaultServer) -> None:
    """A secret wherever one can be kept."""
    hook = await kept.send(
        "POST", "webhooks", {"url": receiver.url("/hook"), "events": ["message.created"]}, 201
    )
    kept.words["webhook"] = hook["secret"]
    kept.words["rotated"] = (await kept.send("POST", f"webhooks/{hook['id']}/rotate", {}, 200))["secret"]
    made = await kept.send("POST", "keys", {"name": "Shop", "scopes": ["read:workspace"]}, 201)
    kept.words["key"] = made["key"]
    again = await kept.send("POST", f"keys/{made['id']}/rotate", {}, 200)
    kept.words["key's other"] = again["key"]
    settings = {
        "url": receiver.url("/callback"),
        "secret_header": "X-Proof",
        "secret_value": kept.new("channel"),
    }
    channel = {
        "type": "callback",
        "name": "Chat",
        "assistant_id": kept.desk.assistant_id,
        "settings": settings,
    }
    await kept.send("POST", "channels", channel, 201)
    site = {"type": "web", "name": "Site", "assistant_id": kept.desk.assistant_id}
    made = await kept.send("POST", "channels", site, 201)
    signing = await kept.send("POST", f"channels/{made['id']}/sign-in-secret", {}, 201)
    kept.words["signed-in visitors"] = signing["secret"]
    settings = {
        "webhook_url": receiver.url("/x"),
        "secret_header": "X-Proof",
        "secret_value": kept.new("integration"),
    }
    await kept.send("POST", "integrations", {"type": "another", "name": "Hooks", "settings": settings}, 201)
    mail = {
        "host": "127.0.0.1",
        "port": receiver.port,
        "encryption": "starttls",
        "from_address": "d@example.com",
    }
    mail = {**mail, "user_name": "desk", "password": kept.new("mail")}
    await kept.send("PATCH", "settings/mail", {"settings": mail}, 200)
    change = Change(
        name="First",
        settings={"base_url": receiver.url("/v1"), "api_key": kept.new("AI service")},
        models={"standard": "small", "complex": "big"},
    )
    hub = kept.desk.program.running.answers.hub
    await services.add(hub, kept.desk.workspace, "custom", change, by="test")
    kept.words["password"] = PASSWORD
    kept.words["session"] = kept.owner.secret


async def hand_in_wrongly(kept: Kept, receiver: FaultServer) -> list[bytes]:
    """Secrets in requests that are refused; what came back."""
    wrong = kept.new("refused")
    answers = [
        await kept.owner.send("POST", "/api/v1/webhooks", json={"url": receiver.url("/"), "secret": wrong}),
        await kept.owner.send(
            "POST",
            "/api/v1/channels",
            json={"type": "callback", "settings": {"url": 7, "secret_value": f"{wrong}\n"}},
        ),
        await kept.owner.send(
            "PATCH",
            "/api/v1/settings/mail",
            json={"settings": {"password": [wrong]}},
            headers={"If-Match": "*"},
        ),
        await kept.desk.program.client.get("/api/v1/labels", key=f"{kept.words['key']}x"),
    ]
    assert all(400 <= answer.status < 500 for answer in answers), [answer.status for answer in answers]
    return [answer.body for answer in answers]


async def test_no_secret_is_readable_once_it_was_handed_in(
    program: Program, capfd: pytest.CaptureFixture[str]
) -> None:
    async with FaultServer() as receiver:
        receiver.answers(Given(status=500, body=b"no"))
        desk = await program.desk(BOT)
        owner, _ = await signed_in(program.running.store, desk.workspace, program.client)
        kept = Kept(desk, owner)
        with structlog.testing.capture_logs(logs.WRITTEN) as lines:
            await hand_in(kept, receiver)
            answers = await hand_in_wrongly(kept, receiver)
            await desk.say("jo", "hi")

            async def tried() -> bool:
                return any(line["event"] == "delivery.postponed" for line in lines)

            await until(tried)
        answers += [(await owner.get(f"/api/v1/{path}")).body for path in READ]
    assert await in_tables(desk, kept.words.values()) == []
    out, err = capfd.readouterr()
    whole = "\n".join([out, err, *map(repr, lines), *(body.decode() for body in answers)]).lower()
    assert [what for what, word in kept.words.items() if any(way in whole for way in spelt(word))] == []
    # The control: what is kept openly is found, as text and packed.
    word = kept.new("open")
    await kept.send("POST", "labels", {"name": word, "color": "blue"}, 201)
    assert "labels" in await in_tables(desk, [word])
    await program.execute(
        """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, status)
           VALUES ($1, 'dlv_canary', 'none:1', 'callback', 'none', $2, 'failed')""",
        desk.workspace,
        json.dumps({"text": word}).encode(),
    )
    assert "deliveries" in await in_tables(desk, [word])
