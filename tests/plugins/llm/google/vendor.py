from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.doubles.http_server import Answer, FaultServer, Received, json_answer
from tests.doubles.vendor_specs import judge
from tests.plugins.llm.vendors import SECRET, Vendor, sse

from frontdesk.ports.chat_model import ToolCall

TOO_LONG = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
USAGE = {"promptTokenCount": 12, "candidatesTokenCount": 5, "totalTokenCount": 17}


def settings(server: FaultServer) -> dict[str, object]:
    return {"api_key": SECRET, "base_url": server.url("")}


def event(*parts: dict[str, Any], finish: str = "") -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    return {
        "candidates": [{**candidate, **({"finishReason": finish} if finish else {})}],
        "usageMetadata": USAGE,
        "modelVersion": "gemini-1.5-flash-002",
    }


def text(pieces: Sequence[str]) -> Answer:
    *first, last = pieces
    return sse(*(event({"text": piece}) for piece in first), event({"text": last}, finish="STOP"), done=False)


def calls(wanted: Sequence[ToolCall]) -> Answer:
    parts = [{"functionCall": {"name": call.name, "args": call.arguments}} for call in wanted]
    return sse(*(event(part) for part in parts), event(finish="STOP"), done=False)


def length(piece: str) -> Answer:
    return sse(event({"text": piece}, finish="MAX_TOKENS"), done=False)


def error(status: int, said: str, *details: dict[str, Any], message: str = f"{SECRET} is wrong") -> Answer:
    told = {"code": status, "message": message, "status": said, "details": list(details)}
    return json_answer({"error": told}, status)


def quota(name: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": name}]}


def texts_of(received: Received) -> list[tuple[str, str]]:
    body: Any = received.json()
    system = [("system", part["text"]) for part in body["systemInstruction"]["parts"]]
    return system + [
        (turn["role"], part.get("text", "")) for turn in body["contents"] for part in turn["parts"]
    ]


def tools_of(received: Received) -> list[str]:
    body: Any = received.json()
    return [each["name"] for tool in body.get("tools", []) for each in tool["functionDeclarations"]]


def described(received: Received) -> Received:
    """The description is older than the streaming of events, which the vendor's pages have (`alt=sse`)."""
    return replace(received, target=received.target.replace("?alt=sse", "?alt=json"))


def take(received: Received) -> None:
    judge("google-gemini/generativelanguage-v1beta-20241016.openapi.json").take(described(received))
    assert received.headers["x-goog-api-key"] == SECRET
    assert received.target.startswith("/v1beta/models/m-1:streamGenerateContent?alt=sse")


VENDOR = Vendor(
    settings=settings,
    text=text,
    calls=calls,
    length=length,
    errors={
        "auth": [
            error(400, "INVALID_ARGUMENT", {"@type": "x", "reason": "API_KEY_INVALID"}),
            error(403, "PERMISSION_DENIED"),
            error(401, "UNAUTHENTICATED"),
        ],
        "quota": [
            error(429, "RESOURCE_EXHAUSTED", quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"))
        ],
        "misconfigured": [error(404, "NOT_FOUND"), error(400, "INVALID_ARGUMENT"), Answer(302)],
        "too_long": [Answer(413), error(400, "INVALID_ARGUMENT", message=TOO_LONG)],
        "unavailable": [error(503, "UNAVAILABLE"), error(500, "INTERNAL"), Answer(504)],
        "blocked": [sse({"promptFeedback": {"blockReason": "SAFETY"}}, done=False)],
    },
    in_stream=(
        ("blocked", sse(event({"text": "The"}), event(finish="SAFETY"), done=False)),
        ("blocked", sse(event({"text": "The"}), event(finish="RECITATION"), done=False)),
        ("malformed", sse(event(finish="MALFORMED_FUNCTION_CALL"), done=False)),
        (
            "unavailable",
            sse(event({"text": "The"}), {"error": {"code": 503, "status": "UNAVAILABLE"}}, done=False),
        ),
    ),
    models=json_answer({"models": [{"name": "models/gemini-1.5-pro"}, {"name": "models/gemini-1.5-flash"}]}),
    names=("gemini-1.5-flash", "gemini-1.5-pro"),
    texts_of=texts_of,
    tools_of=tools_of,
    judge=take,
)
