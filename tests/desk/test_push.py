"""People hear on their devices what waits for them, if they turned that on, want it and may see it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from tests.desk.people import CONVERSATIONS, Person, person, team, waiting
from tests.desk.push import ME, devices, ended, looked_at, mine, turn_on, wish, written
from tests.doubles.http_server import Answer
from tests.doubles.push_service import PushService
from tests.program import Desk, until

from frontdesk.store import presence
from frontdesk.turn import pushes
from frontdesk.turn.pushes import News

# --- what is told, to whom


async def test_who_is_named_in_a_note_is_told_on_every_device(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    for name in ("phone", "desk"):
        await turn_on(bob, service, name)
    await turn_on(ann, service, "ann")
    await wish(ann, push_queue=False)
    await wish(bob, push_queue=False)
    conversation = await waiting(desk)
    for _ in range(2):  # the same note, sent twice
        await ann.write(conversation, "A secret", note=True, mentions=[bob.id, ann.id], client_id="one")
    rows = await ended(desk, 2)
    assert {row["status"] for row in rows} == {"sent"}
    assert sorted(request.target for request in service.received) == ["/push/desk", "/push/phone"]
    for told in service.notices:
        assert told["title"] == "Ann Lee mentioned you"
        assert told["body"] == "In a note on the conversation with Customer"
        assert told["path"] == f"/panel?menu=chats&conversation={conversation}"
        assert told["tag"] == conversation
    assert b"secret" not in b"".join(row["body"] for row in rows)
    assert b"Ann" not in b"".join(row["body"] for row in rows)


async def test_the_text_is_shown_to_whoever_chose_so_in_their_language(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    await turn_on(bob, service)
    assert (await bob.send("PATCH", ME, json={"language": "uz"})).status == 200
    await wish(bob, push_text=True, push_queue=False)
    conversation = await waiting(desk)
    await ann.write(conversation, "See\nthis " + "x" * 200, note=True, mentions=[bob.id])
    await ended(desk, 1)
    (told,) = service.notices
    assert (told["title"], told["lang"]) == ("Ann Lee sizni tilga oldi", "uz")
    assert told["body"].startswith("See this xxx")
    assert len(told["body"]) == 100
    assert told["body"].endswith("…")


async def test_who_is_given_a_conversation_is_told_and_who_takes_one_is_not(
    desk: Desk, ann: Person, boss: Person, service: PushService
) -> None:
    await turn_on(ann, service)
    await wish(ann, push_queue=False)
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    await ann.act(conversation, "take")
    await boss.act(conversation, "assign", {"assignee_id": boss.id})
    await boss.act(conversation, "assign", {"assignee_id": ann.id})
    await ended(desk, 1)
    (told,) = service.notices
    assert (told["title"], told["body"]) == ("Now yours: Customer", "Given to you by Bo Boss")


async def test_a_team_is_told_of_its_queue_once_and_others_are_not(
    desk: Desk, ann: Person, bob: Person, boss: Person, service: PushService
) -> None:
    await team(boss, members=[ann], rule="none")
    await turn_on(ann, service, "ann")
    await turn_on(bob, service, "bob")
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    await desk.say("jo", "Hello?")
    await desk.program.execute("UPDATE conversations SET desk_due_at = now() WHERE id = $1", conversation)
    await looked_at(desk, conversation)
    await ended(desk, 1)
    assert [request.target for request in service.received] == ["/push/ann"]
    (told,) = service.notices
    assert (told["title"], told["body"]) == ("Customer waits in the queue", "For: Human")
    # Of another team's queue, others hear.
    await team(boss, "Billing", members=[bob], rule="none")
    await boss.act(conversation, "assign", {"assignee_id": None, "team": "Billing"})
    await ended(desk, 2)
    assert service.received[1].target == "/push/bob"


async def test_a_queue_is_told_in_as_many_statements_however_many_devices_there_are(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    for name in ("a", "b", "c"):
        await turn_on(bob, service, name)
    await turn_on(ann, service, "d")
    store, pushing = desk.program.running.store, desk.program.running.line.pushing
    assert pushing is not None
    conversation, statements = await waiting(desk), []

    async def told(once: str) -> int:
        async with store.unit_of_work(desk.workspace) as tx:
            event.listen(tx.sync_connection, "before_cursor_execute", lambda *given: statements.append(given))
            news = News("queue", conversation, once)
            return await pushes.post(
                pushing, desk.workspace, tx, news, [ann.id, bob.id], now=datetime.now(UTC)
            )

    assert await told("one") == 4
    assert await told("one") == 0
    assert len(statements) == 4


async def test_who_has_waited_for_long_is_no_news_when_they_hear_their_place(
    desk: Desk, ann: Person, boss: Person, service: PushService
) -> None:
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    await turn_on(ann, service)
    await desk.program.execute(
        """UPDATE conversations SET queued_at = now() - interval '20 minutes', queue_told = 0, desk_due_at = now()
           WHERE id = $1""",
        conversation,
    )
    await looked_at(desk, conversation)
    told = [line["event"]["kind"] for line in await boss.lines(conversation) if line["event"]]
    assert told.count("queue_position") == 2
    await boss.act(conversation, "assign", {"assignee_id": ann.id})
    await ended(desk, 1)
    assert [notice["body"] for notice in service.notices] == ["Given to you by Bo Boss"]


async def test_each_line_of_a_customer_is_told_to_whoever_has_them(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    conversation = await mine(desk, ann)
    await turn_on(ann, service)
    await turn_on(bob, service)
    await wish(ann, push_text=True)
    await desk.say("jo", "Are you there?")
    await ended(desk, 1)
    await desk.say("jo", "Hello?")
    await ended(desk, 2)
    assert [told["body"] for told in service.notices] == ["Are you there?", "Hello?"]
    assert {told["tag"] for told in service.notices} == {conversation}
    topics = {request.headers["topic"] for request in service.received}
    assert len(topics) == 1  # a browser that was away gets the last one alone
    assert await written(desk) == await ended(desk, 2)


# --- what is not told


async def test_whoever_looks_at_a_conversation_needs_no_notice_of_its_lines(
    desk: Desk, ann: Person, service: PushService
) -> None:
    conversation = await mine(desk, ann)
    await turn_on(ann, service)
    here = {"viewing": True, "typing": False}
    assert (await ann.send("POST", f"{CONVERSATIONS}/{conversation}/presence", json=here)).status == 204
    sending = desk.program.running.pushing
    assert sending is not None
    looking = sending.looking

    async def known() -> bool:
        return looking.is_at(desk.workspace, conversation, ann.id)

    await until(known)
    await desk.say("jo", "Are you there?")
    await looked_at(desk, conversation)
    assert not await written(desk)
    left = {**here, "viewing": False}
    assert (await ann.send("POST", f"{CONVERSATIONS}/{conversation}/presence", json=left)).status == 204

    async def gone() -> bool:
        return not looking.is_at(desk.workspace, conversation, ann.id)

    await until(gone)
    await desk.say("jo", "Hello?")
    await ended(desk, 1)
    assert len(service.received) == 1


async def test_nothing_is_told_that_somebody_does_not_want(
    desk: Desk, ann: Person, bob: Person, boss: Person, service: PushService
) -> None:
    await turn_on(bob, service)
    await wish(bob, push_mentions=False, push_assigned=False, push_queue=False, push_lines=False)
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    await boss.act(conversation, "assign", {"assignee_id": bob.id})
    await desk.say("jo", "Hello?")
    await looked_at(desk, conversation)
    assert await written(desk) == []
    await wish(bob, push_mentions=True)  # the control
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    await ended(desk, 1)


@pytest.mark.parametrize("state", ["away", "offline"])
async def test_it_is_quiet_while_somebody_chose_to_be_away(
    desk: Desk, ann: Person, bob: Person, service: PushService, state: str
) -> None:
    await turn_on(bob, service)
    await wish(bob, push_queue=False)
    assert (await bob.send("PATCH", f"{ME}/presence", json={"state": state})).status == 200
    conversation = await waiting(desk)
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    assert await written(desk) == []
    await wish(bob, push_quiet=False)
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    await ended(desk, 1)
    # Who has no inbox open is offline for colleagues, but has not chosen to be.
    await wish(bob, push_quiet=True)
    assert (await bob.send("PATCH", f"{ME}/presence", json={"state": "online"})).status == 200
    gone = datetime.now(UTC) - timedelta(days=1)
    await presence.note_open(desk.workspace, desk.program.running.store, [bob.id], gone)
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    await ended(desk, 2)


async def test_what_changed_before_it_was_sent_counts(
    desk: Desk, ann: Person, bob: Person, boss: Person, service: PushService
) -> None:
    """The push service is away at first; until it is back the reader may not see it any more, or has."""
    service.answers(Answer(503))
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    await turn_on(bob, service, "bob")
    await turn_on(ann, service, "ann")
    note = await boss.write(conversation, "Both", note=True, mentions=[ann.id, bob.id])

    async def tried() -> bool:
        rows = await written(desk)
        return [row["tries"] for row in rows if row["status"] == "waiting"] == [1, 1]

    await until(tried)
    assert len(service.received) == 2
    gone = await boss.send(
        "PATCH", f"/api/v1/people/{bob.id}", json={"status": "disabled"}, headers={"If-Match": "*"}
    )
    assert gone.status == 200, gone.body
    await ann.act(conversation, "read", {"seq": note["seq"]})
    service.answers(Answer(201))
    await desk.program.execute(
        "UPDATE deliveries SET due_at = now() - interval '10 s' WHERE workspace_id = $1 AND status = 'waiting'",
        desk.workspace,
    )
    details = sorted(row["detail"] for row in await ended(desk, 2))
    assert [detail.partition(":")[2].strip() for detail in details] == [
        "seen, answered or given on meanwhile",
        "the device was removed",
    ]
    assert len(service.received) == 2


async def test_what_is_no_news_any_more_is_given_up(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    service.answers(Answer(503))
    await turn_on(bob, service)
    await wish(bob, push_queue=False)
    conversation = await waiting(desk)
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])

    async def tried() -> bool:
        return [row["tries"] for row in await written(desk) if row["status"] == "waiting"] == [1]

    await until(tried)
    (row,) = await written(desk)
    assert 80_000 < int(service.received[0].headers["ttl"]) <= 86_400
    old = row["body"].replace(b'"until":', b'"until":1.0,"was":')
    await desk.program.execute(
        "UPDATE deliveries SET body = $3, due_at = now() - interval '10 s' WHERE workspace_id = $1 AND id = $2",
        desk.workspace,
        row["id"],
        old,
    )
    (row,) = await ended(desk, 1)
    assert (row["status"], row["detail"]) == ("failed", "given up: it is no news any more")


# --- what push services say


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_removed(
    desk: Desk, ann: Person, bob: Person, service: PushService, status: int
) -> None:
    await turn_on(bob, service)
    await turn_on(bob, service)
    await wish(bob, push_queue=False)
    conversation = await waiting(desk)
    service.answers(Answer(status), Answer(201))
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    rows = await ended(desk, 2)
    assert sorted(row["status"] for row in rows) == ["failed", "sent"]
    (left,) = await devices(bob)
    assert left["last_ok_at"] is not None


async def test_a_service_that_asks_to_wait_is_waited_for(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    device, _ = await turn_on(bob, service)
    await wish(bob, push_queue=False)
    conversation = await waiting(desk)
    service.answers(Answer(429, headers=(("retry-after", "8"),)))
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])

    async def put_back() -> dict[str, Any] | None:
        rows = await desk.program.query(
            """SELECT *, due_at - now() AS left FROM deliveries
               WHERE workspace_id = $1 AND kind = 'webpush' AND status = 'waiting' AND tries = 1""",
            desk.workspace,
        )
        return rows[0] if rows else None

    row = await until(put_back)
    assert row["detail"] == "429"
    assert row["left"] < timedelta(seconds=8)
    (found,) = await devices(bob)
    assert (found["id"], found["failures"], found["last_ok_at"]) == (device, 1, None)


async def test_what_is_refused_for_good_is_given_up_and_the_device_stays(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    await turn_on(bob, service)
    await wish(bob, push_queue=False)
    conversation = await waiting(desk)
    service.answers(Answer(413))
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    (row,) = await ended(desk, 1)
    assert (row["status"], row["detail"]) == ("failed", "413")
    (found,) = await devices(bob)
    assert found["failures"] == 1


async def test_a_viewer_is_told_what_a_viewer_may_see(desk: Desk, ann: Person, service: PushService) -> None:
    viewer = await person(desk, "Vi Ewer", "viewer")
    await turn_on(viewer, service)
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    assert await written(desk) == []  # who cannot answer has no queue
    await ann.write(conversation, "Vi", note=True, mentions=[viewer.id])
    await ended(desk, 1)
    assert (await viewer.send("GET", f"{CONVERSATIONS}/{conversation}")).status == 200
