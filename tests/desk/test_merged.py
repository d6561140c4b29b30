"""What reaches the address of a conversation that was merged into another: the survivor, whoever comes there at once."""

import asyncio
from typing import Any

import pytest
from tests.desk.people import Person, conversation_of, one_person, person, said, waiting
from tests.doubles.http_server import FaultServer, json_answer
from tests.program import Desk, Program, until
from tests.turn.calling_bot import CALLING_BOT

from frontdesk.core.ids import ContactId
from frontdesk.store import contacts

_HELD = "SELECT FROM conversations WHERE workspace_id = $1 FOR UPDATE"
_WAIT = """SELECT count(*) AS waiting FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'"""


async def _waiting(desk: Desk, count: int) -> None:
    """Until so many wait for a lock."""

    async def there() -> bool:
        return int((await desk.program.query(_WAIT))[0]["waiting"]) >= count

    await until(there)


async def free(desk: Desk) -> None:
    """Until every line that came is done with."""

    async def done() -> bool:
        rows = await desk.rows("conversations")
        return all(row["inbound_seq"] == row["handled_seq"] and row["lane_token"] is None for row in rows)

    await until(done)


async def _merged(desk: Desk, ann: Person) -> tuple[str, str]:
    """Jo's two: the one that was merged, which stands at `jo` now, and the one it was merged into, at `jo-2`."""
    survivor, merged = await waiting(desk, "jo"), await waiting(desk, "jo-2")
    await one_person(ann, survivor, merged)
    await ann.act(survivor, "take")
    await ann.act(merged, "merge", {"into": survivor})
    assert await conversation_of(desk, "jo") == merged
    return merged, survivor


async def _spoken(ann: Person, conversation: str) -> list[str]:
    return [text for author, text in said(await ann.lines(conversation)) if author == "contact"]


async def test_conversations_of_two_contacts_are_merged_once_the_contacts_are(
    desk: Desk, ann: Person
) -> None:
    one, other = await waiting(desk, "jo"), await waiting(desk, "jo-2")
    refused = await ann.act(other, "merge", {"into": one}, 409)
    assert (refused["code"], refused["field"]) == ("other_contact", "into")
    assert (await ann.read(other))["merged_into"] is None
    await one_person(ann, one, other)
    await ann.act(other, "merge", {"into": one})
    assert (await ann.read(other))["merged_into"] == one


async def test_two_lines_at_once_at_a_merged_address_reach_the_survivor(desk: Desk, ann: Person) -> None:
    merged, survivor = await _merged(desk, ann)
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute(_HELD, desk.workspace)
        for text in ("one", "two"):
            group.create_task(desk.say("jo", text))
        await _waiting(desk, 2)
    assert sorted(await _spoken(ann, survivor)) == ["human", "one", "two"]
    assert (await _spoken(ann, merged), (await ann.read(merged))["owner"]) == (["human"], "closed")
    assert await conversation_of(desk, "jo") == survivor


async def test_a_line_that_comes_while_its_conversation_is_merged_reaches_the_survivor(
    program: Program, receiver: FaultServer
) -> None:
    """It was found before the merge and waits for its place when the merge is committed."""
    desk = await program.desk(CALLING_BOT, env={"API": receiver.url("")})
    receiver.answers(json_answer({"value": "1"}))
    ann = await person(desk)
    for sender in ("jo", "jo-2"):
        await desk.say(sender, "person")
    survivor, merged = [await conversation_of(desk, sender) for sender in ("jo", "jo-2")]
    await one_person(ann, survivor, merged)
    await ann.act(survivor, "hand-back")
    await ann.act(merged, "hand-back")
    await free(desk)
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE", merged)
        group.create_task(ann.act(merged, "merge", {"into": survivor}))
        await _waiting(desk, 1)
        group.create_task(desk.say("jo-2", "look"))
        await _waiting(desk, 2)
    assert "look" in await _spoken(ann, survivor)
    assert "look" not in await _spoken(ann, merged)
    assert (await ann.read(merged))["owner"] == "closed"


async def test_who_merges_holds_nothing_while_waiting_for_what_was_merged_before(
    desk: Desk, ann: Person
) -> None:
    """Who comes to the address of one that was merged holds that one, then its survivor."""
    first, second, third = [await waiting(desk, sender) for sender in ("jo", "jo-2", "jo-3")]
    await one_person(ann, third, first)
    await one_person(ann, third, second)
    await ann.act(first, "merge", {"into": second})
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE", first)
        merging = group.create_task(ann.act(second, "merge", {"into": third}))
        await _waiting(desk, 1)
        await admin.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE NOWAIT", second)
    assert merging.result()["owner"] == "closed"
    assert [(await ann.read(each))["merged_into"] for each in (first, second)] == [third, third]


async def test_who_reads_or_amends_at_a_merged_address_gets_the_survivor_and_moves_nothing(
    desk: Desk, ann: Person
) -> None:
    merged, survivor = await _merged(desk, ann)
    path, key = f"{desk.path}/conversations/jo", await desk.key()

    async def tracker() -> Any:
        answer = await desk.program.client.send("GET", f"{path}/tracker", key=key)
        assert answer.status == 200, answer.body
        return answer.json()

    assert ((await tracker())["sender_id"], (await tracker())["paused"]) == ("jo", True)
    kept = {"sender": "user", "text": "said elsewhere"}
    answer = await desk.program.client.send("POST", f"{path}/messages", json=kept, key=key)
    assert answer.status == 200, answer.body
    begun = {"assistant_id": desk.assistant_id, "channel_id": desk.channel_id, "external_id": "jo"}
    refused = await ann.post("/api/v1/conversations", begun, 409)
    assert refused["details"]["conversation_id"] == survivor
    assert await _spoken(ann, survivor) == ["human", "said elsewhere"]
    assert (await conversation_of(desk, "jo"), await conversation_of(desk, "jo-2")) == (merged, survivor)


async def test_a_line_that_is_sent_again_after_the_merge_is_the_one_that_was_written_before(
    desk: Desk, ann: Person
) -> None:
    """The survivor is written to on another channel by then."""
    survivor = await waiting(desk, "jo")
    made = await ann.write(survivor, "Hello.", client_id="c1")
    await desk.channel("callback", {"url": "http://127.0.0.1:9/replies"})
    body = {"sender": "jo-2", "message": "human"}
    answer = await desk.program.client.post(f"{desk.path}/webhooks/callback/webhook", json=body)
    assert answer.status == 200, answer.body
    merged = await conversation_of(desk, "jo-2")
    await one_person(ann, survivor, merged)
    channel = (await ann.read(survivor))["channel"]["id"]
    await ann.act(merged, "merge", {"into": survivor})
    assert (await ann.read(survivor))["channel"]["id"] != channel
    again = await ann.write(survivor, "Hello.", client_id="c1")
    assert again["id"] == made["id"]
    assert [text for author, text in said(await ann.lines(survivor)) if author == "operator"] == ["Hello."]
    other = await waiting(desk, "kim")
    assert (await ann.write(other, "Hello.", client_id="c1", status=422))["code"] == "idempotency_mismatch"


async def test_one_whose_survivor_was_erased_goes_on_by_itself(desk: Desk, ann: Person) -> None:
    """They were two contacts' when releases before this one merged them."""
    merged, survivor = await _merged(desk, ann)
    await desk.program.execute(
        """WITH own AS (UPDATE contacts SET merged_into = NULL WHERE workspace_id = $1 AND merged_into IS NOT NULL
                        RETURNING id)
           UPDATE conversations SET contact_id = own.id FROM own WHERE workspace_id = $1 AND conversations.id = $2""",
        desk.workspace,
        merged,
    )
    theirs = {row["id"]: row["contact_id"] for row in await desk.rows("conversations")}
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        await contacts.erase(desk.workspace, tx, ContactId(theirs[survivor]))
    await desk.say("jo", "anybody?")
    assert await _spoken(ann, merged) == ["human", "anybody?"]
    assert (await ann.read(merged))["merged_into"] is None


@pytest.mark.parametrize("act", ["merge", "erase"])
async def test_who_holds_contacts_waits_for_their_conversations_first(
    desk: Desk, ann: Person, act: str
) -> None:
    """A turn that learns who somebody is holds their conversation, then wants the contact."""
    boss = await person(desk, "Bo", "owner")
    one, other = await waiting(desk, "jo"), await waiting(desk, "jo-2")
    keep, gone = [(await ann.read(each))["contact"]["id"] for each in (one, other)]
    body = {"other": gone} if act == "merge" else {"reason": "They asked for it."}
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE", one)
        acting = group.create_task(boss.post(f"/api/v1/contacts/{keep}/{act}", body, 200))
        await _waiting(desk, 1)
        await admin.execute("UPDATE contacts SET email = 'jo@example.test' WHERE id = $1", keep)
    if act == "merge":
        assert (acting.result()["email"], (await ann.read(other))["contact"]["id"]) == (
            "jo@example.test",
            keep,
        )
    else:
        assert acting.result()["conversations"] == 1
        await boss.get(f"/api/v1/contacts/{keep}", 404)
