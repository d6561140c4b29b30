"""A team gets another name, or goes, while conversations are given to it, handed over to it and answered."""

import asyncio
from typing import Any

import pytest
from tests.desk.people import Person, conversation_of, person, team, waiting
from tests.doubles.http_server import FaultServer
from tests.program import WITHIN_S, Desk, Program, until
from tests.turn.calling_bot import CALLING_BOT
from tests.turn.conftest import held

_SOMEBODY_WAITS = """SELECT count(*) > 0 AS waits FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock'"""

_HELD = "SELECT FROM conversations WHERE id = $1 FOR NO KEY UPDATE"
"""As acts of people hold a conversation."""


async def _change(boss: Person, team_id: str, **change: object) -> Any:
    answer = await boss.send("PATCH", f"/api/v1/teams/{team_id}", json=change, headers={"If-Match": "*"})
    assert answer.status == 200, answer.body
    return answer.json()


async def _somebody_waits(desk: Desk) -> None:
    async def waits() -> bool:
        return bool((await desk.program.query(_SOMEBODY_WAITS))[0]["waits"])

    await until(waits)


async def test_conversations_go_with_the_name_however_the_bot_writes_it(
    desk: Desk, ann: Person, boss: Person
) -> None:
    made = await team(boss, "human")
    conversation = await waiting(desk)
    before = await ann.read(conversation)
    assert before["team"] in {"Human", "human"}  # the bot's word, until the desk has looked at it
    feed = (await ann.get("/api/v1/feed/poll"))["after"]
    await _change(boss, made["id"], name="Front office")
    after = await ann.read(conversation)
    assert (after["team"], after["version"] > before["version"]) == ("Front office", True)
    told: list[str] = []
    async with asyncio.timeout(WITHIN_S):
        while "Front office" not in told:
            news = await ann.get(f"/api/v1/feed/poll?after={feed}")
            feed = news["after"]
            told += [
                one["data"]["conversation"]["team"] for one in news["data"] if one["event"] == "conversation"
            ]


async def test_a_turn_under_way_does_not_bring_the_former_name_back(
    program: Program, receiver: FaultServer
) -> None:
    desk = await program.desk(CALLING_BOT, env={"API": receiver.url("")})
    boss = await person(desk, "Bo", "owner")
    made = await team(boss, "Returns")
    await desk.program.execute(
        "UPDATE tasks SET service_mode = 'ai_suggests' WHERE workspace_id = $1", desk.workspace
    )
    desk.program.forget_entrances()
    await desk.say("jo", "hello")
    conversation = await conversation_of(desk, "jo")
    await boss.act(conversation, "assign", {"team": made["id"]})
    go, answer = held()
    receiver.answers(answer)
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.say("jo", "look"))
        await receiver.asked(1)
        await _change(boss, made["id"], name="Refunds")
        go.set()
    assert (await boss.read(conversation))["team"] == "Refunds"
    assert [line["author"] for line in await boss.lines(conversation)][-2:] == ["contact", "note"]


async def test_who_renames_a_team_never_holds_it_while_waiting_for_its_conversations(
    desk: Desk, boss: Person
) -> None:
    """Who gives a conversation out holds that, then wants its team."""
    made = await team(boss, "Human")
    conversation = await waiting(desk)
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute(_HELD, conversation)
        renaming = group.create_task(_change(boss, made["id"], name="Refunds"))
        await _somebody_waits(desk)
        await admin.execute("SELECT FROM teams WHERE id = $1 FOR UPDATE NOWAIT", made["id"])
    assert renaming.result()["name"] == "Refunds"
    assert (await boss.read(conversation))["team"] == "Refunds"


@pytest.mark.parametrize(("by", "status"), [("id", 200), ("name", 422)])
async def test_what_is_given_to_a_team_while_it_is_renamed_gets_the_name_it_has_then(
    desk: Desk, boss: Person, by: str, status: int
) -> None:
    made = await team(boss, "Returns")
    conversation = await waiting(desk)
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("UPDATE teams SET name = 'Refunds' WHERE id = $1", made["id"])
        giving = group.create_task(boss.act(conversation, "assign", {"team": made[by]}, status))
        await _somebody_waits(desk)
    assert giving.result().get("team", "") == ("Refunds" if by == "id" else "")
    assert (await boss.read(conversation))["team"] == ("Refunds" if by == "id" else "Human")


async def test_what_is_with_a_team_that_goes_is_with_none_and_says_so(
    desk: Desk, ann: Person, boss: Person
) -> None:
    made = await team(boss, "Human")
    queued, answered = await waiting(desk, "jo"), await waiting(desk, "kim")
    await ann.act(answered, "take")
    assert (await boss.send("DELETE", f"/api/v1/teams/{made['id']}")).status == 204
    for conversation, owner in ((queued, "queued"), (answered, "human")):

        async def has_left(conversation: str = conversation) -> bool:
            return bool((await ann.read(conversation))["team"] == "")

        await until(has_left)
        strip = next(
            line["event"]
            for line in await ann.lines(conversation)
            if line["event"] and line["event"].get("reason") == "team_gone"
        )
        assert (strip["kind"], strip["from"]) == ("assigned", "Human")
        assert (await ann.read(conversation))["owner"] == owner
    assert (await ann.read(answered))["assignee"]["id"] == ann.id


async def test_other_changes_of_a_team_hold_none_of_its_conversations(desk: Desk, boss: Person) -> None:
    """The form sends the name as well; a name that is new needs all but those that are closed."""
    made = await team(boss, "Human")
    conversation, closed = await waiting(desk), await waiting(desk, "kim")
    await boss.act(closed, "close", {"outcome": "solved"})
    async with desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute(_HELD, conversation)
        changed = await _change(boss, made["id"], name="Human", settings={"rule": "none"})
        assert changed["settings"]["rule"] == "none"
    async with desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute(_HELD, closed)
        await _change(boss, made["id"], name="Refunds")
        assert [(await boss.read(one))["team"] for one in (conversation, closed)] == ["Refunds", "Human"]
        assert (await boss.send("DELETE", f"/api/v1/teams/{made['id']}")).status == 204
    await _is_called(boss, closed, "Refunds")


async def test_what_is_closed_goes_with_the_name_a_little_later_and_means_the_team_meanwhile(
    desk: Desk, ann: Person, boss: Person
) -> None:
    made = await team(boss, "Human", rule="none")
    open_one, closed, other = await waiting(desk), await waiting(desk, "kim"), await waiting(desk, "lou")
    for one in (closed, other):
        await boss.act(one, "close", {"outcome": "solved"})
    await desk.program.execute("UPDATE conversations SET team = 'hUMAN' WHERE id = $1", other)
    feed = (await boss.get("/api/v1/feed/poll"))["after"]
    async with desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute(_HELD, closed)
        await _change(boss, made["id"], name="Refunds")
        taken = await boss.send("POST", "/api/v1/teams", json={"name": "human"})
        assert (taken.status, taken.json()["field"]) == (422, "name")
        await _is_called(boss, other, "Refunds")
        await boss.act(open_one, "assign", {"team": "Human"})
        assert (await boss.read(open_one))["team"] == "Refunds"
    await _is_called(boss, closed, "Refunds")

    async def is_free() -> bool:
        return (await boss.send("POST", "/api/v1/teams", json={"name": "Human"})).status == 201

    await until(is_free)
    told = {
        one["data"]["conversation"]["id"]: one["data"]["conversation"]["team"]
        for one in (await boss.get(f"/api/v1/feed/poll?after={feed}"))["data"]
        if one["event"] == "conversation"
    }
    assert {told.get(one) for one in (open_one, closed, other)} == {"Refunds"}


async def _is_called(reader: Person, conversation: str, name: str) -> None:
    async def is_so() -> bool:
        return bool((await reader.read(conversation))["team"] == name)

    await until(is_so)


async def test_who_saves_a_team_waits_for_its_members_before_holding_conversations(
    desk: Desk, ann: Person, boss: Person
) -> None:
    """Who switches an account off holds that, then its conversations."""
    made = await team(boss, "Human", members=[ann], rule="none")
    conversation = await waiting(desk)

    async def was_looked_at() -> bool:
        sql = "SELECT desk_due_at > now() AS was FROM conversations WHERE id = $1"
        return bool((await desk.program.query(sql, conversation))[0]["was"])

    await until(was_looked_at)
    members = [{"account_id": ann.id}]
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", ann.id)
        saving = group.create_task(_change(boss, made["id"], name="Refunds", members=members))
        await _somebody_waits(desk)
        await admin.execute(f"{_HELD} NOWAIT", conversation)
        await admin.execute("SELECT FROM teams WHERE id = $1 FOR UPDATE NOWAIT", made["id"])
    assert saving.result()["name"] == "Refunds"


@pytest.mark.parametrize("by", ["id", "name"])
async def test_a_team_is_counted_and_listed_by_its_name_however_the_bot_asked_for_it(
    desk: Desk, ann: Person, boss: Person, by: str
) -> None:
    made = await team(boss, "Billing", members=[ann], rule="none")
    conversation = await waiting(desk)
    said = made["id"] if by == "id" else "bILLING"
    await desk.program.execute(
        "UPDATE conversations SET team = $2, desk_due_at = now() WHERE id = $1", conversation, said
    )

    async def is_called_so() -> bool:
        return bool((await ann.read(conversation))["team"] == "Billing")

    await until(is_called_so)
    assert [row["id"] for row in await ann.rows(view="queue", team="Billing")] == [conversation]
    assert (await ann.get("/api/v1/conversations/counts"))["teams"] == {"Billing": 1}
