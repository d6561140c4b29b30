"""The callback channel end to end: a message in, `success` out, bubbles posted to the receiver, in order, until taken."""

import asyncio
import json
import time

import pytest
from tests.doubles.http_server import Answer, FaultServer, Received
from tests.program import Desk, Program, until

from frontdesk.store.keys import create_key
from frontdesk.turn import deliver

Q1 = [
    b'{"recipient_id":"jhon","text":"I can help you with your account balance."}',
    b'{"recipient_id":"jhon","text":"Please enter your 6-digit account number? (eg: 123456)"}',
]
R1 = b'{"recipient_id":"jhon","text":"An account number has exactly six digits."}'
TAKEN = Answer(200, b"success")


async def desk_with(program: Program, receiver: FaultServer) -> Desk:
    receiver.answers(TAKEN)
    desk = await program.desk()
    await desk.channel("callback", {"url": receiver.url("/replies")})
    return desk


async def say(desk: Desk, message: str, sender: str = "jhon", **metadata: str) -> bytes:
    body = {"sender": sender, "message": message, "metadata": metadata}
    answer = await desk.program.client.post(f"{desk.path}/webhooks/callback/webhook", json=body)
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"].startswith("text/plain")
    return answer.body


async def received(receiver: FaultServer, count: int) -> list[Received]:
    """All requests, as soon as there are so many."""

    async def there() -> bool:
        return len(receiver.received) >= count

    await until(there)
    return receiver.received


async def settled(desk: Desk, *expected: str) -> None:
    """Wait until the deliveries are as said, in their order."""

    async def as_said() -> bool:
        return [row["status"] for row in await desk.rows("deliveries", "seq")] == list(expected)

    await until(as_said)


async def try_again(desk: Desk) -> None:
    """Let the time until the next try pass, and the net that finds what is due find it."""
    await desk.program.execute(
        """UPDATE deliveries SET due_at = now() - interval '1 minute'
           WHERE workspace_id = $1 AND status = 'waiting'""",
        desk.workspace,
    )
    await deliver.sweep(desk.program.running.line)


async def test_bubbles_arrive_one_by_one_in_order_and_exactly_as_on_the_rest_wire(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        assert await say(desk, "balance") == b"success"
        posts = await received(receiver, 2)
        assert [post.body for post in posts] == Q1
        for post in posts:
            assert (post.method, post.target) == ("POST", "/replies")
            assert post.headers["content-type"] == "application/json"
        rows = await desk.rows("deliveries", "seq")
        assert [post.headers["webhook-id"] for post in posts] == [row["id"] for row in rows]
        await settled(desk, "sent", "sent")
        rest = (await desk.post("jhon", "balance")).json()
        assert [json.loads(post.body) for post in posts] == rest


async def test_a_repeat_is_answered_with_success_and_posts_nothing_more(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        for _ in range(3):
            assert await say(desk, "balance", message_id="m1") == b"success"
        await settled(desk, "sent", "sent")
        assert [post.body for post in receiver.received] == Q1


async def test_what_is_no_message_is_success_and_posts_nothing(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        answer = await program.client.post(f"{desk.path}/webhooks/callback/webhook", json={"sender": "jhon"})
        assert (answer.status, answer.body) == (200, b"success")
        assert await desk.rows("deliveries") == []


@pytest.mark.parametrize(
    "fault",
    [Answer(500), Answer(302), Answer(429), Answer(hang_up=True)],
    ids=["500", "302", "429", "hang-up"],
)
async def test_what_was_not_taken_comes_again_the_same(program: Program, fault: Answer) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        receiver.answers(fault, TAKEN)
        await say(desk, "hello")
        (first,) = await received(receiver, 1)
        await settled(desk, "waiting")
        await try_again(desk)
        _, second = await received(receiver, 2)
        assert second.body == first.body
        assert second.headers["webhook-id"] == first.headers["webhook-id"]
        await settled(desk, "sent")


async def test_the_next_bubbles_wait_behind_one_that_was_not_taken(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        receiver.answers(Answer(500), TAKEN)
        await say(desk, "balance")
        await received(receiver, 1)
        await settled(desk, "waiting", "waiting")
        await say(desk, "12345")
        await say(desk, "hello", sender="other")  # a lane of its own
        other = (await received(receiver, 2))[1]
        assert json.loads(other.body)["recipient_id"] == "other"
        await settled(desk, "waiting", "waiting", "waiting", "sent")
        await try_again(desk)
        await settled(desk, *["sent"] * 4)
        for_jhon = [post.body for post in receiver.received if b'"jhon"' in post.body]
        assert for_jhon == [Q1[0], *Q1, R1]


async def test_one_that_is_never_taken_is_given_up_and_the_next_go_out(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        tries = len(deliver.SCHEDULE_S) + 1
        receiver.answers(*[Answer(500)] * tries, TAKEN)
        await say(desk, "balance")
        for count in range(1, tries):
            await received(receiver, count)
            await settled(desk, "waiting", "waiting")
            await try_again(desk)
        await settled(desk, "failed", "sent")
        assert [post.body for post in receiver.received] == [Q1[0]] * tries + [Q1[1]]


async def test_a_receiver_that_says_gone_is_not_asked_again_for_that_bubble(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        receiver.answers(Answer(410), TAKEN)
        await say(desk, "balance")
        await settled(desk, "failed", "sent")
        assert [post.body for post in receiver.received] == Q1


async def test_a_receiver_that_never_answers_slows_nobody(program: Program) -> None:
    async with FaultServer() as silent, FaultServer() as receiver:
        slow, quick = await desk_with(program, silent), await desk_with(program, receiver)
        silent.answers(Answer(silent=True))
        for number in range(10):
            assert await say(slow, "hello", sender=f"s{number}") == b"success"
        await received(silent, 1)
        started = time.monotonic()
        await asyncio.gather(*(slow.post(f"s{number}", "hello") for number in range(20)))
        await say(quick, "hello")
        await received(receiver, 1)
        # Nothing above may wait for the silent one's time to be up.
        assert time.monotonic() - started < 5
        assert {row["status"] for row in await slow.rows("deliveries")} <= {"sending", "waiting"}


async def test_messages_sent_at_once_arrive_in_the_order_of_their_turns(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await desk_with(program, receiver)
        await asyncio.gather(*(say(desk, f"what is {number}") for number in range(10)))
        await received(receiver, 10)
        said = await desk.rows("messages", "seq")
        bots = [json.loads(row["parts"])[0]["text"] for row in said if row["author"] == "bot"]
        assert [json.loads(post.body)["text"] for post in receiver.received] == bots
        assert len(set(bots)) == 10


async def test_an_address_that_cannot_be_reached_is_refused_when_the_channel_is_made_or_changed(
    program: Program,
) -> None:
    desk = await program.desk()
    async with program.running.store.unit_of_work(desk.workspace) as tx:
        _, key = await create_key(desk.workspace, tx, kind="api", name="Test", scopes=frozenset({"admin"}))
    given = {"type": "callback", "name": "Site", "assistant_id": desk.assistant_id}
    for url, why in (
        ("http://10.0.0.7/replies", "leads to a private address, which may not be reached"),
        ("https://site.example.com:99/replies", "Port 99 is not open for requests"),
        ("https://me@site.example.com/replies", "must not carry a user name or password"),
    ):
        body = {**given, "settings": {"url": url}}
        answer = await program.client.post("/api/v1/channels", key=key.reveal(), json=body)
        assert (answer.status, answer.json()["code"]) == (422, "outbound_refused")
        assert answer.json()["field"] == "settings.url"
        assert why in answer.json()["detail"]
    body = {**given, "settings": {"url": "https://site.example.com/replies"}}
    made = await program.client.post("/api/v1/channels", key=key.reveal(), json=body)
    assert made.status == 201, made.body
    change = {"settings": {"url": "http://192.168.1.1/replies"}}
    changed = await program.client.send(
        "PATCH",
        f"/api/v1/channels/{made.json()['id']}",
        key=key.reveal(),
        headers={"If-Match": "*"},
        json=change,
    )
    assert (changed.status, changed.json()["code"]) == (422, "outbound_refused")
