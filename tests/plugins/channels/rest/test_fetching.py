"""What people write reaches customers of the plain REST channel: their side fetches it, and nobody else's does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.database import Database
from tests.desk.people import CONVERSATIONS, Person, conversation_of, machine, one_person, person
from tests.doubles.http_client import Answer
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program, served, until
from tests.turn.calling_bot import CALLING_BOT
from tests.turn.conftest import handled, held

TOKEN = "Frontdesk-Conversation-Token"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk)


async def began(desk: Desk, sender: str = "jo", message: str = "human", **options: Any) -> str:
    """The token that the first message is answered with."""
    answer = await desk.post(sender, message, **options)
    assert answer.status == 200, answer.body
    return str(answer.headers.get(TOKEN, ""))


async def ask(
    desk: Desk,
    token: str | None,
    sender: str = "jo",
    *,
    path: str = "",
    key: str = "",
    address: str = "",
    **query: Any,
) -> Answer:
    headers = {} if token is None else {TOKEN: token}
    if address:
        headers["X-Forwarded-For"] = address
    where = f"{path or desk.path}/webhooks/rest/messages?{urlencode({'sender': sender, **query})}"
    options: dict[str, Any] = {"key": key} if key else {}
    return await desk.program.client.get(where, headers=headers, **options)


async def fetch(desk: Desk, token: str, sender: str = "jo", **query: Any) -> list[dict[str, Any]]:
    answer = await ask(desk, token, sender, **query)
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json()
    return found


def texts(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(bubble["author"], bubble["text"]) for bubble in found]


# -- what a customer gets


async def test_what_a_person_writes_is_fetched_by_the_customer(desk: Desk, ann: Person) -> None:
    token = await began(desk)
    conversation = await conversation_of(desk, "jo")
    before = await fetch(desk, token)
    assert {bubble["author"] for bubble in before} == {"bot"}
    await ann.act(conversation, "take")
    await ann.write(conversation, "A private word.", note=True)
    sent = await ann.write(conversation, "I have sent you a new card.")
    found = await fetch(desk, token, after=before[-1]["id"])
    assert [bubble["id"] for bubble in found][-1] == sent["id"]
    assert found[-1] == {
        "recipient_id": "jo",
        "text": "I have sent you a new card.",
        "id": sent["id"],
        "seq": sent["seq"],
        "author": "operator",
        "at": found[-1]["at"],
    }
    assert "private" not in str(found)
    assert await fetch(desk, token, after=sent["id"]) == []


async def test_a_question_that_waits_is_answered_when_a_person_writes(desk: Desk, ann: Person) -> None:
    token = await began(desk)
    conversation = await conversation_of(desk, "jo")
    await ann.act(conversation, "take")
    last = (await fetch(desk, token))[-1]["id"]
    asking = asyncio.create_task(fetch(desk, token, after=last, wait=25))
    waiting = desk.program.running.line.waiting

    async def waits() -> bool:
        return conversation in waiting.__dict__["_waiters"]

    await until(waits)
    await ann.write(conversation, "There you are.")
    assert texts(await asking) == [("operator", "There you are.")]


async def test_the_queue_and_the_answers_of_people_come_in_order_and_once(desk: Desk, ann: Person) -> None:
    token = await began(desk)
    conversation = await conversation_of(desk, "jo")
    await ann.act(conversation, "take")
    for number in range(3):
        await ann.write(conversation, f"Line {number}.")
    seen: list[dict[str, Any]] = []
    while found := await fetch(desk, token, **({"after": seen[-1]["id"]} if seen else {})):
        seen += found
    assert [bubble["seq"] for bubble in seen] == sorted(bubble["seq"] for bubble in seen)
    people = [text for author, text in texts(seen) if author == "operator"]
    assert people == ["Line 0.", "Line 1.", "Line 2."]


async def test_what_was_answered_at_once_can_be_left_out(desk: Desk, ann: Person) -> None:
    answer = await desk.post("jo", "human")
    told = [bubble["text"] for bubble in answer.json() if "text" in bubble]
    token = answer.headers[TOKEN]
    conversation = await conversation_of(desk, "jo")
    await ann.act(conversation, "take")
    await ann.write(conversation, "Hello, Jo.")
    everything = await fetch(desk, token)
    assert [text for _, text in texts(everything)][: len(told)] == told
    by_itself = await fetch(desk, token, answers="false")
    assert not set(told) & {text for _, text in texts(by_itself)}
    assert texts(by_itself)[-1] == ("operator", "Hello, Jo.")


@pytest.fixture
async def outside() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


async def test_an_answer_that_comes_too_late_is_fetched(
    database: Database, outside: FaultServer, tmp_path: Path
) -> None:
    go, answer = held("7")
    outside.answers(answer)
    async with served(database, tmp_path, answer_within_s=0.2, jobs=False) as program:
        desk = await program.desk(CALLING_BOT, env={"API": outside.url("")})
        late = await desk.post("jo", "look")
        assert (late.status, late.json()) == (200, [])
        token = late.headers[TOKEN]
        asking = asyncio.create_task(fetch(desk, token, answers="false", wait=25))
        go.set()
        assert texts(await asking) == [("bot", "I found 7")]
        quick = await desk.post("jo", "hello", headers={TOKEN: token})
        assert [bubble["text"] for bubble in quick.json()] == ["You said hello"]
        # What was answered in time is still left out.
        assert texts(await fetch(desk, token, answers="false")) == [("bot", "I found 7")]


async def test_what_a_stop_left_unanswered_is_fetched_after_the_next_start(
    database: Database, outside: FaultServer, tmp_path: Path
) -> None:
    go, answer = held("7")
    outside.answers(answer)
    async with served(database, tmp_path, jobs=False) as program:
        desk = await program.desk(CALLING_BOT, env={"API": outside.url("")})
        asking = asyncio.create_task(desk.post("jo", "look"))
        await outside.asked(1)
        program.running.line.waiting.close()
        late = await asking
        assert (late.status, late.json()) == (200, [])
        go.set()
        await handled(desk, 1)
        # As soon as it runs again; this one says of itself that it stops.
        program.running.line.waiting.closed = False
        assert texts(await fetch(desk, late.headers[TOKEN], answers="false")) == [("bot", "I found 7")]


async def test_people_see_that_it_was_fetched(desk: Desk, ann: Person) -> None:
    token = await began(desk)
    conversation = await conversation_of(desk, "jo")
    await ann.act(conversation, "take")
    sent = await ann.write(conversation, "Are you there?")
    assert sent["delivery"] is None
    head = await desk.program.client.send(
        "HEAD", f"{desk.path}/webhooks/rest/messages?sender=jo", headers={TOKEN: token}
    )
    assert (head.status, head.body) == (200, b"")
    assert (
        next(line["delivery"] for line in await ann.lines(conversation) if line["id"] == sent["id"]) is None
    )
    await fetch(desk, token)

    async def state() -> Any:
        lines = await ann.lines(conversation)
        return next(line["delivery"] for line in lines if line["id"] == sent["id"])

    assert await until(state) == {"state": "delivered", "detail": ""}


async def test_who_goes_on_with_the_token_keeps_reading(desk: Desk, ann: Person) -> None:
    token = await began(desk)
    answer = await desk.post("jo", "still there?", headers={TOKEN: token})
    renewed = answer.headers[TOKEN]
    conversation = await conversation_of(desk, "jo")
    await ann.act(conversation, "take")
    await ann.write(conversation, "Yes.")
    for each in (token, renewed):
        assert texts(await fetch(desk, each))[-1] == ("operator", "Yes.")


async def test_a_repeat_of_the_first_message_gets_the_token_again(desk: Desk) -> None:
    for _ in range(2):
        token = await began(desk, headers={"Idempotency-Key": "3d1c9c1e-1b7a"})
        assert await fetch(desk, token)
    # An id that is counted up may be anybody's guess.
    assert await began(desk, "al", metadata={"message_id": "1"})
    assert not await began(desk, "al", metadata={"message_id": "1"})


async def test_a_merged_conversation_is_read_at_its_own_address(desk: Desk, ann: Person) -> None:
    boss = await person(desk, "Bo Boss", "owner")
    tokens = {sender: await began(desk, sender) for sender in ("jo", "jo-at-home")}
    one, other = [await conversation_of(desk, sender) for sender in tokens]
    last = (await fetch(desk, tokens["jo"], "jo"))[-1]["id"]
    await one_person(boss, one, other)
    await ann.act(one, "merge", {"into": other})
    await ann.act(other, "take")
    await ann.write(other, "Both of you.")
    for sender, token in tokens.items():
        assert texts(await fetch(desk, token, sender))[-1] == ("operator", "Both of you.")
    after = await fetch(desk, tokens["jo"], "jo", after=last)
    assert texts(after)[-1] == ("operator", "Both of you.")


async def test_a_key_reads_without_a_token(desk: Desk, ann: Person) -> None:
    await began(desk)
    conversation = await conversation_of(desk, "jo")
    await ann.act(conversation, "take")
    await ann.write(conversation, "To your server.")
    answer = await ask(desk, None, key=await desk.key("rasa"))
    assert texts(answer.json())[-1] == ("operator", "To your server.")


async def test_where_a_key_is_needed_to_send_it_is_needed_to_fetch(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("keyed")
    async with served(database, folder, jobs=False, rasa_key_required=True) as program:
        desk = await program.desk()
        key = await desk.key("rasa")
        answer = await desk.post("jo", "human", key=key)
        assert (answer.status, TOKEN in answer.headers) == (200, False)
        assert (await ask(desk, "x" * 61)).status == 401
        assert (await ask(desk, None, key=key)).status == 200


# -- who gets nothing


async def test_a_name_that_is_guessed_opens_nothing(desk: Desk, ann: Person) -> None:
    token = await began(desk)
    theirs = await began(desk, "al")
    await began(desk, "eve")
    assert (await ask(desk, None)).status == 401
    assert (await ask(desk, "")).status == 401
    ended = await until(lambda: _reader(desk, "jo"))
    now = desk.program.running.line.clock.now()
    tokens = desk.program.running.line.tokens
    wrong = [
        theirs,
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        "f" * 10 + token[token.index(".") :],
        tokens.give(ended, now - timedelta(days=31)),
        tokens.give("", now),
        "x",
        "0" * 5_000,
    ]
    unknown = await ask(desk, token, "nobody-yet")
    for each in wrong:
        answer = await ask(desk, each)
        assert (answer.status, answer.json()) == (404, unknown.json()), each
    assert (await ask(desk, token)).status == 200


async def _reader(desk: Desk, sender: str) -> str:
    rows = await desk.program.query(
        "SELECT reader FROM conversations WHERE workspace_id = $1 AND external_id = $2",
        desk.workspace,
        sender,
    )
    return str(rows[0]["reader"])


async def test_whoever_took_the_name_first_reads_nothing_of_the_one_who_has_it(
    desk: Desk, ann: Person
) -> None:
    squatter = await began(desk, "4711", "hi")
    assert not await began(desk, "4711", "human")
    conversation = await conversation_of(desk, "4711")
    await ann.act(conversation, "take")
    await ann.write(conversation, "Your balance is 100.")
    assert (await ask(desk, squatter, "4711")).status == 404
    answer = await desk.post("4711", "more", headers={TOKEN: squatter})
    assert TOKEN not in answer.headers
    assert (await ask(desk, squatter, "4711")).status == 404


async def test_a_token_of_another_workspace_opens_nothing(desk: Desk, program: Program) -> None:
    token = await began(desk)
    other = await program.desk()
    await began(other)
    assert (await ask(desk, token, path=other.path)).status == 404
    assert (await ask(desk, None, key=await other.key("rasa"))).status == 404


async def test_a_key_of_another_kind_or_none_at_all_is_refused(desk: Desk) -> None:
    token = await began(desk)
    assert (await ask(desk, token, key="fd_rasa_nonsense")).status == 401
    send = await machine(desk, "read:assistants")
    assert (await ask(desk, token, key=send.key)).status == 403


@pytest.mark.parametrize(
    "query",
    [
        {"sender": ""},
        {"sender": "x" * 256},
        {"wait": "26"},
        {"wait": "-1"},
        {"wait": "1e1"},
        {"wait": "[]"},
        {"answers": "perhaps"},
        {"after": "msg_1"},
        {"after": "conv_01m7zg7x6w0h3b8s5w1kq9t2rz"},
        {"after": "' OR 1=1"},
    ],
)
async def test_what_cannot_be_meant_is_refused(desk: Desk, query: dict[str, str]) -> None:
    token = await began(desk)
    answer = await ask(desk, token, **{"sender": "jo", **query})
    assert answer.status == 400, answer.body
    assert answer.json().keys() == {"description", "status", "message"}


async def test_nul_is_refused_as_everywhere(desk: Desk) -> None:
    token = await began(desk)
    answer = await ask(desk, token, sender="a\x00b")
    assert (answer.status, answer.json().keys()) == (422, {"description", "status", "message"}), answer.body


async def test_another_workspaces_message_is_no_place_to_read_from(desk: Desk, program: Program) -> None:
    token, other = await began(desk), await program.desk()
    foreign = (await fetch(other, await began(other)))[0]["id"]
    assert (await ask(desk, token, after=foreign)).status == 400


async def test_who_may_read_nothing_is_not_told_which_messages_there_are(desk: Desk) -> None:
    token = await began(desk)
    there = (await fetch(desk, token))[0]["id"]
    answers = [await ask(desk, "x", after=after) for after in (there, "msg_01m7zg7x6w0h3b8s5w1kq9t2rz", "?")]
    assert [answer.status for answer in answers] == [404, 404, 404]


async def test_other_methods_are_refused(desk: Desk) -> None:
    answer = await desk.program.client.post(f"{desk.path}/webhooks/rest/messages?sender=jo", body=b"{}")
    assert answer.status == 405


async def test_of_many_who_wait_for_one_conversation_some_are_sent_away(desk: Desk) -> None:
    token = await began(desk, message="hi")
    last = (await fetch(desk, token))[-1]["id"]
    asking = [asyncio.create_task(ask(desk, token, after=last, wait=25)) for _ in range(6)]
    try:
        done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        assert {task.result().status for task in done} == {503}
        assert all("Retry-After" in task.result().headers for task in done)
    finally:
        await desk.post("jo", "/restart", headers={TOKEN: token})
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


async def test_of_many_who_wait_at_one_address_some_are_sent_away(database: Database, tmp_path: Path) -> None:
    async with served(database, tmp_path, jobs=False, rest_waits_per_address=3) as program:
        desk = await program.desk()
        there = "203.0.113.7"
        tokens = {sender: await began(desk, sender, "hi") for sender in ("jo", "al", "eve", "bo")}
        last = {sender: (await fetch(desk, token, sender))[-1]["id"] for sender, token in tokens.items()}
        asking = [
            asyncio.create_task(ask(desk, token, sender, address=there, after=last[sender], wait=25))
            for sender, token in tokens.items()
        ]
        try:
            done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED, timeout=10)
            assert [task.result().status for task in done] == [429]
            assert all("Retry-After" in task.result().headers for task in done)
            # Who does not wait is answered, and so is who has a key: one server asks for many customers.
            assert (await ask(desk, tokens["jo"], address=there)).status == 200
            key = await desk.key("rasa")
            assert (await ask(desk, None, key=key, address=there, after=last["jo"], wait=1)).status == 200
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)


async def test_a_wait_ends_when_somebody_else_writes_under_the_name(desk: Desk) -> None:
    token = await began(desk, message="hi")
    last = (await fetch(desk, token))[-1]["id"]
    asking = asyncio.create_task(ask(desk, token, after=last, wait=25))
    waiting = desk.program.running.line.waiting
    conversation = await conversation_of(desk, "jo")

    async def waits() -> bool:
        return conversation in waiting.__dict__["_waiters"]

    await until(waits)
    await desk.post("jo", "who is there?")
    assert (await asking).status == 404


async def test_the_clients_of_rasa_see_nothing_new_in_a_body(desk: Desk) -> None:
    answer = await desk.post("jo", "hi")
    assert all(bubble.keys() <= {"recipient_id", "text", "buttons"} for bubble in answer.json())
    assert CONVERSATIONS not in str(answer.json())
