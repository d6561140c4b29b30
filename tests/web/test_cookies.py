"""Cookies that others set on our host: odd ones hide none of ours, and none of theirs is taken for one."""

import time
from dataclasses import dataclass

import pytest
from tests.program import Desk, Program
from tests.web.people import signed_in
from tests.web.plain_desk import Browser
from tests.web.rasa_wire import WIRE

from frontdesk.web.cookies import cookie_in
from frontdesk.web.session_ring import COOKIE

ODD = (
    "ok=1",
    'prefs={"a": 1, "b": [2]}',
    "cart[items]=3",
    "name=Jörg",
    "city=New York",
    "flag",
    "=nameless",
    'open="never closed',
    "$Version=1",
    f"x{COOKIE}=other",
    f"said={COOKIE}=other",
)
"""The first is none."""


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {})
    program.forget_entrances()
    return made


@dataclass
class Beside(Browser):
    """One that holds an odd cookie too."""

    odd: str = ""

    def headers(self, **more: str) -> dict[str, str]:
        sent = super().headers(**more)
        return sent | {"cookie": "; ".join(filter(None, (self.odd, sent.get("cookie"))))}


@pytest.mark.parametrize("odd", ODD)
async def test_a_visitor_of_the_chat_page_stays_who_they_are_beside_an_odd_cookie(
    desk: Desk, odd: str
) -> None:
    browser = Beside(desk, odd=odd)
    await browser.say("hello")
    await browser.say("hello again")
    assert len(await desk.rows("conversations")) == 1


@pytest.mark.parametrize("odd", ODD)
async def test_a_person_stays_signed_in_beside_an_odd_cookie(desk: Desk, odd: str) -> None:
    program = desk.program
    await program.execute("DELETE FROM sign_in_tries")
    person, account = await signed_in(program.running.store, desk.workspace, program.client)
    for held in (f"{odd}; {COOKIE}={person.secret}", f"{COOKIE}={person.secret}; {odd}"):
        answer = await program.client.get("/api/v1/me", headers={"cookie": held})
        assert (answer.status, answer.json().get("id")) == (200, account.id), held


def read(*headers: str, name: str = "ours") -> str:
    return cookie_in(
        {"headers": [(b"host", b"ours=1"), *((b"cookie", each.encode()) for each in headers)]}, name
    )


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("", ""),
        ("ours", ""),
        ("ours=", ""),
        ("ours=a", "a"),
        ("  ours = a\t; b=c", "a"),
        ("ours=a=b==", "a=b=="),
        ('ours="a"', "a"),
        ('ours="', '"'),
        ('ours="a', '"a'),
        ("Ours=a", ""),
        ("theirs=ours=a", ""),
        ("=ours=a", ""),
        ("b;;; ;ours=a;", "a"),
        # Browsers send those of longer paths first, and ours are for every path.
        ("ours=theirs; ours=a", "a"),
        ("ours=a; ours", "a"),
        # Not what a browser takes for a blank, and so another name, which anybody may set.
        ("\xa0ours=theirs", ""),
        ("\x85ours=theirs", ""),
        ("\u2003ours=theirs", ""),
        ('b="; ours=a; "', "a"),
    ],
)
def test_a_cookie_is_read_as_browsers_send_it(header: str, value: str) -> None:
    assert read(header) == value


def test_cookies_may_come_in_several_headers() -> None:
    assert read("a=1", "ours=a", "b=2") == "a"


def test_very_many_cookies_are_read_in_no_time() -> None:
    begun = time.process_time()
    assert read("; " * 500_000 + "ours=a") == "a"
    assert time.process_time() - begun < 2
