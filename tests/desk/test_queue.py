"""Conversations that wait are given out by the rules of their team; customers hear where they stand, in their language."""

from typing import Any

import pytest
from tests.desk.people import Person, conversation_of, line_behind, person, said, team, waiting, with_event
from tests.desk.push import looked_at
from tests.program import Desk, Program, until

from frontdesk.store import accounts
from frontdesk.store.connect import STATEMENT_WITHIN_S
from frontdesk.web.feed.at_work import AtWork

ME = "/api/v1/me/presence"


async def owner_of(ann: Person, conversation: str) -> str:
    async def given() -> Any:
        return (await ann.read(conversation))["assignee"]

    return str((await until(given))["id"])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "You are number 2 in the queue."),
        ("ru", "Вы 2-й в очереди."),
        ("uz", "Siz navbatda 2-o‘rindasiz."),
        ("pt-BR", "Você é o número 2 da fila."),
        ("sw", "You are number 2 in the queue."),
    ],
)
async def test_the_customer_hears_their_place_in_their_language(
    desk: Desk, ann: Person, language: str, told: str
) -> None:
    await with_event(ann, await waiting(desk, "first"), "queue_position")
    await desk.say("jo", "hello")
    conversation = await conversation_of(desk, "jo")
    await desk.program.execute(
        "UPDATE contacts SET language = $1 WHERE id = (SELECT contact_id FROM conversations WHERE id = $2)",
        language,
        conversation,
    )
    await desk.say("jo", "human")
    line = await with_event(ann, conversation, "queue_position")
    assert line["parts"] == [{"type": "text", "text": told}]


async def test_who_waits_for_no_team_stands_in_one_line_whatever_the_bot_calls_it(
    desk: Desk, ann: Person, boss: Person
) -> None:
    await team(boss, "Sales", rule="none")

    async def place(conversation: str) -> object:
        return (await with_event(ann, conversation, "queue_position"))["event"]["to"]

    assert await place(await waiting(desk, "jo")) == "1"
    await desk.say("al", "hello")
    other = await conversation_of(desk, "al")
    await ann.act(other, "assign", {"assignee_id": None, "team": ""})
    assert await place(other) == "2"
    assert await place(await waiting(desk, "bo")) == "3"


async def test_each_in_turn(desk: Desk, boss: Person) -> None:
    people = [await person(desk, name) for name in ("A", "B", "C")]
    await team(boss, members=people, rule="round_robin")
    owners = [await owner_of(boss, await waiting(desk, f"s{number}")) for number in range(6)]
    assert sorted(owners[:3]) == sorted(one.id for one in people)
    assert owners[:3] == owners[3:]


async def test_who_has_least_to_do_and_nobody_beyond_their_capacity(desk: Desk, boss: Person) -> None:
    ann, bob = await person(desk), await person(desk, "Bob")
    answer = await boss.send("PATCH", "/api/v1/desk", json={"capacity": 2}, headers={"If-Match": "*"})
    assert answer.status == 200
    await team(boss, members=[ann, bob], rule="least_load")
    made = [await waiting(desk, f"s{number}") for number in range(4)]
    owners = [await owner_of(boss, one) for one in made]
    assert (owners.count(ann.id), owners.count(bob.id)) == (2, 2)
    fifth = await waiting(desk, "s5")
    await with_event(boss, fifth, "queue_position")
    assert (await boss.read(fifth))["owner"] == "queued"
    mine = made[owners.index(ann.id)]
    await ann.act(mine, "close", {"outcome": "solved"})
    assert await owner_of(boss, fifth) == ann.id


async def test_by_skills_and_topic(desk: Desk, boss: Person) -> None:
    ann, bob = await person(desk), await person(desk, "Bob")
    await boss.post("/api/v1/labels", {"name": "refund"}, 201)
    body = {
        "name": "Money",
        "members": [
            {"account_id": ann.id, "skills": ["card"]},
            {"account_id": bob.id, "skills": ["refund", "card"]},
        ],
        "settings": {"rule": "skills", "topics": ["Refund"]},
    }
    await boss.post("/api/v1/teams", body, 201)
    conversation = await waiting(desk)
    await boss.act(conversation, "labels", {"add": ["refund"]})
    await boss.act(conversation, "assign", {"team": ""})
    assert await owner_of(boss, conversation) == bob.id
    assert (await boss.read(conversation))["team"] == "Money"


async def test_what_somebody_lets_lie_goes_to_the_next(desk: Desk, boss: Person) -> None:
    ann, bob = await person(desk), await person(desk, "Bob")
    await team(boss, members=[ann, bob], rule="round_robin", reassign_after_s=60)
    conversation = await waiting(desk)
    first = await owner_of(boss, conversation)
    await desk.program.execute(
        """UPDATE conversations SET waiting_since = now() - interval '2 minutes', desk_due_at = now()
           WHERE id = $1""",
        conversation,
    )

    async def passed_on() -> bool:
        assignee = (await boss.read(conversation))["assignee"]
        return assignee is not None and assignee["id"] != first

    await until(passed_on)
    reasons = [
        line["event"].get("reason")
        for line in await boss.lines(conversation)
        if line["event"] and line["event"]["kind"] == "assigned"
    ]
    assert reasons == ["round_robin", "silence", "round_robin"]


async def test_who_is_just_being_changed_is_waited_for_and_not_called_away(
    desk: Desk, boss: Person, ann: Person
) -> None:
    await team(boss, members=[ann], rule="round_robin")
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        await accounts.read_account(desk.workspace, tx, ann.id, for_change=True)
        conversation = await waiting(desk)
        due = "SELECT 1 FROM conversations WHERE id = $1 AND desk_due_at > now()"

        async def looked_at() -> bool:
            return bool(await desk.program.query(due, conversation))

        await until(looked_at)
        assert "away" not in [kind for _, kind in said(await boss.lines(conversation))]
    assert await owner_of(boss, conversation) == ann.id
    assert "away" not in [kind for _, kind in said(await boss.lines(conversation))]


async def test_outside_its_hours_a_team_says_when_it_is_back_once(
    desk: Desk, boss: Person, ann: Person
) -> None:
    await team(
        boss,
        members=[ann],
        rule="round_robin",
        hours={"mon": "09:00-09:01"},
        holidays=["01-01"],
        away_message={"en": "We sleep."},
    )
    conversation = await waiting(desk)
    line = await with_event(boss, conversation, "away")
    assert line["parts"] == [{"type": "text", "text": "We sleep."}]
    await desk.say("jo", "hello?")
    await desk.program.execute("UPDATE conversations SET desk_due_at = now() WHERE id = $1", conversation)

    async def looked_at() -> bool:
        rows = await desk.program.query(
            "SELECT desk_due_at > now() AS x FROM conversations WHERE id = $1", conversation
        )
        return bool(rows[0]["x"])

    await until(looked_at)
    assert [kind for _, kind in said(await boss.lines(conversation))].count("away") == 1


@pytest.mark.parametrize("mode", ["ai_then_people", "ai_suggests", "people"])
async def test_where_no_bot_said_so_the_customer_hears_that_a_person_answers(
    desk: Desk, ann: Person, mode: str
) -> None:
    await desk.program.execute(
        "UPDATE tasks SET service_mode = $1 WHERE workspace_id = $2", mode, desk.workspace
    )
    await desk.say("jo", "xyzzy plugh frobnicate")
    line = await with_event(ann, await conversation_of(desk, "jo"), "queue_position")
    assert line["parts"] == [
        {"type": "text", "text": "A person will answer you here. You are number 1 in the queue."}
    ]


async def test_a_window_that_opens_and_closes_says_nothing_twice(
    desk: Desk, boss: Person, ann: Person
) -> None:
    await team(boss, members=[ann], rule="round_robin")
    await ann.send("PATCH", "/api/v1/me/presence", json={"capacity": 1})
    await owner_of(boss, await waiting(desk, "first"))
    conversation = await waiting(desk, "jo")
    await with_event(boss, conversation, "queue_position")

    async def seen_ago(seconds: int) -> list[str]:
        """What the customer was told by the time it was looked at with her last seen so long ago."""
        await desk.program.execute(
            "UPDATE presence SET seen_at = now() - make_interval(secs => $3) WHERE workspace_id = $1 AND account_id = $2",
            desk.workspace,
            ann.id,
            float(seconds),
        )
        await desk.program.execute("UPDATE conversations SET desk_due_at = now() WHERE id = $1", conversation)

        async def looked_at() -> bool:
            rows = await desk.program.query(
                "SELECT desk_due_at > now() AS x FROM conversations WHERE id = $1", conversation
            )
            return bool(rows[0]["x"])

        await until(looked_at)
        told = [line["event"] for line in await boss.lines(conversation) if line["event"]]
        return [one["kind"] for one in told if one["kind"] in {"queue_position", "away"}]

    assert await seen_ago(100) == ["queue_position"]
    assert await seen_ago(600) == ["queue_position", "away"]
    assert await seen_ago(0) == ["queue_position", "away"]
    assert await seen_ago(600) == ["queue_position", "away"]


@pytest.mark.parametrize(
    "settings",
    [
        {"hours": {"mon-xyz": "09:00-17:00"}},
        {"hours": {"mon": "25:00-26:00"}},
        {"hours": {"mon": "09:00-17:00"}, "time_zone": "Mars/Base"},
        {"holidays": ["32-13"], "hours": {"mon": "09:00-17:00"}},
        {"rule": "loudest"},
        {"reassign_after_s": -1},
        {"unknown": 1},
    ],
)
async def test_settings_that_cannot_be_are_refused(
    desk: Desk, boss: Person, settings: dict[str, object]
) -> None:
    refused = await boss.post("/api/v1/teams", {"name": "Night", "settings": settings}, 422)
    assert refused["code"] == "invalid"
    assert (await boss.get("/api/v1/teams"))["data"] == []


async def test_only_who_is_at_work_is_given_conversations_and_no_more_than_they_take(
    desk: Desk, boss: Person
) -> None:
    here, away = await person(desk, "Here"), await person(desk, "Away")
    gone = await person(desk, "Gone", is_at_work=False)
    for one, change in ((here, {"capacity": 1}), (away, {"state": "away"})):
        assert (await one.send("PATCH", "/api/v1/me/presence", json=change)).status == 200
    await team(boss, members=(here, away, gone), rule="round_robin")
    assert await owner_of(boss, await waiting(desk, "first")) == here.id
    second = await waiting(desk, "second")
    await with_event(boss, second, "queue_position")
    assert (await boss.read(second))["assignee"] is None


@pytest.mark.parametrize("comes", ["online", "window", "own limit", "desk"])
async def test_who_waits_longest_is_given_out_as_soon_as_there_is_room(
    desk: Desk, boss: Person, comes: str
) -> None:
    """Not at the next look into the queue, before which whoever came later would have been given out."""
    ann = await person(desk, is_at_work=comes != "window")
    change = {"online": {"state": "away"}, "own limit": {"capacity": 0}}.get(comes)
    if change is not None:
        assert (await ann.send("PATCH", ME, json=change)).status == 200
    await team(boss, members=[ann], rule="round_robin")
    if comes == "desk":
        await set_capacity(boss, 1)
        await owner_of(boss, await waiting(desk, "before"))
    first = await waiting(desk, "first")
    await with_event(boss, first, "queue_position" if comes in {"own limit", "desk"} else "away")
    match comes:
        case "online":
            assert (await ann.send("PATCH", ME, json={"state": "online"})).status == 200
        case "own limit":
            assert (await ann.send("PATCH", ME, json={"capacity": 1})).status == 200
        case "desk":
            await set_capacity(boss, 2)
        case _:
            at_work = AtWork(
                desk.workspace, desk.program.running.store, desk.program.running.line.clock, lambda _: None
            )
            await at_work.note([ann.id])
    assert await owner_of(boss, first) == ann.id


async def set_capacity(boss: Person, capacity: int) -> None:
    changed = await boss.send(
        "PATCH", "/api/v1/desk", headers={"If-Match": "*"}, json={"settings": {"capacity": capacity}}
    )
    assert changed.status == 200, changed.body


async def test_who_waits_far_back_hears_at_once_of_a_tenth_and_not_of_each_step(
    desk: Desk, ann: Person
) -> None:
    first, last = await waiting(desk, "first"), await waiting(desk, "last")
    for each in (first, last):
        await with_event(ann, each, "queue_position")
    await line_behind(desk, first, 25)
    await desk.program.execute(
        "UPDATE conversations SET queue_told = 27, desk_due_at = now() + interval '1 h' WHERE id = $1", last
    )
    names = {
        row["external_id"]: row["id"]
        for row in await desk.program.query(
            "SELECT id, external_id FROM conversations WHERE workspace_id = $1", desk.workspace
        )
    }
    await ann.act(first, "close", {"outcome": "solved"})
    for name, place in (("c1", "1"), ("c9", "9")):
        assert (await with_event(ann, names[name], "queue_position"))["event"]["to"] == place
    rows = await desk.program.query(
        "SELECT desk_due_at > now() + interval '50 min' AS waits, queue_told FROM conversations WHERE id = $1",
        last,
    )
    assert dict(rows[0]) == {"waits": True, "queue_told": 27}
    await desk.program.execute("DELETE FROM conversations WHERE id = ANY ($1)", [names["c2"], names["c3"]])
    await ann.act(names["c1"], "close", {"outcome": "solved"})

    async def told() -> bool:
        lines = [line["event"] for line in await ann.lines(last) if line["event"]]
        return bool([event["to"] for event in lines if event["kind"] == "queue_position"][-1] == "23")

    await until(told)


async def test_who_waits_far_back_is_looked_at_less_often_and_hears_of_a_better_place_all_the_same(
    desk: Desk, ann: Person
) -> None:
    first, last = await waiting(desk, "first"), await waiting(desk, "last")
    assert (await with_event(ann, last, "queue_position"))["event"]["to"] == "2"
    await line_behind(desk, first, 45)
    due = "UPDATE conversations SET desk_due_at = now(), queue_told = 40 WHERE id = $1"
    await desk.program.execute(due, last)

    async def looked_at() -> Any:
        rows = await desk.program.query(
            "SELECT extract(epoch FROM desk_due_at - now()) AS in_s FROM conversations WHERE id = $1", last
        )
        return rows[0]["in_s"] if rows[0]["in_s"] is not None and rows[0]["in_s"] > 0 else None

    assert await until(looked_at) > 61
    await desk.program.execute(
        "DELETE FROM conversations WHERE workspace_id = $1 AND external_id LIKE 'c%'", desk.workspace
    )
    await desk.program.execute(due, last)
    await desk.program.execute(
        "UPDATE conversations SET desk_due_at = now() + interval '1 h' WHERE id = $1", last
    )
    await desk.program.execute("UPDATE conversations SET desk_due_at = now() WHERE id = $1", first)

    async def told() -> bool:
        lines = [line["event"] for line in await ann.lines(last) if line["event"]]
        return [event["to"] for event in lines if event["kind"] == "queue_position"] == ["2", "2"]

    await until(told)


async def test_a_conversation_that_somebody_holds_keeps_those_of_others_waiting_for_a_moment_only(
    desk: Desk, ann: Person
) -> None:
    elsewhere = await desk.program.desk()
    held, other = await waiting(desk), await waiting(elsewhere)
    for place, each in ((desk, held), (elsewhere, other)):
        await looked_at(place, each)
    soon = "UPDATE conversations SET desk_due_at = now() + interval '1 s' WHERE id = $1"
    is_early = "SELECT desk_due_at > clock_timestamp() FROM conversations WHERE id = $1 FOR UPDATE"
    async with desk.program.admin.acquire() as admin:
        while True:
            await desk.program.execute(soon, held)
            holding = admin.transaction()
            await holding.start()
            if await admin.fetchval(is_early, held):
                break
            await holding.rollback()
        is_due = "SELECT 1 FROM conversations WHERE id = $1 AND desk_due_at < now()"
        await until(lambda: desk.program.query(is_due, held))
        await desk.program.execute("UPDATE conversations SET desk_due_at = now() WHERE id = $1", other)
        # Sooner than the database gives up a statement that waits for the first one.
        await until(
            lambda: desk.program.query(is_due.replace("<", ">"), other), within_s=STATEMENT_WITHIN_S - 5
        )
        await holding.rollback()
    await looked_at(desk, held)


_ASKS = {
    "bot.yaml": """format: assistant/v1
assistant: {id: asks, name: Asks, language: en}
flows:
  f:
    trigger: {patterns: ["*"]}
    steps:
      - handoff: {team: Human, person: "{{ message.text }}"}
""",
}


async def test_whom_the_bot_asks_for_gets_it_as_long_as_they_have_room(program: Program) -> None:
    desk = await program.desk(_ASKS)
    boss, ann, bob = await person(desk, "Bo", "owner"), await person(desk), await person(desk, "Bob Ray")
    assert (await bob.send("PATCH", "/api/v1/me/presence", json={"capacity": 1})).status == 200
    await team(boss, members=[ann, bob])
    for sender, word, assignee in (("jo", "bob ray", bob.id), ("kim", ann.id, ann.id)):
        await desk.say(sender, word)
        assert await owner_of(boss, await conversation_of(desk, sender)) == assignee
    await desk.say("lee", "Bob Ray")
    third = await conversation_of(desk, "lee")
    await with_event(boss, third, "queue_position")
    assert (await boss.read(third))["assignee"] is None
