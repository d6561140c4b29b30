"""The Rasa HTTP API on the wire: who may, the tracker, events and messages from outside, and its error envelope."""

import asyncio
import dataclasses
import json
import re
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from tests.conftest import Database
from tests.doubles.http_client import Answer
from tests.doubles.http_server import FaultServer, json_answer
from tests.program import Desk, Program, served, until

from frontdesk.store import bots
from frontdesk.store.keys import create_key

FILES = {
    "bot.yaml": """
format: assistant/v1
assistant: {id: order, name: Order, session_timeout: 1h}
env: {API: "https://api.example.test"}
slots:
  ticket: {scope: session}
  plan: {scope: contact}
  size: {scope: flow}
fallback:
  steps: [{say: "No idea."}]
""",
    "flows/order.yaml": """
trigger: {patterns: ["order"]}
steps:
  - {ask: "Which size?", slot: size}
  - say: "{{ slots.size }} for {{ slots.ticket }}, {{ slots.plan }}"
""",
    "flows/ticket.yaml": """
trigger: {patterns: ["ticket"]}
steps: [{say: "Ticket {{ slots.ticket }}."}]
""",
    "flows/slow.yaml": """
trigger: {patterns: ["slow"]}
steps: [{call: Slow}, {say: "Done: {{ Slow.word }}"}]
""",
    "actions/Slow.yaml": """
kind: http
request: {method: GET, url: "{{ env.API }}/slow"}
result: {word: $.word}
""",
    "flows/rate.yaml": """
trigger: {patterns: ["rate"]}
steps:
  - say: {text: "How was it?", buttons: [{title: "Good", payload: "good"}], image: "https://i.example/a.png"}
""",
}
VERSION = version("frontdesk")


@pytest.fixture(scope="module")
async def running(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    async with served(database, tmp_path_factory.mktemp("rasa-api")) as program:
        yield program


@dataclasses.dataclass(frozen=True)
class Api:
    """The API as one key sees it."""

    desk: Desk
    key: str

    async def send(self, method: str, path: str, **options: Any) -> Answer:
        encoded = quote(path, safe="/?&=%")
        return await self.desk.program.client.send(method, encoded, **{"key": self.key, **options})

    async def tracker(self, name: str, query: str = "") -> dict[str, Any]:
        answer = await self.send("GET", f"/conversations/{name}/tracker{query}")
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        return found

    async def events(self, name: str, events: object, method: str = "POST") -> dict[str, Any]:
        answer = await self.send(method, f"/conversations/{name}/tracker/events", json=events)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def api(running: Program) -> Api:
    desk = await running.desk(FILES, slug="order")
    return Api(desk, await desk.key())


def assert_envelope(answer: Answer, status: int, reason: str, details: dict[str, str] | None = None) -> None:
    found = answer.json()
    message = found.pop("message")
    assert message
    assert (answer.status, found) == (
        status,
        {
            "version": VERSION,
            "status": "failure",
            "reason": reason,
            "details": details or {},
            "help": None,
            "code": status,
        },
    )


def kinds(tracker: dict[str, Any]) -> list[str]:
    return [event["event"] for event in tracker["events"]]


# -- open to anybody


async def test_root_greets_with_the_version(running: Program) -> None:
    answer = await running.client.get("/")
    assert (answer.status, answer.body.decode()) == (200, f"Hello from Frontdesk: {VERSION}")
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_version_is_open_to_anybody(running: Program) -> None:
    found = (await running.client.get("/version")).json()
    assert found.keys() == {"version", "minimum_compatible_version"}
    assert found["version"] == VERSION


# -- who may

GUARDED = [
    ("GET", "/status"),
    ("GET", "/conversations/jhon/tracker"),
    ("POST", "/conversations/jhon/tracker/events"),
    ("PUT", "/conversations/jhon/tracker/events"),
    ("POST", "/conversations/jhon/messages"),
]


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_without_a_key_or_with_a_wrong_one_it_is_401(api: Api, method: str, path: str) -> None:
    for where in (path, api.desk.path + path):
        for key in ("", "nonsense"):
            assert_envelope(await api.send(method, where, json={}, key=key), 401, "NotAuthenticated")
        wrong = await api.send(method, f"{where}?token=nonsense", json={}, key="")
        assert_envelope(wrong, 401, "NotAuthenticated")


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_a_key_of_another_kind_is_403(api: Api, method: str, path: str) -> None:
    other = await api.desk.key("api")
    assert_envelope(await api.send(method, path, json={}, key=other), 403, "NotAuthorized")


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_a_key_of_another_workspace_sees_nothing_and_leaves_no_row(
    running: Program, api: Api, method: str, path: str
) -> None:
    other = await running.desk(FILES, slug="order")
    await other.say("jhon", "order")
    before = await other.counts()
    bodies = {"json": {"text": "hi", "sender": "user", "event": "restart"}}
    assert_envelope(await api.send(method, other.path + path, **bodies), 404, "NotFound")
    assert await other.counts() == before
    if path != "/status":
        assert_envelope(await api.send("GET", "/conversations/jhon/tracker"), 404, "NotFound")


async def test_the_key_may_come_as_token_in_the_query(api: Api) -> None:
    await api.desk.say("jhon", "ticket")
    for path in ("/status?", "/conversations/jhon/tracker?include_events=NONE&"):
        assert (await api.send("GET", f"{path}token={api.key}", key="")).status == 200


async def test_a_key_of_some_assistants_does_not_open_another(api: Api) -> None:
    store = api.desk.program.running.store
    async with store.unit_of_work(api.desk.workspace) as tx:
        _, text = await create_key(
            api.desk.workspace, tx, kind="rasa", name="k", assistant_ids=frozenset({"asst_other"})
        )
    await api.desk.say("jhon", "ticket")
    answer = await api.send("GET", "/conversations/jhon/tracker", key=text.reveal())
    assert_envelope(answer, 404, "NotFound")


async def test_tokens_of_the_query_are_in_no_log_line(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    with structlog.testing.capture_logs() as lines:
        for path in ("/conversations/nobody/tracker", "/status", "/conversations/", "/nothing", "/version"):
            for query in (f"token={api.key}", f"a=b&%74oken={api.key}", f"TOKEN={api.key}&token={api.key}"):
                await api.send("GET", f"{path}?{query}", key="")
        await api.send("POST", f"{api.desk.webhook}?token={api.key}", body=b"{", key="")
    told = [line for line in lines if line["event"] == "http.request"]
    assert len(told) >= 13
    assert any("[redacted]" in line["target"] for line in told)
    out, err = capsys.readouterr()
    assert api.key not in repr(lines) + out + err
    assert api.key[-20:] not in repr(lines) + out + err


# -- /status


async def test_status_names_the_published_version(api: Api) -> None:
    versions = await api.desk.rows("bot_versions", "number")
    expected = {"model_file": "order@1", "model_id": versions[0]["id"], "num_active_training_jobs": 0}
    for path in ("/status", f"{api.desk.path}/status", "/a/order/status"):
        assert (await api.send("GET", path)).json() == expected
    await api.desk.publish({**FILES, "flows/new.yaml": "steps: [{say: x}]\ntrigger: {patterns: [n]}"})
    assert (await api.send("GET", "/status")).json()["model_file"] == "order@2"


async def test_with_nothing_published_it_is_409(api: Api) -> None:
    desk = api.desk
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        await bots.create_assistant(desk.workspace, tx, slug="empty", name="E", is_default=False, env={})
    for path in ("/status", "/conversations/x/tracker"):
        assert_envelope(await api.send("GET", f"/a/empty{path}"), 409, "Conflict")


# -- reading the tracker (S000-9, S000-12)


async def test_the_tracker_shows_what_was_said(api: Api) -> None:
    await api.desk.say("jhon", "rate")
    found = await api.tracker("jhon")
    started, user, text, image = found.pop("events")
    assert found == {
        "sender_id": "jhon",
        "slots": {"ticket": None, "plan": None, "size": None, "session_started_metadata": None},
        "latest_message": {
            "intent": {"name": None, "confidence": 0.0},
            "entities": [],
            "text": "rate",
            "message_id": user["message_id"],
            "metadata": {},
        },
        "latest_event_time": image["timestamp"],
        "followup_action": None,
        "paused": False,
        "latest_input_channel": "rest",
        "active_loop": {},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
    }
    assert started["event"] == "session_started"
    assert (user["event"], user["text"], user["input_channel"]) == ("user", "rate", "rest")
    assert user["parse_data"] == found["latest_message"]
    assert text["text"] == "How was it?"
    assert text["data"]["buttons"] == [{"title": "Good", "payload": "good"}]
    assert image["data"] == {
        "elements": None,
        "quick_replies": None,
        "buttons": None,
        "attachment": None,
        "image": "https://i.example/a.png",
        "custom": None,
    }
    times = [event["timestamp"] for event in (started, user, text, image)]
    assert times == sorted(times)


async def test_an_unknown_conversation_is_404_and_is_not_made(api: Api) -> None:
    for name in ("nobody", "a%00b", "", "x" * 256):
        assert_envelope(await api.send("GET", f"/conversations/{name}/tracker"), 404, "NotFound")
    assert set((await api.desk.counts()).values()) == {0}


@pytest.mark.parametrize("name", ["a/b", "a/tracker", "tracker/events", "a b", "ж", "a/messages"])
async def test_a_conversations_name_may_have_slashes_and_letters_of_any_kind(api: Api, name: str) -> None:
    await api.desk.say(name, "ticket")
    assert (await api.tracker(name))["sender_id"] == name
    assert (await api.tracker(name.replace("/", "%2F")))["sender_id"] == name


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ("", ["user", "bot"]),
        ("?include_events=AFTER_RESTART", ["user", "bot"]),
        ("?include_events=APPLIED", ["user", "bot"]),
        ("?include_events=ALL", ["session_started", "user", "bot", "restart", "user", "bot"]),
    ],
)
async def test_include_events_chooses_what_is_shown(api: Api, include: str, expected: list[str]) -> None:
    for text in ("ticket", "/restart", "ticket"):
        await api.desk.post("jhon", text)
    assert kinds(await api.tracker("jhon", include)) == expected
    assert (await api.tracker("jhon", "?include_events=NONE"))["events"] is None


async def test_until_leaves_out_what_came_later(api: Api) -> None:
    await api.desk.say("jhon", "ticket")
    first = await api.tracker("jhon")
    await api.desk.say("jhon", "rate")
    found = await api.tracker("jhon", f"?until={first['latest_event_time']}")
    assert (found["events"], found["latest_message"]) == (first["events"], first["latest_message"])


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("include_events=SOME", "include_events"), ("until=soon", "until"), ("until=nan", "until")],
)
async def test_a_wrong_parameter_is_named(api: Api, query: str, parameter: str) -> None:
    answer = await api.send("GET", f"/conversations/jhon/tracker?{query}")
    assert_envelope(answer, 400, "BadRequest", {"parameter": parameter, "in": "query"})


async def test_a_conversation_in_peoples_hands_is_paused(running: Program) -> None:
    desk = await running.desk()
    await desk.say("jhon", "agent")
    assert (await Api(desk, await desk.key()).tracker("jhon"))["paused"] is True


async def test_the_last_thousand_messages_are_shown(api: Api) -> None:
    await api.desk.say("jhon", "ticket")
    await api.desk.program.execute(
        """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts)
           SELECT workspace_id, 'm' || n, channel_id, conversation_id, n, 'contact', parts
           FROM messages, generate_series(3, 1200) AS n WHERE workspace_id = $1 AND seq = 1""",
        api.desk.workspace,
    )
    assert kinds(await api.tracker("jhon")).count("user") == 1000


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


async def test_events_of_what_was_said_are_kept_and_not_sent(running: Program) -> None:
    async with FaultServer() as receiver:
        desk = await running.desk(FILES)
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


async def test_a_change_waits_for_the_message_at_work(running: Program) -> None:
    async with FaultServer() as outside:
        outside.answers(dataclasses.replace(json_answer({"word": "well"}), delay_s=0.4))
        desk = await running.desk(FILES, env={"API": outside.url("")})
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
        desk = await program.desk(FILES)
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


async def test_unknown_addresses_below_conversations_have_the_envelope(api: Api) -> None:
    for path in ("/conversations/", "/conversations", "/conversations/jhon", "/conversations/jhon/story"):
        for prefix in ("", api.desk.path):
            assert_envelope(await api.send("GET", prefix + path), 404, "NotFound")


async def test_another_method_is_405_and_says_which(api: Api) -> None:
    answer = await api.send("GET", "/conversations/jhon/tracker/events")
    assert_envelope(answer, 405, "MethodNotAllowed")
    assert set(re.split(", ", answer.headers["Allow"])) == {"POST", "PUT"}


async def test_each_assistant_has_conversations_of_its_own(running: Program) -> None:
    desk = await running.desk(FILES, slug="order", hosts=("order.example.test",))
    api = Api(desk, await desk.key())
    async with running.running.store.unit_of_work(desk.workspace) as tx:
        made = await bots.create_assistant(
            desk.workspace, tx, slug="second", name="S", is_default=False, env={}
        )
    second = dataclasses.replace(desk, assistant_id=made.id)
    await second.publish(FILES)
    await second.say("jhon", "rate")
    hosted = {"headers": {"Host": "order.example.test"}}
    assert (await api.send("GET", "/a/second/conversations/jhon/tracker")).status == 200
    assert (await api.send("GET", "/conversations/jhon/tracker")).status == 404
    assert (await api.send("GET", "/conversations/jhon/tracker", **hosted)).status == 404
    await desk.say("jhon", "rate")
    assert (await api.send("GET", "/conversations/jhon/tracker", **hosted)).status == 200
