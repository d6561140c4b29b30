"""The page of the inbox, and what it is handed before it asks for anything itself."""

import html
import json
import re
from typing import Any

from tests.doubles.http_client import HttpClient
from tests.program import Program
from tests.web.panel.test_settings_pages import office_of


async def handed(client: HttpClient, key: str) -> Any:
    page = await client.get("/panel/chats", key=key)
    (found,) = re.findall(r'data-inbox="([^"]*)"', page.body.decode())
    return json.loads(html.unescape(found))


async def test_where_nobody_can_write_yet_the_inbox_knows_it(program: Program) -> None:
    office = await office_of(program)
    fresh = await handed(program.client, office.key)
    assert (fresh["connected"], fresh["can_connect"]) == (False, True)
    made = await program.client.post(
        "/api/v1/assistants", key=office.key, json={"name": "Ann", "begin": "knowledge"}
    )
    assert made.status == 201, made.body
    assert (await handed(program.client, office.key))["connected"] is True


async def test_who_may_not_add_channels_is_told_who_may(program: Program) -> None:
    office = await office_of(program, "read:conversations")
    assert (await handed(program.client, office.key))["can_connect"] is False


async def test_empty_pages_tell_who_may_not_add_anything_who_may(program: Program) -> None:
    office = await office_of(program, "read:channels", "read:assistants", "read:bots", "write:tasks")
    for menu, told in (
        ("channels", "owners add channels"),
        ("ai", "owners make them"),
        ("tasks", "add them"),
    ):
        page = await program.client.get(f"/panel/{menu}", key=office.key)
        assert told in page.body.decode(), page.body
        assert b"btn-primary" not in page.body


async def test_the_inbox_knows_whether_there_is_a_mail_server_and_who_may_set_one_up(
    program: Program,
) -> None:
    office = await office_of(program)
    owner = await handed(program.client, office.key)
    assert (owner["can_mail"], owner["mail_page"]) == (False, "/panel/settings/mail")
    assert (await program.client.get(owner["mail_page"], key=office.key)).status == 200
    operator = await office_of(program, "write:conversations")
    assert (await handed(program.client, operator.key))["mail_page"] == ""


async def test_empty_pages_have_their_button_in_the_head_and_lead_to_what_a_task_still_lacks(
    program: Program,
) -> None:
    office = await office_of(program)

    async def page(path: str) -> str:
        answer = await program.client.get(path, key=office.key)
        assert answer.status == 200, answer.body
        return answer.body.decode()

    for menu in ("channels", "integrations"):
        head, _, rest = (await page(f"/panel/{menu}")).partition('class="card"')
        assert f'class="btn btn-primary" href="/panel/{menu}/new"' in head
        assert f'class="btn" href="/panel/{menu}/new"' in rest
    made = await program.client.post(
        "/api/v1/channels", key=office.key, json={"type": "external", "name": "Messenger"}
    )
    assert made.status == 201, made.body
    assert 'href="/panel/ai?create">Create AI<' in await page("/panel/tasks")
    opened = 'id="ai-new" aria-labelledby="ai-new-t" data-open'
    assert (opened in await page("/panel/ai?create"), opened in await page("/panel/ai")) == (True, False)
