"""The published OpenAPI document: as its source has it, and kept by what the endpoint answers to whatever is sent."""

import asyncio
import json
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import GenerationMode
from tests.plugins.channels.external.conftest import SEND, Messenger

EXAMPLES = 40
# The program runs beside, in this process, and draws random numbers of its own meanwhile.
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")


@pytest.fixture
async def document(messenger: Messenger) -> dict[str, Any]:
    answer = await messenger.desk.program.client.get("/api/1.1/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-disposition"].endswith('.openapi.json"')
    found: dict[str, Any] = answer.json()
    return found


async def test_s003_1_to_4_names_are_the_sources(document: dict[str, Any], messenger: Messenger) -> None:
    assert document["openapi"] == "3.0.3"
    public = messenger.desk.program.client.base_url
    assert [server["url"] for server in document["servers"]] == [public, f"{public}/api"]
    assert [server["description"] for server in document["servers"]] == [
        "Main API server (for /api/1.1/wf/* endpoints)",
        "Advanced API server (for /v1/* endpoints)",
    ]
    assert document["security"] == [{"bearerAuth": []}]
    assert document["components"]["securitySchemes"] == {"bearerAuth": {"type": "http", "scheme": "bearer"}}
    assert document["tags"][0]["name"] == "Send message"
    post = document["paths"][SEND]["post"]
    assert (post["operationId"], post["summary"], post["tags"]) == (
        "sendMessageExternal",
        "send message external",
        ["Send message"],
    )


async def test_s002_53_it_speaks_three_languages(document: dict[str, Any]) -> None:
    description = document["paths"][SEND]["post"]["description"]
    for words in ("Send external message", "Отправить внешнее сообщение", "Tashqi xabar yuborish"):
        assert words in description


async def test_s003_8_to_26_the_thread_has_the_sources_keys_and_types(document: dict[str, Any]) -> None:
    schema = document["paths"][SEND]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    thread = schema["properties"]["response"]["properties"]["thread"]["properties"]
    assert {name: field["type"] for name, field in thread.items()} == {
        "Created By": "string",
        "Created Date": "number",
        "Modified Date": "number",
        "_id": "string",
        "ai_thread_id": "string",
        "chat_id": "string",
        "close": "boolean",
        "company": "string",
        "contact": "string",
        "count_message": "number",
        "get_contact": "boolean",
        "interest": "boolean",
        "is_bot": "boolean",
        "operator": "boolean",
        "success": "boolean",
        "task": "string",
        "title": "string",
        "user_replied": "boolean",
        "wh_get_contact": "boolean",
        "wh_interest": "boolean",
        "wh_success": "boolean",
    }


def ask(document: dict[str, Any], messenger: Messenger, mode: GenerationMode, *, task: bool) -> set[int]:
    """Send what the document makes of a good or a bad request, hold the answers to it, and say which came."""
    operation = schemathesis.openapi.from_dict(document)[SEND]["POST"]
    came: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.generate],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def exchange(case: Any) -> None:
        # No JSON text of ours holds NUL, whatever the field; the guide to the API says so for all of them.
        assume("\\u0000" not in json.dumps(case.body if isinstance(case.body, dict) else ""))
        if task and isinstance(case.body, dict):
            case.body["task_id"] = messenger.task_id
            case.headers.pop("Idempotency-Key", None)  # the same one again with another body is refused
        answer = case.call(
            base_url=messenger.desk.program.client.base_url,
            session=session,
            headers={**case.headers, "Authorization": f"Bearer {messenger.token}"},
        )
        came.add(answer.status_code)
        case.validate_response(answer)

    with requests.Session() as session:
        session.trust_env = False
        exchange()
    return came


async def test_requests_as_the_document_has_them_are_answered_as_it_says(
    document: dict[str, Any], messenger: Messenger
) -> None:
    came = await asyncio.to_thread(ask, document, messenger, GenerationMode.POSITIVE, task=True)
    assert came == {200}


async def test_requests_that_break_the_document_are_refused_as_it_says(
    document: dict[str, Any], messenger: Messenger
) -> None:
    came = await asyncio.to_thread(ask, document, messenger, GenerationMode.NEGATIVE, task=False)
    assert 200 not in came
    assert max(came) < 500
    assert set((await messenger.desk.counts()).values()) == {0}
