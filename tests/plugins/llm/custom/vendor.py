from dataclasses import replace

from tests.doubles.http_server import FaultServer, Received
from tests.doubles.vendor_specs import judge
from tests.plugins.llm.openai.vendor import VENDOR as OPENAI
from tests.plugins.llm.vendors import SECRET


def settings(server: FaultServer) -> dict[str, object]:
    return {"api_key": SECRET, "base_url": server.url("/gateway/v1/"), "key_header": "X-Api-Key"}


def take(received: Received) -> None:
    """The wire is OpenAI's, so its description judges it; the key stands where this service wants it."""
    judge("openai/openai.slice.json", "/gateway/v1").take(
        replace(received, headers={**received.headers, "authorization": "Bearer x"})
    )
    assert received.headers["x-api-key"] == SECRET
    assert "authorization" not in received.headers


VENDOR = replace(OPENAI, settings=settings, judge=take)
