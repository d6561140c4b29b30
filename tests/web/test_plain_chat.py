"""The chat page without scripts: forms of browsers, and what strangers send in their place."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from tests.program import Desk, Program
from tests.web.plain_desk import ANSWER, ASKED, FILES, Browser, plain_desk, said, text
from tests.web.socket_client import operator_says

from frontdesk.web.chat_page.links import pieces, safe
from frontdesk.web.chat_page.palette import palette
from frontdesk.web.widget.gate import MOST_ASKS


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await plain_desk(program)


async def test_a_visitor_without_scripts_writes_and_reads_the_answer(desk: Desk) -> None:
    browser = Browser(desk)
    first = await browser.get()
    assert first.status == 200
    assert "Northwind &lt;Audio&gt;" in text(first)
    assert "script-src" not in first.headers["content-security-policy"]
    assert "<script" not in text(first)
    # Nothing is kept of who only looks.
    assert "set-cookie" not in first.headers
    answer = await browser.say(ASKED)
    assert answer.headers["location"] == browser.path
    (cookie,) = answer.headers.getall("set-cookie")
    assert cookie.startswith("__Host-chat-asst_")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= {each.strip() for each in cookie.split(";")}
    page = text(await browser.get())
    assert 'class="frame"' in page
    lines = await browser.lines()
    assert lines.count(ASKED) == 1
    assert lines.count(ANSWER) == 1


async def test_the_page_that_led_here_is_kept_with_the_conversation(desk: Desk) -> None:
    browser = Browser(desk)
    led = "https://shop.example.com/?a=1&b=2"
    page = text(await browser.get(referer=led))
    (form_id, *_) = re.findall(r'name="id" value="([^"]+)"', page)
    (referrer, *_) = re.findall(r'name="referrer" value="([^"]+)"', page)
    fields = urlencode({"id": form_id, "text": "hello", "referrer": unescape(referrer)})
    assert (await browser.post(fields)).status == 303
    (talk,) = await desk.rows("conversations")
    assert talk["referrer"] == led
    # Who comes from the page itself comes from nowhere.
    own = f"{desk.program.client.base_url}{browser.path}"
    assert 'name="referrer"' not in text(await Browser(desk).get(referer=own))


async def test_a_form_sent_twice_is_one_message_also_the_first_of_all(desk: Desk) -> None:
    """Double click, reload, back: S004's promise of the widget holds here too."""
    form = f"id={await Browser(desk).form_id()}&text=hi"
    one, two = Browser(desk), Browser(desk)
    assert ((await one.post(form)).status, (await two.post(form)).status) == (303, 303)
    assert one.cookies == two.cookies
    assert len(await said(desk)) == 1
    assert len(await desk.rows("visitor_sessions")) == 1
    # Who goes back and writes something else has written something else.
    assert (await one.post(form.replace("hi", "other"))).status == 303
    assert [row["parts"] for row in await said(desk)] != []
    assert len(await said(desk)) == 2


async def test_buttons_count_also_where_more_was_said_after_them(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.say("more choice")
    lines = await browser.lines()
    assert "Or write." in lines
    assert not re.search(r'name="tap" [^>]*disabled', lines)
    assert (await browser.tap("Red")).status == 303
    lines = await browser.lines()
    assert "Red it is" in lines
    # Answered: it counts no more.
    assert re.search(r'name="tap" [^>]*disabled[^>]*><bdi>Red<', lines)


async def test_a_button_says_what_was_stored_and_never_what_the_form_says(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.say("choice")
    lines = await browser.lines()
    assert "Which &lt;b&gt;one&lt;/b&gt;?" in lines
    assert 'href="https://docs.example.com/a?b=1&amp;c=2"' in lines
    assert "plain.example.com" not in lines
    assert (await browser.tap("Red")).status == 303
    assert "Red it is: scarlet." in await browser.lines()
    for path in (
        "1.0.0",
        "0.0.0",
        "2.0.1",
        "2.0.2",
        "2.0.99",
        "2.9.0",
        "2.0",
        "2",
        "2.0.0.0",
        "x.y",
        "%C2%B2",
        "9" * 30,
        "-1.0.0",
    ):
        before = len(await said(desk))
        answer = await browser.post(f"id={await browser.form_id()}&tap={path}")
        assert (answer.status, len(await said(desk))) == (303, before), path


async def test_pictures_files_and_cards_are_shown(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.say("rich")
    lines = await browser.lines()
    # Of another host nothing is loaded: it would hear who reads.
    assert "<img" not in lines
    assert '<a class="file" href="https://img.example.com/a.png"' in lines
    assert "<bdi>A lamp</bdi> (<bdi>img.example.com</bdi>)" in lines
    assert '<a href="https://img.example.com/lamp.png"' in lines
    assert 'href="https://img.example.com/a.pdf"' in lines
    assert "&lt;i&gt;bright&lt;/i&gt;" in lines
    await browser.tap("Take the lamp")
    assert "Taken." in await browser.lines()


async def test_a_person_is_asked_for_answers_and_the_frame_looks_anew_meanwhile(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.say(ASKED)
    frame = await browser.get("/lines")
    assert "refresh" not in frame.headers
    assert (await browser.post(f"id={await browser.form_id()}&do=person")).status == 303
    frame = await browser.get("/lines?after=0")
    assert re.fullmatch(
        rf"4; url={re.escape(browser.path)}/lines\?after=\d+&again=1#end", frame.headers["refresh"]
    )
    assert "New messages appear here by themselves." in text(frame)
    assert "refresh" not in (await browser.get("/lines?still=1")).headers
    last = (await desk.rows("messages", "seq"))[-1]["seq"]
    await operator_says(desk, "A person is <here>")
    lines = text(await browser.get(f"/lines?after={last}"))
    assert "A person is &lt;here&gt;" in lines
    assert re.search(r'role="alert">[^<]*A person is &lt;here&gt;', lines)
    assert (await browser.post(f"id={await browser.form_id()}&do=end")).status == 303
    assert "Conversation ended" in text(await browser.get())
    anew = await browser.post("do=anew")
    assert (anew.status, "Max-Age=0" in anew.headers["set-cookie"]) == (303, True)
    assert 'class="frame"' not in text(await browser.get())


async def arrived(desk: Desk) -> bool:
    """Whether people see of the last thing that one of them said that it has arrived."""
    (conversation,) = await desk.rows("conversations")
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    told = (await desk.program.client.get(path, key=await desk.key("api", "admin"))).json()["data"]
    (written,) = [line for line in told if line["author"] == "operator"]
    return written["delivery"] is not None and written["delivery"]["state"] == "delivered"


async def test_what_a_person_says_has_arrived_once_the_frame_shows_it(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.say("choice")
    await operator_says(desk, "A person is here")
    assert not await arrived(desk)
    # The page itself shows nothing of it, nor does what a form is answered with.
    await browser.get()
    (asked,) = [row for row in await desk.rows("messages") if row["author"] == "bot"]
    answer = await browser.post(f"id={await browser.form_id()}&tap={asked['seq']}.0.0")
    assert (answer.status, len(await said(desk))) == (303, 2)
    assert not await arrived(desk)
    assert "A person is here" in await browser.lines()
    assert await arrived(desk)


async def test_the_conversation_can_be_taken_along(desk: Desk) -> None:
    browser = Browser(desk)
    assert (await browser.get("/transcript")).status == 404
    await browser.say(ASKED)
    kept = await browser.get("/transcript")
    assert kept.headers["content-disposition"].startswith("attachment")
    assert ANSWER in text(kept)


async def test_forms_of_other_sites_are_refused(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.say(ASKED)
    form = f"id={await browser.form_id()}&text=stolen"
    for origin in ("https://evil.example.com", "null", ""):
        answer = await browser.post(form, origin=origin)
        assert answer.status == 403, origin
        assert answer.headers["content-type"].startswith("text/html")
    assert len(await said(desk)) == 1
    page = await browser.get()
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    frame = await browser.get("/lines")
    assert "frame-ancestors 'self'" in frame.headers["content-security-policy"]


async def test_the_channels_list_of_sites_leaves_its_own_page_open(program: Program) -> None:
    desk = await program.desk(FILES, slug="listed")
    await desk.channel("web", {"origins": "https://shop.example.com"})
    program.forget_entrances()
    browser = Browser(desk)
    await browser.say(ASKED)
    assert ANSWER in await browser.lines()
    refused = await browser.post(f"id={await browser.form_id()}&text=hi", origin="https://shop.example.com")
    assert refused.status == 403


async def test_where_only_signed_in_visitors_write_nobody_writes_here(program: Program) -> None:
    desk = await program.desk(FILES, slug="signed")
    await desk.channel("web", {"only_signed_in": True})
    program.forget_entrances()
    browser = Browser(desk)
    page = text(await browser.get())
    assert "Here only visitors who are signed in can write." in page
    assert 'name="text"' not in page
    answer = await browser.post("id=message-12345&text=hi")
    assert 400 <= answer.status < 500
    assert (browser.cookies, await said(desk)) == ({}, [])


async def test_without_the_channel_there_is_no_page(program: Program) -> None:
    desk = await program.desk(FILES, slug="none")
    browser = Browser(desk)
    for answer in (await browser.get(), await browser.get("/lines"), await browser.get("/look.css")):
        assert answer.status == 404


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text=hi",
        "id=short&text=hi",
        "id=" + "x" * 100 + "&text=hi",
        "id=%00%00%00%00%00%00%00%00&text=hi",
        "id=message-12345&text=%FF%FE",
        "&".join(f"a{n}=1" for n in range(40)),
        "id=message-12345&text=" + "x" * 70_000,
    ],
)
async def test_forms_that_are_none_are_refused_with_a_page(desk: Desk, body: str) -> None:
    answer = await Browser(desk).post(body)
    assert 400 <= answer.status < 500
    assert answer.headers["content-type"].startswith("text/html")
    assert await said(desk) == []


async def test_nothing_and_blanks_are_no_message_and_json_is_no_form(desk: Desk) -> None:
    browser = Browser(desk)
    for body in ("text=", "text=+++", "do=person", "do=nonsense", "tap=1.0.0"):
        assert (await browser.post(f"id={await browser.form_id()}&{body}")).status == 303
    assert browser.cookies == {}
    nul = await browser.post(f"id={await browser.form_id()}&text=a%00b&page_url=%00")
    assert nul.status == 400, text(nul)
    answer = await browser.post('{"text":"hi"}', **{"content-type": "application/json"})
    assert answer.status == 415
    assert await said(desk) == []


async def test_a_forged_cookie_opens_nothing_and_another_visitor_reads_nothing(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.say(ASKED)
    (name,) = browser.cookies
    for value in ("x" * 43, "a b", "", '"', "%00", "\\", "é"):
        stranger = Browser(desk, {name: value})
        assert (await stranger.get("/lines")).status == 404
        page = await stranger.get()
        assert (page.status, ASKED in text(page)) == (200, False)
    # A token that is known no more is nobody's: the next message begins anew.
    stranger = Browser(desk, {name: "x" * 43})
    await stranger.say("hi")
    assert ASKED not in await stranger.lines()


async def test_what_was_written_too_quickly_stays_in_the_field(desk: Desk) -> None:
    browser = Browser(desk)
    answers = [await browser.post(f"id=message-{n:05}&text=word+{n}+%22%3E") for n in range(30)]
    held = next(answer for answer in answers if answer.status != 303)
    assert held.status == 429
    assert int(held.headers["retry-after"]) >= 1
    page = text(held)
    assert "You are writing faster than we can read." in page
    assert re.search(r'name="text" value="word \d+ &#34;&gt;"', page)


@pytest.mark.usefixtures("nothing_refills")
async def test_who_wrote_too_quickly_is_not_told_of_asking_for_a_person(
    own_program: Program,
) -> None:
    desk = await plain_desk(own_program)
    browser = Browser(desk)
    await browser.say(ASKED)
    for _ in range(30):
        await browser.post("id=message-00001&do=assistant")
    held = await browser.post("id=message-00001&do=person")
    assert (held.status, "You are writing faster" in text(held)) == (429, True)
    other = Browser(desk)
    await other.say(ASKED)
    asked = [await other.post("id=message-00001&do=person") for _ in range(MOST_ASKS + 1)]
    assert [answer.status for answer in asked] == [303] * MOST_ASKS + [429]
    assert "You have asked for a person several times." in text(asked[-1])


async def test_over_plain_http_on_the_network_it_says_so(desk: Desk) -> None:
    page = await Browser(desk).get(host="desk.example.com")
    assert "This chat works over https only." in text(page)
    assert 'name="text"' not in text(page)


async def test_it_speaks_the_visitors_language(desk: Desk) -> None:
    russian = text(await Browser(desk).get(**{"accept-language": "ru-RU,ru;q=0.9"}))
    assert '<html lang="ru" dir="ltr"' in russian
    assert "Напишите сообщение" in russian
    uzbek = text(await Browser(desk).get("?lang=uz"))
    assert "Xabar yozing" in uzbek
    assert f'action="{Browser(desk).path}?lang=uz"' in uzbek


async def test_the_page_that_led_here_is_told_with_the_message(desk: Desk) -> None:
    browser = Browser(desk)
    below = "?page_url=https%3A%2F%2Fshop.example.com%2Flamp&page_title=Lamp"
    page = text(await browser.get(below))
    (action,) = set(re.findall(r'action="([^"]+)"', page))
    assert unescape(action) == browser.path + below
    assert (await browser.post(f"id={await browser.form_id()}&text=hi", below=below)).status == 303
    (begun,) = [row for row in await desk.rows("events") if row["type"] == "conversation.created"]
    assert "https://shop.example.com/lamp" in begun["data"]


async def test_its_colours_are_the_brands(desk: Desk) -> None:
    sheet = await Browser(desk).get("/look.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert "--brand:#1f4d3f;--on:#ffffff;--hover:#1b4437;--soft:#eff3f2;--ink:#1f4d3f" in text(sheet)


def test_the_palette_is_the_widgets() -> None:
    light, dark = palette("#0071e3", "light"), palette("#0071e3", "dark")
    assert (light["hover"], light["soft"], light["ink"]) == ("#0063c8", "#edf5fd", "#006ad7")
    assert (dark["soft"], dark["ink"]) == ("#14263c", "#468dff")
    assert palette("#ffffff", "light")["edge"] != "transparent"


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://a.example/x", True),
        ("mailto:a@a.example", True),
        ("tel:+441", True),
        ("http://127.0.0.1:9/x", True),
        ("http://desk.example/x", True),
        ("http://a.example/x", False),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.example", False),
        ("/path", False),
        ("https:evil", False),
        ("https://[", False),
    ],
)
def test_only_good_addresses_lead_anywhere(address: str, leads: bool) -> None:  # noqa: FBT001  # a table
    assert bool(safe(address, "desk.example")) is leads


def test_addresses_in_a_text_can_be_followed() -> None:
    found = pieces("See https://a.example/b. Not http://c.example", "desk.example")
    assert found == [
        ("See ", ""),
        ("https://a.example/b", "https://a.example/b"),
        (". Not http://c.example", ""),
    ]
