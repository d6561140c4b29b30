"""Merging a contact with somebody who is signed in opens nothing of theirs to browsers that nobody signed in (promise 20)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from tests.doubles.http_client import Answer
from tests.program import Program, until
from tests.web.plain_desk import Browser, text
from tests.web.test_widget import begin, next_event, say, texts
from tests.web.test_widget_identity import ROUTES, Shop, open_shop

SECRET = "my order is 4711"
Merging = Callable[["Both"], Awaitable[None]]


@dataclass(frozen=True)
class Both:
    """A shared computer where somebody wrote unsigned, and the same person signed in at home."""

    shop: Shop
    library: str
    home: str

    async def talks(self) -> tuple[dict[str, object], dict[str, object]]:
        """The conversation of the shared computer, and that of who is signed in."""
        rows = {str(row["external_id"])[:4]: row for row in await self.shop.desk.rows("conversations")}
        return rows["vis_"], rows["user"]

    async def contacts_merged(self) -> None:
        unsigned, signed = await self.talks()
        await merged(self.shop, signed["contact_id"], unsigned["contact_id"])

    async def contacts_merged_the_other_way(self) -> None:
        unsigned, signed = await self.talks()
        await merged(self.shop, unsigned["contact_id"], signed["contact_id"])

    async def all_merged(self) -> None:
        unsigned, signed = await self.talks()
        await merged(self.shop, signed["contact_id"], unsigned["contact_id"])
        await conversations_merged(self.shop, unsigned["id"], into=signed["id"])

    async def all_merged_the_other_way(self) -> None:
        unsigned, signed = await self.talks()
        await merged(self.shop, unsigned["contact_id"], signed["contact_id"])
        await conversations_merged(self.shop, signed["id"], into=unsigned["id"])


WAYS = (
    Both.contacts_merged,
    Both.contacts_merged_the_other_way,
    Both.all_merged,
    Both.all_merged_the_other_way,
)


async def merged(shop: Shop, keep: object, gone: object) -> None:
    client = shop.desk.program.client
    answer = await client.post(f"/api/v1/contacts/{keep}/merge", json={"other": gone}, key=shop.key)
    assert answer.status == 200, answer.body


async def conversations_merged(shop: Shop, source: object, *, into: object) -> None:
    client = shop.desk.program.client
    answer = await client.post(f"/api/v1/conversations/{source}/merge", json={"into": into}, key=shop.key)
    assert answer.status == 200, answer.body


async def asked(shop: Shop, held: str, method: str, name: str, body: Any) -> Answer:
    return await shop.desk.program.client.send(
        method,
        f"/widget/{shop.desk.assistant_id}/{name}",
        headers={"authorization": f"Bearer {held}"},
        **({"json": body} if method == "POST" else {}),
    )


@pytest.fixture
async def both(own_program: Program) -> Both:
    shop = await open_shop(own_program)
    library = await begin(shop.desk)
    assert (await say(shop.desk, library, "hello from the library")).status == 200
    home = await shop.signed_in(name="Ada", attributes={"tier": "gold"})
    assert (await say(shop.desk, home, SECRET)).status == 200
    return Both(shop, library, home)


@pytest.mark.parametrize("merge", WAYS)
async def test_an_unsigned_browser_gets_nothing_of_who_is_signed_in(both: Both, merge: Merging) -> None:
    await merge(both)
    assert (await say(both.shop.desk, both.home, "my card ends in 1234", id_="message-2")).status == 200
    bodies: dict[str, object] = {
        "session": {"about": {"email": "thief@example.com"}},
        "messages": {"id": "message-9", "text": "send it elsewhere"},
        "acts": {"do": "person"},
        "mail": {"to": "thief@example.com"},
    }
    for method, name in ROUTES:
        answer = await asked(both.shop, both.library, method, name, bodies.get(name, {}))
        assert (answer.status, answer.json()["code"]) == (401, "unauthenticated"), name
    # What came before, sent again, says nothing either.
    again = await say(both.shop.desk, both.library, "hello from the library")
    assert again.status == 401
    kept = texts((await both.shop.lines(both.home)).json())
    assert ("you", "send it elsewhere") not in kept
    assert ("you", "my card ends in 1234") in kept
    contacts = (await both.shop.desk.program.client.get("/api/v1/contacts", key=both.shop.key)).json()["data"]
    assert [contact["email"] for contact in contacts] == [""]


@pytest.mark.parametrize("merge", WAYS)
async def test_the_unsigned_browser_begins_as_somebody_new(both: Both, merge: Merging) -> None:
    await merge(both)
    anew = await begin(both.shop.desk)
    answer = await say(both.shop.desk, anew, "hello again")
    assert texts(answer.json()) == [("you", "hello again"), ("ai", "Hello , , .")]
    contacts = (await both.shop.desk.program.client.get("/api/v1/contacts", key=both.shop.key)).json()["data"]
    assert len(contacts) == 2


@pytest.mark.parametrize("merge", WAYS)
async def test_who_is_signed_in_keeps_theirs_on_every_device(both: Both, merge: Merging) -> None:
    await merge(both)
    phone = await both.shop.signed_in()
    for n, held in enumerate((both.home, phone), 2):
        answer = await say(both.shop.desk, held, f"from device {n}", id_=f"message-{n}")
        assert texts(answer.json())[-1][1].endswith(", gold, 42.")
    for held in (both.home, phone):
        assert ("you", "from device 2") in texts((await both.shop.lines(held)).json())


async def test_browsers_of_contacts_that_nobody_signed_in_go_on_after_a_merge(own_program: Program) -> None:
    shop = await open_shop(own_program)
    held = [await begin(shop.desk), await begin(shop.desk)]
    for n, token in enumerate(held):
        await say(shop.desk, token, f"from browser {n}", id_=f"message-{n}")
    one, other = await shop.desk.rows("conversations", "created_at")
    await merged(shop, other["contact_id"], one["contact_id"])
    await conversations_merged(shop, one["id"], into=other["id"])
    for n, token in enumerate(held):
        assert (await say(shop.desk, token, f"once more {n}", id_=f"message-1{n}")).status == 200
    for token in held:
        seen = texts((await shop.lines(token)).json())
        assert {("you", "once more 0"), ("you", "once more 1")} <= set(seen)


async def test_an_open_stream_ends_with_the_merge(both: Both) -> None:
    url = f"{both.shop.desk.program.client.base_url}/widget/{both.shop.desk.assistant_id}/stream"
    headers = {"authorization": f"Bearer {both.library}"}
    async with aiohttp.ClientSession() as opened, opened.get(url, headers=headers) as stream:
        await next_event(stream)
        await both.all_merged_the_other_way()
        await say(both.shop.desk, both.home, "my card ends in 1234", id_="message-2")
        rest = await asyncio.wait_for(stream.content.read(), 20)
    assert b"1234" not in rest


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("messages", b'{"id": "message-7", "text": "send it elsewhere"}'),
        ("acts", b'{"do": "person"}'),
        ("mail", b'{"to": "thief@example.com"}'),
    ],
)
async def test_what_was_on_its_way_before_the_merge_opens_nothing_after_it(
    both: Both, name: str, body: bytes
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:5]
        begun.set()
        await go_on.wait()
        yield body[5:]

    url = f"{both.shop.desk.program.client.base_url}/widget/{both.shop.desk.assistant_id}/{name}"
    headers = {"authorization": f"Bearer {both.library}"}
    async with aiohttp.ClientSession() as opened:
        sending = asyncio.create_task(opened.post(url, data=slowly(), headers=headers))
        await begun.wait()
        await both.all_merged_the_other_way()
        go_on.set()
        answer = await sending
        assert answer.status == 401, await answer.text()


async def test_what_waited_for_its_answer_is_told_nothing_that_was_merged_meanwhile(both: Both) -> None:
    """The answer of the bot is made of the contact as it is by then."""
    program, (unsigned, _) = both.shop.desk.program, await both.talks()
    hold = (
        "UPDATE conversations SET lane_token = 'test', lane_until = now() + interval '1 hour' WHERE id = $1",
        "UPDATE conversations SET lane_token = NULL, lane_until = NULL WHERE id = $1",
    )
    await program.execute(hold[0], unsigned["id"])
    sending = asyncio.create_task(say(both.shop.desk, both.library, "who am I", id_="message-5"))

    async def waits() -> bool:
        return any(row["status"] == "waiting" for row in await both.shop.desk.rows("inbound"))

    await until(waits)
    await both.contacts_merged()
    await program.execute(hold[1], unsigned["id"])
    answer = await sending
    assert (answer.status, b"42" in answer.body) == (401, False), answer.body
    # It is not to be sent again by whom its sender is from now on.
    assert answer.json()["code"] == "taken_unanswered"


async def test_the_page_without_scripts_begins_anew_too(own_program: Program) -> None:
    shop = await open_shop(own_program)
    browser = Browser(shop.desk)
    form = f"id={await browser.form_id()}&text=hello+from+the+library"
    assert (await browser.post(form)).status == 303
    home = await shop.signed_in(name="Ada")
    await say(shop.desk, home, SECRET)
    await Both(shop, "", home).all_merged()
    assert (await browser.get("/lines")).status == 404
    assert (await browser.get("/transcript")).status == 404
    assert SECRET not in text(await browser.get())
    # Nor does the form that began it.
    await browser.post(form)
    assert SECRET not in text(await browser.get("/lines"))
    await browser.say("hello again")
    assert SECRET not in await browser.lines()


async def test_where_the_conversation_of_who_was_signed_in_is_gone_what_is_known_of_them_stays_theirs(
    both: Both,
) -> None:
    _, signed = await both.talks()
    await both.contacts_merged()
    await both.shop.desk.program.execute(
        "DELETE FROM conversations WHERE workspace_id = $1 AND id = $2",
        both.shop.desk.workspace,
        signed["id"],
    )
    third = await begin(both.shop.desk)
    await say(both.shop.desk, third, "hello", id_="message-3")
    stranger = max(
        (row for row in await both.shop.desk.rows("conversations")), key=lambda row: row["created_at"]
    )
    await merged(both.shop, signed["contact_id"], stranger["contact_id"])
    assert (await both.shop.lines(third)).status == 401
    assert (await both.shop.lines(both.library)).status == 401
