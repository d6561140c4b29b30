"""What is too long is refused with the limit, and never cut; and who is one too many is told what there are too many of."""

import asyncio
from urllib.parse import quote_plus

import pytest
from tests.program import Desk, Program
from tests.web.plain_desk import Browser, plain_desk, said, text
from tests.web.test_widget import begin, say

from frontdesk.core.message import MAX_TEXT


@pytest.fixture
async def desk(own_program: Program) -> Desk:
    return await plain_desk(own_program)


async def test_a_message_that_is_too_long_is_refused_and_the_longest_is_kept_whole(desk: Desk) -> None:
    token = await begin(desk)
    refused = await say(desk, token, "x" * (MAX_TEXT + 1))
    assert (refused.status, refused.json()["field"]) == (422, "text")
    assert "8,000" in refused.json()["detail"]
    assert not await said(desk)
    for letter in ("x", "字", "\n"):
        longest = "a" + letter * (MAX_TEXT - 1)
        answer = await say(desk, token, longest, id_=f"message-{ord(letter)}")
        assert answer.status == 200, answer.body
        assert longest in str([line["parts"][0]["text"] for line in answer.json()["lines"]]).replace(
            "\\n", "\n"
        )


async def test_on_the_page_without_scripts_too(desk: Desk) -> None:
    browser = Browser(desk)
    page = await browser.post(f"id={await browser.form_id()}&text={'x' * (MAX_TEXT + 1)}")
    assert page.status == 422
    assert "A message has up to 8,000 characters." in text(page)
    assert 'maxlength="8000"' in text(page)
    assert f'value="{"x" * (MAX_TEXT + 1)}"' in text(page)
    assert not await said(desk)
    assert (await browser.say(quote_plus("字" * MAX_TEXT))).status == 303
    assert "字" * MAX_TEXT in await browser.lines()


@pytest.mark.usefixtures("nothing_refills")
async def test_who_is_one_visitor_too_many_is_told_so(desk: Desk) -> None:
    path = f"/widget/{desk.assistant_id}/session"
    answers = await asyncio.gather(*(desk.program.client.post(path) for _ in range(100)))
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.json()["detail"] == "Too many chats were begun at your network; try again in a moment."
    assert int(refused.headers["Retry-After"]) >= 1
    pages = [await Browser(desk).post(f"id=message-{n:05}&text=hello+{n}") for n in range(9)]
    page = next(page for page in pages if page.status == 429)
    assert "Too many chats were begun at your network." in text(page)
    assert "faster" not in text(page)
    assert 'name="text" value="hello' in text(page)
    assert int(page.headers["retry-after"]) >= 1
