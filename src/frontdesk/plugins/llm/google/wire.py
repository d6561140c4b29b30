"""Gemini's format, both ways; pure. Source: Generative Language API v1beta, generateContent."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from frontdesk.core import strict_json
from frontdesk.kit import model_settings, model_stream
from frontdesk.ports.chat_model import (
    ChatMessage,
    ChatRequest,
    Ended,
    Failed,
    Finish,
    Piece,
    Tool,
    ToolCall,
    Trouble,
    Usage,
)

MAX_CALLS = 16
_FINISHES: Mapping[str, Finish] = {"STOP": "stop", "MAX_TOKENS": "length"}
_TROUBLES: Mapping[str, Trouble] = {
    "MALFORMED_FUNCTION_CALL": "malformed",
    "UNEXPECTED_TOOL_CALL": "malformed",
    "TOO_MANY_TOOL_CALLS": "malformed",
    "FINISH_REASON_UNSPECIFIED": "unavailable",
    "OTHER": "unavailable",
}
"""Every reason that is neither here nor above is one of refusing the content."""
_TOO_LONG = re.compile(r"token count .{0,40}exceeds|too many tokens", re.IGNORECASE)
"""It has no word of its own for that."""
_DELAY = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)s", re.ASCII)


# Models from 3 on want a call back with the mark they made it with. What a conversation remembers of a call has none; this
# word is documented to stand in its place (Gemini API, Thought signatures).
_MARKED = re.compile(r"(?:models/)?gemini-(?:[3-9]|\d\d)", re.ASCII)
_NO_MARK = {"thoughtSignature": "skip_thought_signature_validator"}


def body(request: ChatRequest, temperature: float) -> bytes:
    config = {"maxOutputTokens": request.max_tokens, **model_settings.sampling(temperature)}
    system = [{"text": message.text} for message in request.messages if message.role == "system"]
    marks = _NO_MARK if _MARKED.match(request.model) else {}
    found: dict[str, object] = {
        "contents": _contents([message for message in request.messages if message.role != "system"], marks),
        "generationConfig": config,
    }
    if system:
        found["systemInstruction"] = {"parts": system}
    if request.tools:
        found["tools"] = [{"functionDeclarations": [_declared(tool) for tool in request.tools]}]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _contents(messages: list[ChatMessage], marks: Mapping[str, str]) -> list[dict[str, object]]:
    """Turns of the two roles; what one of them says in a row is one turn."""
    found: list[tuple[str, list[dict[str, object]]]] = []
    for message in messages:
        role = "model" if message.role == "assistant" else "user"
        if not found or found[-1][0] != role:
            found.append((role, []))
        found[-1][1].extend(_parts(message, marks))
    return [{"role": role, "parts": parts} for role, parts in found]


def _parts(message: ChatMessage, marks: Mapping[str, str]) -> list[dict[str, object]]:
    if message.role == "tool":
        return [{"functionResponse": {"name": message.name, "response": _result(message.text)}}]
    parts: list[dict[str, object]] = [{"text": message.text}] if message.text or not message.wants else []
    parts += [
        {"functionCall": {"name": call.name, "args": call.arguments}, **marks} for call in message.wants
    ]
    return parts


def _result(text: str) -> dict[str, object]:
    try:
        found = strict_json.loads(text.encode())
    except (strict_json.NotJson, UnicodeEncodeError):
        found = None
    return found if isinstance(found, dict) else {"result": text}


def _declared(tool: Tool) -> dict[str, object]:
    found: dict[str, object] = {"name": tool.name, "description": tool.description}
    # An object without properties is refused; a function without parameters is not.
    if tool.parameters.get("properties"):
        found["parameters"] = _schema(tool.parameters)
    return found


def _schema(schema: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = dict(schema)
    if isinstance(kind := schema.get("type"), str):
        found["type"] = kind.upper()
    properties = schema.get("properties")
    if isinstance(properties, dict):
        found["properties"] = {name: _schema(inner) for name, inner in properties.items()}
    return found


def judged(status: int, found: object, asked: Failed) -> Failed:
    """What an error means; `asked` is what its status alone would."""
    match found:
        case {"error": dict() as error} | [{"error": dict() as error}, *_]:
            pass
        case _:
            return asked
    details = [each for each in _list(error.get("details")) if isinstance(each, dict)]
    said = model_stream.word(error.get("status"))
    reasons = {model_stream.word(each.get("reason")) for each in details}
    detail = f"status {status}{': ' if said else ''}{said}"
    if reasons & {"API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED"}:
        return Failed("auth", detail)
    if asked.trouble == "misconfigured" and _TOO_LONG.search(str(error.get("message", ""))):
        return Failed("too_long", detail)
    if asked.trouble == "rate_limited":
        if "PerDay" in json.dumps([each.get("violations") for each in details]):
            return Failed("quota", detail)
        waits = [_delay_s(each.get("retryDelay")) for each in details]
        return Failed(
            "rate_limited", detail, next((wait for wait in waits if wait is not None), asked.retry_after_s)
        )
    return Failed(asked.trouble, detail, asked.retry_after_s)


def _delay_s(value: object) -> float | None:
    found = _DELAY.fullmatch(value) if isinstance(value, str) else None
    return None if found is None else float(found[1])


@dataclass(slots=True)
class Answer:
    """What has come so far of a streamed answer."""

    finish: str = ""
    model: str = ""
    blocked: str = ""
    usage: Usage | None = None
    calls: list[ToolCall] = field(default_factory=list)

    def take(self, event: dict[str, object]) -> str:
        """One event in; the text it brought."""
        self.model = model_stream.word(event.get("modelVersion")) or self.model
        self.usage = _usage(event.get("usageMetadata")) or self.usage
        feedback = event.get("promptFeedback")
        if isinstance(feedback, dict) and feedback.get("blockReason"):
            self.blocked = model_stream.word(feedback.get("blockReason")) or "blocked"
        match event.get("candidates"):
            case [dict() as candidate, *_]:
                pass
            case _:
                return ""
        self.finish = model_stream.word(candidate.get("finishReason")) or self.finish
        content = candidate.get("content")
        parts = _list(content.get("parts")) if isinstance(content, dict) else []
        return "".join(self._part(part) for part in parts if isinstance(part, dict))

    def _part(self, part: dict[str, object]) -> str:
        match part:
            case {"thought": True}:
                return ""
            case {"functionCall": {"name": str(name), **more}}:
                given = more.get("args", {})
                if len(self.calls) < MAX_CALLS and isinstance(given, dict):
                    said = more.get("id")
                    own = said if isinstance(said, str) and said else f"call_{len(self.calls)}"
                    self.calls.append(ToolCall(own, name, given))
                return ""
            case {"text": str(text)}:
                return text
            case _:
                return ""

    def end(self) -> list[Piece]:
        """The last pieces, once no event comes any more."""
        if self.blocked:
            return [Failed("blocked", self.blocked)]
        if not self.finish:
            return [Failed("unavailable", "the answer broke off", begun=True)]
        if self.finish not in _FINISHES:
            return [Failed(_TROUBLES.get(self.finish, "blocked"), self.finish)]
        finish: Finish = "tools" if self.calls else _FINISHES[self.finish]
        return [*self.calls, Ended(finish, self.usage, self.model)]


def _usage(found: object) -> Usage | None:
    if not isinstance(found, dict):
        return None
    prompt, answer, thought = (
        count if isinstance(count := found.get(key, 0), int) and count >= 0 else 0
        for key in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
    )
    return Usage(prompt, answer + thought) if prompt else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
