"""Who answers customers no more has none: what they had waits for somebody else, and they are given nothing new."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.desk.people import CONVERSATIONS, Person, machine, person, team, waiting
from tests.program import Desk, until

from frontdesk.app.catching_up import CatchingUp
from frontdesk.core.ids import KeyId, SessionId
from frontdesk.store import account_sessions, accounts
from frontdesk.store.desk_keys import look_at_unseen
from frontdesk.store.keys import revoke_key

PEOPLE = "/api/v1/people"


async def change(boss: Person, who: Person, **change: str) -> None:
    answer = await boss.send("PATCH", f"{PEOPLE}/{who.id}", json=change, headers={"If-Match": "*"})
    assert answer.status == 200, answer.body


async def owners(boss: Person, *conversations: str) -> list[tuple[str, str | None]]:
    read = [await boss.read(one) for one in conversations]
    return [(one["owner"], one["assignee"] and one["assignee"]["id"]) for one in read]


async def strips(boss: Person, conversation: str, reason: str) -> list[dict[str, Any]]:
    events = [line["event"] for line in await boss.lines(conversation) if line["event"]]
    return [event for event in events if event.get("reason") == reason]


async def revoke(desk: Desk, program: Person) -> None:
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        await revoke_key(desk.workspace, tx, KeyId(program.id))


async def nobodys(boss: Person, *conversations: str) -> None:
    """As soon as all of them wait in the queue."""

    async def waiting_all() -> bool:
        return await owners(boss, *conversations) == [("queued", None)] * len(conversations)

    await until(waiting_all)


@pytest.mark.parametrize("left", [{"status": "disabled"}, {"role": "viewer"}, {"role": "author"}])
async def test_what_they_had_is_in_the_queue_as_soon_as_they_are_gone(
    desk: Desk, boss: Person, left: dict[str, str]
) -> None:
    ann, bob = await person(desk), await person(desk, "Bob Ray")
    mine, snoozed, closed, other = [await waiting(desk, f"s{number}") for number in range(4)]
    for conversation in (mine, snoozed, closed):
        await ann.act(conversation, "take")
    await ann.act(snoozed, "snooze", {"until": (datetime.now(UTC) + timedelta(days=30)).isoformat()})
    await ann.act(closed, "close", {"outcome": "solved"})
    await bob.act(other, "take")
    await change(boss, ann, **left)
    assert await owners(boss, mine, snoozed, closed, other) == [
        ("queued", None),
        ("queued", None),
        ("closed", ann.id),
        ("human", bob.id),
    ]
    (strip,) = await strips(boss, mine, "left")
    assert (strip["kind"], strip["from"], strip["to"], strip["who"]) == (
        "assigned",
        ann.id,
        "queued",
        boss.id,
    )
    assert (await boss.read(snoozed))["snoozed_until"] is not None
    assert mine in [row["id"] for row in await bob.rows(view="unassigned")]
    await bob.act(mine, "take")


async def test_their_team_gives_it_to_the_next_and_them_nothing(desk: Desk, boss: Person) -> None:
    ann = await person(desk)
    made = await team(boss, members=[ann], rule="round_robin")
    conversation = await waiting(desk)

    async def is_given() -> Any:
        return (await boss.read(conversation))["assignee"]

    assert (await until(is_given))["id"] == ann.id
    bob = await person(desk, "Bob Ray")
    members = [{"account_id": ann.id, "skills": ["refund"]}, {"account_id": bob.id}]
    path = f"/api/v1/teams/{made['id']}"
    answer = await boss.send("PATCH", path, json={"members": members}, headers={"If-Match": "*"})
    assert answer.status == 200, answer.body
    await change(boss, ann, status="disabled")

    async def is_bobs() -> Any:
        found = (await boss.read(conversation))["assignee"]
        return found and found["id"] == bob.id

    await until(is_bobs)
    # The team keeps its member, skills and all, whatever else of it is changed; nobody becomes one who cannot answer.
    kept = (await boss.get(path))["members"]
    answer = await boss.send(
        "PATCH", path, json={"members": kept, "name": "Humans"}, headers={"If-Match": "*"}
    )
    assert (answer.status, answer.json()["members"]) == (200, kept)
    refused = await boss.post("/api/v1/teams", {"name": "Other", "members": [{"account_id": ann.id}]}, 422)
    assert refused["field"] == "members"


async def test_a_change_that_leaves_them_answering_leaves_them_what_they_have(
    desk: Desk, boss: Person
) -> None:
    ann = await person(desk)
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    for changed in ({"role": "manager"}, {"role": "operator"}, {"name": "Ann Bo"}):
        await change(boss, ann, **changed)
    assert await owners(boss, conversation) == [("human", ann.id)]


async def test_whoever_is_switched_off_while_they_take_it_does_not_have_it(desk: Desk, boss: Person) -> None:
    """The page of somebody who was just switched off, or a colleague's, may act a moment later, or at the same one."""
    people = [await person(desk, f"P{number}") for number in range(4)]
    made = [await waiting(desk, f"s{number}") for number in range(8)]
    for number, one in enumerate(people):
        taking, giving = made[2 * number : 2 * number + 2]
        await asyncio.gather(
            change(boss, one, status="disabled"),
            one.send("POST", f"{CONVERSATIONS}/{taking}/take", json={}),
            boss.send("POST", f"{CONVERSATIONS}/{giving}/assign", json={"assignee_id": one.id}),
        )
        late = await one.send("POST", f"{CONVERSATIONS}/{taking}/take", json={})
        assert late.status in {401, 403}
        line = await one.send("POST", f"{CONVERSATIONS}/{taking}/messages", json={"text": "Hello."})
        assert line.status in {401, 403}
    assert await owners(boss, *made) == [("queued", None)] * len(made)


async def test_whoever_is_at_work_while_they_are_switched_off_holds_nobody_up(desk: Desk) -> None:
    """Their account is held then, and their sessions are wanted next: who notes that one was used waits for no account."""
    ann, store, later = await person(desk), desk.program.running.store, datetime.now(UTC) + timedelta(days=1)
    (session,) = await desk.program.query("SELECT id FROM account_sessions WHERE account_id = $1", ann.id)
    async with store.unit_of_work(desk.workspace) as tx:
        await accounts.read_account(desk.workspace, tx, ann.id, for_change=True)
        async with asyncio.timeout(30), store.unit_of_work(desk.workspace) as other:
            await account_sessions.note_seen(
                desk.workspace, other, SessionId(session["id"]), later, "127.0.0.1"
            )
        await account_sessions.end_sessions(desk.workspace, tx, ann.id)
    assert (await ann.send("GET", "/api/v1/me")).status == 401


async def test_a_task_says_that_its_manager_is_gone_and_keeps_the_id_for_the_other_side(
    desk: Desk, boss: Person
) -> None:
    ann, bob = await person(desk), await person(desk, "Bob Ray")
    rows = await desk.program.query("SELECT id FROM tasks WHERE workspace_id = $1", desk.workspace)
    if rows:
        task = rows[0]["id"]
    else:
        (channel,) = (await boss.get("/api/v1/channels"))["data"]
        (assistant,) = (await boss.get("/api/v1/assistants"))["data"]
        body = {"channel_id": channel["id"], "assistant_id": assistant["id"]}
        task = (await boss.post("/api/v1/tasks", body, 201))["id"]
    path = f"/api/v1/tasks/{task}"

    async def patch(**change: object) -> Any:
        answer = await boss.send("PATCH", path, json=change, headers={"If-Match": "*"})
        return answer.status, answer.json()

    def gone(task: Any) -> bool:
        return "manager_gone" in [lack["what"] for lack in task["lacks"]]

    status, shown = await patch(manager_id=ann.id)
    assert (status, gone(shown)) == (200, False)
    await change(boss, ann, role="viewer")
    shown = await boss.get(path)
    assert (gone(shown), shown["manager_id"]) == (True, ann.id)
    # Something else of it can still be changed, and the form sends everything.
    assert (await patch(name="Renamed", manager_id=ann.id))[0] == 200
    assert (await patch(manager_id=bob.id))[0] == 200
    assert (await patch(manager_id=ann.id))[0] == 422
    assert not gone(await boss.get(path))


async def test_what_somebody_let_lie_goes_on_while_they_are_switched_off(desk: Desk, boss: Person) -> None:
    """Their account is held then, and their conversations are wanted next: here one of those is held, and none waits."""
    ann, bob = await person(desk), await person(desk, "Bob Ray")
    made = await team(boss, members=[ann], rule="round_robin", reassign_after_s=60)
    conversation = await waiting(desk)

    def is_given_to(who: Person) -> Any:
        async def given() -> bool:
            found = (await boss.read(conversation))["assignee"]
            return bool(found and found["id"] == who.id)

        return given

    await until(is_given_to(ann))
    members = [{"account_id": ann.id}, {"account_id": bob.id}]
    path = f"/api/v1/teams/{made['id']}"
    answer = await boss.send("PATCH", path, json={"members": members}, headers={"If-Match": "*"})
    assert answer.status == 200, answer.body
    async with desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", ann.id)
        await desk.program.execute(
            """UPDATE conversations SET waiting_since = now() - interval '2 minutes', desk_due_at = now()
               WHERE id = $1""",
            conversation,
        )
        await until(is_given_to(bob))


async def test_what_a_program_had_waits_for_people_once_its_key_is_revoked(desk: Desk, boss: Person) -> None:
    program, other, bob = await machine(desk), await machine(desk), await person(desk, "Bob Ray")
    mine, snoozed, closed, others = [await waiting(desk, f"s{number}") for number in range(4)]
    for conversation in (mine, snoozed, closed):
        await program.act(conversation, "take")
    await program.act(snoozed, "snooze", {"until": (datetime.now(UTC) + timedelta(days=30)).isoformat()})
    await program.act(closed, "close", {"outcome": "solved"})
    await other.act(others, "take")
    await revoke(desk, program)
    await nobodys(boss, mine, snoozed)
    assert await owners(boss, closed, others) == [("closed", program.id), ("human", other.id)]
    (strip,) = await strips(boss, mine, "left")
    assert (strip["kind"], strip["from"], strip["to"]) == ("assigned", program.id, "queued")
    assert "who" not in strip
    assert (await boss.read(snoozed))["snoozed_until"] is not None
    await bob.act(mine, "take")


async def test_what_a_program_had_waits_for_people_once_its_key_has_run_out(desk: Desk, boss: Person) -> None:
    ends_at = datetime.now(UTC) + timedelta(days=30)
    program = await machine(desk, expires_at=ends_at)
    mine, snoozed = await waiting(desk, "s1"), await waiting(desk, "s2")
    for conversation in (mine, snoozed):
        await program.act(conversation, "take")
    await program.act(snoozed, "snooze", {"until": (ends_at + timedelta(days=30)).isoformat()})

    async def is_looked_at_then() -> bool:
        rows = await desk.program.query(
            "SELECT desk_due_at FROM conversations WHERE workspace_id = $1 AND id = ANY ($2)",
            desk.workspace,
            [mine, snoozed],
        )
        return [row["desk_due_at"] for row in rows] == [ends_at] * 2

    await until(is_looked_at_then)
    assert await owners(boss, mine, snoozed) == [("human", program.id)] * 2
    await desk.program.execute("UPDATE api_keys SET expires_at = now() WHERE id = $1", program.id)
    await desk.program.execute(
        "UPDATE conversations SET desk_due_at = now() WHERE workspace_id = $1 AND id = ANY ($2)",
        desk.workspace,
        [mine, snoozed],
    )
    await nobodys(boss, mine, snoozed)
    (strip,) = await strips(boss, mine, "left")
    assert (strip["from"], strip["to"]) == (program.id, "queued")


async def test_what_a_former_release_left_with_keys_that_ended_is_found_without_a_word_of_the_customer(
    desk: Desk, boss: Person
) -> None:
    """That release wrote no moment at which the desk looks at what a program has."""
    ends_at = datetime.now(UTC) + timedelta(days=30)
    revoked, expired, deleted, ending, endless = [await machine(desk) for _ in range(5)]
    ann = await person(desk)
    held = (revoked, expired, deleted, ending, endless, ann)
    made = [await waiting(desk, f"s{number}") for number in range(len(held))]
    for one, conversation in zip(held, made, strict=True):
        await one.act(conversation, "take")
    moments = "SELECT desk_due_at FROM conversations WHERE workspace_id = $1 AND id = ANY ($2) ORDER BY id"

    async def no_program_is_looked_at() -> bool:
        rows = await desk.program.query(moments, desk.workspace, made[:5])
        return all(row["desk_due_at"] is None for row in rows)

    await until(no_program_is_looked_at)
    for sql, key in (
        ("UPDATE api_keys SET revoked_at = now() WHERE id = $1", revoked),
        ("UPDATE api_keys SET expires_at = now() - interval '1 day' WHERE id = $1", expired),
        ("DELETE FROM api_keys WHERE id = $1", deleted),
    ):
        await desk.program.execute(sql, key.id)
    await desk.program.execute("UPDATE api_keys SET expires_at = $2 WHERE id = $1", ending.id, ends_at)
    await CatchingUp(desk.program.running.store, desk.program.running.line.clock).sweep()
    await nobodys(boss, *made[:3])
    assert await owners(boss, *made[3:]) == [("human", one.id) for one in held[3:]]
    rows = await desk.program.query(moments, desk.workspace, made[3:5])
    assert [row["desk_due_at"] for row in rows] == [ends_at, None]
    (strip,) = await strips(boss, made[0], "left")
    assert (strip["from"], strip["to"]) == (revoked.id, "queued")
    # Looked at once, there is nothing to find again.
    assert await look_at_unseen(desk.workspace, desk.program.running.store) == 0


async def test_a_program_whose_key_is_revoked_while_it_takes_a_conversation_does_not_have_it(
    desk: Desk, boss: Person
) -> None:
    programs = [await machine(desk) for _ in range(4)]
    made = [await waiting(desk, f"s{number}") for number in range(8)]
    for number, one in enumerate(programs):
        taking, writing = made[2 * number : 2 * number + 2]
        await asyncio.gather(
            revoke(desk, one),
            one.send("POST", f"{CONVERSATIONS}/{taking}/take", json={}),
            one.send("POST", f"{CONVERSATIONS}/{writing}/messages", json={"text": "Hello."}),
        )
        late = await one.send("POST", f"{CONVERSATIONS}/{taking}/take", json={})
        assert late.status in {401, 403}
    await nobodys(boss, *made)
