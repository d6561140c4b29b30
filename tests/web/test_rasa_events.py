"""The Rasa HTTP API on the wire: slots, restarts and messages from outside, beside a conversation under way."""

import asyncio
import dataclasses
import json

import pytest
from tests.database import Database
from tests.doubles.http_server import FaultServer, json_answer
from tests.program import Program, served, until
from tests.web.rasa_wire import (
    ORDER,
    Api,
    assert_envelope,
    kinds,
)


@pytest.fixture
async def api(program: Program) -> Api:
    desk = await program.desk(ORDER, slug="order")
    return Api(desk, await desk.key())


# -- events from outside


async def test_slots_are_set_and_used(api: Api) -> None:
    ticket = {"event": "slot", "name": "ticket", "value": "T-1", "timestamp": None}
    plan = {"event": "slot", "name": "plan", "value": "gold"}
    found = await api.events("jhon", [ticket, plan])
    assert (found["slots"]["ticket"], found["slots"]["plan"]) == ("T-1", "gold")
    assert [(e["name"], e["value"]) for e in found["events"] if e["event"] == "slot"] == [
        ("ticket", "T-1"),
        ("plan", "gold"),
    ]
    assert await api.desk.say("jhon", "ticket") == ["Ticket T-1."]
    assert (await api.events("jhon", {**ticket, "value": None}))["slots"]["ticket"] is None


async def test_a_flows_slot_is_set_while_the_flow_is_under_way(api: Api) -> None:
    size = {"event": "slot", "name": "size", "value": "XL"}
    assert (await api.events("jhon", size))["slots"]["size"] is None
    assert await api.desk.say("jhon", "order") == ["Which size?"]
    assert (await api.events("jhon", size))["slots"]["size"] == "XL"
    assert await api.desk.say("jhon", "M") == ["M for ,"]


async def test_an_unknown_slot_is_left_out(api: Api) -> None:
    found = await api.events("jhon", {"event": "slot", "name": "nothing", "value": 1})
    assert "nothing" not in found["slots"]


async def test_slots_outlive_a_session_that_had_run_out(api: Api) -> None:
    await api.desk.say("jhon", "order")
    await api.desk.program.execute(
        """UPDATE conversations SET state = jsonb_set(state, '{last_at}', '1') WHERE workspace_id = $1""",
        api.desk.workspace,
    )
    await api.events("jhon", {"event": "slot", "name": "ticket", "value": "T-2"})
    assert await api.desk.say("jhon", "M") == ["No idea."]  # the question of then is forgotten
    assert await api.desk.say("jhon", "ticket") == ["Ticket T-2."]


async def test_restart_drops_the_dialog_and_keeps_what_was_said(api: Api) -> None:
    await api.desk.say("jhon", "order")
    await api.events("jhon", {"event": "slot", "name": "plan", "value": "gold"})
    found = await api.events("jhon", [{"event": "restart"}])
    assert kinds(found) == ["slot"]
    assert kinds(await api.tracker("jhon", "?include_events=ALL"))[:4] == [
        "session_started",
        "user",
        "bot",
        "restart",
    ]
    assert await api.desk.say("jhon", "M") == ["No idea."]


async def test_put_begins_anew_with_the_events(api: Api) -> None:
    await api.events("jhon", {"event": "slot", "name": "ticket", "value": "T-1"})
    await api.desk.say("jhon", "order")
    found = await api.events("jhon", [{"event": "user", "text": "elsewhere"}], "PUT")
    assert kinds(found) == ["user"]
    assert found["slots"]["ticket"] is None
    texts = [e.get("text") for e in (await api.tracker("jhon", "?include_events=ALL"))["events"]]
    assert texts == [None, "order", "Which size?", None, "elsewhere"]


async def test_events_of_what_was_said_are_kept_and_not_sent(program: Program) -> None:
    async with FaultServer() as receiver:
        desk = await program.desk(ORDER)
        await desk.channel("callback", {"url": receiver.url()})
        api = Api(desk, await desk.key())
        found = await api.events("jhon", [{"event": "user", "text": "a"}, {"event": "bot", "text": "b"}])
        assert [(e["event"], e["text"]) for e in found["events"][1:]] == [("user", "a"), ("bot", "b")]
        assert await desk.rows("deliveries") == []
        assert [row["seq"] for row in await desk.rows("messages", "seq")] == [1, 2]


@pytest.mark.parametrize("kind", ["action", "pause", "followup", "session_started", "undo", "user", "bot"])
async def test_other_events_are_taken_and_left_alone(api: Api, kind: str) -> None:
    await api.desk.say("jhon", "order")
    before = await api.desk.counts()
    await api.events("jhon", {"event": kind, "name": "action_x"})
    assert await api.desk.counts() == before
    assert await api.desk.say("jhon", "M") == ["M for ,"]


@pytest.mark.parametrize(
    "body",
    [
        7,
        "slot",
        None,
        {},
        {"event": "nonsense"},
        {"event": 7},
        [[]],
        {"event": "slot"},
        {"event": "slot", "name": 7},
        {"event": "user", "text": 7},
        [{"event": "restart"}] * 1001,
    ],
    ids=lambda body: str(body)[:40],
)
async def test_what_is_no_event_is_400_and_nothing_happens(api: Api, body: object) -> None:
    good = {"event": "slot", "name": "ticket", "value": "T-1"}
    events = [good, *body] if isinstance(body, list) else [good, body]
    for sent in (body, events):
        answer = await api.send("POST", "/conversations/jhon/tracker/events", body=json.dumps(sent).encode())
        assert_envelope(answer, 400, "BadRequest")
    assert set((await api.desk.counts()).values()) == {0}


@pytest.mark.parametrize("path", ["tracker/events", "messages"])
async def test_an_empty_body_is_400_and_a_broken_one_has_the_webhooks_shape(api: Api, path: str) -> None:
    where = f"/conversations/jhon/{path}"
    assert_envelope(await api.send("POST", where), 400, "BadRequest")
    for body in (b"{", b'{"event": "restart", "event": "restart"}', b'{"text": "\\u0000"}', b"\xff"):
        answer = await api.send("POST", where, body=body)
        assert (answer.status, answer.json().keys()) == (400, {"description", "status", "message"})
    assert set((await api.desk.counts()).values()) == {0}


async def test_a_body_too_large_is_413_in_the_envelope(api: Api) -> None:
    answer = await api.send("POST", "/conversations/jhon/messages", body=b'"' + b"x" * 1_000_001)
    assert (answer.status, answer.json()["code"]) == (413, 413)


# -- messages


async def test_a_message_is_kept_and_nothing_answers_it(api: Api) -> None:
    body = {"text": "order", "sender": "user", "parse_data": {"intent": {"name": "x"}}}
    answer = await api.send("POST", "/conversations/new/one/messages", json=body)
    assert answer.status == 200
    assert kinds(answer.json()) == ["session_started", "user"]
    assert answer.json()["latest_message"]["text"] == "order"
    assert await api.desk.say("new/one", "M") == ["No idea."]  # no flow was begun by it
    assert [row["author"] for row in await api.desk.rows("messages", "seq")] == ["contact", "contact", "bot"]


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"text": "a"}, "sender"),
        ({"text": "a", "sender": "bot"}, "sender"),
        ({"sender": "user"}, "text"),
        ({"sender": "user", "text": 7}, "text"),
    ],
)
async def test_a_message_that_lacks_something_is_400_and_says_what(
    api: Api, body: dict[str, object], parameter: str
) -> None:
    answer = await api.send("POST", "/conversations/jhon/messages", json=body)
    assert_envelope(answer, 400, "BadRequest", {"parameter": parameter, "in": "body"})
    assert set((await api.desk.counts()).values()) == {0}


# -- beside the conversation itself


async def test_a_change_waits_for_the_message_at_work(program: Program) -> None:
    async with FaultServer() as outside:
        outside.answers(dataclasses.replace(json_answer({"word": "well"}), delay_s=0.4))
        desk = await program.desk(ORDER, env={"API": outside.url("")})
        api = Api(desk, await desk.key())
        talking = asyncio.create_task(desk.say("jhon", "slow"))

        async def asked() -> bool:
            return len(outside.received) == 1

        await until(asked)
        found = await api.events("jhon", {"event": "slot", "name": "ticket", "value": "T-1"})
        assert await talking == ["Done: well"]
        assert kinds(found) == ["session_started", "user", "bot", "slot"]
        assert len(outside.received) == 1
        assert await desk.say("jhon", "ticket") == ["Ticket T-1."]


async def test_many_changes_at_a_time_all_happen(api: Api) -> None:
    texts = [f"text {n}" for n in range(20)]
    bodies = [{"text": text, "sender": "user"} for text in texts]
    answers = await asyncio.gather(
        *(api.send("POST", "/conversations/jhon/messages", json=body) for body in bodies),
        *(api.desk.post("jhon", "ticket") for _ in range(5)),
    )
    assert {answer.status for answer in answers} == {200}
    rows = await api.desk.rows("messages", "seq")
    assert [row["seq"] for row in rows] == list(range(1, 31))
    assert len(await api.desk.rows("conversations")) == 1


async def test_a_conversation_that_stays_busy_is_503(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("busy")
    async with served(database, folder, jobs=False, answer_within_s=0.5) as program:
        desk = await program.desk(ORDER)
        api = Api(desk, await desk.key())
        await desk.say("jhon", "ticket")
        await program.execute(
            "UPDATE conversations SET lane_until = now() + interval '1 minute' WHERE workspace_id = $1",
            desk.workspace,
        )
        answer = await api.send("POST", "/conversations/jhon/messages", json={"text": "a", "sender": "user"})
        assert_envelope(answer, 503, "ServiceUnavailable")
        assert int(answer.headers["Retry-After"]) >= 1
        assert len(await desk.rows("messages")) == 2
