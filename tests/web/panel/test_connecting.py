"""Channels, tasks and integrations over the wire of their pages: whose they are, what is refused, what works without scripts."""

import html
import json
import re
from urllib.parse import urlencode

import pytest
from tests.doubles.http_client import Answer
from tests.doubles.http_server import Answer as Served
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program
from tests.web.people import Browser, signed_in

HOOK = "http://127.0.0.1:1999/hook"


async def seated(program: Program, desk: Desk) -> Browser:
    browser, _ = await signed_in(program.running.store, desk.workspace, program.client)
    return browser


async def submit(browser: Browser, path: str, **fields: str) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await browser.post(path, headers=headers, body=urlencode(fields))


async def connected(browser: Browser, desk: Desk) -> dict[str, str]:
    """A page messenger, an integration and their task, made with plain forms; the paths of their pages."""
    made = {}
    for menu, fields in (
        ("channels", {"type": "external", "name": "Shop"}),
        ("integrations", {"type": "another", "name": "Backend", "settings.webhook_url": HOOK}),
    ):
        answer = await submit(browser, f"/panel/{menu}/new", **fields)
        if answer.status == 200:
            # The secret that signs is shown once, with a link to go on.
            page = answer.body.decode()
            assert re.findall(r"whsec_[A-Za-z0-9+/=]+", html.unescape(page)), page
            made[menu] = re.findall(r'btn-primary" href="(/panel/[a-z]+/intg_[^"]+)"', page)[0]
            continue
        assert answer.status == 303, answer.body
        made[menu] = answer.headers["location"]
    fields = {
        "type": "web",
        "service_mode": "people",
        "channel_id": made["channels"].rpartition("/")[2],
        "assistant_id": desk.assistant_id,
        "integration_id": made["integrations"].rpartition("/")[2],
    }
    answer = await submit(browser, "/panel/tasks/new", **fields)
    assert answer.status == 303, answer.body
    return {**made, "tasks": answer.headers["location"]}


async def test_everything_is_made_and_changed_without_scripts(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await connected(browser, desk)
    for path in made.values():
        assert (await browser.get(path)).status == 200
        switched = await submit(browser, f"{path}/switch?to=off")
        assert switched.status == 303
    page = (await browser.get("/panel/tasks")).body.decode()
    assert "The task is switched off." in page
    assert "is paused." in page


async def test_the_secret_of_an_integration_is_replaced_on_its_page(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    path = (await connected(browser, desk))["integrations"]
    page = (await browser.get(path)).body.decode()
    assert "Each post is signed" in page
    assert "whsec_" not in page
    shown = [(await submit(browser, f"{path}/rotate")).body.decode() for _ in range(2)]
    secrets = {re.findall(r"whsec_[A-Za-z0-9+/=]+", html.unescape(each))[0] for each in shown}
    assert len(secrets) == 2


async def test_nobody_reaches_what_another_workspace_has(program: Program) -> None:
    desk, other = await program.desk(), await program.desk()
    made = await connected(await seated(program, desk), desk)
    stranger = await seated(program, other)
    for path in made.values():
        assert (await stranger.get(path)).status == 404
        for act in ("", "/switch?to=off", "/delete"):
            assert (await submit(stranger, path + act, name="Mine")).status == 404
    assert (await stranger.get(f"{made['integrations']}/activity")).status == 404
    assert (await submit(stranger, f"{made['integrations']}/test")).status == 404
    assert "Shop" not in (await stranger.get("/panel/channels")).body.decode()


async def test_a_form_needs_the_token_of_its_page(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    browser.csrf = ""
    answer = await submit(browser, "/panel/channels/new", type="external", name="Shop")
    assert answer.status == 403
    assert "Shop" not in (await browser.get("/panel/channels")).body.decode()


async def test_what_others_depend_on_is_not_deleted(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await connected(browser, desk)
    assert (await submit(browser, f"{made['integrations']}/delete")).status == 409
    await desk.say("jhon", "hi")
    assert (await submit(browser, f"/panel/channels/{desk.channel_id}/delete")).status == 409
    for menu in ("tasks", "integrations", "channels"):
        assert (await submit(browser, f"{made[menu]}/delete")).status == 303
        assert (await browser.get(made[menu])).status == 404


async def test_what_was_deleted_is_taken_back_by_the_toast_and_from_the_bin(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await connected(browser, desk)
    for menu in ("tasks", "channels", "integrations"):
        answer = await browser.post(
            f"{made[menu]}/delete",
            headers={"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"},
            body="",
        )
        assert json.loads(answer.headers["hx-trigger"])["fd:toast"]["undo"] == f"{made[menu]}/restore"
    page = (await browser.get("/panel/settings/bin")).body.decode()
    for menu in ("channels", "integrations", "tasks"):
        assert f'action="{made[menu]}/restore"' in page
    assert (await submit(browser, f"{made['tasks']}/restore")).status == 409
    for menu in ("channels", "integrations", "tasks"):
        assert (await submit(browser, f"{made[menu]}/restore")).status == 303
        assert (await browser.get(made[menu])).status == 200
    assert "/restore" not in (await browser.get("/panel/settings/bin")).body.decode()


async def test_a_channel_is_tried_from_its_page(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await connected(browser, desk)
    page = (await browser.get(made["channels"])).body.decode()
    assert f'hx-get="{made["channels"]}/test"' in page
    shown = html.unescape((await browser.get(f"{made['channels']}/test")).body.decode())
    assert "/api/1.1/wf/send_message_external" in shown
    assert made["tasks"].rpartition("/")[2] in shown
    assert "Nothing came yet" in shown
    body = {"task_id": made["tasks"].rpartition("/")[2], "chat_id": "1", "message": "hi"}
    key = await desk.key("api", "send:messages")
    sent = await program.client.post("/api/1.1/wf/send_message_external", json=body, key=key)
    assert sent.status == 200
    assert "Last message in" in (await browser.get(f"{made['channels']}/test")).body.decode()
    async with FaultServer() as receiver:
        fields = {
            "type": "callback",
            "name": "Chat",
            "assistant_id": desk.assistant_id,
            "settings.url": receiver.url("/replies"),
        }
        chat = (await submit(browser, "/panel/channels/new", **fields)).headers["location"]
        assert f'action="{chat}/test"' in (await browser.get(chat)).body.decode()
        receiver.answers(Served(200, b"thanks <b>"))
        tried = (await submit(browser, f"{chat}/test")).body.decode()
    assert "It arrived" in tried
    assert "200 thanks &lt;b&gt;" in tried


async def test_a_test_has_a_row_for_each_body_with_the_body_folded_behind_it(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    async with FaultServer() as receiver:
        settings = {"webhook_url": receiver.url("/hooks"), "also_success": True}
        body = {"type": "another", "name": "Shop", "settings": settings}
        made = (await browser.post("/api/v1/integrations", json=body)).json()
        receiver.answers(Served(200, b"thanks"), Served(500, b"no"))
        tried = (await submit(browser, f"/panel/integrations/{made['id']}/test")).body.decode()
    rows = [row.partition("</details>")[0] for row in tried.split("<details>")[1:]]
    assert ["<b>All messages</b>" in rows[0], "<b>Success</b>" in rows[1]] == [True, True]
    assert ["It arrived" in rows[0], "It did not arrive" in rows[1]] == [True, True]
    shown = html.unescape(rows[0].partition("<pre")[2])
    assert '\n  "wh_type": "all_messages"' in shown
    assert "500 no" in tried


@pytest.mark.parametrize(
    "query", ["?status=nonsense", "?before=x", f"?before={'9' * 30}", "?before=-1&status=failed"]
)
async def test_odd_questions_get_an_ordinary_page(program: Program, query: str) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await connected(browser, desk)
    assert (await browser.get(f"{made['integrations']}/activity{query}")).status == 200
    assert (await browser.get(f"{made['integrations']}{query}")).status == 200


async def test_a_menu_is_opened_by_the_addresses_that_were_given_out(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    for menu, path in (("channels", "channels"), ("integration", "integrations"), ("tasks", "tasks")):
        answer = await browser.get(f"/panel?menu={menu}")
        assert (answer.status, answer.headers["location"]) == (303, f"/panel/{path}")
    answer = await browser.get("/panel?menu=chats&thread=conv_1")
    assert answer.headers["location"] == "/panel/chats?thread=conv_1"
    assert (await browser.get("/panel?menu=nonsense")).status == 404


async def test_a_style_sheet_travels_compressed_where_it_may(program: Program) -> None:
    plain = await program.client.get("/static/panel.css", headers={"Accept-Encoding": "identity"})
    small = await program.client.get("/static/panel.css", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["vary"] == "accept-encoding"


async def test_forms_of_plugins_speak_the_readers_language(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await connected(browser, desk)

    async def page(path: str) -> str:
        answer = await browser.send("GET", path, headers={"Accept-Language": "ru"})
        assert answer.status == 200
        return html.unescape(answer.body.decode())

    for path in ("/panel/integrations/new?type=another", made["integrations"]):
        body = await page(path)
        assert "URL вебхука" in body
        assert "сообщения" in body
        assert "Webhook URL" not in body
    assert "Другая система" in await page("/panel/integrations")
    assert "Мессенджер страницы" in await page("/panel/channels/new")
    assert "Адрес отправителя" in await page("/panel/settings/mail")
    assert "Базовый URL" in await page("/panel/ai/services/new?kind=custom")


async def test_what_plugins_refuse_is_said_in_the_readers_language(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)

    async def refused(path: str, language: str, **fields: str) -> str:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": language}
        answer = await browser.post(path, headers=headers, body=urlencode(fields))
        assert answer.status == 422, answer.body
        return html.unescape(answer.body.decode())

    page = (await browser.get("/panel/settings/mail")).body.decode()
    version = re.search(r'name="version" value="([^"]*)"', page)
    assert version
    mail = {
        "version": version[1],
        "settings.host": "mail.example.com",
        "settings.from_address": "desk@example.com",
    }
    half = {**mail, "settings.user_name": "desk"}
    another = {"type": "another", "name": "Backend", "settings.webhook_url": HOOK}
    for path, fields, told in (
        (
            "/panel/settings/mail",
            half,
            {"en": "Give a user name and", "ru": "Укажите имя пользователя и пароль или"},
        ),
        (
            "/panel/settings/mail",
            {**mail, "settings.from_address": "desk"},
            {
                "en": "Write an address such",
                "ru": "Укажите адрес, например",
                "uz": "Manzilni yozing, masalan",
            },
        ),
        (
            "/panel/integrations/new",
            {**another, "settings.secret_header": "X-Key"},
            {
                "en": "Give the secret header",
                "ru": "Укажите имя и значение секретного",
                "uz": "Maxfiy sarlavhaning nomi va",
            },
        ),
        (
            "/panel/integrations/new",
            {**another, "settings.webhook_url": "ftp://there"},
            {"en": "Write a whole address", "ru": "Укажите полный адрес"},
        ),
    ):
        for language, sentence in told.items():
            assert sentence in await refused(path, language, **fields)


async def test_pages_say_what_follows_from_what_is_there(program: Program) -> None:
    """How to come by a key, why a channel stays, what a value is called."""
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await connected(browser, desk)
    assert '<a href="/panel/settings/api">' in (await browser.get(made["tasks"])).body.decode()
    assert "cannot be deleted" not in (await browser.get(made["channels"])).body.decode()
    await desk.say("jo", "hello")
    [talk] = await desk.rows("conversations")
    page = (await browser.get(f"/panel/channels/{talk['channel_id']}")).body.decode()
    assert "so it cannot be deleted. Switch it off instead" in page
    looking, _ = await signed_in(program.running.store, desk.workspace, program.client, role="viewer")
    page = (await looking.get("/panel/settings/desk")).body.decode()
    assert '<dd dir="auto">bot</dd>' not in page
    assert '<dd dir="auto">True</dd>' not in page
    page = (await looking.get(made["integrations"])).body.decode()
    assert "All messages" in page
    assert "all_messages" not in page
