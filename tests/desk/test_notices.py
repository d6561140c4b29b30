"""People hear by mail that a note names them or that they are given a conversation, if they want to."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.desk.people import Person, machine, person, team, waiting
from tests.doubles.mail_server import MailServer, Received
from tests.program import Desk, until

ME = "/api/v1/me"


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with MailServer() as running:
        yield running


@pytest.fixture
async def office(desk: Desk, boss: Person, mail_server: MailServer) -> Desk:
    """A desk with a mail server."""
    settings = {
        "host": "127.0.0.1",
        "port": mail_server.port,
        "encryption": "none",
        "from_address": "desk@northwind.example",
    }
    answer = await boss.send(
        "PATCH", "/api/v1/settings/mail", json={"settings": settings}, headers={"If-Match": "*"}
    )
    assert answer.status == 200, answer.body
    return desk


async def address(one: Person) -> str:
    return str((await one.get(ME))["email"])


async def wish(one: Person, **settings: bool) -> Any:
    answer = await one.send("PATCH", ME, json={"settings": settings})
    assert answer.status == 200, answer.body
    return answer.json()["settings"]


async def mailed(desk: Desk) -> int:
    """How many mails of the workspace were written."""
    rows = await desk.program.query(
        "SELECT id FROM deliveries WHERE workspace_id = $1 AND target_id = 'mail'", desk.workspace
    )
    return len(rows)


async def arrived(mail_server: MailServer) -> Received:
    async def first() -> Received | None:
        return mail_server.received[0] if mail_server.received else None

    found: Received = await until(first)
    return found


async def test_who_is_named_in_a_note_gets_a_mail_that_leads_there(
    office: Desk, ann: Person, bob: Person, mail_server: MailServer
) -> None:
    conversation = await waiting(office)
    named = [bob.id, bob.id, ann.id]
    for _ in range(2):  # the same note, sent twice
        await ann.write(conversation, "Bob, a secret", note=True, mentions=named, client_id="one")
    mail = await arrived(mail_server)
    assert mail.recipients == (await address(bob),)
    assert mail.message["Subject"] == "Ann Lee mentioned you: Customer"
    assert f"/panel?menu=chats&thread={conversation}" in mail.text()
    assert "secret" not in mail.text()
    assert await mailed(office) == 1


async def test_the_mail_names_the_customer_in_the_language_of_its_reader(
    office: Desk, ann: Person, bob: Person, mail_server: MailServer
) -> None:
    assert (await bob.send("PATCH", ME, json={"language": "ru"})).status == 200
    conversation = await waiting(office)
    contact = (await ann.read(conversation))["contact"]["id"]
    changed = await ann.send(
        "PATCH", f"/api/v1/contacts/{contact}", json={"name": "Mia <Ode>"}, headers={"If-Match": "*"}
    )
    assert changed.status == 200, changed.body
    await ann.write(conversation, "See this", note=True, mentions=[bob.id])
    mail = await arrived(mail_server)
    assert mail.message["Subject"] == "Ann Lee упоминает вас: Mia <Ode>"
    assert "Mia &lt;Ode&gt;" in mail.text("html")


async def test_nobody_is_told_who_does_not_want_it_or_is_gone(
    office: Desk, ann: Person, bob: Person, boss: Person
) -> None:
    gone = await person(office, "Gone")
    await office.program.execute(
        "UPDATE accounts SET status = 'disabled' WHERE workspace_id = $1 AND id = $2",
        office.workspace,
        gone.id,
    )
    assert (await wish(bob, mail_mentions=False))["mail_mentions"] is False
    conversation = await waiting(office)
    named = [bob.id, gone.id, ann.id]
    await ann.write(conversation, "All of you", note=True, mentions=named)
    await boss.act(conversation, "assign", {"assignee_id": bob.id})  # not wanted unless one says so
    assert await mailed(office) == 0


async def test_who_is_given_a_conversation_gets_a_mail_if_they_want(
    office: Desk, ann: Person, boss: Person, mail_server: MailServer
) -> None:
    settings = await wish(ann, mail_assigned=True)
    assert settings == await wish(ann, sound=False)  # what is not named stays
    conversation = await waiting(office)
    await ann.act(conversation, "take")
    await ann.act(conversation, "assign", {"assignee_id": ann.id})
    await boss.act(conversation, "assign", {"assignee_id": ann.id})  # who has it already
    assert await mailed(office) == 0
    await boss.act(conversation, "assign", {"assignee_id": boss.id})
    await boss.act(conversation, "assign", {"assignee_id": ann.id})
    mail = await arrived(mail_server)
    assert mail.recipients == (await address(ann),)
    assert mail.message["Subject"] == "Now yours: Customer"
    assert "Bo Boss gave you the conversation with Customer." in mail.text()
    assert await mailed(office) == 1


async def test_a_program_and_the_rules_of_a_team_are_named_too(
    office: Desk, ann: Person, boss: Person, mail_server: MailServer
) -> None:
    await wish(ann, mail_assigned=True)
    program = await machine(office)
    await program.act(await waiting(office), "assign", {"assignee_id": ann.id})
    assert "A program gave you" in (await arrived(mail_server)).text()
    await team(boss, members=[ann], rule="round_robin")
    await waiting(office, "mia")

    async def second() -> bool:
        return len(mail_server.received) > 1

    await until(second)
    assert "Human gave you" in mail_server.received[1].text()


async def test_without_a_mail_server_notes_and_assigning_go_on_as_ever(
    desk: Desk, ann: Person, bob: Person
) -> None:
    await wish(bob, mail_assigned=True)
    conversation = await waiting(desk)
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    given = await ann.act(conversation, "assign", {"assignee_id": bob.id})
    assert given["assignee"]["id"] == bob.id
    assert await mailed(desk) == 0
