"""Bodies that are not what they should be, and ids of others: 4xx, and nothing is written."""

from typing import Any

import pytest
from tests.desk.people import CONVERSATIONS, Person, machine, person, said, waiting
from tests.program import Desk, Program

ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("take", {}),
    ("assign", {"assignee_id": None, "team": None}),
    ("hand-back", {}),
    ("close", {"outcome": "solved"}),
    ("reopen", {}),
    ("snooze", {"until": "2099-01-01T00:00:00Z"}),
    ("unsnooze", {}),
    ("priority", {"priority": "high"}),
    ("labels", {"add": [], "remove": []}),
    ("merge", {"into": "conv_" + "0" * 26}),
    ("read", {"seq": 1}),
    ("unread", {}),
    ("messages", {"text": "hello"}),
    ("transcript", {"to": "a@example.com"}),
)


@pytest.mark.parametrize(("act", "body"), ACTS)
async def test_another_workspaces_conversation_is_not_there(
    program: Program, desk: Desk, act: str, body: dict[str, object]
) -> None:
    conversation = await waiting(desk)
    before = await desk.rows("conversations")
    stranger = await machine(await program.desk())
    limited = await machine(desk, "admin", assistant_ids=frozenset({"asst_" + "0" * 26}))
    for one in (stranger, limited):
        answer = await one.send("POST", f"{CONVERSATIONS}/{conversation}/{act}", json=body)
        assert answer.status in {404, 422}, (act, answer.body)
        assert act == "merge" or answer.json()["code"] == "not_found"
        assert (await one.send("GET", f"{CONVERSATIONS}/{conversation}")).status == 404
        assert (await one.send("GET", f"{CONVERSATIONS}/{conversation}/messages")).status == 404
    after = await desk.rows("conversations")
    assert [row["owner"] for row in after] == [row["owner"] for row in before]
    assert all(row["author"] != "operator" for row in await desk.rows("messages"))


@pytest.mark.parametrize(
    "body",
    [
        {"text": {"a": 1}},
        {"text": ["x"]},
        {"text": None},
        {"text": "x" * 60_000},
        {"text": ""},
        {"text": "  "},
        {"text": "x", "client_id": {}},
        {"text": "x", "client_id": "x" * 101},
        {"text": "x", "expected_seq": "1; DROP"},
        {"text": "x", "expected_seq": -1},
        {"text": "x", "expected_seq": 2**70},
        {"text": "x", "mentions": "acct_1"},
        {"text": "x", "mentions": [{}]},
        {"text": "x", "parts": {}},
        {"text": "x", "parts": [1]},
        {"text": "x", "parts": [{"type": "no_such"}]},
        {"text": "x", "parts": [{"type": "image", "url": "javascript:alert(1)"}]},
        {"text": "x", "parts": [{"type": "image", "url": "data:text/html,x"}]},
        {
            "text": "x",
            "parts": [{"type": "buttons", "text": "t", "buttons": [{"title": "t", "url": "javascript:x"}]}],
        },
        {"text": "x", "parts": [{"type": "custom", "body": {}}]},
        {"text": "x", "parts": [{"type": "image", "file_id": "file_" + "0" * 26}]},
        {"text": "x", "close": "bored"},
        {"text": "x", "close": {"outcome": "solved"}},
        {"text": "x", "unknown": 1},
        {"text": "x", "note": "yes please"},
        [],
        "text",
    ],
)
async def test_a_message_that_cannot_be_is_refused_and_nothing_is_kept(
    desk: Desk, ann: Person, body: object
) -> None:
    conversation = await waiting(desk)
    answer = await ann.send("POST", f"{CONVERSATIONS}/{conversation}/messages", json=body)
    assert 400 <= answer.status < 500, answer.body
    assert [author for author, _ in said(await ann.lines(conversation)) if author == "operator"] == []
    assert (await ann.read(conversation))["owner"] == "queued"


_BUTTON: dict[str, object] = {"title": "Yes"}
_CARD: dict[str, object] = {"title": "One"}
_BEYOND: tuple[dict[str, object], ...] = (
    {"type": "text", "text": "x" * 8_001},
    {"type": "text", "text": " "},
    {"type": "text", "text": "x", "sources": [{"title": "t", "url": "javascript:x"}]},
    {"type": "buttons", "text": "t", "buttons": []},
    {"type": "buttons", "text": "t", "buttons": [_BUTTON] * 21},
    {"type": "buttons", "text": "t", "buttons": [{"title": ""}]},
    {"type": "buttons", "text": "t", "buttons": [{"title": "t", "payload": "x" * 1_001}]},
    {"type": "buttons", "text": "t", "buttons": [{"title": "t", "url": "https://a.example/" + "x" * 2_000}]},
    {"type": "cards", "cards": []},
    {"type": "cards", "cards": [_CARD] * 11},
    {"type": "cards", "cards": [{"title": "t", "subtitle": "x" * 1_001}]},
    {"type": "cards", "cards": [{"title": "t", "buttons": [_BUTTON] * 21}]},
    {"type": "image"},
    {"type": "attachment", "name": "x"},
    {"type": "audio", "url": ""},
)


async def test_parts_beyond_their_limits_are_refused_and_those_at_them_are_not(
    desk: Desk, ann: Person
) -> None:
    conversation = await waiting(desk)
    for part in _BEYOND:
        refused = await ann.write(conversation, "x", 422, parts=[part])
        assert refused["field"] == "parts", part
    large = {"type": "cards", "cards": [{"title": "t", "subtitle": "ü" * 1_000}] * 6}
    assert (await ann.write(conversation, "x", 422, parts=[large] * 10))["field"] == "parts"
    most = [
        {"type": "text", "text": "x" * 8_000},
        {"type": "buttons", "text": "t", "buttons": [_BUTTON] * 20},
        {"type": "cards", "cards": [_CARD] * 10},
        {"type": "image", "url": "https://shop.example/a.png"},
    ]
    made = await ann.write(conversation, "", parts=most)
    assert [part["type"] for part in made["parts"]] == ["text", "buttons", "cards", "image"]


async def test_a_note_names_people_of_this_workspace_alone(
    desk: Desk, ann: Person, bob: Person, program: Program
) -> None:
    conversation = await waiting(desk)
    elsewhere = await person(await program.desk())
    for mentions in ([elsewhere.id], ["acct_" + "0" * 26], [bob.id, "x"]):
        refused = await ann.write(conversation, "Look.", 422, note=True, mentions=mentions)
        assert refused["field"] == "mentions"
    await ann.write(conversation, "Look.", 422, note=True, mentions=["x" * 101])
    await ann.write(conversation, "Look.", 422, note=True, mentions=[bob.id] * 21)
    assert await desk.rows("mentions") == []
    await ann.write(conversation, "Look.", note=True, mentions=[bob.id])
    assert [row["account_id"] for row in await desk.rows("mentions")] == [bob.id]


async def test_nul_in_a_text_is_refused(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    answer = await ann.send(
        "POST",
        f"{CONVERSATIONS}/{conversation}/messages",
        body=b'{"text": "a\\u0000b"}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status == 400


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("assign", {"assignee_id": {}}),
        ("assign", {"team": ["x"]}),
        ("assign", {"assignee_id": "x" * 101}),
        ("hand-back", {"flow": {}}),
        ("hand-back", {"flow": "../../etc/passwd"}),
        ("close", {"outcome": {}}),
        ("snooze", {"until": "yesterday"}),
        ("snooze", {"until": "2026-01-01T00:00:00"}),
        ("snooze", {"until": "1990-01-01T00:00:00Z"}),
        ("priority", {"priority": "highest"}),
        ("priority", {"priority": 3}),
        ("priority", {"priority": True}),
        ("labels", {"add": "refund"}),
        ("labels", {"add": [{}]}),
        ("merge", {"into": {}}),
        ("merge", {"into": "%00"}),
        ("read", {"seq": {}}),
        ("read", {"seq": -5}),
    ],
)
async def test_an_act_that_cannot_be_is_refused(desk: Desk, ann: Person, act: str, body: object) -> None:
    conversation = await waiting(desk)
    version = (await ann.read(conversation))["version"]
    answer = await ann.send("POST", f"{CONVERSATIONS}/{conversation}/{act}", json=body)
    assert 400 <= answer.status < 500, answer.body
    found = await ann.read(conversation)
    assert found["owner"] == "queued"
    assert found["version"] <= version + 1  # the desk may have told the customer their place meanwhile


@pytest.mark.parametrize(
    "query",
    [
        "view=nobody",
        "order=upwards",
        "limit=0",
        "limit=1000",
        "cursor=x",
        "priority=9",
        "unread=perhaps",
        "x=1",
    ],
)
async def test_a_list_that_cannot_be_is_refused(desk: Desk, ann: Person, query: str) -> None:
    assert 400 <= (await ann.send("GET", f"{CONVERSATIONS}?{query}")).status < 500


async def test_a_role_that_only_looks_changes_nothing(desk: Desk) -> None:
    conversation = await waiting(desk)
    viewer = await person(desk, "Vic", "viewer")
    assert (await viewer.send("GET", f"{CONVERSATIONS}/{conversation}")).status == 200
    for act, body in ACTS:
        if act in {"read", "unread"}:
            continue
        answer = await viewer.send("POST", f"{CONVERSATIONS}/{conversation}/{act}", json=body)
        assert answer.status == 403, act
