"""With a service that makes the vectors, what is personal in what customers write never gets to it."""

import asyncio
import json
import secrets
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.database import migrated
from tests.doubles.http_server import Answer, FaultServer, Received, json_answer
from tests.line.test_knowledge import taken_in
from tests.line.test_understanding import BOT, model
from tests.program import Desk, served, until

from frontdesk.app.postgres import PostgresServer
from frontdesk.library import gaps, indexing

DIM = 64
SHOP = BOT.replace(
    "flows:\n",
    """slots:
  account: {scope: session, pii: account}
flows:
  account:
    trigger: {patterns: ["my account"]}
    steps:
      - {ask: Which account?, slot: account}
      - say: Thanks.
""",
).replace("steps: [{say: I cannot say.}]", "steps: [{answer: true}]")
PERSONAL = ("canary.jo@example.com", "+44 20 7946 0958", "4111 1111 1111 1111", "Quixoticus")


def vectors(request: Received) -> Answer:
    """Texts mean their words."""
    asked = json.loads(request.body)
    data = []
    for place, text in enumerate(asked["input"]):
        vector = [0.001] * DIM
        for word in text.lower().split():
            vector[zlib.crc32(word.encode()) % DIM] += 1.0
        data.append({"index": place, "embedding": vector})
    return json_answer({"data": data})


@dataclass
class Asked:
    desk: Desk
    server: FaultServer

    @property
    def texts(self) -> list[str]:
        return [text for request in self.server.received for text in json.loads(request.body)["input"]]


@pytest.fixture
async def asked(server: PostgresServer, tmp_path: Path) -> AsyncIterator[Asked]:
    database = await migrated(server, f"embedding_{secrets.token_hex(4)}")
    async with (
        FaultServer(made=vectors) as service,
        served(
            database,
            tmp_path,
            frontdesk_embedder="openai",
            frontdesk_embedder_url=service.url("/v1"),
            frontdesk_embedder_model="m-1",
            frontdesk_embedder_dim=DIM,
            frontdesk_egress_allow="embedding=127.0.0.1",
        ) as program,
    ):
        yield Asked(await program.desk({"bot.yaml": SHOP}, slug="shop"), service)


async def test_no_captured_request_has_what_is_personal_in_a_message_or_known_of_the_customer(
    asked: Asked,
) -> None:
    desk, running = asked.desk, asked.desk.program.running
    await until(lambda: model(desk), within_s=60)
    files = {"ring.md": b"# Repairs\n\nWe repair bicycles on Fridays. Write to shop@example.com."}
    await taken_in(desk, files)

    async def by_meaning() -> bool:
        told = await indexing.progress(desk.workspace, running.store, running.answers.embedders)
        return told.by_meaning

    await until(by_meaning)
    assert "Repairs\nWe repair bicycles on Fridays. Write to shop@example.com." in asked.texts
    before = len(asked.texts)

    assert await desk.say("jo", "my account") == ["Which account?"]
    assert await desk.say("jo", "Quixoticus") == ["Thanks."]
    await desk.say("jo", "i am canary.jo@example.com of account Quixoticus, do you repair bicycles?")
    await desk.say("jo", "card 4111 1111 1111 1111, phone +44 20 7946 0958: who won the chess world cup?")
    store = running.store
    await gaps.list_gaps(
        desk.workspace, store, running.answers.embedders, since=running.line.clock.now().replace(year=2000)
    )
    sent = asked.texts[before:]
    assert any("do you repair bicycles" in text and "[EMAIL_1]" in text for text in sent), sent
    assert any("chess" in text and "[CARD_1]" in text and "[PHONE_1]" in text for text in sent), sent
    for value in PERSONAL:
        assert not [text for text in sent if value.lower() in text.lower()], value
    traces = str(await desk.rows("traces"))
    assert "by words only" not in traces, "the service was asked for the intents too"


async def test_while_the_service_is_away_customers_are_answered_by_words(asked: Asked) -> None:
    asked.server.made = None
    asked.server.answers(Answer(status=401))
    await until(lambda: model(asked.desk), within_s=60)
    await taken_in(asked.desk, {"a.md": b"# Repairs\n\nWe repair bicycles on Fridays."})
    async with asyncio.timeout(60):
        [text] = await asked.desk.say("jo", "who repairs bicycles?")
    assert "Fridays" in text
