"""Colleagues see who is at work, who looks at a conversation and who types there; nothing is written for a key press."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.sse_client import Feed, listening
from tests.program import Desk, Program, until
from tests.web.feed.conftest import key_of
from tests.web.people import Browser, signed_in

from frontdesk.core.permission import Role
from frontdesk.store import presence
from frontdesk.store.accounts import Account
from frontdesk.web.session_ring import COOKIE

COUNTS = "/api/v1/conversations/counts"


@dataclass
class Colleague:
    browser: Browser
    account: Account

    @property
    def who(self) -> dict[str, str]:
        return {"id": self.account.id, "name": self.account.name}

    @asynccontextmanager
    async def inbox(self, program: Program) -> AsyncIterator[Feed]:
        """An open inbox of theirs, in a browser that shows its cookie."""
        cookie = {"Cookie": f"{COOKIE}={self.browser.secret}"}
        async with listening(program.client.base_url, headers=cookie) as feed:
            yield feed

    async def at(self, conversation: str, **doing: bool) -> int:
        path = f"/api/v1/conversations/{conversation}/presence"
        return (await self.browser.post(path, json=doing)).status


async def colleague(desk: Desk, role: Role = "operator") -> Colleague:
    program = desk.program
    return Colleague(*await signed_in(program.running.store, desk.workspace, program.client, role=role))


@pytest.fixture
async def conversation(desk: Desk) -> str:
    await desk.say("jo", "hi")
    [row] = await desk.rows("conversations")
    return str(row["id"])


async def person(feed: Feed, who: Colleague, state: str) -> dict[str, Any]:
    """The news that a colleague is so."""
    while True:
        event = await feed.next("person")
        if event.data["id"] == who.account.id and event.data["presence"]["state"] == state:
            return dict(event.data)


async def test_who_looks_at_a_conversation_is_seen_in_every_process(
    desk: Desk, second: Program, conversation: str
) -> None:
    ann, bea = await colleague(desk), await colleague(desk)
    before = await desk.counts()
    async with ann.inbox(second) as feed:
        assert await bea.at(conversation, viewing=True) == 204
        seen = await feed.next("presence")
        assert seen.data == {"conversation_id": conversation, "viewers": [bea.who]}
        assert await bea.at(conversation, viewing=True, typing=True) == 204
        typing = await feed.next("typing")
        assert typing.data == {"conversation_id": conversation, "person": bea.who, "typing": True}
        assert await bea.at(conversation, viewing=True, typing=False) == 204
        assert (await feed.next("typing")).data["typing"] is False
        async with ann.inbox(second) as late:
            assert (await late.next("presence")).data["viewers"] == [bea.who]
        assert await bea.at(conversation, viewing=False) == 204
        assert (await feed.next("presence")).data == {"conversation_id": conversation, "viewers": []}
    assert await desk.counts() == before


async def test_who_stops_saying_so_is_not_seen_any_more(desk: Desk, conversation: str) -> None:
    ann, bea = await colleague(desk), await colleague(desk)
    async with ann.inbox(desk.program) as feed:
        await bea.at(conversation, typing=True)
        assert (await feed.next("typing")).data["typing"] is True
        assert (await feed.next("typing")).data["typing"] is False


async def test_an_open_inbox_makes_somebody_online_and_a_closed_one_offline(desk: Desk) -> None:
    ann, bea = await colleague(desk), await colleague(desk)
    async with ann.inbox(desk.program) as feed:
        await person(feed, ann, "online")
        assert (await bea.browser.get("/api/v1/me")).json()["presence"]["state"] == "offline"
        async with bea.inbox(desk.program):
            seen = await person(feed, bea, "online")
            assert seen == {**bea.who, "presence": {"state": "online", "capacity": None}}
            people = (await ann.browser.get("/api/v1/people")).json()["data"]
            assert {one["id"]: one["presence"]["state"] for one in people} == {
                ann.account.id: "online",
                bea.account.id: "online",
            }
        # As if a minute had gone by since an inbox of hers was last open.
        await desk.program.execute(
            "UPDATE presence SET seen_at = now() - interval '61 seconds' WHERE account_id = $1",
            bea.account.id,
        )
        assert (await bea.browser.get("/api/v1/me/presence")).json()["state"] == "offline"
        store, now = desk.program.running.store, datetime.now(UTC)
        assert await presence.note_gone(desk.workspace, store, now) == [bea.account.id]
        assert await presence.note_gone(desk.workspace, store, now) == []


async def test_what_somebody_chooses_is_seen_at_once(desk: Desk) -> None:
    ann, bea = await colleague(desk), await colleague(desk)
    async with ann.inbox(desk.program) as feed, bea.inbox(desk.program):
        await person(feed, bea, "online")
        answer = await bea.browser.patch("/api/v1/me/presence", json={"state": "away", "capacity": 3})
        assert answer.json() == {"state": "away", "chosen": "away", "capacity": 3}
        assert (await person(feed, bea, "away"))["presence"]["capacity"] == 3
        again = await bea.browser.patch("/api/v1/me/presence", json={"state": "online"})
        assert again.json() == {"state": "online", "chosen": "online", "capacity": 3}
    [row] = [row for row in await desk.rows("presence") if row["account_id"] == bea.account.id]
    assert (row["state"], row["capacity"]) == ("online", 3)
    as_the_desk_says = await bea.browser.patch("/api/v1/me/presence", json={"capacity": None})
    assert (as_the_desk_says.json()["chosen"], as_the_desk_says.json()["capacity"]) == ("online", None)


@pytest.mark.parametrize(
    "given",
    [
        {"state": "asleep"},
        {"state": {"state": "online"}},
        {"state": ["online"]},
        {"capacity": -1},
        {"capacity": 1001},
        {"capacity": "many"},
        {"capacity": {"n": 1}},
        {"shown": "online"},
    ],
)
async def test_a_presence_that_cannot_be_is_refused(desk: Desk, given: dict[str, object]) -> None:
    ann = await colleague(desk)
    assert (await ann.browser.patch("/api/v1/me/presence", json=given)).status == 422
    assert await desk.rows("presence") == []


async def test_only_people_look_and_only_at_their_own_conversations(
    desk: Desk, program: Program, conversation: str
) -> None:
    key = await key_of(desk, "write:conversations")
    path = f"/api/v1/conversations/{conversation}/presence"
    assert (await program.client.post(path, key=key, json={"viewing": True})).status == 403
    stranger = await colleague(await program.desk())
    assert await stranger.at(conversation) == 404
    ann = await colleague(desk)
    assert await ann.at("conv_01jd6qzv1mfz2s0rvm8a1h5c3e") == 404
    assert await ann.at("x") == 404
    wrong = await ann.browser.post(path, json={"viewing": "a:b:c"})
    assert wrong.status == 422
    viewer = await colleague(desk, "viewer")
    async with ann.inbox(program) as feed:
        assert await viewer.at(conversation, typing=True) == 204
        await feed.next("presence")
        assert await ann.at(conversation, typing=True) == 204
        assert (await feed.next("typing")).data["person"] == ann.who


async def test_a_limited_key_hears_of_nobody(desk: Desk, conversation: str) -> None:
    ann = await colleague(desk)
    limited = await key_of(desk, assistant_ids=frozenset({desk.assistant_id}))
    async with listening(desk.program.client.base_url, limited) as feed:
        await ann.at(conversation, typing=True)
        await desk.say("jo", "hello")
        assert (await feed.any()).name == "message"
        assert {event.name for event in feed.seen} == {"message"}


async def test_a_stream_ends_with_the_session_or_the_right(desk: Desk) -> None:
    ann, bea = await colleague(desk), await colleague(desk)
    async with ann.inbox(desk.program) as feed:
        assert (await ann.browser.send("DELETE", "/api/v1/session")).status == 204
        await feed.over()
    async with bea.inbox(desk.program) as feed:
        await desk.program.execute(
            "UPDATE accounts SET status = 'disabled' WHERE workspace_id = $1 AND id = $2",
            desk.workspace,
            bea.account.id,
        )
        await feed.over()


async def test_a_stream_outlives_the_renewal_of_its_cookie(desk: Desk) -> None:
    ann = await colleague(desk)
    async with ann.inbox(desk.program) as feed:
        await desk.program.execute(
            "UPDATE account_sessions SET renewed_at = now() - interval '2 hours' WHERE account_id = $1",
            ann.account.id,
        )

        async def is_renewed() -> bool:
            before = ann.browser.secret
            assert (await ann.browser.get("/api/v1/me")).status == 200
            return ann.browser.secret != before

        await until(is_renewed)
        await ann.browser.get("/api/v1/me")
        # As if its former secret, the one this stream began with, had stopped counting long ago.
        await desk.program.execute(
            "UPDATE account_sessions SET renewed_at = $2 WHERE account_id = $1",
            ann.account.id,
            datetime.now(UTC) - timedelta(minutes=5),
        )
        with pytest.raises(TimeoutError):
            await feed.over(within_s=5)
        assert (await ann.browser.get("/api/v1/me")).status == 200


async def test_the_feed_shows_what_the_lists_show(desk: Desk) -> None:
    ann, bea = await colleague(desk), await colleague(desk)
    async with ann.inbox(desk.program) as mine, bea.inbox(desk.program) as theirs:
        await desk.say("jo", "hi")
        told = [(await mine.next("message")).data for _ in range(2)]
        row = (await mine.next("conversation")).data
        conversation = row["conversation_id"]
        path = f"/api/v1/conversations/{conversation}"
        listed = (await ann.browser.get(f"{path}/messages")).json()["data"]
        assert [one["message"] for one in told] == listed
        assert [row["conversation"]] == (await ann.browser.get("/api/v1/conversations")).json()["data"]
        assert row["conversation"]["unread"] == 1
        assert (await ann.browser.post(f"{path}/read", json={"seq": 2})).status < 300
        await desk.say("jo", "hello")
        assert (await mine.next("conversation")).data["conversation"]["unread"] == 1
        await theirs.next("conversation")
        assert (await theirs.next("conversation")).data["conversation"]["unread"] == 2


async def test_counts_are_told_to_each_reader_when_they_change(desk: Desk) -> None:
    ann = await colleague(desk)
    async with ann.inbox(desk.program) as feed:
        assert (await feed.next("counts")).data == (await ann.browser.get(COUNTS)).json()
        await desk.say("jo", "hi")
        counted = (await feed.next("counts")).data
        assert counted == (await ann.browser.get(COUNTS)).json()
        assert counted["bot"] == 1
        [row] = await desk.rows("conversations")
        taken = await ann.browser.post(f"/api/v1/conversations/{row['id']}/take")
        assert taken.status == 200, taken.body
        while (counted := (await feed.next("counts")).data)["mine"] != 1:
            pass
        assert counted == (await ann.browser.get(COUNTS)).json()


async def test_what_became_of_a_message_is_told_when_it_is_known(desk: Desk) -> None:
    ann = await colleague(desk)
    async with FaultServer() as receiver, ann.inbox(desk.program) as feed:
        held = asyncio.Event()
        receiver.answers(Answer(200, b"{}", (), held=held))
        await desk.channel("callback", {"url": receiver.url("/messages")})
        sent = await desk.program.client.post(
            f"{desk.path}/webhooks/callback/webhook", json={"sender": "jo", "message": "hi"}
        )
        assert sent.status == 200, sent.body
        await feed.next("message")
        first = (await feed.next("message")).data["message"]
        assert first["delivery"]["state"] == "sending"
        held.set()
        again = (await feed.next("message")).data["message"]
        assert (again["id"], again["delivery"]["state"]) == (first["id"], "sent")
