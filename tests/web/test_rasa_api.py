"""The Rasa HTTP API on the wire: who may, status and tracker, and its error envelope."""

import dataclasses
import re

import pytest
import structlog
from tests.program import Program
from tests.web.rasa_wire import ORDER, VERSION, Api, assert_envelope, kinds

from frontdesk.store import bots
from frontdesk.store.keys import create_key


@pytest.fixture
async def api(program: Program) -> Api:
    desk = await program.desk(ORDER, slug="order")
    return Api(desk, await desk.key())


# -- open to anybody


async def test_root_greets_with_the_version(program: Program) -> None:
    answer = await program.client.get("/")
    assert (answer.status, answer.body.decode()) == (200, f"Hello from Frontdesk: {VERSION}")
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_root_leads_a_browser_to_the_panel(program: Program) -> None:
    accepts = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = await program.client.get("/", headers=accepts)
    assert (answer.status, answer.headers["Location"]) == (303, "/panel")
    assert (await program.client.get("/", headers={"Accept": "*/*"})).status == 200


async def test_version_is_open_to_anybody(program: Program) -> None:
    found = (await program.client.get("/version")).json()
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
    program: Program, api: Api, method: str, path: str
) -> None:
    other = await program.desk(ORDER, slug="order")
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
    expected = {"model_file": "order@1", "model_id": versions[0]["id"]}
    for path in ("/status", f"{api.desk.path}/status", "/a/order/status"):
        # What is being learnt: tests/line/test_learning.py.
        assert (await api.send("GET", path)).json() in [
            {**expected, "num_active_training_jobs": jobs} for jobs in (0, 1)
        ]
    await api.desk.publish({**ORDER, "flows/new.yaml": "steps: [{say: x}]\ntrigger: {patterns: [n]}"})
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


async def test_an_intent_is_the_latest_messages_own(api: Api) -> None:
    found = []
    for text in ("About you", "ticket", "/about", "A person please!", "are you there?"):
        await api.desk.say("jhon", text)
        found.append((await api.tracker("jhon"))["latest_message"]["intent"]["name"])
    # The last one goes to people: the bot has not heard it.
    assert found == ["about", None, "about", "person", None]


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


async def test_a_conversation_in_peoples_hands_is_paused(program: Program) -> None:
    desk = await program.desk()
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


async def test_unknown_addresses_below_conversations_have_the_envelope(api: Api) -> None:
    for path in ("/conversations/", "/conversations", "/conversations/jhon", "/conversations/jhon/nothing"):
        for prefix in ("", api.desk.path):
            assert_envelope(await api.send("GET", prefix + path), 404, "NotFound")


async def test_another_method_is_405_and_says_which(api: Api) -> None:
    answer = await api.send("GET", "/conversations/jhon/tracker/events")
    assert_envelope(answer, 405, "MethodNotAllowed")
    assert set(re.split(", ", answer.headers["Allow"])) == {"POST", "PUT"}


async def test_each_assistant_has_conversations_of_its_own(program: Program) -> None:
    desk = await program.desk(ORDER, slug="order", hosts=("order.example.test",))
    api = Api(desk, await desk.key())
    async with program.running.store.unit_of_work(desk.workspace) as tx:
        made = await bots.create_assistant(
            desk.workspace, tx, slug="second", name="S", is_default=False, env={}
        )
    second = dataclasses.replace(desk, assistant_id=made.id)
    await second.publish(ORDER)
    await second.say("jhon", "rate")
    hosted = {"headers": {"Host": "order.example.test"}}
    assert (await api.send("GET", "/a/second/conversations/jhon/tracker")).status == 200
    assert (await api.send("GET", "/conversations/jhon/tracker")).status == 404
    assert (await api.send("GET", "/conversations/jhon/tracker", **hosted)).status == 404
    await desk.say("jhon", "rate")
    assert (await api.send("GET", "/conversations/jhon/tracker", **hosted)).status == 200
