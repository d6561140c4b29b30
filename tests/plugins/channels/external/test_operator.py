"""Step 7 of the source documents: people answer from the panel, and the messenger is told like of any other answer."""

import pytest
from tests.doubles.http_server import FaultServer
from tests.plugins.channels.external.conftest import BOT, Messenger, set_up
from tests.program import Program, until


async def operator_hook(messenger: Messenger) -> dict[str, str]:
    async def found() -> dict[str, str] | None:
        hooks: list[dict[str, str]] = [got.json() for got in messenger.receiver.received]
        return next((hook for hook in hooks if hook["message_type"] == "operator"), None)

    hook: dict[str, str] = await until(found)
    return hook


async def test_s002_51_and_52_an_operators_answer_comes_as_a_webhook(messenger: Messenger) -> None:
    thread = await messenger.thread("7", "hi")
    sent = await messenger.api(
        "POST", f"/conversations/{thread['_id']}/messages", json={"text": "Jo here, how can I help?"}
    )
    assert sent.status == 201, sent.body
    hook = await operator_hook(messenger)
    assert (hook["message_text"], hook["operator"], hook["close"]) == (
        "Jo here, how can I help?",
        "yes",
        "no",
    )
    assert (hook["external_chat_id"], hook["thread_id"]) == ("7", thread["_id"])
    assert hook["message_id"] == sent.json()["id"]
    again = await messenger.thread("7", "thanks")
    assert (again["operator"], again["user_replied"]) == (True, True)


async def test_whether_it_arrived_is_shown_with_the_message(messenger: Messenger) -> None:
    thread = await messenger.thread("7", "hi")
    place = f"/conversations/{thread['_id']}/messages"
    sent = (await messenger.api("POST", place, json={"text": "Jo here"})).json()
    await operator_hook(messenger)

    async def arrived() -> bool:
        lines = (await messenger.api("GET", place)).json()["data"]
        (line,) = [line for line in lines if line["id"] == sent["id"]]
        return line["delivery"] is not None and line["delivery"]["state"] == "sent"

    assert await until(arrived)


async def test_a_note_is_told_to_nobody(messenger: Messenger) -> None:
    thread = await messenger.thread("7", "hi")
    place = f"/conversations/{thread['_id']}/messages"
    await messenger.api("POST", place, json={"text": "between us", "note": True})
    await messenger.api("POST", place, json={"text": "to the customer"})
    await operator_hook(messenger)
    assert all(b"between us" not in got.body for got in messenger.receiver.received)


async def test_a_suggestion_is_sent_by_a_person(program: Program, receiver: FaultServer) -> None:
    messenger = await set_up(await program.desk(BOT), receiver, service_mode="ai_suggests")
    thread = await messenger.thread("7", "hi")
    place = f"/conversations/{thread['_id']}/messages"
    lines = (await messenger.api("GET", place)).json()["data"]
    (suggested,) = [line for line in lines if line["step"] == "suggestion"]
    await messenger.api("POST", place, json={"text": suggested["parts"][0]["text"]})
    assert (await operator_hook(messenger))["message_text"] == "Hello!"


async def test_the_webhooks_link_and_then_the_one_that_a_person_made_are_shown_with_the_conversation(
    messenger: Messenger,
) -> None:
    thread = await messenger.thread("7", "hi")
    place = f"/conversations/{thread['_id']}"
    links = {hook["share_url"] for hook in await messenger.told(2)}
    assert {(await messenger.api("GET", place)).json()["share"]["url"]} == links
    made = (await messenger.api("POST", f"{place}/share", json={})).json()
    assert (await messenger.api("GET", place)).json()["share"] == made
    await messenger.api("DELETE", f"{place}/share")
    assert (await messenger.api("GET", place)).json()["share"] is None


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE conversations SET share_until = now() + interval '6 days'",
        "UPDATE conversations SET share_link = NULL",
    ],
    ids=["nearly over", "taken back"],
)
async def test_an_answer_brings_a_new_link_where_there_is_none_that_lasts(
    messenger: Messenger, ended: str
) -> None:
    thread = await messenger.thread("7", "hi")
    await messenger.desk.program.execute(f"{ended} WHERE workspace_id = $1", messenger.desk.workspace)
    sent = await messenger.api("POST", f"/conversations/{thread['_id']}/messages", json={"text": "Jo here"})
    assert sent.status == 201, sent.body
    links = {hook["share_url"] for hook in await messenger.told(3)}
    assert len(links) == 2
