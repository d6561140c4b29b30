"""What the document shows of Rasa's HTTP API is what it takes and what it answers."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tests.program import Program
from tests.web.rasa_wire import Api

BOT = {
    "bot.yaml": """
format: assistant/v1
assistant: {id: account, name: Account}
slots:
  accountNumber: {scope: session}
intents: {account_balance: {examples: [what is on my account]}}
fallback:
  steps: [{say: "No idea."}]
""",
    "flows/account_balance.yaml": """
trigger: {intent: account_balance}
steps: [{say: "There are 120 euros on your account."}]
""",
}
SHOWN = [
    ("GET", "/version"),
    ("GET", "/status"),
    ("GET", "/domain"),
    ("POST", "/model/parse"),
    ("POST", "/conversations/{conversation_id}/trigger_intent"),
    ("POST", "/conversations/{conversation_id}/execute"),
    ("POST", "/conversations/{conversation_id}/predict"),
    ("POST", "/conversations/{conversation_id}/messages"),
    ("POST", "/conversations/{conversation_id}/tracker/events"),
    ("PUT", "/conversations/{conversation_id}/tracker/events"),
    ("GET", "/conversations/{conversation_id}/tracker"),
    ("GET", "/conversations/{conversation_id}/story"),
]


@pytest.fixture
async def api(program: Program) -> Api:
    desk = await program.desk(BOT, slug="account")
    return Api(desk, await desk.key())


@pytest.mark.parametrize(("method", "path"), SHOWN)
async def test_an_example_is_taken_and_answered_as_it_is_shown(api: Api, method: str, path: str) -> None:
    document = (await api.desk.program.client.get("/api/openapi.json")).json()
    operation = document["paths"][path][method.lower()]
    where = path
    for parameter in operation.get("parameters", []):
        where = where.replace(f"{{{parameter['name']}}}", parameter.get("example", ""))
    await api.desk.say("jhon", "what is on my account")
    options: dict[str, Any] = {}
    if "requestBody" in operation:
        media = operation["requestBody"]["content"]["application/json"]
        Draft202012Validator(media["schema"]).validate(media["example"])
        options["json"] = media["example"]
    answer = await api.send(method, where, **options)
    assert answer.status == 200, answer.body
    for kind, media in operation["responses"]["200"]["content"].items():
        if answer.headers["Content-Type"].startswith(kind):
            read = json.loads if kind == "application/json" else yaml.safe_load
            shown = read(media["example"]) if kind != "application/json" else media["example"]
            assert keys(read(answer.body)) == keys(shown)
            return
    pytest.fail(f"{answer.headers['Content-Type']} is not in the document")


def keys(value: Any) -> Any:
    """The shape of an object: its keys, and those of the objects in them; of a list its first entry's."""
    if isinstance(value, dict):
        return {name: keys(each) for name, each in value.items() if name not in {"events", "metadata"}}
    if isinstance(value, list):
        return [keys(value[0])] if value else []
    return None
