"""Answers that are followed while a model writes them: only checked sentences, the same message in the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from tests.doubles.http_server import Answer
from tests.doubles.sse_client import Feed
from tests.line.test_writing import ASKED, Kb, kb
from tests.plugins.llm import completions as wire
from tests.program import until

__all__ = ["kb"]

PIECES = ["Shoes go back within 14 days [1].", " You write first [1].", " Then you ", "send them [1]."]
READ = "Shoes go back within 14 days. You write first."


@pytest.fixture
async def key(kb: Kb) -> str:
    return await kb.desk.key("api", "admin")


@pytest.fixture
async def path(kb: Kb, key: str) -> str:
    """Of a conversation in which the assistant has said something already, without a model."""
    kb.first.answers(Answer(401))
    made = await kb.desk.program.client.post(
        "/api/v1/conversations", key=key, json={"initial_message": "hello"}
    )
    assert made.status == 201, made.body
    [service] = [row for row in await kb.desk.rows("ai_services") if row["name"] == "First"]
    await kb.desk.program.execute(
        "UPDATE ai_services SET row_version = row_version + 1 WHERE id = $1", service["id"]
    )
    return f"/api/v1/conversations/{made.json()['id']}/messages"


@asynccontextmanager
async def streamed(kb: Kb, path: str, key: str, text: str = ASKED, **headers: str) -> AsyncIterator[Feed]:
    sent = {"Accept": "text/event-stream", "Authorization": f"Bearer {key}", **headers}
    body = {"text": text, "author": "contact"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(kb.desk.program.client.base_url + path, json=body, headers=sent) as answer,
    ):
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield Feed(answer.content)


def held(answer: Answer, behind: str) -> tuple[Answer, asyncio.Event]:
    """The same, which stops for the event behind these words."""
    event = asyncio.Event()
    return replace(answer, held=event, held_after=answer.body.index(behind.encode()) + len(behind)), event


def texts(messages: list[dict[str, Any]]) -> str:
    return " ".join(part["text"] for message in messages for part in message["parts"] if "text" in part)


async def contact_lines(kb: Kb) -> list[dict[str, Any]]:
    return [row for row in await kb.desk.rows("messages", "seq") if row["author"] == "contact"]


async def test_sentences_come_while_the_model_writes_and_the_answer_last(kb: Kb, path: str, key: str) -> None:
    answer, go_on = held(wire.text([*PIECES]), "send them")
    kb.first.answers(answer)
    async with streamed(kb, path, key) as feed:
        seen = [await feed.any()]
        while seen[-1].data["text"] != READ:
            seen.append(await feed.any())
        assert {event.name for event in seen} == {"draft"}
        go_on.set()
        last = await feed.next("answer")
        assert last.data["author"] == "contact"
        assert last.data["complete"] is True
        assert texts(last.data["answers"]).startswith(f"{READ} Then you send them.")
        await feed.over()
        assert feed.seen[-1] is last
    listed = (await kb.desk.program.client.get(path, key=key)).json()["data"]
    assert [line["id"] for line in listed][-2:] == [last.data["id"], last.data["answers"][-1]["id"]]


async def test_what_strays_is_in_no_draft(kb: Kb, path: str, key: str) -> None:
    strays = ["Shoes go back within 30 days [1].", " You write first [1].", " Bye [1]."]
    kb.first.answers(wire.text(strays), wire.text(PIECES))
    async with streamed(kb, path, key) as feed:
        last = await feed.next("answer")
    told = [event.data["text"] for event in feed.seen if event.name == "draft"]
    assert not [text for text in told if "30" in text]
    assert "14 days" in texts(last.data["answers"])


async def test_a_draft_whose_answer_strays_later_is_taken_back(kb: Kb, path: str, key: str) -> None:
    strayed = wire.text([PIECES[0], " You write first [1].", " It costs ", "99 dollars [1]."])
    answer, go_on = held(strayed, "99 dollars")
    kb.first.answers(answer, wire.text(["You have 99 days [1]."]))
    async with streamed(kb, path, key) as feed:
        while (await feed.next("draft")).data["text"] != READ:
            pass
        go_on.set()
        last = await feed.next("answer")
    drafts = [event.data["text"] for event in feed.seen if event.name == "draft"]
    assert drafts[-1] == ""
    assert "99" not in texts(last.data["answers"])


async def test_who_goes_away_while_it_is_written_loses_nothing(kb: Kb, path: str, key: str) -> None:
    answer, go_on = held(wire.text([*PIECES]), "send them")
    kb.first.answers(answer)
    async with streamed(kb, path, key, **{"Idempotency-Key": "once"}) as feed:
        await feed.next("draft")
    go_on.set()

    async def answered() -> list[dict[str, Any]]:
        listed = (await kb.desk.program.client.get(path, key=key)).json()["data"]
        return [line for line in listed if line["author"] == "bot" and "14 days" in texts([line])]

    [said] = await until(answered)
    async with streamed(kb, path, key, **{"Idempotency-Key": "once"}) as feed:
        again = await feed.next("answer")
    assert [line["id"] for line in again.data["answers"]] == [said["id"]]
    assert len(await contact_lines(kb)) == 2, "said once, besides the first"


async def test_what_fails_on_the_way_is_a_problem_in_the_stream(kb: Kb, path: str, key: str) -> None:
    answer, go_on = held(wire.text([*PIECES]), "send them")
    kb.first.answers(answer)
    async with streamed(kb, path, key) as feed:
        await feed.next("draft")
        # Erased meanwhile: there is nothing left that could be answered.
        conversation = path.split("/")[-2]
        for table in ("inbound", "messages"):
            await kb.desk.program.execute(f"DELETE FROM {table} WHERE conversation_id = $1", conversation)  # noqa: S608
        await kb.desk.program.execute("DELETE FROM conversations WHERE id = $1", conversation)
        go_on.set()
        last = await feed.next("problem", "answer")
        assert last.name == "problem", last
        assert {"type", "title", "status", "detail", "code", "request_id"} <= last.data.keys()
        await feed.over()


async def test_what_is_refused_at_once_is_refused_with_its_status(kb: Kb, path: str, key: str) -> None:
    client, stream = kb.desk.program.client, {"Accept": "text/event-stream"}
    for given, status in (({"text": 1}, 422), ({"text": "", "author": "contact"}, 422)):
        refused = await client.post(path, key=key, json=given, headers=stream)
        assert (refused.status, refused.headers["Content-Type"]) == (status, "application/problem+json")
    other = await client.post(
        "/api/v1/conversations/conv_x/messages", key=key, json={"text": "x"}, headers=stream
    )
    assert other.status == 404


async def test_who_does_not_ask_for_a_stream_gets_none(kb: Kb, path: str, key: str) -> None:
    kb.first.answers(wire.text(PIECES))
    for accept in ("", "*/*", "application/json", "text/event-stream;q=0"):
        headers = {"Accept": accept} if accept else {}
        body = {"text": ASKED, "author": "contact"}
        answer = await kb.desk.program.client.post(path, key=key, json=body, headers=headers)
        assert (answer.status, answer.headers["Content-Type"]) == (201, "application/json")
