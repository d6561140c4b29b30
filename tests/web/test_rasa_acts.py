"""Rasa's HTTP API where it moves a conversation or looks ahead: shapes, errors, who may."""

import pytest
import yaml
from tests.program import Program
from tests.web.rasa_wire import ORDER, WIRE, Api, assert_envelope
from tests.web.socket_client import connected

GUARDED = [
    ("POST", "/conversations/jhon/trigger_intent"),
    ("POST", "/conversations/jhon/execute"),
    ("GET", "/conversations/jhon/story"),
    ("POST", "/conversations/jhon/predict"),
    ("GET", "/domain"),
]


@pytest.fixture
async def api(program: Program) -> Api:
    desk = await program.desk(ORDER, slug="order")
    return Api(desk, await desk.key())


# -- who may


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_only_a_rasa_key_of_the_workspace_may(
    program: Program, api: Api, method: str, path: str
) -> None:
    await api.desk.say("jhon", "order")
    body = {"name": "about"}
    for where in (path, api.desk.path + path):
        assert_envelope(await api.send(method, where, json=body, key=""), 401, "NotAuthenticated")
    of_another_kind = await api.desk.key("api")
    assert_envelope(await api.send(method, path, json=body, key=of_another_kind), 403, "NotAuthorized")
    other = await program.desk(ORDER, slug="order")
    theirs = await api.send(method, other.path + path, json=body)
    assert (theirs.status, theirs.json()["reason"].lower().replace(" ", "")) == (404, "notfound")
    assert await other.rows("conversations") == []


@pytest.mark.parametrize("path", ["execute", "predict", "story"])
async def test_a_conversation_that_is_not_there_is_404_and_stays_away(api: Api, path: str) -> None:
    method = "GET" if path == "story" else "POST"
    answer = await api.send(method, f"/conversations/nobody/{path}", json={"name": "about"})
    assert_envelope(answer, 404, "Not found" if path == "story" else "NotFound")
    assert await api.desk.rows("conversations") == []


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": 4}, {"name": "x" * 101}, [], "text"])
@pytest.mark.parametrize("path", ["trigger_intent", "execute"])
async def test_a_body_without_a_name_is_400(api: Api, path: str, body: object) -> None:
    await api.desk.say("jhon", "order")
    answer = await api.send("POST", f"/conversations/jhon/{path}", json=body)
    details = {"parameter": "name", "in": "body"} if isinstance(body, dict) else {}
    assert_envelope(answer, 400, "BadRequest", details)
    assert_envelope(await api.send("POST", f"/conversations/jhon/{path}", body=b""), 400, "BadRequest")


# -- by an intent


async def test_an_intent_that_is_triggered_starts_its_flow(api: Api) -> None:
    answer = await api.send("POST", "/conversations/jhon/trigger_intent", json={"name": "about"})
    assert answer.status == 200, answer.body
    found = answer.json()
    assert found.keys() == {"tracker", "messages"}
    assert found["messages"] == [{"recipient_id": "jhon", "text": "I take orders."}]
    latest = found["tracker"]["latest_message"]
    assert (latest["text"], latest["intent"]["name"]) == ("EXTERNAL: about", "about")


@pytest.mark.parametrize(
    "entities",
    [
        {"color": "red"},
        [{"entity": "color", "value": "red"}, {"entity": "x", "value": None}],
        [{"entity": "color", "value": "red"}, {"entity": [], "value": "x"}, {"value": "x"}, "x"],
    ],
)
async def test_its_entities_fill_slots(program: Program, entities: object) -> None:
    desk = await program.desk(WIRE, slug="wire")
    api = Api(desk, await desk.key())
    body = {"name": "paint", "entities": entities}
    answer = await api.send("POST", "/conversations/jhon/trigger_intent", json=body)
    assert [bubble["text"] for bubble in answer.json()["messages"]] == ["Which size?"]
    assert await desk.say("jhon", "big") == ["red, big"]


async def test_an_intent_that_no_flow_has_is_404_and_nothing_happens(api: Api) -> None:
    answer = await api.send("POST", "/conversations/jhon/trigger_intent", json={"name": "nonsense"})
    assert_envelope(answer, 404, "NotFound", {"parameter": "name", "in": "body"})
    assert await api.desk.rows("conversations") == []


async def test_while_people_have_it_the_bot_says_nothing(api: Api) -> None:
    await api.desk.say("jhon", "/person")
    answer = await api.send("POST", "/conversations/jhon/trigger_intent", json={"name": "about"})
    assert (answer.status, answer.json()["messages"]) == (200, [])
    assert answer.json()["tracker"]["paused"] is True


async def test_what_is_said_goes_to_the_channel_that_is_named(program: Program) -> None:
    desk = await program.desk(WIRE, slug="wire")
    await desk.channel("socketio", {})
    program.forget_entrances()
    api, name = Api(desk, await desk.key()), "somebody-with-a-long-name"
    async with connected(desk) as customer:
        await customer.session(name)
        await customer.say("rate", session_id=name)
        await customer.hears(1)
        path = f"/conversations/{name}/trigger_intent?output_channel=socketio"
        answer = await api.send("POST", path, json={"name": "about"})
        assert answer.json().keys() == {"tracker"}
        assert (await customer.hears(2))[1] == {"text": "I can help you work smarter, rather than harder"}


# -- by a flow's name


async def test_a_flow_is_carried_out_by_its_name(api: Api) -> None:
    await api.desk.say("jhon", "ticket")
    answer = await api.send(
        "POST", "/conversations/jhon/execute", json={"name": "order", "policy": "x", "confidence": 1}
    )
    assert answer.status == 200, answer.body
    assert answer.json()["messages"] == [{"recipient_id": "jhon", "text": "Which size?"}]
    assert (await api.desk.say("jhon", "big"))[0].startswith("big for")
    for name in ("action_listen", "action_restart"):
        answer = await api.send("POST", "/conversations/jhon/execute", json={"name": name})
        assert (answer.status, answer.json()["messages"]) == (200, [])


async def test_a_flow_that_is_not_there_is_400(api: Api) -> None:
    await api.desk.say("jhon", "ticket")
    answer = await api.send("POST", "/conversations/jhon/execute", json={"name": "utter_nothing"})
    assert_envelope(answer, 400, "BadRequest", {"parameter": "name", "in": "body"})


# -- looking at it


async def test_a_story_has_what_was_said_and_which_flows_answered(api: Api) -> None:
    await api.desk.say("jhon", "order")
    await api.desk.say("jhon", "/restart")
    await api.desk.say("jhon", "ticket")
    await api.desk.say("jhon", "/about")
    answer = await api.send("GET", "/conversations/jhon/story")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert yaml.safe_load(answer.body) == {
        "version": "3.1",
        "stories": [
            {
                "story": "jhon",
                "steps": [
                    {"user": "ticket"},
                    {"action": "ticket"},
                    {"intent": "about", "user": "/about"},
                    {"action": "about"},
                ],
            }
        ],
    }
    every = yaml.safe_load((await api.send("GET", "/conversations/jhon/story?all_sessions=true")).body)
    assert [each["story"] for each in every["stories"]] == ["jhon, story 1", "jhon, story 2"]
    none = yaml.safe_load((await api.send("GET", "/conversations/jhon/story?until=1")).body)
    assert none["stories"] == [{"story": "jhon", "steps": []}]
    wrong = await api.send("GET", "/conversations/jhon/story?until=soon")
    assert_envelope(wrong, 400, "BadRequest", {"parameter": "until", "in": "query"})


async def test_what_customers_write_cannot_break_out_of_a_story(api: Api) -> None:
    said = "a: b\n- story: x\n  steps: []\n!!python/object:os.system 'x'\n# end"
    await api.desk.say("jhon", said)
    found = yaml.safe_load((await api.send("GET", "/conversations/jhon/story")).body)
    assert found["stories"][0]["steps"][0] == {"user": said}


async def test_a_bot_waits_once_it_has_answered(api: Api) -> None:
    await api.desk.say("jhon", "ticket")
    found = (await api.send("POST", "/conversations/jhon/predict")).json()
    assert found.keys() == {"scores", "policy", "confidence", "tracker"}
    assert found["scores"][0] == {"action": "action_listen", "score": 1.0}
    names = [each["action"] for each in found["scores"][1:]]
    assert names == sorted(names)
    assert {each["score"] for each in found["scores"][1:]} == {0.0}


async def test_a_kept_message_is_foreseen_and_nothing_happens_by_asking(api: Api) -> None:
    await api.desk.say("jhon", "/about")
    await api.send("POST", "/conversations/jhon/messages", json={"text": "ticket", "sender": "user"})
    before = await api.desk.counts()
    for _ in range(2):
        found = (await api.send("POST", "/conversations/jhon/predict")).json()
        assert found["scores"][0] == {"action": "ticket", "score": 1.0}
    assert await api.desk.counts() == before


async def test_the_domain_says_what_the_bot_knows(api: Api) -> None:
    answer = await api.send("GET", "/domain", headers={"Accept": "application/json"})
    found = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert found["intents"] == ["about", "person"]
    assert found["slots"].keys() == {"ticket", "plan", "size"}
    assert {"order", "about", "action_listen"} <= set(found["actions"])
    assert found["session_config"]["session_expiration_time"] == 60
    as_yaml = await api.send("GET", "/domain", headers={"Accept": "application/x-yaml"})
    assert as_yaml.headers["Content-Type"].startswith("application/x-yaml")
    assert yaml.safe_load(as_yaml.body) == found
    assert (await api.send("GET", "/domain", headers={"Accept": "*/*"})).json() == found
    assert_envelope(await api.send("GET", "/domain", headers={"Accept": "text/html"}), 406, "NotAcceptable")
