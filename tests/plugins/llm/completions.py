"""How services that speak chat completions answer."""

import json
from collections.abc import Sequence
from typing import Any

from tests.doubles.http_server import Answer, Received, json_answer
from tests.plugins.llm.vendors import sse

from frontdesk.ports.chat_model import ToolCall

USAGE = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m-2026"}


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def last() -> dict[str, Any]:
    return {**HEAD, "choices": [], "usage": USAGE}


def text(pieces: Sequence[str]) -> Answer:
    deltas = [chunk({"content": piece}) for piece in pieces]
    return sse(chunk({"role": "assistant", "content": ""}), *deltas, chunk({}, "stop"), last())


def length(piece: str) -> Answer:
    return sse(chunk({"role": "assistant", "content": piece}), chunk({}, "length"), last())


def calls(wanted: Sequence[ToolCall]) -> Answer:
    events: list[dict[str, Any]] = []
    for index, call in enumerate(wanted):
        arguments = json.dumps(call.arguments)
        events.append(_call(index, {"id": call.id, "type": "function"}, call.name, ""))
        # In pieces, as they come.
        events += [_call(index, {}, "", arguments[at : at + 5]) for at in range(0, len(arguments), 5)]
    return sse(*events, chunk({}, "tool_calls"), last())


def _call(index: int, more: dict[str, Any], name: str, arguments: str) -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": name} if name else {})}
    return chunk({"tool_calls": [{"index": index, **more, "function": function}]})


def error(status: int, code: str, message: str = "why", **headers: str) -> Answer:
    body = json_answer({"error": {"message": message, "type": code, "param": None, "code": code}}, status)
    return Answer(status, body.body, (*body.headers, *((k.replace("_", "-"), v) for k, v in headers.items())))


def models(*names: str) -> Answer:
    rows = [{"id": name, "object": "model", "created": 1, "owned_by": "o"} for name in names]
    return json_answer({"object": "list", "data": rows})


def texts_of(received: Received) -> list[tuple[str, str]]:
    body: Any = received.json()
    return [(message["role"], message["content"] or "") for message in body["messages"]]


def tools_of(received: Received) -> list[str]:
    body: Any = received.json()
    return [tool["function"]["name"] for tool in body.get("tools", [])]
