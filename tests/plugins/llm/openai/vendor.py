from tests.doubles.http_server import Answer, FaultServer, Received
from tests.doubles.vendor_specs import judge
from tests.plugins.llm import completions as wire
from tests.plugins.llm.vendors import SECRET, Vendor, sse


def settings(server: FaultServer) -> dict[str, object]:
    return {"api_key": SECRET, "base_url": server.url("/v1"), "project": "proj_1"}


def take(received: Received) -> None:
    judge("openai/openai.slice.json", "/v1").take(received)
    assert received.headers["authorization"] == f"Bearer {SECRET}"


VENDOR = Vendor(
    settings=settings,
    text=wire.text,
    calls=wire.calls,
    length=wire.length,
    errors={
        "auth": [
            wire.error(401, "invalid_api_key", f"Incorrect API key provided: {SECRET}"),
            wire.error(403, "unsupported_country_region_territory"),
        ],
        "quota": [wire.error(429, "insufficient_quota", retry_after="1")],
        "misconfigured": [
            wire.error(404, "model_not_found"),
            wire.error(400, "unsupported_value"),
            Answer(302, b"", (("location", "http://10.0.0.1/"),)),
        ],
        "too_long": [wire.error(400, "context_length_exceeded"), Answer(413)],
        "blocked": [wire.error(400, "content_policy_violation")],
        "unavailable": [
            wire.error(500, "server_error"),
            Answer(502, b"<html>bad gateway</html>"),
            Answer(503),
        ],
    },
    in_stream=(
        ("blocked", sse(wire.chunk({"content": "The"}), wire.chunk({}, "content_filter"), wire.last())),
        ("blocked", sse(wire.chunk({"refusal": "I cannot"}), wire.chunk({}, "stop"))),
        (
            "unavailable",
            sse(wire.chunk({"content": "The"}), {"error": {"message": "x", "type": "server_error"}}),
        ),
        ("quota", sse({"error": {"message": "x", "code": "insufficient_quota"}})),
    ),
    models=wire.models("gpt-4o", "dall-e-3"),
    names=("dall-e-3", "gpt-4o"),
    texts_of=wire.texts_of,
    tools_of=wire.tools_of,
    judge=take,
)
