"""What happens in a workspace is on its streams: at once, in order, from every process, and to nobody else."""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.database import Database
from tests.doubles.sse_client import Feed, listening
from tests.program import Desk, Program, served, until
from tests.web.feed.conftest import key_of

from frontdesk.app.demo.files import example
from frontdesk.core.actor import ANONYMOUS
from frontdesk.store import bots, news
from frontdesk.store.news import Moment
from frontdesk.studio.publish import publish
from frontdesk.web.feed.frames import RESYNC, Batch, Event
from frontdesk.web.feed.hub import MOST_STREAMS_OF_ONE
from frontdesk.web.feed.stream import MOST_WAITING_BYTES, Stream


async def texts(feed: Feed, count: int) -> list[tuple[str, str]]:
    """Author and text of the next messages."""
    messages = [(await feed.next("message")).data["message"] for _ in range(count)]
    return [(message["author"], message["parts"][0]["text"]) for message in messages]


async def test_a_message_is_on_an_open_stream_with_its_answer(desk: Desk) -> None:
    async with listening(desk.program.client.base_url, await key_of(desk)) as feed:
        [answer] = await desk.say("jo", "hi")
        assert await texts(feed, 2) == [("contact", "hi"), ("bot", answer)]
        row = await feed.next("conversation")
    [conversation] = await desk.rows("conversations")
    assert row.data["conversation_id"] == conversation["id"]
    assert row.data["conversation"]["owner"] == "bot"
    assert row.data["conversation"]["version"] == conversation["version"]


async def test_a_commit_of_one_process_is_on_the_stream_of_another(desk: Desk, second: Program) -> None:
    async with listening(second.client.base_url, await key_of(desk)) as feed:
        [answer] = await desk.say("jo", "hi")
        assert await texts(feed, 2) == [("contact", "hi"), ("bot", answer)]


async def test_a_reader_who_comes_back_gets_what_came_meanwhile_once(desk: Desk) -> None:
    base_url, key = desk.program.client.base_url, await key_of(desk)
    async with listening(base_url, key) as feed:
        await desk.say("jo", "hi")
        await feed.next("conversation")
    [answer] = await desk.say("jo", "hello")
    async with listening(base_url, key, last_id=feed.last_id) as again:
        assert await texts(again, 2) == [("contact", "hello"), ("bot", answer)]
        await again.next("conversation")
        await desk.say("jo", "bye")
        message = (await again.next("message")).data["message"]
        assert message["parts"][0]["text"] == "bye"
    async with listening(base_url, key, query=f"?after={feed.last_id}") as third:
        assert (await third.next("message")).data["message"]["parts"][0]["text"] == "hello"


async def test_what_commits_late_is_told_though_its_transaction_began_first(desk: Desk) -> None:
    base_url, key = desk.program.client.base_url, await key_of(desk)
    await desk.say("early", "hi")
    [early] = await desk.rows("conversations")
    async with listening(base_url, key) as feed, desk.program.admin.acquire() as late:
        change = late.transaction()
        await change.start()
        await late.execute(
            "UPDATE conversations SET version = version + 1 WHERE workspace_id = $1 AND id = $2",
            desk.workspace,
            early["id"],
        )
        await desk.say("later", "hi")
        later = await feed.next("conversation")
        assert later.data["conversation_id"] != early["id"]
        await change.commit()
        assert (await feed.next("conversation")).data["conversation_id"] == early["id"]
    async with listening(base_url, key, last_id=later.id) as again:
        assert (await again.next("conversation")).data["conversation_id"] == early["id"]


async def test_nothing_is_lost_when_notifications_are(desk: Desk) -> None:
    async with listening(desk.program.client.base_url, await key_of(desk)) as feed:
        await desk.program.execute(
            "INSERT INTO contacts (workspace_id, id) VALUES ($1, 'vis_silent')", desk.workspace
        )
        await desk.program.execute(
            """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id,
                                          state, state_format)
               VALUES ($1, 'conv_silent', $2, 'task_none', $3, 'vis_silent', 'silent', '{}', 1)""",
            desk.workspace,
            desk.channel_id,
            desk.assistant_id,
        )
        assert (await feed.next("conversation")).data["conversation_id"] == "conv_silent"


async def test_the_poll_is_the_stream_in_pieces(desk: Desk) -> None:
    key, client = await key_of(desk), desk.program.client

    async def poll(after: str, wait_s: int = 25) -> tuple[list[dict[str, Any]], str]:
        """What is told of conversations, and where to go on; counts come by themselves, whenever they are counted."""
        asked = f"/api/v1/feed/poll?after={after}&wait_s={wait_s}"
        polled = (await client.get(asked, key=key)).json()
        return [entry for entry in polled["data"] if entry["event"] != "counts"], polled["after"]

    begun = (await client.get("/api/v1/feed/poll", key=key)).json()
    assert begun["data"] == []
    waiting = asyncio.create_task(poll(begun["after"]))
    [answer] = await desk.say("jo", "hi")
    told, after = await waiting
    while len(told) < 3:
        more, after = await poll(after)
        told += more
    assert [entry["event"] for entry in told if entry["event"] == "message"] == ["message", "message"]
    assert told[-1]["event"] == "conversation"
    assert told[1]["data"]["message"]["parts"] == [{"type": "text", "text": answer}]
    assert (await poll(after, wait_s=0))[0] == []
    again, _ = await poll(begun["after"])
    assert [entry["event"] for entry in again] == ["message", "message", "conversation"]


async def test_a_workspace_hears_nothing_of_another(desk: Desk, program: Program) -> None:
    other = await program.desk()
    async with listening(program.client.base_url, await key_of(desk)) as feed:
        await other.say("jo", "for others")
        await desk.say("jo", "for us")
        assert (await feed.next("message")).data["message"]["parts"][0]["text"] == "for us"
        assert [event.name for event in feed.seen].count("message") == 1
    theirs = (await program.client.get("/api/v1/feed/poll", key=await key_of(other))).json()["after"]
    mine = await program.client.get(f"/api/v1/feed/poll?after={theirs}&wait_s=0", key=await key_of(desk))
    assert mine.json()["data"] == []


async def test_a_key_of_one_assistant_hears_of_that_assistant_alone(desk: Desk) -> None:
    store = desk.program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        second = await bots.create_assistant(
            desk.workspace, tx, slug="second", name="Second", is_default=False, env={}
        )
    await publish(desk.workspace, store, second.id, files=example("billing-helper"), by="test")
    limited = await key_of(desk, assistant_ids=frozenset({second.id}))
    async with listening(desk.program.client.base_url, limited) as feed:
        await desk.say("jo", "not for you")
        await desk.program.client.post(
            f"/a/{second.id}/webhooks/rest/webhook", json={"sender": "jo", "message": "for you"}
        )
        assert (await feed.any()).data["message"]["parts"][0]["text"] == "for you"


@pytest.mark.parametrize(
    "given",
    [
        "x",
        "5:9:",
        "-5:9:",
        "1-1:2",
        "1-0:1:",
        "1-2:1:",
        "1-5:9:9",
        "1-5:9:4",
        "1-5:9:7,6",
        "1-5:9:6,",
        "1-\u0665:\u0669:",
        "1-5:9000:" + ",".join(map(str, range(6, 3000))),
        "1-5:99999999999999999999:",
        "99999999999-5:9:",
        "'; DROP TABLE messages --",
    ],
)
async def test_an_id_that_cannot_be_one_is_refused(desk: Desk, given: str) -> None:
    key, client = await key_of(desk), desk.program.client
    for path in ("/api/v1/feed", "/api/v1/feed/poll"):
        answer = await client.get(f"{path}?after={quote(given)}", key=key)
        assert (answer.status, answer.json()["code"]) == (400, "cursor_invalid")
    if given.isascii():
        answer = await client.get("/api/v1/feed", key=key, headers={"Last-Event-ID": given})
        assert (answer.status, answer.json()["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize("given", ["26", "-1", "1.5", "x", "²"])
async def test_a_wait_that_cannot_be_one_is_refused(desk: Desk, given: str) -> None:
    answer = await desk.program.client.get(f"/api/v1/feed/poll?wait_s={quote(given)}", key=await key_of(desk))
    assert (answer.status, answer.json()["field"]) == (422, "wait_s")


async def test_an_id_of_another_database_or_of_long_ago_begins_with_resync(desk: Desk) -> None:
    base_url, key = desk.program.client.base_url, await key_of(desk)
    begun = (await desk.program.client.get("/api/v1/feed/poll", key=key)).json()["after"]
    async with listening(base_url, key, last_id=begun.replace("-", "1-", 1)) as feed:
        assert (await feed.any()).name == "resync"
    async with listening(
        base_url, key, last_id=f"{begun.partition('-')[0]}-900000000000:900000000000:"
    ) as feed:
        assert (await feed.any()).name == "resync"
        await desk.say("jo", "hi")
        await feed.next("message")
    await desk.program.execute(
        """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts)
           SELECT $1, 'msg_' || n, 'chan_x', conversation_id, 1000 + n, 'note', '[]'
           FROM (SELECT DISTINCT conversation_id FROM messages WHERE workspace_id = $1) c, generate_series(1, 501) n""",
        desk.workspace,
    )
    async with listening(base_url, key, last_id=f"{begun.partition('-')[0]}-3:3:") as feed:
        assert (await feed.any()).name == "resync"


async def test_who_may_not_read_conversations_gets_no_feed(desk: Desk) -> None:
    client = desk.program.client
    for path in ("/api/v1/feed", "/api/v1/feed/poll"):
        assert (await client.get(path)).status == 401
        assert (await client.get(path, key=await key_of(desk, "read:articles"))).status == 403


async def test_a_stream_ends_when_its_key_is_revoked(desk: Desk) -> None:
    async with listening(desk.program.client.base_url, await key_of(desk)) as feed:
        await desk.program.execute(
            "UPDATE api_keys SET revoked_at = now() WHERE workspace_id = $1", desk.workspace
        )
        await feed.over()


async def test_a_reader_that_does_not_keep_up_is_told_to_load_again() -> None:
    stream = Stream(ANONYMOUS, "")
    heavy = Batch((Event("message", b'"' + b"x" * 100_000 + b'"'),), Moment("3:3:"))
    for _ in range(1_000):
        stream.put(heavy)
    batches = await stream.take(1)
    assert sum(len(event.data) for batch in batches for event in batch.events) <= MOST_WAITING_BYTES
    assert batches[0].events == (RESYNC,)


async def test_streams_of_one_reader_have_a_bound(desk: Desk) -> None:
    key, url = await key_of(desk), desk.program.client.base_url
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(MOST_STREAMS_OF_ONE):
            await stack.enter_async_context(listening(url, key))
        answer = await desk.program.client.get("/api/v1/feed", key=key)
        assert (answer.status, answer.json()["code"]) == (503, "unavailable")

    async def has_room() -> bool:
        return (await desk.program.client.get("/api/v1/feed/poll", key=key)).status == 200

    await until(has_room)


async def test_a_stop_ends_the_streams_at_once(database: Database, tmp_path: Path) -> None:
    async with served(database, tmp_path, jobs=False) as program:
        desk = await program.desk()
        opened = listening(program.client.base_url, await key_of(desk))
        feed = await opened.__aenter__()
        stopping_at = time.monotonic()
    assert time.monotonic() - stopping_at < 30
    await feed.over()
    await opened.__aexit__(None, None, None)


async def test_rows_of_another_server_are_no_news_when_its_numbers_come_up(desk: Desk) -> None:
    await desk.say("jo", "hi")
    async with desk.program.admin.acquire() as admin:
        await admin.execute(
            "UPDATE messages SET written_in = '900000000000' WHERE workspace_id = $1", desk.workspace
        )
        await admin.execute(
            "UPDATE conversations SET written_in = '900000000000' WHERE workspace_id = $1", desk.workspace
        )
    async with listening(desk.program.client.base_url, await key_of(desk)) as feed:
        await news.settle(desk.workspace, desk.program.running.store)
        await desk.say("jo", "hello")
        assert (await feed.next("message")).data["message"]["parts"][0]["text"] == "hello"
    for table in ("messages", "conversations"):
        assert max(int(row["written_in"]) for row in await desk.rows(table)) < 900_000_000_000
