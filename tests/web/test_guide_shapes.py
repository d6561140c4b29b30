"""The API as the integration guide has it: bodies and answers that programs written for it rely on. S004-151 to S004-160."""

from typing import Any

import pytest
from tests.doubles.http_client import Answer
from tests.program import Desk, Program
from tests.web.people import signed_in

CONVERSATIONS = "/api/v1/conversations"
ENTRIES = "/api/v1/knowledge-base"
PAGE = "https://example.com/products"


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def key(desk: Desk) -> str:
    return await desk.key("api", "admin")


async def begin(desk: Desk, key: str, status: int = 201, **body: object) -> Any:
    given = {"initial_message": "hello", "source_url": PAGE, **body}
    answer = await desk.program.client.post(CONVERSATIONS, key=key, json=given)
    assert answer.status == status, answer.body
    return answer.json()


async def say(desk: Desk, key: str, conversation: str, status: int = 201, **body: object) -> Any:
    path = f"{CONVERSATIONS}/{conversation}/messages"
    answer = await desk.program.client.post(path, key=key, json=body)
    assert answer.status == status, answer.body
    return answer.json()


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [part["text"] for message in messages for part in message["parts"] if "text" in part]


async def test_a_conversation_begins_with_what_the_customer_says(desk: Desk, key: str) -> None:
    made = await begin(desk, key)
    assert made["id"].startswith("conv_")
    assert made["visitor_id"].startswith("vis_")
    assert (made["initial_message"], made["source_url"], made["page_url"]) == ("hello", PAGE, PAGE)
    assert made["complete"] is True
    assert [message["author"] for message in made["messages"]][:2] == ["contact", "bot"]
    assert texts(made["messages"])[0] == "hello"
    read = (await desk.program.client.get(f"{CONVERSATIONS}/{made['id']}", key=key)).json()
    assert (read["id"], read["owner"], read["page_url"]) == (made["id"], "bot", PAGE)
    (created,) = [row for row in await desk.rows("events") if row["type"] == "conversation.created"]
    assert created["conversation_id"] == made["id"]
    assert (await begin(desk, key))["id"] != made["id"], "another visitor"


async def test_a_customer_who_is_there_already_goes_on_in_their_conversation(desk: Desk, key: str) -> None:
    made = await begin(desk, key, external_id="jo")
    again = await begin(desk, key, 200, external_id="jo", initial_message="hello again")
    assert again["id"] == made["id"]
    assert texts(again["messages"])[-2] == "hello again"
    begun = [row for row in await desk.rows("audit") if row["action"] == "conversation.created"]
    assert [row["target"] for row in begun] == [made["id"]]


async def test_the_same_beginning_again_is_the_same_conversation(desk: Desk, key: str) -> None:
    headers = {"Idempotency-Key": "once"}

    async def send(text: str) -> Answer:
        return await desk.program.client.post(
            CONVERSATIONS, key=key, json={"initial_message": text}, headers=headers
        )

    first, again = await send("hello"), await send("hello")
    assert (first.status, again.body) == (201, first.body)
    # What was said is committed before the answer to the request is: when that was lost, it is not said twice.
    await desk.program.execute("DELETE FROM idempotency_keys WHERE workspace_id = $1", desk.workspace)
    assert (await send("hello")).json()["id"] == first.json()["id"]
    assert len(await desk.rows("conversations")) == 1
    assert len([row for row in await desk.rows("messages") if row["author"] == "contact"]) == 1
    assert (await send("other")).status == 422


async def test_a_customers_next_message_waits_for_its_answer(desk: Desk, key: str) -> None:
    made = await begin(desk, key)
    said = await say(desk, key, made["id"], text="account balance", author="contact")
    assert (said["author"], texts([said])) == ("contact", ["account balance"])
    assert said["complete"] is True
    assert texts(said["answers"])
    for _ in range(2):
        again = await say(desk, key, made["id"], text="12345", author="contact", client_id="mine")
        assert (texts([again]), again["client_id"]) == (["12345"], "mine")
    lines = [row for row in await desk.rows("messages") if row["author"] == "contact"]
    assert len(lines) == 3, "the same client_id is the same message"


async def test_a_message_of_our_side_is_added(desk: Desk, key: str) -> None:
    made = await begin(desk, key)
    said = await say(desk, key, made["id"], text="Hello, I am Ann.")
    assert said["id"].startswith("msg_")
    assert (said["author"], said["answers"]) == ("operator", [])
    listed = await desk.program.client.get(f"{CONVERSATIONS}/{made['id']}/messages", key=key)
    assert said["id"] in [message["id"] for message in listed.json()["data"]]


async def test_only_programs_write_as_customers(program: Program, desk: Desk, key: str) -> None:
    made = await begin(desk, key)
    browser, _ = await signed_in(program.running.store, desk.workspace, program.client, role="operator")
    path = f"{CONVERSATIONS}/{made['id']}/messages"
    for place, body in (
        (path, {"text": "x", "author": "contact"}),
        (CONVERSATIONS, {"initial_message": "x"}),
    ):
        answer = await browser.post(place, json=body)
        assert (answer.status, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source_url": "products"}, "source_url"),
        ({"assistant_id": "asst_none"}, "assistant_id"),
        ({"text": "and ours"}, "text"),
        ({"initial_message": ""}, "initial_message"),
        ({"initial_message": "", "text": "ours"}, "assistant_id"),
        ({"initial_message": "", "assistant_id": "asst_none"}, "channel_id"),
        ({"initial_message": 5}, "initial_message"),
    ],
)
async def test_what_cannot_begin_is_refused(
    desk: Desk, key: str, body: dict[str, object], field: str
) -> None:
    assert (await begin(desk, key, 422, **body))["field"] == field


@pytest.mark.parametrize(
    "body", [{"text": ""}, {"text": "x", "note": True}, {"text": "x", "close": "solved"}]
)
async def test_what_a_customer_cannot_say_is_refused(desk: Desk, key: str, body: dict[str, object]) -> None:
    made = await begin(desk, key)
    await say(desk, key, made["id"], 422, **body, author="contact")


async def test_another_workspaces_conversation_is_not_there(program: Program, desk: Desk, key: str) -> None:
    made = await begin(desk, key)
    other = await program.desk()
    theirs = await other.key("api", "admin")
    await say(other, theirs, made["id"], 404, text="hello", author="contact")
    refused = await begin(other, theirs, 404, assistant_id=desk.assistant_id, channel_id=desk.channel_id)
    assert refused["code"] == "not_found"


async def test_labels_are_set_and_made_where_they_are_new(program: Program, desk: Desk, key: str) -> None:
    made, client = await begin(desk, key), program.client
    path = f"{CONVERSATIONS}/{made['id']}"
    for names in (["vip", "refund"], ["refund"], ["VIP"], []):
        changed = await client.send("PUT", path, key=key, json={"labels": names})
        assert changed.status == 200, changed.body
        shown = [label["name"].lower() for label in changed.json()["labels"]]
        assert shown == sorted(name.lower() for name in names)
    assert {row["name"] for row in await desk.rows("labels")} == {"vip", "refund"}
    late = await client.send("PUT", path, key=key, json={"labels": ["vip"]}, headers={"If-Match": '"1"'})
    assert late.status == 412
    assert (await client.send("PUT", path, key=key, json={"subject": "x"})).status == 428
    small = await desk.key("api", "write:conversations")
    refused = await client.send("PUT", path, key=small, json={"labels": ["new"]})
    assert (refused.status, refused.json()["field"]) == (422, "labels")
    assert "write:workspace" in refused.json()["detail"]
    assert refused.json()["details"]["scope"] == "write:workspace"


async def test_an_entry_of_the_knowledge_base(program: Program, desk: Desk, key: str) -> None:
    client = program.client
    made = await client.post(ENTRIES, key=key, json={"title": "Returns", "body": "You have 30 days."})
    assert made.status == 201
    entry = made.json()
    assert entry["id"].startswith("art_")
    assert (entry["status"], made.headers["Location"]) == ("published", f"{ENTRIES}/{entry['id']}")
    path = f"{ENTRIES}/{entry['id']}"
    read = await client.get(path, key=key)
    assert (read.json(), read.headers["ETag"]) == (entry, made.headers["ETag"])
    assert [one["id"] for one in (await client.get(ENTRIES, key=key)).json()["data"]] == [entry["id"]]
    changed = await client.send("PUT", path, key=key, json={"body": "You have 14 days."})
    assert (changed.status, changed.json()["title"]) == (200, "Returns")
    assert changed.json()["body"] == "You have 14 days."
    late = await client.send(
        "PUT", path, key=key, json={"body": "x"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert late.status == 412
    assert (await client.get(f"{ENTRIES}/search?q=returns", key=key)).status == 200
    assert (await client.send("DELETE", path, key=key)).status == 204
    assert (await client.get(ENTRIES, key=key)).json()["data"] == []
    theirs = await (await program.desk()).key("api", "admin")
    for method, body in (("GET", None), ("PUT", {"body": "x"}), ("DELETE", None)):
        assert (await client.send(method, path, key=theirs, json=body)).status == 404
