"""Why the bot said a line, in short: for people who talk with its customers and know nothing of its files."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.desk.people import Person, conversation_of, machine, person
from tests.doubles.http_server import FaultServer, json_answer
from tests.line.test_knowledge import taken_in
from tests.line.test_traces import BOT
from tests.plugins.llm import completions as wire
from tests.program import Desk, Program

from frontdesk.hub import services
from frontdesk.hub.services import Change

KB = {
    "bot.yaml": """format: assistant/v1
assistant: {id: desk, name: Desk, language: en}
flows:
  f: {trigger: {patterns: ["help *"]}, steps: [{agent: {instructions: Help.}, on_error: {say: A moment.}}]}
fallback: {steps: [{answer: true}]}
"""
}
RETURNS = b"# Returns\n\nYou can return shoes within 14 days of delivery.\n"


@pytest.fixture
async def outside() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


async def of_last(desk: Desk, who: Person, sender: str = "jo") -> Any:
    conversation = await conversation_of(desk, sender)
    line = [line for line in await who.lines(conversation) if line["author"] == "bot"][-1]
    return await who.get(f"/api/v1/conversations/{conversation}/messages/{line['id']}/why")


async def test_what_it_heard_started_did_and_called(program: Program, outside: FaultServer) -> None:
    outside.answers(json_answer({"owner": "Fred"}))
    desk = await program.desk({"bot.yaml": BOT}, env={"API": outside.url("")})
    ann = await person(desk)
    await desk.say("jo", "account please")
    began = await of_last(desk, ann)
    assert (began["version"], began["heard"]) == (1, "account please")
    assert began["started"] == {"flow": "account", "by": "pattern", "what": "account*"}
    assert began["steps"] == [{"flow": "account", "step": "which", "type": "ask"}]
    assert began["actions"] == began["knowledge"] == began["models"] == []
    await desk.say("jo", "AB 1234")
    told = await of_last(desk, ann)
    (call,) = told["actions"]
    assert (call["name"], call["outcome"], call["status"]) == ("look", "ok", 200)
    assert "1234" not in json.dumps(told)
    assert outside.url("") not in json.dumps(told)


async def test_which_articles_it_used_and_whether_a_model_answered(
    program: Program, outside: FaultServer
) -> None:
    desk = await program.desk(KB)
    ann = await person(desk)
    await taken_in(desk, {"returns.md": RETURNS})
    asked = "within how many days can i return my shoes?"
    await desk.say("jo", asked)
    plain = await of_last(desk, ann)
    (found,) = plain["knowledge"]
    assert (found["outcome"], found["how"], found["articles"]) == ("found", "extract", ["Returns"])
    await desk.say("jo", "help me")
    (silent,) = (await of_last(desk, ann))["models"]
    assert (silent["outcome"], silent["reason"]) == ("unavailable", "no AI service is set up")
    given = Change(
        name="Model",
        settings={"base_url": outside.url("/v1"), "api_key": "k" * 8},
        models={"standard": "small"},
    )
    await services.add(program.running.answers.hub, desk.workspace, "custom", given, by="test")
    outside.answers(wire.text(["You can return shoes within 14 days of delivery. [1]"]))
    await desk.say("al", asked)
    (wrote,) = (await of_last(desk, ann, "al"))["knowledge"]
    assert (wrote["how"], wrote["articles"]) == ("model", ["Returns"])


async def test_nobody_else_is_told(program: Program) -> None:
    desk, other = await program.desk(), await program.desk()
    ann, stranger = await person(desk), await person(other)
    await desk.say("jo", "hi")
    await other.say("jo", "hi")
    conversation, foreign = await conversation_of(desk, "jo"), await conversation_of(other, "jo")
    line = (await ann.lines(conversation))[-1]["id"]
    path = f"/api/v1/conversations/{conversation}/messages/{line}/why"
    await stranger.get(path, 404)
    await stranger.get(f"/api/v1/conversations/{foreign}/messages/{line}/why", 404)
    await ann.get(f"/api/v1/conversations/{conversation}/messages/{conversation}/why", 404)
    assert (await desk.program.client.get(path)).status == 401
    narrow = await machine(desk, "read:assistants")
    await narrow.get(path, 403)
    await ann.act(conversation, "take")
    written = await ann.write(conversation, "Hello.")
    await ann.get(f"/api/v1/conversations/{conversation}/messages/{written['id']}/why", 404)
    await program.execute("DELETE FROM traces WHERE workspace_id = $1", desk.workspace)
    await ann.get(path, 404)
