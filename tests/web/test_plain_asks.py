"""What is asked before the first message on the chat page without scripts, and what comes of it."""

import json
import re

from tests.program import Program
from tests.web.plain_desk import ANSWER, ASKED, FILES, Browser, said, text


async def asks(program: Program, **settings: object) -> Browser:
    desk = await program.desk(FILES, slug="asks")
    await desk.channel("web", settings)
    program.forget_entrances()
    return Browser(desk)


async def test_what_is_asked_before_the_first_message_comes_with_it(program: Program) -> None:
    browser = await asks(
        program,
        ask_name="optional",
        ask_email="required",
        ask_why="So that we can <b>answer</b>.",
        consent="I agree that this is kept.",
        consent_page="https://shop.example.com/privacy",
    )
    page = text(await browser.get())
    assert "So that we can &lt;b&gt;answer&lt;/b&gt;." in page
    assert re.findall(r'form="say"[^>]* name="(\w+)"', page) == ["name", "email", "consent"]
    assert re.search(r'name="email"[^>]* required', page)
    assert not re.search(r'id="fd-name"[^>]* required', page)
    assert 'href="https://shop.example.com/privacy"' in page
    sent = "&text=tell+me+something+about+you&name=Ada+Lovelace"
    # Whoever's browser lets it go is told at the field, and has written nothing yet.
    for given, wrong in (
        ("&consent=yes", "This is needed"),
        ("&consent=yes&email=nowhere", "Enter an address like name@example.com"),
        ("&email=ada@example.com", "We need your consent to chat"),
    ):
        refused = await browser.post(f"id={await browser.form_id()}{sent}{given}")
        assert (refused.status, 'role="alert"' in text(refused), wrong in text(refused)) == (422, True, True)
        assert 'value="tell me something about you"' in text(refused)
        assert 'value="Ada Lovelace"' in text(refused)
    assert (browser.cookies, await said(browser.desk)) == ({}, [])
    body = f"id={await browser.form_id()}{sent}&consent=yes&email=ada@example.com"
    for _ in range(2):
        assert (await browser.post(body)).status == 303
    assert ANSWER in await browser.lines()
    assert [json.loads(row["parts"])[0]["text"] for row in await said(browser.desk)] == [ASKED]
    (contact,) = await browser.desk.rows("contacts")
    assert (contact["name"], contact["email"]) == ("Ada Lovelace", "ada@example.com")
    attributes = json.loads(contact["attributes"])
    assert attributes["consent"] == "I agree that this is kept."
    assert attributes["consent_at"]
    # It is asked once.
    assert "fd-email" not in text(await browser.get())
    await browser.say(ASKED)


async def test_where_nothing_is_needed_the_form_can_be_left_empty(program: Program) -> None:
    browser = await asks(program, ask_phone="optional", starters="choice")
    page = text(await browser.get())
    assert "(optional)" in page
    assert 'value="choice"' not in page, "a first question brings nothing of the form along"
    wrong = await browser.post(f"id={await browser.form_id()}&text=hi&phone=none")
    assert (wrong.status, "Enter a number like" in text(wrong)) == (422, True)
    await browser.say(ASKED)
    assert ANSWER in await browser.lines()
