"""Merging a contact with somebody who is signed in opens nothing of theirs to who writes under a name alone: REST and sockets."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.database import Database
from tests.doubles.http_client import Answer
from tests.program import Program, served, until
from tests.web.socket_client import connected
from tests.web.test_widget import say, texts
from tests.web.test_widget_identity import Shop, open_shop
from tests.web.test_widget_merged import SECRET, conversations_merged, merged

TOKEN = "frontdesk-conversation-token"
HOLD = (
    "UPDATE conversations SET lane_token = 'test', lane_until = now() + interval '1 hour' WHERE id = $1",
    "UPDATE conversations SET lane_token = NULL, lane_until = NULL WHERE id = $1",
)
NAME = "somebody-whose-name-is-long"


@dataclass(frozen=True)
class Both:
    """Somebody who wrote under a name, and the same person signed in. `held`: what the name was answered with."""

    shop: Shop
    home: str
    held: str

    async def talks(self) -> tuple[dict[str, object], dict[str, object]]:
        rows = {
            str(row["external_id"])[:5] == "user:": row for row in await self.shop.desk.rows("conversations")
        }
        return rows[False], rows[True]

    async def merge(self, *, talks: bool = False, other_way: bool = False) -> None:
        named, signed = await self.talks()
        keep, gone = (named, signed) if other_way else (signed, named)
        await merged(self.shop, keep["contact_id"], gone["contact_id"])
        if talks:
            await conversations_merged(self.shop, gone["id"], into=keep["id"])

    async def posts(self, message: str, held: str = "", id_: str = "") -> Answer:
        metadata = {"metadata": {"message_id": id_}} if id_ else {}
        headers = {TOKEN: held} if held else {}
        return await self.shop.desk.post("jo", message, headers=headers, **metadata)

    async def fetches(self, held: str) -> Answer:
        path = f"{self.shop.desk.path}/webhooks/rest/messages?sender=jo"
        return await self.shop.desk.program.client.get(path, headers={TOKEN: held})


@pytest.fixture
async def both(program: Program) -> Both:
    shop = await open_shop(program)
    first = await shop.desk.post("jo", "hello", metadata={"message_id": "m-1"})
    home = await shop.signed_in(name="Ada", attributes={"tier": "gold"})
    assert (await say(shop.desk, home, SECRET)).status == 200
    return Both(shop, home, first.headers[TOKEN])


@pytest.mark.parametrize("talks", [False, True])
@pytest.mark.parametrize("other_way", [False, True])
@pytest.mark.parametrize("with_token", [False, True])
async def test_who_writes_without_a_key_begins_as_somebody_new(
    both: Both, *, talks: bool, other_way: bool, with_token: bool
) -> None:
    await both.merge(talks=talks, other_way=other_way)
    answer = await both.posts("who am I", both.held if with_token else "")
    assert answer.json() == [{"recipient_id": "jo", "text": "Hello , , ."}]
    again = await both.posts("and now", answer.headers[TOKEN])
    assert again.json() == [{"recipient_id": "jo", "text": "Hello , , ."}]
    assert ("you", "who am I") not in texts((await both.shop.lines(both.home)).json())
    contacts = (await both.shop.desk.program.client.get("/api/v1/contacts", key=both.shop.key)).json()["data"]
    assert len(contacts) == 2
    theirs = await both.fetches(again.headers[TOKEN])
    assert [bubble["text"] for bubble in theirs.json()] == ["Hello , , ."] * 2


@pytest.mark.parametrize("talks", [False, True])
@pytest.mark.parametrize("other_way", [False, True])
async def test_the_token_from_before_opens_nothing_any_more(
    both: Both, *, talks: bool, other_way: bool
) -> None:
    assert (await both.fetches(both.held)).status == 200
    await both.merge(talks=talks, other_way=other_way)
    assert (await both.fetches(both.held)).status == 404
    fresh = (await both.posts("who am I", both.held)).headers[TOKEN]
    assert (await both.fetches(both.held)).status == 404
    assert (await both.fetches(fresh)).status == 200


async def test_merged_once_more_they_begin_anew_once_more(both: Both) -> None:
    await both.merge()
    _, signed = await both.talks()
    await both.posts("who am I")
    rows = await both.shop.desk.rows("conversations", "created_at")
    await merged(both.shop, signed["contact_id"], rows[-1]["contact_id"])
    assert (await both.posts("and now")).json()[0]["text"] == "Hello , , ."


async def test_who_writes_with_a_key_goes_on_as_before(database: Database, tmp_path: Path) -> None:
    async with served(database, tmp_path, jobs=False, rasa_key_required=True) as program:
        shop = await open_shop(program)
        key = await shop.desk.key()
        assert (await shop.desk.post("jo", "hello", key=key)).status == 200
        both = Both(shop, await shop.signed_in(name="Ada", attributes={"tier": "gold"}), "")
        await say(shop.desk, both.home, SECRET)
        await both.merge()
        answer = await shop.desk.post("jo", "who am I", key=key)
        assert answer.json() == [{"recipient_id": "jo", "text": "Hello Ada, gold, 42."}]
        path = f"{shop.desk.path}/webhooks/rest/messages?sender=jo"
        seen = (await program.client.get(path, key=key)).json()
        assert seen[-1]["text"] == "Hello Ada, gold, 42."


async def test_where_none_is_needed_to_write_a_key_reads_what_was_written_before(both: Both) -> None:
    await both.merge()
    await both.posts("who am I")
    key = await both.shop.desk.key()
    path = f"{both.shop.desk.path}/webhooks/rest/messages?sender=jo"
    assert len((await both.shop.desk.program.client.get(path, key=key)).json()) == 1


async def test_who_merely_has_another_contact_beside_them_goes_on(program: Program) -> None:
    shop = await open_shop(program)
    held = (await shop.desk.post("jo", "hello")).headers[TOKEN]
    await shop.desk.post("kim", "hello")
    one, other = await shop.desk.rows("conversations", "created_at")
    await merged(shop, other["contact_id"], one["contact_id"])
    path = f"{shop.desk.path}/webhooks/rest/messages?sender=jo"
    assert (await program.client.get(path, headers={TOKEN: held})).status == 200
    await shop.desk.post("jo", "once more", headers={TOKEN: held})
    assert len(await shop.desk.rows("conversations")) == 2


async def test_what_waits_for_its_answer_is_told_nothing_that_was_merged_meanwhile(both: Both) -> None:
    named, _ = await both.talks()
    program = both.shop.desk.program
    await program.execute(HOLD[0], named["id"])
    sending = asyncio.create_task(both.posts("who am I", both.held, "m-2"))

    async def waits() -> bool:
        return any(row["status"] == "waiting" for row in await both.shop.desk.rows("inbound"))

    await until(waits)
    await both.merge()
    await program.execute(HOLD[1], named["id"])
    answers = [await sending, await both.posts("who am I", both.held, "m-2")]
    for answer in answers:
        assert (answer.status, b"42" in answer.body) == (401, False), answer.body
        assert TOKEN not in answer.headers
    said = [row for row in await both.shop.desk.rows("messages") if "who am I" in str(row["parts"])]
    assert len(said) == 1


async def test_a_name_of_the_socket_channel_begins_anew(both: Both) -> None:
    desk = both.shop.desk
    await desk.channel("socketio", {})
    desk.program.forget_entrances()
    async with connected(desk) as customer:
        await customer.session(NAME)
        await customer.say("hello", session_id=NAME)
        await customer.hears(1)
        _, signed = await both.talks()
        named = next(row for row in await desk.rows("conversations") if row["external_id"] == NAME)
        await merged(both.shop, signed["contact_id"], named["contact_id"])
        await customer.say("who am I", session_id=NAME)
        assert (await customer.hears(2))[-1] == {"text": "Hello , , ."}
        await customer.say("and now", session_id=NAME)
        assert (await customer.hears(3))[-1] == {"text": "Hello , , ."}
        assert customer.confirmed[-1] != NAME
    key = await desk.key()
    assert (
        await desk.program.client.get(f"{desk.path}/webhooks/rest/messages?sender={NAME}", key=key)
    ).status == 404
