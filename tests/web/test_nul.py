"""NUL in an address: the database takes none, and no address answers with a fault of ours."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.program import Desk, Program
from tests.web.plain_desk import Browser, said
from tests.web.rasa_wire import WIRE
from tests.web.test_matrix import World, world_of

import frontdesk.web
from frontdesk.core.action import NOWHERE
from frontdesk.web.told_page import NAMES, page_of

READ = re.compile(r"(?:query_params|query|asked|given)(?:\.get\(|\[)\"(\w+)\"")


def names() -> Iterator[str]:
    """Of what is read of an address's query anywhere."""
    for file in Path(frontdesk.web.__file__).parent.rglob("*.py"):
        yield from READ.findall(file.read_text())


@pytest.fixture(scope="module")
async def world(program: Program) -> AsyncIterator[World]:
    await program.execute("DELETE FROM sign_in_tries")
    made = await world_of(program)
    async with program.belonging_to(made.desk.workspace):
        yield made


async def test_no_address_breaks_at_nul_in_its_query(world: World) -> None:
    known = sorted({*names(), *NAMES})
    assert {"cursor", "q", "token", "next", "lang"} <= set(known)
    everything = "&".join(f"{name}=%00" for name in known)
    page = "&".join(f"{name}=%00" for name in NAMES)
    wrong, seen = [], 0
    for route in world.routes:
        path = await world.filled(route)
        # What is told of a page is left out where it holds one, and the request goes on: what changes things would.
        for query in (everything, page) if route.method == "GET" else (everything,):
            answer = await world.owner.send(route.method, f"{path}?{query}")
            seen += 1
            if answer.status >= 500:
                wrong.append(f"{route.method} {path}?{query}: {answer.status}")
    assert not wrong, "\n".join(wrong)
    assert seen > 300
    assert (await world.owner.get("/api/v1/me")).status == 200, "all of it was asked by somebody who may"


async def test_a_message_is_taken_though_its_page_tells_nul_of_itself(program: Program) -> None:
    desk: Desk = await program.desk(WIRE)
    await desk.channel("web", {})
    program.forget_entrances()
    browser = Browser(desk)
    told = "?page_url=https%3A%2F%2Fx.example%2F%00a&page_title=%00"
    answer = await browser.post(f"id={await browser.form_id()}&text=hello", below=told)
    assert (answer.status, len(await said(desk))) == (303, 1)
    assert (await browser.get(told)).status == 200


def test_a_page_that_is_no_text_is_nowhere() -> None:
    assert page_of({"page_url": "https://x.example/\x00", "page_title": 7, "page_context": "\x00"}) == NOWHERE
