"""What is Google's own; the rest is in the conformance suite. S004-201"""

import json
from typing import Any

import pytest
from tests.doubles.http_server import FaultServer
from tests.doubles.outside import outside_of
from tests.doubles.vendor_specs import judge
from tests.plugins.llm.google.vendor import VENDOR, described, error, event, quota, settings, text
from tests.plugins.llm.vendors import sse

from frontdesk.plugins.llm.google.adapter import Google
from frontdesk.ports.chat_model import (
    ChatMessage,
    ChatRequest,
    Delta,
    Ended,
    Failed,
    Piece,
    Tool,
    ToolCall,
    Usage,
)

SPEC = "google-gemini/generativelanguage-v1beta-20241016.openapi.json"
ASKED = ChatRequest("models/m 1/x", (ChatMessage("system", "s"), ChatMessage("customer", "q")), max_tokens=50)


async def ask(server: FaultServer, request: ChatRequest = ASKED) -> list[Piece]:
    async with outside_of(server, "ai") as outside:
        return [piece async for piece in Google(outside).chat(settings(server), request)]


async def test_a_retry_delay_in_the_body_is_kept() -> None:
    async with FaultServer() as server:
        server.answers(
            error(
                429, "RESOURCE_EXHAUSTED", quota("RequestsPerMinute"), {"@type": "x", "retryDelay": "34.5s"}
            )
        )
        assert await ask(server) == [Failed("rate_limited", "status 429: RESOURCE_EXHAUSTED", 34.5)]


async def test_a_models_name_stays_one_part_of_the_path() -> None:
    async with FaultServer() as server:
        server.answers(text(["x"]))
        await ask(server)
        assert server.received[0].target == "/v1beta/models/m%201%2Fx:streamGenerateContent?alt=sse"


async def test_roles_are_turns_and_a_function_without_arguments_has_no_schema() -> None:
    wants = (ToolCall("call_1", "end_task", {}),)
    messages = (
        *ASKED.messages,
        ChatMessage("customer", "q2"),
        ChatMessage("assistant", wants=wants),
        ChatMessage("tool", "plain words", call_id="call_1", name="end_task"),
        ChatMessage("customer", "q3"),
    )
    request = ChatRequest(
        "m", messages, tools=(Tool("end_task", "Ends.", {"type": "object", "properties": {}}),)
    )
    async with FaultServer() as server:
        server.answers(text(["x"]))
        await ask(server, request)
        body: Any = server.received[0].json()
        judge(SPEC).take(described(server.received[0]))
    assert [turn["role"] for turn in body["contents"]] == ["user", "model", "user"]
    assert body["contents"][2]["parts"] == [
        {"functionResponse": {"name": "end_task", "response": {"result": "plain words"}}},
        {"text": "q3"},
    ]
    assert body["tools"] == [{"functionDeclarations": [{"name": "end_task", "description": "Ends."}]}]


async def test_thoughts_are_no_answer_but_cost() -> None:
    thought = event({"text": "Hm, let me see.", "thought": True})
    thought["usageMetadata"] = {"promptTokenCount": 3, "candidatesTokenCount": 1, "thoughtsTokenCount": 40}
    last = {**event({"text": "5"}, finish="STOP"), "usageMetadata": thought["usageMetadata"]}
    async with FaultServer() as server:
        server.answers(sse(thought, last, done=False))
        assert await ask(server) == [Delta("5"), Ended("stop", Usage(3, 41), "gemini-1.5-flash-002")]


async def test_the_fakes_answers_are_what_the_description_says() -> None:
    spec, whole = judge(SPEC), event({"text": "x"}, finish="STOP")
    async with FaultServer() as server, outside_of(server, "ai") as outside:
        server.answers(VENDOR.models, sse(whole, done=False))
        await Google(outside).check(settings(server))
        assert [
            piece async for piece in Google(outside).chat(settings(server), ChatRequest("m", ASKED.messages))
        ]
        spec.take_answer(server.received[0], VENDOR.models)
        spec.take_answer(described(server.received[1]), json.dumps(whole).encode())


@pytest.mark.parametrize(
    ("model", "marked"), [("gemini-3-pro", True), ("gemini-2.5-pro", False), ("gemma-3", False)]
)
async def test_a_call_that_is_told_again_goes_with_the_mark_that_newer_models_want(
    model: str, *, marked: bool
) -> None:
    wants = ChatMessage("assistant", wants=(ToolCall("call_1", "end_task", {}),))
    told = (*ASKED.messages, wants, ChatMessage("tool", "{}", call_id="call_1", name="end_task"))
    async with FaultServer() as server:
        server.answers(text(["x"]))
        await ask(server, ChatRequest(model, told))
        assert (b"skip_thought_signature_validator" in server.received[0].body) is marked
