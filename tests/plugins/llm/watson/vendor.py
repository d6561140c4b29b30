from collections.abc import Sequence
from typing import Any

from tests.doubles.http_server import Answer, FaultServer, Received, json_answer
from tests.plugins.llm import completions as wire
from tests.plugins.llm.vendors import SECRET, Vendor, sse

TOKEN = "token-canary-77"
IAM = "/identity/token"
TOO_LONG = "the number of input tokens 4098 cannot exceed the total tokens limit 4096 for this model"


def settings(server: FaultServer) -> dict[str, object]:
    return {"api_key": SECRET, "base_url": server.url(""), "project_id": "p-1", "iam_url": server.url(IAM)}


def token(name: str = TOKEN, good_s: int = 3600) -> Answer:
    return json_answer({"access_token": name, "expires_in": good_s, "token_type": "Bearer"})


def error(status: int, code: str, message: str = f"{SECRET} is wrong") -> Answer:
    return json_answer({"errors": [{"code": code, "message": message}], "status_code": status}, status)


def text(pieces: Sequence[str]) -> Answer:
    events = [
        {"id": "c1", "model_id": "m", "choices": [{"index": 0, "delta": {"content": piece}}]}
        for piece in pieces
    ]
    last = {
        "id": "c1",
        "model_id": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "delta": {"content": ""}}],
    }
    # Names and ids of events come along, and no mark at the end.
    body = "".join(
        f"id: {n}\nevent: message\n{_data(each)}\n\n"
        for n, each in enumerate([*events, {**last, "usage": wire.USAGE}])
    )
    return Answer(body=body.encode(), headers=(("content-type", "text/event-stream"),))


def _data(event: object) -> str:
    return sse(event, done=False).body.decode().strip()


def texts_of(received: Received) -> list[tuple[str, str]]:
    body: Any = received.json()
    return [
        (message["role"], content if isinstance(content := message["content"], str) else content[0]["text"])
        for message in body["messages"]
    ]


def take(received: Received) -> None:
    """The vendor publishes no description of this API, so its own words are all there is to go by."""
    body: Any = received.json()
    assert received.target == "/ml/v1/text/chat_stream?version=2024-10-08"
    assert received.headers["authorization"] == f"Bearer {TOKEN}"
    assert (body["model_id"], body["project_id"], body["max_tokens"]) == ("m-1", "p-1", 100)
    assert "space_id" not in body
    assert SECRET not in received.body.decode()


VENDOR = Vendor(
    settings=settings,
    text=text,
    calls=wire.calls,
    length=wire.length,
    errors={
        "auth": [
            error(401, "authentication_token_expired"),
            error(403, "authorization_rejected"),
            Answer(401),
        ],
        "quota": [error(403, "token_quota_reached")],
        "misconfigured": [
            error(404, "model_not_supported"),
            error(400, "invalid_request_entity"),
            Answer(302),
        ],
        "too_long": [Answer(413), error(400, "invalid_input_argument", TOO_LONG)],
        "unavailable": [error(500, "downstream_issue"), Answer(503)],
    },
    in_stream=(
        ("unavailable", sse(wire.chunk({"content": "x"}), {"errors": [{"code": "timeout"}]}, done=False)),
    ),
    models=json_answer({"total_count": 2, "resources": [{"model_id": "ibm/b"}, {"model_id": "ibm/a"}]}),
    names=("ibm/a", "ibm/b"),
    texts_of=texts_of,
    tools_of=wire.tools_of,
    fixed={IAM: token()},
    judge=take,
)
