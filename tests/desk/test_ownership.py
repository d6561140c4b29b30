"""One conversation has one owner, whoever wants it and whatever is under way."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.database import Database
from tests.desk.people import CONVERSATIONS, Person, conversation_of, machine, person, said, team, waiting
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program, served, until
from tests.turn.calling_bot import CALLING_BOT
from tests.turn.conftest import held

from frontdesk.core.ids import ConversationId


@pytest.fixture
async def two_programs(
    program: Program, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Program, Program]]:
    settings = program.running.settings
    key = settings.frontdesk_master_key
    async with served(
        database, tmp_path_factory.mktemp("second"), jobs=False, frontdesk_master_key=key
    ) as second:
        yield program, second


async def test_of_twenty_who_take_it_at_once_in_two_programs_one_has_it(
    desk: Desk, two_programs: tuple[Program, Program]
) -> None:
    conversation = await waiting(desk)
    people = [await machine(desk) for _ in range(20)]
    clients = [program.client for program in two_programs]
    answers = await asyncio.gather(
        *(
            clients[number % 2].post(f"{CONVERSATIONS}/{conversation}/take", key=one.key, json={})
            for number, one in enumerate(people)
        )
    )
    assert sorted(answer.status for answer in answers) == [200] + [409] * 19
    winner = next(answer.json()["assignee"]["id"] for answer in answers if answer.status == 200)
    for answer in answers:
        if answer.status == 409:
            assert answer.json()["code"] == "already_taken"
            assert answer.json()["details"]["assignee"]["id"] == winner
    lines = await people[0].lines(conversation)
    assert [line["event"]["who"] for line in lines if line["event"] and line["event"]["kind"] == "taken"] == [
        winner
    ]


async def test_a_bot_that_is_overtaken_in_the_middle_of_an_answer_says_nothing(
    program: Program, receiver: FaultServer
) -> None:
    desk = await program.desk(CALLING_BOT, env={"API": receiver.url("")})
    ann = await person(desk)
    go, answer = held()
    receiver.answers(answer)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(desk.say("jo", "look"))
        await receiver.asked(1)
        conversation = await conversation_of(desk, "jo")
        await ann.act(conversation, "take")
        await ann.write(conversation, "I am here.")
        go.set()
    assert asking.result() == []
    lines = await ann.lines(conversation)
    assert said(lines) == [
        ("event", "taken"),
        ("operator", "I am here."),
        ("contact", "look"),
        ("event", "not_sent"),
    ]
    assert lines[-1]["event"]["text"] == "I found 1"
    assert len(receiver.received) == 1


async def test_a_colleagues_conversation_takes_notes_and_nothing_else(
    desk: Desk, ann: Person, bob: Person
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    refused = await bob.write(conversation, "Hello.", status=409)
    assert (refused["code"], refused["details"]["assignee"]["name"]) == ("already_taken", "Ann Lee")
    note = await bob.write(conversation, "I know her.", note=True, mentions=[ann.id])
    assert (note["author"], note["sender"]["name"]) == ("note", "Bob Ray")
    assert (await ann.get(f"{CONVERSATIONS}/counts"))["mentions"] == 1
    await ann.act(conversation, "read", {"seq": note["seq"]})
    assert (await ann.get(f"{CONVERSATIONS}/counts"))["mentions"] == 0
    assert [row["id"] for row in await ann.rows(view="mentions")] == [conversation]
    assert await bob.rows(view="mentions") == []
    await bob.act(conversation, "assign", {"assignee_id": bob.id})
    assert (await bob.read(conversation))["assignee"] == {"id": bob.id, "name": "Bob Ray"}


async def test_the_same_client_id_is_one_message_also_at_once(desk: Desk, ann: Person) -> None:
    conversation, other = await waiting(desk), await waiting(desk, "kim")
    made = await asyncio.gather(*(ann.write(conversation, "Hello.", client_id="c1") for _ in range(5)))
    assert len({one["id"] for one in made}) == 1
    refused = await ann.write(other, "Hello.", client_id="c1", status=422)
    assert refused["code"] == "idempotency_mismatch"
    assert [line for line in await ann.lines(other) if line["author"] == "operator"] == []


async def test_who_has_not_read_what_is_new_is_told_and_nothing_is_sent(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    seen = (await ann.lines(conversation))[-1]["seq"]
    await desk.say("jo", "never mind")
    refused = await ann.write(conversation, "Hello.", expected_seq=seen, status=409)
    assert refused["code"] == "conversation_moved_on"
    assert said(refused["details"]["messages"]) == [("contact", "never mind")]
    seen = refused["details"]["messages"][-1]["seq"]
    await ann.write(conversation, "Goodbye.", expected_seq=seen, close="solved")
    assert (await ann.read(conversation))["owner"] == "closed"


async def test_the_bot_goes_on_at_the_flow_it_is_handed_to(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    refused = await ann.act(conversation, "hand-back", {"flow": "no_such"}, 422)
    assert refused["field"] == "flow"
    await ann.act(conversation, "hand-back", {"flow": "account_balance"})

    async def went_on() -> bool:
        return said(await ann.lines(conversation))[-1] == (
            "bot",
            "Please enter your 6-digit account number? (eg: 123456)",
        )

    await until(went_on)
    assert await desk.say("jo", "123456") == ["Please give me your email address (eg: fred@home.com)"]
    await ann.act(conversation, "take")
    await ann.act(conversation, "hand-back")
    assert await desk.say("jo", "hello") == ["Hello! Ask me about your bill or your account balance."]


@pytest.mark.parametrize("flow", ["", "account_balance"])
async def test_what_is_closed_before_the_bot_goes_on_stays_closed(desk: Desk, ann: Person, flow: str) -> None:
    """The lane is held, as by a turn that is under way, until the conversation is closed."""
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    place = (desk.workspace, conversation)
    lane = "UPDATE conversations SET {} WHERE workspace_id = $1 AND id = $2"
    await desk.program.execute(
        lane.format("lane_token = 'busy', lane_until = now() + interval '1 hour'"), *place
    )
    await ann.act(conversation, "hand-back", {"flow": flow})
    await ann.act(conversation, "close", {"outcome": "solved"})
    await desk.program.execute(lane.format("lane_token = NULL, lane_until = NULL"), *place)
    desk.program.running.lanes.work(desk.workspace, ConversationId(conversation))

    async def heard() -> bool:
        rows = await desk.rows("inbound")
        return all(row["status"] == "done" for row in rows if row["conversation_id"] == conversation)

    await until(heard)
    found = await ann.read(conversation)
    assert (found["owner"], found["outcome"]) == ("closed", "solved")
    assert said(await ann.lines(conversation))[-1] == ("event", "closed")
    assert await desk.say("jo", "hello") == ["Hello! Ask me about your bill or your account balance."]


@pytest.mark.parametrize(("reopens_to", "owner"), [("bot", "bot"), ("queued", "queued")])
async def test_a_customer_who_writes_again_comes_to_whom_it_is_set(
    desk: Desk, ann: Person, boss: Person, reopens_to: str, owner: str
) -> None:
    answer = await boss.send(
        "PATCH", "/api/v1/desk", json={"reopens_to": reopens_to}, headers={"If-Match": "*"}
    )
    assert answer.status == 200, answer.body
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    await ann.act(conversation, "close", {"outcome": "solved"})
    spoken = await desk.say("jo", "hello")
    assert bool(spoken) is (owner == "bot")
    found = await ann.read(conversation)
    assert (found["owner"], found["outcome"]) == (owner, "")
    kinds = [line["event"]["kind"] for line in await ann.lines(conversation) if line["event"]]
    assert "reopened" in kinds


async def test_integrations_hear_who_has_it_whoever_had_it_before(
    desk: Desk, ann: Person, bob: Person
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    await ann.act(conversation, "assign", {"assignee_id": bob.id})
    await bob.act(conversation, "close", {"outcome": "solved"})
    told = [row["data"] for row in await desk.rows("events", "seq") if row["type"] == "conversation.updated"]
    moves = [(one["previous_owner"], one["owner"], one["assignee_id"]) for one in map(json.loads, told)]
    assert moves[-3:] == [
        ("queued", "human", ann.id),
        ("human", "human", bob.id),
        ("human", "closed", bob.id),
    ]


async def test_a_team_or_person_that_is_not_there_gets_nothing(desk: Desk, ann: Person, boss: Person) -> None:
    conversation = await waiting(desk)
    for body, field in (({"assignee_id": "acct_" + "0" * 26}, "assignee_id"), ({"team": "Nobody"}, "team")):
        refused = await ann.act(conversation, "assign", body, 422)
        assert refused["field"] == field
    made = await team(boss, "Returns")
    assigned = await ann.act(conversation, "assign", {"team": made["id"]})
    assert (assigned["owner"], assigned["team"], assigned["assignee"]) == ("queued", "Returns", None)


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("assign", {"team": ""}),
        ("hand-back", {}),
        ("close", {"outcome": "solved"}),
        ("snooze", {"until": (datetime.now(UTC) + timedelta(days=30)).isoformat()}),
    ],
)
async def test_of_two_who_act_on_what_they_saw_the_second_is_told_who_was_first(
    desk: Desk, ann: Person, bob: Person, act: str, body: dict[str, Any]
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    seen = {"owner": "human", "assignee_id": ann.id}
    await bob.act(conversation, "assign", {"assignee_id": bob.id, "expected": seen})
    lines = await ann.lines(conversation)
    refused = await ann.act(conversation, act, {**body, "expected": seen}, 409)
    assert refused["code"] == "changed_hands"
    assert refused["detail"] == "Bob Ray was first: Bob Ray has it now."
    them = {"id": bob.id, "name": "Bob Ray"}
    assert refused["details"] == {"owner": "human", "assignee": them, "who": them}
    assert await ann.lines(conversation) == lines
    await bob.act(conversation, "close", {"expected": {"owner": "human", "assignee_id": bob.id}})
    closed = await ann.act(conversation, act, {**body, "expected": seen}, 409)
    assert closed["details"] == {"owner": "closed", "assignee": None, "who": them}
    if act != "snooze":
        await ann.act(conversation, act, body)
