"""What people say about a conversation: labels, priority, snooze, unread; two that become one; what was said to take away."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.desk.people import (
    CONVERSATIONS,
    Person,
    conversation_of,
    one_person,
    person,
    said,
    team,
    waiting,
    with_event,
)
from tests.program import Desk, until

from frontdesk.store import presence, trims

LABELS = "/api/v1/labels"


async def test_labels_are_put_on_found_by_and_come_back_out_of_the_bin(
    desk: Desk, ann: Person, boss: Person
) -> None:
    conversation = await waiting(desk)
    label = await boss.post(LABELS, {"name": "Refund", "color": "amber"}, 201)
    assert (await boss.post(LABELS, {"name": "refund"}, 422))["field"] == "name"
    odd = await boss.post(LABELS, {"name": "Other", "color": "#ff0000"}, 422)
    assert odd["detail"].startswith("color: Write one of 'grey', 'blue', ")
    assert (await ann.act(conversation, "labels", {"add": ["nothing"]}, 422))["field"] == "add"
    row = await ann.act(conversation, "labels", {"add": ["refund"]})
    assert row["labels"] == [{"name": "Refund", "color": "amber"}]
    assert [found["id"] for found in await ann.rows(label="REFUND")] == [conversation]
    removed = await boss.send("DELETE", f"{LABELS}/{label['id']}")
    assert removed.status == 204
    assert await ann.rows(label="Refund") == []
    assert [one["id"] for one in (await boss.get(f"{LABELS}?bin=true"))["data"]] == [label["id"]]
    await boss.post(f"{LABELS}/{label['id']}/restore")
    assert [found["id"] for found in await ann.rows(label="Refund")] == [conversation]
    assert said(await ann.lines(conversation))[-1] == ("event", "labels")


async def test_after_thirty_days_the_bin_is_emptied(desk: Desk, boss: Person) -> None:
    made = [await boss.post(LABELS, {"name": name}, 201) for name in ("old", "new")]
    for one in made:
        assert (await boss.send("DELETE", f"{LABELS}/{one['id']}")).status == 204
    await desk.program.execute(
        "UPDATE labels SET deleted_at = now() - interval '31 days' WHERE id = $1", made[0]["id"]
    )
    await trims.trim_workspace(desk.workspace, desk.program.running.store, traces_days=1, events_days=1)
    assert [one["name"] for one in (await boss.get(f"{LABELS}?bin=true"))["data"]] == ["new"]


async def test_a_snoozed_one_comes_back_when_its_time_has_come_or_its_customer_writes(
    desk: Desk, ann: Person
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    late = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    assert (await ann.act(conversation, "snooze", {"until": late}, 422))["field"] == "until"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await ann.act(conversation, "snooze", {"until": tomorrow})
    assert await ann.rows(view="mine") == []
    assert [row["id"] for row in await ann.rows(view="snoozed")] == [conversation]
    await desk.say("jo", "are you there?")
    assert [row["id"] for row in await ann.rows(view="mine")] == [conversation]
    await ann.act(conversation, "snooze", {"until": tomorrow})
    await desk.program.execute(
        "UPDATE conversations SET snoozed_until = now(), desk_due_at = now() WHERE id = $1", conversation
    )

    async def woken() -> bool:
        return said(await ann.lines(conversation))[-1] == ("event", "woken")

    await until(woken)
    assert (await ann.read(conversation))["snoozed_until"] is None


async def test_a_snoozed_one_of_the_queue_is_given_out_when_its_customer_writes(
    desk: Desk, boss: Person
) -> None:
    late = await person(desk, "Late", is_at_work=False)
    await team(boss, members=[late], rule="round_robin")
    conversation = await waiting(desk)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await boss.act(conversation, "snooze", {"until": tomorrow})
    store = desk.program.running.store
    await presence.note_open(desk.workspace, store, [late.id], datetime.now(UTC) + timedelta(days=1))
    await desk.say("jo", "are you there?")

    async def given() -> Any:
        return (await boss.read(conversation))["assignee"]

    assert (await until(given))["id"] == late.id


async def test_unread_is_each_persons_own(desk: Desk, ann: Person, bob: Person) -> None:
    conversation = await waiting(desk)
    await desk.say("jo", "hello?")
    last = (await ann.lines(conversation))[-1]["seq"]
    await ann.act(conversation, "read", {"seq": last})
    assert ((await ann.read(conversation))["unread"], (await bob.read(conversation))["unread"]) == (0, 2)
    assert [row["id"] for row in await bob.rows(unread="true")] == [conversation]
    assert await ann.rows(unread="true") == []
    assert (await ann.act(conversation, "unread"))["unread"] == 1


async def test_a_link_to_read_along_stands_with_the_conversation_until_it_is_ended(
    desk: Desk, ann: Person, bob: Person
) -> None:
    conversation = await waiting(desk)
    assert (await ann.read(conversation))["share"] is None
    made = await ann.act(conversation, "share", {"expires_in_s": 3600}, 201)
    assert (await bob.read(conversation))["share"] == made
    assert (await bob.send("DELETE", f"{CONVERSATIONS}/{conversation}/share")).status == 204
    assert (await ann.read(conversation))["share"] is None


async def test_of_two_that_are_merged_the_survivor_gets_everything_that_comes(
    desk: Desk, ann: Person
) -> None:
    old, new = await waiting(desk, "jo"), await waiting(desk, "jo-2")
    await one_person(ann, old, new)
    await ann.act(old, "take")
    merged = await ann.act(new, "merge", {"into": old})
    assert (merged["owner"], (await ann.read(new))["merged_into"]) == ("closed", old)
    for sender in ("jo-2", "jo", "jo-2"):
        assert await desk.say(sender, f"I am {sender}") == []
    spoken = [text for author, text in said(await ann.lines(old)) if author == "contact"]
    assert spoken == ["human", "I am jo-2", "I am jo", "I am jo-2"]
    assert said(await ann.lines(new))[-1] == ("event", "merged")
    assert (await ann.write(new, "Hello.", status=409))["code"] == "in_use"
    assert (await ann.act(old, "merge", {"into": new}, 409))["code"] == "in_use"
    assert (await ann.act(old, "merge", {"into": old}, 422))["field"] == "into"


async def test_conversations_with_two_assistants_are_not_merged(desk: Desk, ann: Person) -> None:
    old, new = await waiting(desk, "jo"), await waiting(desk, "jo-2")
    await desk.program.execute(
        "UPDATE conversations SET assistant_id = 'asst_other' WHERE workspace_id = $1 AND id = $2",
        desk.workspace,
        new,
    )
    assert (await ann.act(old, "merge", {"into": new}, 422))["field"] == "into"
    assert (await ann.read(old))["merged_into"] is None


async def test_several_things_change_at_once_unless_somebody_was_faster(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    path, body = f"{CONVERSATIONS}/{conversation}", {"subject": "Refund", "priority": "urgent"}
    etag = (await ann.send("GET", path)).headers["ETag"]
    assert (await ann.send("PUT", path, json=body)).status == 428
    changed = await ann.send("PUT", path, json=body, headers={"If-Match": etag})
    assert (changed.status, changed.json()["subject"], changed.json()["priority"]) == (
        200,
        "Refund",
        "urgent",
    )
    assert (await ann.send("PUT", path, json=body, headers={"If-Match": etag})).status == 412
    assert [row["id"] for row in await ann.rows(priority="urgent")] == [conversation]


async def test_a_conversation_that_our_side_begins(desk: Desk, ann: Person) -> None:
    body = {
        "assistant_id": desk.assistant_id,
        "channel_id": desk.channel_id,
        "external_id": "kim",
        "text": "Your parcel has arrived.",
    }
    made = await ann.post(CONVERSATIONS, body, 201)
    assert (made["owner"], made["last_message"]["preview"]) == ("human", "Your parcel has arrived.")
    refused = await ann.post(CONVERSATIONS, body, 409)
    assert (refused["code"], refused["details"]["conversation_id"]) == ("in_use", made["id"])
    await desk.say("kim", "thank you")
    assert made["id"] == await conversation_of(desk, "kim")
    assert (await ann.post(CONVERSATIONS, body | {"channel_id": "chan_" + "0" * 26}, 404))[
        "code"
    ] == "not_found"


async def test_what_was_said_is_taken_away_as_text_without_notes(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await desk.say("jo", "<script>alert(1)</script>")
    await ann.write(conversation, "Dear customer")
    await ann.write(conversation, "what a fellow", note=True)
    path = f"{CONVERSATIONS}/{conversation}/transcript"
    text = await ann.send("GET", path)
    assert text.headers["Content-Disposition"].startswith("attachment")
    assert b"Ann Lee: Dear customer" in text.body
    assert b"fellow" not in text.body
    page = await ann.send("GET", f"{path}?format=html")
    assert b"&lt;script&gt;alert(1)" in page.body
    assert b"<script>" not in page.body
    found = json.loads((await ann.send("GET", f"{path}?format=json")).body)
    assert [line["author"] for line in found["messages"]][:2] == ["contact", "bot"]
    refused = await ann.post(path, {"to": "jo@example.com"}, 422)
    assert "mail server" in refused["detail"]


async def test_a_long_transcript_comes_whole_and_in_order(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await with_event(ann, conversation, "queue_position")  # nothing else is written from here on
    await desk.program.execute(
        """WITH here AS (SELECT * FROM conversations WHERE workspace_id = $1 AND id = $2),
           said AS (INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts)
                    SELECT workspace_id, 'msg_long' || n, channel_id, id, last_seq + n,
                           CASE WHEN n % 7 = 0 THEN 'note' ELSE 'contact' END,
                           jsonb_build_array(jsonb_build_object('type', 'text', 'text', 'line ' || n))
                    FROM here, generate_series(1, 1300) AS n)
           UPDATE conversations SET last_seq = last_seq + 1300 WHERE workspace_id = $1 AND id = $2""",
        desk.workspace,
        conversation,
    )
    said = [f"line {number}" for number in range(1, 1301) if number % 7]
    path = f"{CONVERSATIONS}/{conversation}/transcript"
    found = json.loads((await ann.send("GET", f"{path}?format=json")).body)
    assert found["conversation_id"] == conversation
    assert [line["text"] for line in found["messages"] if line["text"].startswith("line ")] == said
    text = (await ann.send("GET", path)).body.decode().splitlines()
    assert [line.rpartition(": ")[2] for line in text if ": line " in line] == said
    page = (await ann.send("GET", f"{path}?format=html")).body.decode()
    assert page.count("<dd>line ") == len(said)
    assert page.endswith("</dl></body></html>\n")


async def test_a_saved_reply_is_filled_with_what_is_known_and_stays_text(
    desk: Desk, ann: Person, boss: Person
) -> None:
    conversation = await waiting(desk)
    contact = (await ann.read(conversation))["contact"]["id"]
    await desk.program.execute("UPDATE contacts SET name = '{{agent.name}} <b>' WHERE id = $1", contact)
    words = "Hello {{ contact.name }}, I am {{agent.name}}. {{contact.phone}}"
    made = await boss.post("/api/v1/saved-replies", {"name": "hello", "text": words}, 201)
    path = f"/api/v1/saved-replies/{made['id']}"
    filled = await ann.post(f"{path}/render", {"conversation_id": conversation})
    assert filled["text"] == "Hello {{agent.name}} <b>, I am Ann Lee. "
    assert filled["missing"] == ["contact.phone"]
    refused = await ann.send("PATCH", path, json={"name": "x"}, headers={"If-Match": "*"})
    assert refused.status == 403
    changed = await boss.send("PATCH", path, json={"name": "hi"}, headers={"If-Match": '"1"'})
    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')
    assert [one["name"] for one in (await ann.get("/api/v1/saved-replies?q=HELL"))["data"]] == ["hi"]


@pytest.mark.parametrize(
    "place", ["{{nonsense.x}}", "{{workspace.name}}", "{{ contact name }}", "{{}}", "{{имя}}"]
)
async def test_a_saved_reply_with_a_place_that_there_is_not_is_refused_with_its_name(
    boss: Person, place: str
) -> None:
    path = "/api/v1/saved-replies"
    refused = await boss.post(path, {"name": "hello", "text": f"Hi {{{{agent.name}}}} {place}"}, 422)
    assert refused["code"] == "invalid"
    assert place in refused["detail"]
    assert "{{agent.name}}," not in refused["detail"].partition("There are")[0]
    assert "{{contact.first_name}}" in refused["detail"]
    made = await boss.post(path, {"name": "hello", "text": "Hi"}, 201)
    changed = await boss.send(
        "PATCH", f"{path}/{made['id']}", json={"text": place}, headers={"If-Match": '"1"'}
    )
    assert changed.status == 422
