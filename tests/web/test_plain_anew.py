"""The chat page without scripts, begun anew: what was ended is opened and said again by no form that was used for it."""

import re
from urllib.parse import quote_plus

import pytest
from tests.program import Desk, Program
from tests.web.plain_desk import Browser, plain_desk, said, text

FIRST = "my secret is 42"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await plain_desk(program)


async def begun(browser: Browser) -> str:
    """The form that began a conversation which its visitor has left for another one."""
    form_id = await browser.form_id()
    assert (await browser.post(f"id={form_id}&text={quote_plus(FIRST)}")).status == 303
    return form_id


async def test_beginning_anew_ends_what_opened_the_conversation(desk: Desk) -> None:
    browser = Browser(desk)
    await begun(browser)
    kept = Browser(desk, dict(browser.cookies))
    assert FIRST in await kept.lines()
    assert (await browser.post("do=anew")).status == 303
    for each in (browser, kept):
        assert (await each.get("/lines")).status == 404
        assert (await each.get("/transcript")).status == 404
    assert not await desk.rows("visitor_sessions")
    # A second press ends nothing of anybody's.
    assert (await browser.post("do=anew")).status == 303


@pytest.mark.parametrize("again", [FIRST, "hello"])
async def test_the_first_form_gone_back_to_opens_and_says_nothing_again(desk: Desk, again: str) -> None:
    browser = Browser(desk)
    form_id = await begun(browser)
    await browser.post("do=anew")
    page = await browser.post(f"id={form_id}&text={quote_plus(again)}")
    assert page.status == 409
    assert "Nothing was sent" in text(page)
    # What was written stays in the field, of a form that was not used.
    assert f'name="text" value="{again}"' in text(page)
    assert not browser.cookies or not any(browser.cookies.values())
    assert [row["seq"] for row in await said(desk)] == [1]
    fresh = re.findall(r'name="id" value="([^"]+)"', text(page))[0]
    assert (await browser.post(f"id={fresh}&text={quote_plus(again)}")).status == 303
    assert len(await desk.rows("conversations")) == 2
    assert (FIRST in await browser.lines()) == (again == FIRST)
    assert len(await said(desk)) == 2


async def test_a_form_whose_answer_was_lost_goes_on_with_its_conversation(desk: Desk) -> None:
    form = f"id={await begun(Browser(desk))}&text={quote_plus(FIRST)}"
    browser = Browser(desk)
    assert (await browser.post(form)).status == 303
    assert FIRST in await browser.lines()
    assert len(await said(desk)) == 1
