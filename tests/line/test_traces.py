"""Why the bot said it: traces of real turns through the API, in the one shape that is documented."""

import json
import re
from typing import Any

import pytest
from tests.doubles.http_server import FaultServer, json_answer
from tests.program import Desk, Program

from frontdesk.store.keys import create_key

BOT = """\
format: assistant/v1
assistant: {id: traced, name: Traced, language: en}
env: {API: "https://api.example.test"}
slots:
  account: {scope: session, pii: account}
  colour: {scope: session}
intents:
  pay: {examples: [i want to pay]}
actions:
  look:
    request: {method: GET, url: "{{ env.API }}/of/{{ slots.account }}", query: {a: "{{ slots.account }}"}}
    result: {owner: $.owner}
    sample: {owner: x}
flows:
  account:
    trigger: {patterns: ["account*"]}
    steps:
      - id: which
        ask: Which account?
        slot: account
        accept: {regex: '^[A-Z]{2} ?[0-9]{4}$'}
        clean: [no_blanks]
        reprompt: Two letters, four digits.
      - call: look
        on_error: {say: That did not work.}
      - id: script
        script: |
          botContext.printDebugMessage('owner ' + botContext.getBotVariable('account'));
          botContext.setBotVariable('copy', 'of ' + botContext.getBotVariable('account'), true, false);
          throw new Error('no such ' + botContext.getBotVariable('account'));
      - say: Done.
  pay:
    trigger: {intent: pay}
    steps:
      - set: {colour: blue}
      - say: Pay.
  round:
    trigger: {patterns: [round]}
    steps:
      - id: a
        say: Round.
        next: a
  other:
    trigger: {patterns: ["*ound*"]}
    steps:
      - say: Other.
fallback:
  steps:
    - say: What?
"""


@pytest.fixture
async def outside() -> Any:
    async with FaultServer() as server:
        server.answers(json_answer({"owner": "Fred"}))
        yield server


@pytest.fixture
async def desk(program: Program, outside: FaultServer) -> Desk:
    return await program.desk({"bot.yaml": BOT}, env={"API": outside.url("")})


async def key(desk: Desk, *scopes: str, **options: Any) -> str:
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        _, text = await create_key(
            desk.workspace, tx, kind="api", name="A key", scopes=frozenset(scopes), **options
        )
    return text.reveal()


async def path(desk: Desk, sender: str = "jo") -> str:
    rows = await desk.rows("conversations")
    (found,) = [row["id"] for row in rows if row["external_id"] == sender]
    return f"/api/v1/conversations/{found}/traces"


async def newest(desk: Desk) -> dict[str, Any]:
    answer = await desk.program.client.get(
        f"{await path(desk)}?limit=1", key=await key(desk, "read:conversations")
    )
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json()["data"][0]
    return found


def of(trace: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry for entry in trace["entries"] if entry["kind"] == kind]


def rungs(trace: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(entry["rung"], entry["hit"]) for entry in of(trace, "rung")]


async def test_a_pattern_that_hits_names_its_flow_and_what_else_would_have_fitted(desk: Desk) -> None:
    await desk.say("jo", "ROUND")
    trace = await newest(desk)
    assert trace["heard"]["text"] == "ROUND"
    assert trace["version"] == 1
    (rung,) = of(trace, "rung")
    assert (rung["rung"], rung["hit"], rung["flow"], rung["by"]) == ("pattern", True, "round", "pattern")
    assert [found["name"] for found in rung["candidates"]] == ["round", "other"]


async def test_every_rung_down_to_the_fallback_is_there(desk: Desk) -> None:
    await desk.say("jo", "qwerty")
    trace = await newest(desk)
    assert rungs(trace) == [
        ("pattern", False),
        ("intent", False),
        ("disambiguation", False),
        ("fallback", True),
    ]
    assert [entry["step"] for entry in of(trace, "step")] == ["fallback/#1"]


async def test_a_waiting_question_its_rule_and_its_reprompt(desk: Desk) -> None:
    await desk.say("jo", "account")
    await desk.say("jo", "nothing of the kind")
    missed = await newest(desk)
    assert rungs(missed)[0] == ("question", False)
    assert rungs(missed)[-1] == ("reprompt", True)
    assert [entry["details"] for entry in of(missed, "event") if entry["name"] == "miss"] == [{"misses": 1}]
    await desk.say("jo", "I want to pay")
    aside = await newest(desk)
    (hit,) = [entry for entry in of(aside, "rung") if entry["hit"]]
    assert (hit["rung"], hit["by"], hit["flow"]) == ("intent", "example", "pay")
    (change,) = of(aside, "variable")
    assert (change["name"], change["before"], change["after"]) == ("colour", None, "blue")
    assert [entry["name"] for entry in of(aside, "event")] == ["resumed"]


async def test_steps_have_file_and_line(desk: Desk) -> None:
    await desk.say("jo", "account")
    (step,) = of(await newest(desk), "step")
    assert BOT.splitlines()[step["line"] - 1].strip() == "- id: which"
    assert (step["step"], step["type"], step["file"]) == ("account/which", "ask", "bot.yaml")


async def test_calls_and_scripts_have_outcome_time_and_where_they_went_wrong(desk: Desk) -> None:
    await desk.say("jo", "account")
    assert await desk.say("jo", "AB 1234") == ["Done."]
    trace = await newest(desk)
    (call,) = of(trace, "call")
    assert (call["action"], call["outcome"], call["status"]) == ("look", "ok", 200)
    assert call["ms"] >= 0
    assert re.fullmatch(r"GET http://127\.0\.0\.1:\d+/of/\*\*\*", call["request"])
    (script,) = of(trace, "script")
    assert (script["outcome"], script["step"]) == ("error", "account/script")
    assert script["ms"] >= 0
    assert script["error_file"] == "bot.yaml"
    assert BOT.splitlines()[script["error_line"] - 1].strip().startswith("throw")
    assert "no such ***" in script["error"]
    (alert,) = of(trace, "alert")
    assert alert["code"] == "script_failed"
    assert alert["message"].startswith(f"bot.yaml:{script['error_line']}: ")
    assert alert["message"].endswith("no such ***")


async def test_personal_data_is_in_no_trace_whatever_way_it_took(desk: Desk) -> None:
    await desk.say("jo", "account")
    await desk.say("jo", "AB 123")  # mistyped
    await desk.say("jo", "AB 1234")
    await desk.say("jo", "is it AB1234 you mean")
    kept = json.dumps([row["trace"] for row in await desk.rows("traces")])
    for spelling in ("AB 1234", "AB1234", "AB%201234", "AB 123"):
        assert spelling not in kept
    logs = of(await newest(desk), "log")
    assert logs == []
    assert "owner ***" in kept
    assert "of ***" in kept


async def test_a_loop_is_an_event_and_an_alert(desk: Desk) -> None:
    await desk.say("jo", "round")
    trace = await newest(desk)
    assert "loop" in [entry["name"] for entry in of(trace, "event")]
    assert [entry["code"] for entry in of(trace, "alert")] == ["loop"]
    assert len(of(trace, "step")) == 50


async def test_traces_come_newest_first_in_pages_and_one_by_one(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        await desk.say("jo", text)
    await desk.say("somebody else", "four")
    client, reading, base = desk.program.client, await key(desk, "read:conversations"), await path(desk)
    first = (await client.get(f"{base}?limit=2", key=reading)).json()
    await desk.say("jo", "later")
    rest = (await client.get(f"{base}?limit=2&cursor={first['next_cursor']}", key=reading)).json()
    traces = [*first["data"], *rest["data"]]
    assert [trace["heard"]["text"] for trace in traces] == ["three", "two", "one"]
    assert rest["next_cursor"] is None
    single = await client.get(f"{base}/{traces[1]['inbound_id']}", key=reading)
    assert single.json() == traces[1]


async def test_traces_outlive_the_record_of_what_came_in(desk: Desk) -> None:
    await desk.say("jo", "hello")
    before = await newest(desk)
    await desk.program.execute("DELETE FROM inbound WHERE workspace_id = $1", desk.workspace)
    assert await newest(desk) == before


async def test_a_message_that_people_answer_has_a_trace_without_a_decision(desk: Desk) -> None:
    await desk.say("jo", "hello")
    await desk.program.execute(
        "UPDATE conversations SET owner = 'human' WHERE workspace_id = $1", desk.workspace
    )
    await desk.say("jo", "account")
    trace = await newest(desk)
    assert (trace["heard"], trace["entries"]) == (None, [])


async def test_others_see_nothing(desk: Desk, program: Program) -> None:
    await desk.say("jo", "hello")
    base, client = await path(desk), desk.program.client
    one = (await newest(desk))["inbound_id"]
    stranger = await key(await program.desk(), "admin")
    limited = await key(desk, "admin", assistant_ids=frozenset({"asst_other"}))
    for at in (base, f"{base}/{one}"):
        assert (await client.get(at, key=stranger)).status == 404
        assert (await client.get(at, key=limited)).status == 404
        assert (await client.get(at, key=await key(desk, "read:bots"))).status == 403
    other = await program.desk()
    await other.say("jo", "hello")
    elsewhere = (await path(other)) + f"/{one}"
    assert (await client.get(elsewhere, key=await key(other, "admin"))).status == 404
