"""A model's move: what it is told, what it may want, and how long it may take. The rest is in tests/line/test_agent.py."""

import time
from typing import Any

import pytest
from tests.doubles.http_server import Answer
from tests.hub.conftest import House
from tests.plugins.llm import completions as wire

from frontdesk.core.action import Able, Argument, Exchange, Passage, Prompt, Prompted
from frontdesk.core.ids import AssistantId, ConversationId
from frontdesk.hub.prompter import ModelPrompter
from frontdesk.hub.writer import ModelWriter
from frontdesk.ports.answerer import Asker
from frontdesk.ports.chat_model import ToolCall

STATUS = Able(
    "Status",
    "Looks an order up.",
    (Argument("order", "number"), Argument("day", "date"), Argument("gift", "yes_no")),
)


def asker(house: House) -> Asker:
    return Asker(house.workspace, AssistantId("asst_1"), ConversationId("conv_1"))


def need(key: str = "in_1:1:f/a", **given: Any) -> Prompt:
    return Prompt(key, "Help with orders.", "hello", ("Status",), (), "en", tools=(STATUS,), **given)


def sent(house: House) -> Any:
    return house.first.received[-1].json()


async def test_arguments_come_back_as_the_tool_declares_them(house: House) -> None:
    await house.service(house.first, "One")
    given: dict[str, object] = {"order": 7, "day": "2026-03-01", "gift": True, "other": "x", "deep": {"a": 1}}
    house.first.answers(wire.calls([ToolCall("c", "do_Status", given), ToolCall("d", "do_Status", {})]))
    moved = await ModelPrompter(house.hub).prompt(asker(house), need())
    assert moved == Prompted(
        "in_1:1:f/a", "calls", name="Status", arguments={"order": 7, "day": "2026-03-01", "gift": "yes"}
    )
    function = sent(house)["tools"][0]["function"]
    assert {name: field["type"] for name, field in function["parameters"]["properties"].items()} == {
        "order": "number",
        "day": "string",
        "gift": "boolean",
    }


async def test_names_that_no_service_takes_are_made_plain_and_apart(house: House) -> None:
    await house.service(house.first, "One")
    names = ("order-status", "order_status", "x" * 80, "x" * 81)
    asked = Prompt("in_1:1", "t", "hi", names, tools=tuple(Able(name) for name in names))
    house.first.answers(wire.text(["Hello."]))
    await ModelPrompter(house.hub).prompt(asker(house), asked)
    offered = [tool["function"]["name"] for tool in sent(house)["tools"]]
    assert len({*offered}) == 5
    assert all(len(name) <= 64 and name.replace("_", "").isalnum() for name in offered)
    for wanted, name in zip(offered, names, strict=False):
        house.first.answers(wire.calls([ToolCall("c", wanted, {})]))
        assert (await ModelPrompter(house.hub).prompt(asker(house), asked)).name == name


async def test_half_of_an_exchange_that_was_forgotten_is_left_out(house: House) -> None:
    """Services refuse a result without its call, and a call without its result."""
    await house.service(house.first, "One")
    house.first.answers(wire.text(["Hello."]))
    memory = (
        Exchange("action", "answered: {}", "Status"),
        Exchange("customer", "a"),
        Exchange("calls", name="Status", arguments={"order": 7}),
        Exchange("customer", "b"),
        Exchange("calls", name="Status", arguments={"order": 8}),
        Exchange("action", "answered: {}", "Status"),
    )
    await ModelPrompter(house.hub).prompt(asker(house), need(memory=memory))
    messages = sent(house)["messages"][1:]
    assert [message["role"] for message in messages] == ["user", "user", "assistant", "tool"]
    assert messages[2]["tool_calls"][0]["id"] == messages[3]["tool_call_id"]


async def test_all_questions_of_a_turn_share_one_deadline(house: House) -> None:
    """Promise 33: a model that calls one action after the other does not keep the customer waiting for ever."""
    await house.service(house.first, "One")
    house.bounded(within_s=1.5, idle_s=1.5)
    prompter = ModelPrompter(house.hub)
    slow = wire.calls([ToolCall("c", "do_Status", {"order": 7})])
    house.first.answers(Answer(body=slow.body, headers=slow.headers, delay_s=0.6))
    started = time.monotonic()
    moved = [await prompter.prompt(asker(house), need(f"in_1:{number}:f/a")) for number in range(6)]
    assert time.monotonic() - started < 3
    assert {move.outcome for move in moved[3:]} == {"unavailable"}
    assert (await prompter.prompt(asker(house), need("in_2:1:f/a"))).outcome == "calls"


async def test_a_tool_that_is_not_offered_is_told_back_in_a_form_that_every_service_takes(
    house: House,
) -> None:
    """A name with spaces, told back as it came, would be a request that services refuse, and rest for."""
    await house.service(house.first, "One")
    odd: dict[str, object] = {"x": "y" * 5_000}
    house.first.answers(wire.calls([ToolCall("c", "delete everything!", odd)]), wire.text(["Hello."]))
    moved = await ModelPrompter(house.hub).prompt(asker(house), need())
    assert (moved.outcome, moved.text) == ("says", "Hello.")
    call = sent(house)["messages"][-2]["tool_calls"][0]["function"]
    assert call == {"name": "delete_everything_", "arguments": "{}"}


async def test_arguments_of_wrong_types_are_left_out_or_made_plain(house: House) -> None:
    await house.service(house.first, "One")
    given: dict[str, object] = {"order": ["7"], "day": "2026\u202e-03-01" + "x" * 9_000, "gift": None}
    house.first.answers(wire.calls([ToolCall("c", "do_Status", given)]))
    moved = await ModelPrompter(house.hub).prompt(asker(house), need())
    assert moved.arguments == {"day": ("2026-03-01" + "x" * 9_000)[:2_000]}


@pytest.mark.parametrize("words", [{"a": 1}, ["x"], 5, True])
async def test_last_words_that_are_no_words_are_not_said(house: House, words: object) -> None:
    await house.service(house.first, "One")
    house.first.answers(wire.calls([ToolCall("c", "end_task", {"last_words": words})]))
    assert await ModelPrompter(house.hub).prompt(asker(house), need()) == Prompted("in_1:1:f/a", "done", "")


async def test_personal_numbers_do_not_leave_in_the_arguments_of_a_call(house: House) -> None:
    """S004-211: a number is as personal as a text."""
    await house.service(house.first, "One")
    house.first.answers(wire.text(["Hello."]))
    memory = (
        Exchange("customer", "It is 77001122"),
        Exchange("calls", name="Status", arguments={"order": 77001122, "deep": [77001122, {"a": "x@y.zz"}]}),
        Exchange("action", "answered: 77001122", "Status"),
    )
    whose = Asker(house.workspace, AssistantId("a"), ConversationId("c"), personal=frozenset({"77001122"}))
    await ModelPrompter(house.hub).prompt(whose, need(memory=memory))
    body = house.first.received[-1].body
    assert b"77001122" not in body
    assert b"x@y.zz" not in body


async def test_a_writer_and_a_prompter_share_the_time_of_a_turn(house: House) -> None:
    """Promise 33: an answer out of articles and a model's move in one turn are one wait for the customer."""
    await house.service(house.first, "One")
    house.bounded(within_s=1.5, idle_s=1.5)
    house.first.answers(Answer(silent=True))
    whose = Asker(house.workspace, AssistantId("a"), ConversationId("c"), turn="in_9")
    started = time.monotonic()
    passages = (Passage("14 days.", "Returns", "", 0.9),)
    for _ in range(3):
        assert await ModelWriter(house.hub).write(whose, "How long?", passages, language="en") is None
        assert (await ModelPrompter(house.hub).prompt(whose, need("in_9:1"))).outcome == "unavailable"
    assert time.monotonic() - started < 3
