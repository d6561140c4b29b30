"""What comes back over the wire of chat completions: text, tool calls and usage out of streamed events.

Source: OpenAPI description of the OpenAI API, 2.3.0.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from frontdesk.core import strict_json
from frontdesk.kit import model_stream
from frontdesk.kit.chat_completions import BLOCKED
from frontdesk.ports.chat_model import Delta, Ended, Failed, Finish, Piece, ToolCall, Usage
from frontdesk.ports.http import Http, HttpRequest

MAX_CALLS = 16
MAX_ARGUMENTS = 50_000
"""Characters of one call's arguments; more of them is no call that anything here could take."""
_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "eos_token": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tools",
    "function_call": "tools",
}


@dataclass(slots=True)
class _Wanted:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class _Answer:
    finish: str = ""
    model: str = ""
    refused: bool = False
    usage: Usage | None = None
    wanted: dict[int, _Wanted] = field(default_factory=dict)


async def chat(http: Http, request: HttpRequest, judge: model_stream.Judge) -> AsyncGenerator[Piece, None]:
    """Send a chat request and read its answer.

    Args:
        http: The guarded client.
        request: With a body of this wire.
        judge: Says what errors mean.

    Yields:
        As `ports.chat_model.ChatModel.chat`.
    """
    answer = _Answer()
    async with aclosing(model_stream.events(http, request, judge)) as events:
        async for event in events:
            match event:
                case Failed():
                    yield event
                    return
                case "[DONE]":
                    break
                case {"error": dict()}:
                    yield _in_stream(judge(200, {}, event))
                    return
                case dict():
                    text = _take(answer, event)
                    if text:
                        yield Delta(text)
                case _:
                    yield Failed("malformed", "an event of the stream is no object")
                    return
    for piece in _end(answer):
        yield piece


def _in_stream(failed: Failed) -> Failed:
    # An error inside of an answer has no status of its own.
    said = failed.detail.removeprefix("status 200").removeprefix(": ")
    return (
        failed
        if failed.trouble != "misconfigured"
        else Failed("unavailable", said or "an error in the answer")
    )


def _take(answer: _Answer, event: dict[str, object]) -> str:
    answer.usage = _usage(event.get("usage")) or answer.usage
    answer.model = model_stream.word(event.get("model")) or answer.model
    match event.get("choices"):
        case [dict() as choice, *_]:
            pass
        case _:
            return ""
    finish = choice.get("finish_reason")
    answer.finish = finish if isinstance(finish, str) else answer.finish
    delta = choice.get("delta", choice.get("message"))
    if not isinstance(delta, dict):
        return ""
    answer.refused = answer.refused or bool(delta.get("refusal"))
    calls = delta.get("tool_calls")
    for position, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, dict):
            _take_call(answer, position, call)
    text = delta.get("content")
    return text if isinstance(text, str) else ""


def _take_call(answer: _Answer, position: int, call: dict[str, object]) -> None:
    index = call.get("index", position)
    if not isinstance(index, int) or (index not in answer.wanted and len(answer.wanted) >= MAX_CALLS):
        return
    wanted = answer.wanted.setdefault(index, _Wanted())
    function = call.get("function")
    given = function if isinstance(function, dict) else {}
    for value, key in (
        (call.get("id"), "id"),
        (given.get("name"), "name"),
        (given.get("arguments"), "arguments"),
    ):
        if isinstance(value, str):
            setattr(wanted, key, getattr(wanted, key) + value if key == "arguments" else value)


def _usage(found: object) -> Usage | None:
    if not isinstance(found, dict):
        return None
    counts = found.get("prompt_tokens"), found.get("completion_tokens", 0)
    prompt, completion = (count if isinstance(count, int) and count >= 0 else None for count in counts)
    return None if prompt is None or completion is None else Usage(prompt, completion)


def _end(answer: _Answer) -> list[Piece]:
    if answer.refused or answer.finish in BLOCKED:
        return [Failed("blocked", answer.finish if answer.finish in BLOCKED else "refusal")]
    if not answer.finish:
        return [Failed("unavailable", "the answer broke off", begun=True)]
    found: list[Piece] = []
    for wanted in answer.wanted.values():
        arguments = arguments_of(wanted.arguments) if len(wanted.arguments) <= MAX_ARGUMENTS else None
        if not wanted.name or arguments is None:
            return [Failed("malformed", "a tool call cannot be read")]
        found.append(ToolCall(wanted.id or f"call_{len(found)}", wanted.name, arguments))
    finish = "tools" if found else _FINISHES.get(answer.finish)
    if finish is None:
        # Aborted, out of memory: whatever it is called, it is no end of an answer.
        return [
            Failed(
                "unavailable",
                f"the answer ended by {model_stream.word(answer.finish) or 'itself'}",
                begun=True,
            )
        ]
    return [*found, Ended(finish, answer.usage, answer.model)]


def arguments_of(text: str) -> dict[str, object] | None:
    """The arguments of a tool call.

    Returns:
        The object, or None when it is none.
    """
    try:
        found = strict_json.loads(text.encode()) if text.strip() else {}
    except (strict_json.NotJson, UnicodeEncodeError):
        return None
    return found if isinstance(found, dict) else None
