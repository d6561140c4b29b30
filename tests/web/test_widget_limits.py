"""What visitors of the site widget may take together, and from one network address: bytes, places, streams, mails."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from tests.database import Database
from tests.doubles.http_client import Answer
from tests.program import Desk, served, until
from tests.web.test_widget import SHOP, begin, next_event, say
from tests.web.test_widget_acts import mail, mailing
from tests.web.test_widget_files import desk_with, send
from tests.web.widget_desk import sending

HERE, THERE = "198.51.100.7", "198.51.100.8"
PROXY = "127.0.0.1"


def at(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def filled(letter: bytes, size: int = 400_000) -> bytes:
    return letter * size


async def sent_from(desk: Desk, address: str, content: bytes) -> Answer:
    """By a visitor who has sent nothing before."""
    return await send(desk, await begin(desk), content, "a.txt", **at(address))


async def test_the_files_of_all_visitors_together_have_a_bound_within_a_day(
    database: Database, tmp_path: Path
) -> None:
    async with served(
        database, tmp_path, jobs=False, trusted_proxies=PROXY, widget_files_mb_a_day=1
    ) as program:
        desk = await desk_with(program)
        for number, letter in enumerate((b"a", b"b")):
            answer = await sent_from(desk, f"198.51.100.{number}", filled(letter))
            assert answer.status == 201, answer.body
        refused = await sent_from(desk, HERE, filled(b"c"))
        assert (refused.status, refused.json()["code"]) == (429, "too_many_tries")
        assert "came in today" in refused.json()["detail"]
        assert int(refused.headers["Retry-After"]) >= 60
        # Nothing of it stays, and what fits is taken still.
        assert len(await desk.rows("uploads")) == 2
        assert (await sent_from(desk, HERE, b"small")).status == 201
        earlier = "UPDATE visitor_bytes SET from_at = from_at - interval '25 hours' WHERE workspace_id = $1"
        await program.execute(earlier, desk.workspace)
        assert (await sent_from(desk, HERE, filled(b"c"))).status == 201


async def test_a_bound_that_is_reached_lets_nothing_of_a_further_file_in(
    database: Database, tmp_path: Path
) -> None:
    async with served(
        database, tmp_path, jobs=False, trusted_proxies=PROXY, widget_files_mb_a_day=1
    ) as program:
        desk = await desk_with(program)
        assert (await sent_from(desk, HERE, filled(b"a", 1_000_000))).status == 201
        # What it is is not looked at any more.
        assert (await sent_from(desk, THERE, b"\x7fELF" + bytes(200))).status == 429


async def test_the_files_from_one_network_address_have_a_bound_within_an_hour(
    database: Database, tmp_path: Path
) -> None:
    async with served(
        database, tmp_path, jobs=False, trusted_proxies=PROXY, widget_files_mb_per_address=1
    ) as program:
        desk = await desk_with(program)
        for letter in (b"a", b"b"):
            assert (await sent_from(desk, "2001:db8::1", filled(letter))).status == 201
        refused = await sent_from(desk, "2001:db8::2", filled(b"c"))
        assert (refused.status, "from your network" in refused.json()["detail"]) == (429, True)
        assert (await sent_from(desk, HERE, filled(b"c"))).status == 201
        earlier = "UPDATE visitor_bytes SET from_at = from_at - interval '2 hours' WHERE workspace_id = $1"
        await program.execute(earlier, desk.workspace)
        assert (await sent_from(desk, "2001:db8::2", filled(b"d"))).status == 201


async def test_one_network_address_holds_few_of_the_places_for_files(
    database: Database, tmp_path: Path
) -> None:
    async with (
        served(
            database, tmp_path, jobs=False, trusted_proxies=PROXY, widget_uploads_per_address=1
        ) as program,
        aiohttp.ClientSession() as session,
    ):
        desk = await desk_with(program)
        rest = asyncio.Event()
        async with sending(session, desk, rest, **at(HERE)):
            refused = await sent_from(desk, HERE, b"hi")
            assert (refused.status, "from your network" in refused.json()["detail"]) == (429, True)
            assert int(refused.headers["Retry-After"]) < 60
            assert (await sent_from(desk, THERE, b"hi")).status == 201
            rest.set()
        assert (await sent_from(desk, HERE, b"hi")).status == 201


@pytest.mark.parametrize(
    ("listens_on", "spelt"), [("127.0.0.1", ""), ("127.0.0.1", "::ffff:"), ("::", ""), ("::", "::ffff:")]
)
async def test_one_network_address_has_so_many_streams_and_no_more(
    database: Database, tmp_path: Path, listens_on: str, spelt: str
) -> None:
    """However it is spelt: sockets that take IPv6 too say all of IPv4 as one network of that."""
    here, there = spelt + HERE, spelt + THERE
    limits = {"trusted_proxies": PROXY, "widget_streams_per_address": 2}
    async with (
        served(database, tmp_path, jobs=False, listens_on=listens_on, **limits) as program,
        aiohttp.ClientSession() as session,
        AsyncExitStack() as open_ones,
    ):
        desk = await desk_with(program)
        url = f"{program.client.base_url}/widget/{desk.assistant_id}/stream"
        tokens = [await begin(desk) for _ in range(3)]
        for token in tokens:
            assert (await say(desk, token, "hello")).status == 200

        async def opened(token: str, address: str) -> aiohttp.ClientResponse:
            headers = {"authorization": f"Bearer {token}", "origin": SHOP, **at(address)}
            return await open_ones.enter_async_context(session.get(url, headers=headers))

        first, second = [await opened(token, here) for token in tokens[:2]]
        for stream in (first, second):
            assert (await next_event(stream))["lines"]
        refused = await opened(tokens[2], here)
        assert (refused.status, (await refused.json())["code"]) == (429, "too_many_tries")
        assert int(refused.headers["Retry-After"]) >= 1
        # The widget on a page of another host can read it.
        assert refused.headers["Access-Control-Allow-Origin"] == SHOP
        elsewhere = await opened(tokens[2], there)
        assert elsewhere.status == 200
        assert (await next_event(elsewhere))["lines"]
        first.close()

        async def is_let_in() -> bool:
            stream = await opened(tokens[0], here)
            return stream.status == 200

        await until(is_let_in)


async def test_one_network_address_writes_so_much_whoever_writes(database: Database, tmp_path: Path) -> None:
    async with served(
        database, tmp_path, jobs=False, trusted_proxies=PROXY, widget_messages_per_address=5
    ) as program:
        desk = await desk_with(program)

        async def said(address: str) -> Answer:
            return await desk.program.client.post(
                f"/widget/{desk.assistant_id}/messages",
                json={"id": "message-1", "text": "hello"},
                headers={"authorization": f"Bearer {await begin(desk)}", "origin": SHOP, **at(address)},
            )

        answers = [await said(HERE) for _ in range(8)]
        (refused, *_) = [answer for answer in answers if answer.status != 200]
        assert (refused.status, refused.json()["code"]) == (429, "too_many_tries")
        assert "from your network" in refused.json()["detail"]
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await said(THERE)).status == 200


async def test_one_network_address_has_so_many_conversations_mailed_in_an_hour(
    database: Database, tmp_path: Path
) -> None:
    async with served(
        database, tmp_path, jobs=False, trusted_proxies=PROXY, widget_mails_per_address=2
    ) as program:
        desk = await desk_with(program)

        async def mailed(number: int, address: str) -> Answer:
            token = await begin(desk)
            assert (await say(desk, token, "hello")).status == 200
            return await mail(desk, token, f"jo{number}@example.com", **at(address))

        async with mailing(desk):
            answers = await asyncio.gather(*(mailed(number, HERE) for number in range(5)))
            assert sorted(answer.status for answer in answers) == [202, 202, 429, 429, 429]
            assert (await mailed(6, THERE)).status == 202
            earlier = (
                "UPDATE visitor_mails SET asked_at = asked_at - interval '2 hours' WHERE workspace_id = $1"
            )
            await program.execute(earlier, desk.workspace)
            assert (await mailed(7, HERE)).status == 202


async def test_a_channel_can_have_no_copies_by_mail(database: Database, tmp_path: Path) -> None:
    async with served(database, tmp_path, jobs=False) as program:
        desk = await desk_with(program, mail_copies=False)
        async with mailing(desk):
            token = await begin(desk)
            said = await say(desk, token, "hello")
            assert "mail" not in said.json()["state"]
            refused = await mail(desk, token, "jo@example.com")
            assert (refused.status, refused.json()["code"]) == (403, "forbidden")


async def test_who_looks_more_often_than_browsers_do_waits(database: Database, tmp_path: Path) -> None:
    async with served(database, tmp_path, jobs=False, widget_streams_per_address=1) as program:
        desk = await program.desk()
        await desk.channel("web", {})
        program.forget_entrances()
        path = f"/widget/{desk.assistant_id}/lines"
        answers = [await program.client.get(path) for _ in range(8)]
        assert [answer.status for answer in answers[:5]] == [401] * 5
        assert answers[-1].status == 429
        assert int(answers[-1].headers["Retry-After"]) > 0
