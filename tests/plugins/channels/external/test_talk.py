"""Conversations by the external messenger: one for each chat id, once for each key, in every service mode."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.doubles.http_server import Answer, FaultServer
from tests.plugins.channels.external.conftest import BOT, SEND, Messenger, set_up
from tests.program import Program, until

from frontdesk.store.bots import create_assistant
from frontdesk.store.keys import create_key
from frontdesk.studio.publish import publish


async def said(messenger: Messenger) -> list[tuple[str, str, str]]:
    """Author, step and text of each message."""
    rows = await messenger.desk.program.query(
        """SELECT author, step, parts -> 0 ->> 'text' AS text FROM messages
           WHERE workspace_id = $1 AND author <> 'event' ORDER BY seq""",
        messenger.desk.workspace,
    )
    return [(row["author"], row["step"], row["text"]) for row in rows]


async def events(messenger: Messenger, kind: str) -> list[dict[str, Any]]:
    return [row for row in await messenger.desk.rows("events", "seq") if row["type"] == kind]


async def test_s002_25_the_same_chat_id_is_the_same_conversation(messenger: Messenger) -> None:
    first, second = await messenger.thread("1", "hi"), await messenger.thread("1", "hello")
    other = await messenger.thread("2", "hi")
    assert first["_id"] == second["_id"] != other["_id"]
    assert (second["count_message"], second["user_replied"]) == (4, True)
    assert second["Created Date"] == first["Created Date"] <= second["Modified Date"]


async def test_what_colleagues_note_and_what_happens_is_no_message_of_the_thread(
    messenger: Messenger,
) -> None:
    thread = await messenger.thread("1", "hi")
    place = f"/conversations/{thread['_id']}"
    assert (await messenger.api("POST", f"{place}/take")).status == 200
    note = await messenger.api("POST", f"{place}/messages", json={"text": "Mind this one.", "note": True})
    said = await messenger.api("POST", f"{place}/messages", json={"text": "Jo here"})
    assert (note.status, said.status) == (201, 201)
    again = await messenger.thread("1", "hello")
    assert (again["count_message"], again["operator"]) == (4, True)


async def test_the_same_key_takes_a_message_in_once(messenger: Messenger) -> None:
    answers = await asyncio.gather(
        *(messenger.send("1", "hi", headers={"Idempotency-Key": "k1"}) for _ in range(5))
    )
    assert {answer.status for answer in answers} == {200}
    assert {answer.json()["response"]["thread"]["count_message"] for answer in answers} == {2}
    other = await messenger.send("1", "hello", headers={"Idempotency-Key": "k1"})
    assert (other.status, other.json()["code"]) == (422, "idempotency_mismatch")
    assert len(await messenger.desk.rows("inbound")) == 1


async def test_the_answer_comes_after_the_commit(messenger: Messenger) -> None:
    thread = await messenger.thread("1", "hi")
    (row,) = await messenger.desk.rows("conversations")
    assert (row["id"], row["last_seq"]) == (thread["_id"], 2)


async def test_webhooks_of_a_conversation_come_in_order(messenger: Messenger) -> None:
    for number in range(10):
        await messenger.thread("1", f"line {number}")
    hooks = await messenger.told(20)
    expected = [text for number in range(10) for text in (f"line {number}", f"You said line {number}")]
    assert [hook["message_text"] for hook in hooks] == expected


async def test_the_same_bytes_and_id_come_again_when_the_receiver_fails(
    messenger: Messenger, receiver: FaultServer
) -> None:
    receiver.answers(Answer(410, b"gone"), Answer(200))
    await messenger.thread("1", "hi")
    await messenger.told(2)

    async def finished() -> list[dict[str, Any]] | None:
        found = (await messenger.api("GET", f"/integrations/{messenger.integration_id}/deliveries")).json()
        return found["data"] if all(one["finished_at"] for one in found["data"]) else None

    sent, failed = await until(finished)
    assert [(one["status"], one["tries"]) for one in (sent, failed)] == [("sent", 1), ("failed", 1)]
    assert failed["detail"] == "410 gone"
    assert '"message_type":"user"' in failed["body"]
    only = await messenger.api("GET", f"/integrations/{messenger.integration_id}/deliveries?status=failed")
    assert [one["id"] for one in only.json()["data"]] == [failed["id"]]


async def test_the_log_of_webhooks_opens_no_conversation_to_who_may_not_read_it(
    messenger: Messenger, program: Program
) -> None:
    await messenger.thread("1", "a private word")
    (hook, _) = await messenger.told(2)
    shared = urlsplit(hook["share_url"])
    assert (await program.client.get(f"{shared.path}?{shared.query}")).status == 200
    place = f"/api/v1/integrations/{messenger.integration_id}/deliveries"

    async def listed(*scopes: str, assistants: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
        desk = messenger.desk
        async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
            _, key = await create_key(
                desk.workspace, tx, kind="api", name="k", scopes=frozenset(scopes), assistant_ids=assistants
            )
        answer = await desk.program.client.get(place, key=key.reveal())
        assert hook["share_url"] not in answer.body.decode()
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    looks = await listed("read:integrations")
    assert [one["body"] for one in looks] == [None, None]
    reads = await listed("read:integrations", "read:conversations")
    assert "a private word" in reads[1]["body"]
    assert "/share?thread=hidden" in reads[1]["body"]
    both = ("read:integrations", "read:conversations")
    assert await listed(*both, assistants=frozenset({"asst_another"})) == []
    assert len(await listed(*both, assistants=frozenset({messenger.desk.assistant_id}))) == 2


async def test_a_receiver_that_is_silent_slows_no_customer(
    messenger: Messenger, receiver: FaultServer
) -> None:
    receiver.answers(Answer(silent=True))
    started = asyncio.get_running_loop().time()
    for number in range(20):
        await messenger.thread(str(number), "hi")
    assert asyncio.get_running_loop().time() - started < 8


async def test_an_integration_that_is_switched_off_or_taken_away_is_told_nothing(
    messenger: Messenger,
) -> None:
    place = f"/integrations/{messenger.integration_id}"
    await messenger.api("PATCH", place, json={"enabled": False}, headers={"If-Match": "*"})
    messenger.desk.program.forget_entrances()
    await messenger.thread("1", "hi")
    assert await messenger.desk.rows("deliveries") == []
    assert [row["share_link"] for row in await messenger.desk.rows("conversations")] == [None]
    assert (await messenger.api("DELETE", place)).json()["code"] == "in_use"
    task = f"/tasks/{messenger.task_id}"
    changed = await messenger.api("PATCH", task, json={"integration_id": None}, headers={"If-Match": '"1"'})
    assert changed.status == 200
    assert [lack["what"] for lack in changed.json()["lacks"]] == ["integration_missing"]
    assert (await messenger.api("DELETE", place)).status == 204


async def test_a_hand_off_and_a_close_are_told(messenger: Messenger) -> None:
    queued = await messenger.thread("1", "person please")
    closed = await messenger.thread("2", "bye")
    assert (queued["operator"], queued["close"]) == (True, False)
    assert (closed["operator"], closed["close"]) == (False, True)
    hooks = await messenger.told(4)
    states = {(hook["external_chat_id"], hook["operator"], hook["close"]) for hook in hooks}
    assert states == {("1", "yes", "no"), ("2", "no", "yes")}


async def test_s002_13_people_alone(program: Program, receiver: FaultServer) -> None:
    messenger = await set_up(await program.desk(BOT), receiver, service_mode="people")
    thread = await messenger.thread("1", "hi")
    assert (thread["operator"], thread["count_message"]) == (True, 1)
    assert await said(messenger) == [("contact", "", "hi")]
    hook, *others = await messenger.told(1)
    assert (hook["message_type"], hook["operator"]) == ("user", "yes")
    assert all(other["message_text"] != "Hello!" for other in others)


async def test_s002_13_the_assistant_suggests_and_the_customer_does_not_see_it(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await set_up(await program.desk(BOT), receiver, service_mode="ai_suggests")
    for message in ("hi", "person please", "bye"):
        thread = await messenger.thread("1", message)
        assert (thread["operator"], thread["close"]) == (True, False)
    assert await said(messenger) == [
        ("contact", "", "hi"),
        ("note", "suggestion", "Hello!"),
        ("contact", "", "person please"),
        ("note", "suggestion", "Hold on."),
        ("contact", "", "bye"),
        ("note", "suggestion", "Goodbye!"),
    ]
    # What the desk itself tells a customer who waits is told; of the suggestions nothing is.
    texts = {hook["message_text"] for hook in await messenger.told(3)}
    assert texts.isdisjoint({"Hello!", "Hold on.", "Goodbye!"})


async def test_s002_13_people_take_over_where_the_assistant_has_no_answer(
    program: Program, receiver: FaultServer
) -> None:
    bot = {**BOT, "bot.yaml": "format: assistant/v1\nassistant: {id: shop, name: Shop, language: en}\n"}
    messenger = await set_up(await program.desk(bot), receiver, service_mode="ai_then_people")
    assert (await messenger.thread("1", "hi"))["operator"] is False
    assert (await messenger.thread("1", "what about lamps"))["operator"] is True
    (handed,) = await events(messenger, "handoff.requested")
    assert '"last_message": "what about lamps"' in handed["data"]


async def test_a_closed_conversation_is_reopened_for_whom_the_task_says(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await set_up(await program.desk(BOT), receiver)
    assert (await messenger.thread("1", "bye"))["close"] is True
    await messenger.api(
        "PATCH", f"/tasks/{messenger.task_id}", json={"service_mode": "people"}, headers={"If-Match": "*"}
    )
    program.forget_entrances()
    again = await messenger.thread("1", "hi")
    assert (again["close"], again["operator"], again["count_message"]) == (False, True, 3)


@pytest.mark.parametrize(
    "text", ["\u202e evil", "<b>x</b>", "😀" * 100, "'; DROP TABLE messages; --", "x" * 9_000]
)
async def test_hostile_text_comes_back_as_it_was(messenger: Messenger, text: str) -> None:
    thread = await messenger.thread(text[:255], text)
    assert thread["chat_id"] == text[:255]
    hooks = await messenger.told(2)
    assert hooks[0]["message_text"] == text[:8_000]
    assert hooks[0]["external_chat_id"] == text[:255]


async def test_a_chat_of_one_task_is_refused_by_another_of_the_channel(messenger: Messenger) -> None:
    desk = messenger.desk
    store = desk.program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        other = await create_assistant(
            desk.workspace, tx, slug="other", name="Other", is_default=False, env={}
        )
    await publish(desk.workspace, store, other.id, files=BOT, by="test")
    binds = {"channel_id": messenger.channel_id, "assistant_id": other.id}
    second = (await messenger.api("POST", "/tasks", json=binds)).json()["id"]
    await messenger.thread("1", "hi")
    body = {"task_id": second, "chat_id": "1", "message": "hi"}
    refused = await desk.program.client.post(SEND, json=body, key=messenger.token)
    assert (refused.status, refused.json()["code"], refused.json()["field"]) == (409, "in_use", "task_id")
    answered = await desk.program.client.post(SEND, json={**body, "chat_id": "2"}, key=messenger.token)
    assert answered.json()["response"]["thread"]["task"] == second
    assert len(await desk.rows("conversations")) == 2
