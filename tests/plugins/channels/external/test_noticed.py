"""What a conversation shows is noted once, told once, and fills what is known of the customer."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.doubles.http_server import FaultServer
from tests.plugins.channels.external.conftest import BOT, Messenger, set_up
from tests.program import Program, until

DETECT = """
detect:
  interest: {patterns: ["*price*"]}
  success: {flows: [bye]}
"""
ALL = {"also_contact_received": True, "also_interest": True, "also_success": True}


async def desk_with(program: Program, receiver: FaultServer, settings: Mapping[str, object]) -> Messenger:
    bot = {**BOT, "bot.yaml": BOT["bot.yaml"] + DETECT}
    return await set_up(await program.desk(bot), receiver, settings=settings)


async def test_s002_47_a_contact_fills_the_contact_and_is_told_once(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await desk_with(program, receiver, ALL)
    thread = await messenger.thread("7", "My name is Jo Doe, jo@example.com")
    again = await messenger.thread("7", "once more jo@example.com")
    assert (thread["get_contact"], thread["wh_get_contact"]) == (True, True)
    assert (again["contact"], again["title"]) == ("jo@example.com", "Jo Doe")
    hooks = await messenger.told(5)
    assert [(hook["wh_type"], hook["message_type"]) for hook in hooks] == [
        ("all_messages", "user"),
        ("contact_received", "user"),
        ("all_messages", "bot"),
        ("all_messages", "user"),
        ("all_messages", "bot"),
    ]
    assert {(hook["get_contact"], hook["contacts"], hook["title"]) for hook in hooks} == {
        ("yes", "jo@example.com", "Jo Doe")
    }
    assert hooks[1]["message_id"] == hooks[0]["message_id"]
    (contact,) = await messenger.desk.rows("contacts")
    assert (contact["name"], contact["email"], contact["phone"]) == ("Jo Doe", "jo@example.com", "")


async def test_what_a_person_has_written_of_the_customer_stays(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await desk_with(program, receiver, {})
    await messenger.thread("7", "hi")
    await program.execute(
        "UPDATE contacts SET email = 'ours@example.com' WHERE workspace_id = $1", messenger.desk.workspace
    )
    thread = await messenger.thread("7", "theirs@example.com")
    assert (thread["get_contact"], thread["contact"]) == (True, "ours@example.com")


async def test_s002_48_and_50_interest_and_success_are_told_once(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await desk_with(program, receiver, {"webhook_type": "interest", "also_success": True})
    await messenger.thread("1", "what is the price")
    await messenger.thread("1", "the price please")
    thread = await messenger.thread("1", "bye")
    assert {key: thread[key] for key in ("interest", "success", "wh_interest", "wh_success")} == {
        "interest": True,
        "success": True,
        "wh_interest": True,
        "wh_success": True,
    }
    hooks = await messenger.told(2)
    assert [(hook["wh_type"], hook["message_text"]) for hook in hooks] == [
        ("interest", "what is the price"),
        ("success", "bye"),
    ]

    async def settled() -> bool:
        return all(row["status"] == "sent" for row in await messenger.desk.rows("deliveries"))

    assert await until(settled)
    assert len(receiver.received) == 2


async def test_what_is_not_asked_for_is_noted_and_not_told(program: Program, receiver: FaultServer) -> None:
    messenger = await desk_with(program, receiver, {})
    thread = await messenger.thread("1", "what is the price")
    assert (thread["interest"], thread["wh_interest"]) == (True, False)
    assert [hook["wh_type"] for hook in await messenger.told(2)] == ["all_messages"] * 2


async def test_of_messages_at_once_one_notes_it(program: Program, receiver: FaultServer) -> None:
    messenger = await desk_with(program, receiver, {"webhook_type": "interest"})
    await asyncio.gather(*(messenger.send("1", f"price {number}") for number in range(6)))
    (row,) = await messenger.desk.rows("conversations")
    assert (row["last_seq"], row["interest"], row["wh_interest"]) == (12, True, True)
    assert len(await messenger.desk.rows("deliveries")) == 1


async def test_s002_49_a_receiver_that_hands_our_lines_in_again_is_known_as_a_program(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await desk_with(program, receiver, {})
    thread = await messenger.thread("1", "what do you sell in your shop")
    hooks: list[Any] = []
    while not thread["is_bot"] and len(hooks) < 10:
        hooks = await messenger.told(len(hooks) + 2)
        thread = await messenger.thread("1", hooks[-1]["message_text"])
    assert thread["is_bot"] is True
    assert thread["count_message"] == 6
    assert (await messenger.told(6))[-1]["is_bot"] == "yes"


async def test_people_answer_and_a_contact_is_noticed_all_the_same(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await set_up(await program.desk(BOT), receiver, service_mode="people")
    thread = await messenger.thread("1", "call me: +442071838750")
    assert (thread["get_contact"], thread["contact"]) == (True, "+442071838750")


async def test_a_form_that_was_open_meanwhile_takes_nothing_back(messenger: Messenger) -> None:
    thread = await messenger.thread("7", "hi")
    (row,) = await messenger.desk.rows("conversations")
    path = f"/contacts/{row['contact_id']}"
    before = (await messenger.api("GET", path)).headers["ETag"]
    assert (await messenger.thread("7", "write to jo@example.com"))["get_contact"]
    change = {"email": None, "company": "Northwind"}
    late = await messenger.api("PATCH", path, json=change, headers={"If-Match": before})
    assert late.status == 412
    assert (await messenger.api("GET", path)).json()["email"] == "jo@example.com"
    assert thread["chat_id"] == "7"
