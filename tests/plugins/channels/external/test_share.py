"""Links to read along: they open one conversation as text, end by themselves and by hand, and give nothing else away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.plugins.channels.external.conftest import Messenger
from tests.program import until


async def page(messenger: Messenger, url: str) -> Any:
    client = messenger.desk.program.client
    assert url.startswith(client.base_url)
    return await client.get(url.removeprefix(client.base_url))


async def share_url(messenger: Messenger, chat: str, message: str, nth: int) -> str:
    """The link in the webhook of a message."""
    await messenger.thread(chat, message)
    hooks = await messenger.told(nth)
    return str(hooks[-1]["share_url"])


async def test_s002_41_the_link_of_a_webhook_shows_the_conversation_to_whoever_has_it(
    messenger: Messenger,
) -> None:
    url = await share_url(messenger, "7", "hi", 2)
    shown = await page(messenger, url)
    text = shown.body.decode()
    assert shown.status == 200
    assert "API chat 7" in text
    assert text.index(">hi<") < text.index(">Hello!<")
    assert "<form" not in text
    assert "<script" not in text
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["x-robots-tag"].startswith("noindex")
    assert shown.headers["cache-control"] == "no-store"
    client = messenger.desk.program.client
    russian = await client.get(url.removeprefix(client.base_url), headers={"Accept-Language": "ru"})
    assert "Клиент" in russian.body.decode()


async def test_what_was_said_is_text_whatever_it_says(messenger: Messenger) -> None:
    payload = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
    text = (await page(messenger, await share_url(messenger, "8", payload, 2))).body.decode()
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{7*7}}" in text


async def test_notes_of_colleagues_are_not_shown(messenger: Messenger) -> None:
    url = await share_url(messenger, "9", "hi", 2)
    await messenger.desk.program.execute(
        """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts)
           SELECT workspace_id, 'msg_note' || id, channel_id, id, 99, 'note',
                  '[{"type": "text", "text": "between us"}]'
           FROM conversations WHERE workspace_id = $1""",
        messenger.desk.workspace,
    )
    assert "between us" not in (await page(messenger, url)).body.decode()


async def test_what_the_customer_was_told_by_the_desk_is_shown(messenger: Messenger) -> None:
    url = await share_url(messenger, "9", "hi", 2)
    await messenger.desk.program.execute(
        """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, event)
           SELECT workspace_id, 'msg_told' || n || id, channel_id, id, 90 + n, 'event', parts::jsonb, '{"kind": "x"}'
           FROM conversations, (VALUES (1, '[]'), (2, '[{"type": "text", "text": "You are number 1"}]')) AS t (n, parts)
           WHERE workspace_id = $1""",
        messenger.desk.workspace,
    )
    shown = (await page(messenger, url)).body.decode()
    assert shown.index("Hello!") < shown.index("Service message") < shown.index("You are number 1")
    assert shown.count("fd-said-event") == 1


async def test_every_webhook_of_a_conversation_has_the_same_link_and_no_two_conversations_one(
    messenger: Messenger,
) -> None:
    await messenger.thread("1", "hi")
    await messenger.thread("1", "again")
    await messenger.thread("2", "hi")
    hooks = await messenger.told(6)
    links = {
        hook["external_chat_id"]: {one["share_url"] for one in hooks if one["thread_id"] == hook["thread_id"]}
        for hook in hooks
    }
    assert [len(found) for found in links.values()] == [1, 1]
    assert links["1"].isdisjoint(links["2"])


async def test_a_link_that_ended_shows_nothing_and_the_next_webhook_has_another(messenger: Messenger) -> None:
    url = await share_url(messenger, "3", "hi", 2)
    (thread,) = await messenger.desk.rows("conversations")
    ended = await messenger.api("DELETE", f"/conversations/{thread['id']}/share")
    assert ended.status == 204
    over = await page(messenger, url)
    assert over.status == 404
    assert "Hello!" not in over.body.decode()
    other = await share_url(messenger, "3", "hello", 4)
    assert other != url
    assert (await page(messenger, other)).status == 200


async def test_the_conversation_shows_a_link_that_works_and_one_that_a_person_made_first(
    messenger: Messenger,
) -> None:
    url = await share_url(messenger, "5", "hi", 2)
    (thread,) = await messenger.desk.rows("conversations")
    path = f"/conversations/{thread['id']}"

    async def shown() -> Any:
        return (await messenger.api("GET", path)).json()["share"]

    assert (await shown())["url"] == url
    made = (await messenger.api("POST", f"{path}/share", json={"expires_in_s": 3600})).json()
    assert await shown() == made
    await messenger.api("DELETE", f"{path}/share")
    assert await shown() is None


async def test_a_link_ends_by_itself_and_is_renewed_in_its_last_week(messenger: Messenger) -> None:
    url = await share_url(messenger, "4", "hi", 2)
    desk = messenger.desk
    await desk.program.execute(
        "UPDATE conversations SET share_until = now() + interval '6 days' WHERE workspace_id = $1",
        desk.workspace,
    )
    other = await share_url(messenger, "4", "hello", 4)
    assert other != url
    assert (await page(messenger, url)).status == 200
    await desk.program.execute(
        "UPDATE share_links SET expires_at = now() WHERE workspace_id = $1", desk.workspace
    )
    assert [(await page(messenger, one)).status for one in (url, other)] == [404, 404]


async def test_a_person_makes_a_link_with_an_end(messenger: Messenger) -> None:
    thread = await messenger.thread("5", "hi")
    made = await messenger.api("POST", f"/conversations/{thread['_id']}/share", json={"expires_in_s": 3600})
    assert made.status == 201
    ends = datetime.fromisoformat(made.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < ends < timedelta(minutes=61)
    assert "Hello!" in (await page(messenger, made.json()["url"])).body.decode()


async def test_only_the_hash_of_a_link_is_stored(messenger: Messenger) -> None:
    url = await share_url(messenger, "6", "hi", 2)
    capability = url.partition("thread=")[2]
    (row,) = await messenger.desk.rows("share_links")
    assert capability not in str(row)
    assert len(row["hash"]) == 32

    async def logged() -> bool:
        return all(capability not in str(found) for found in await messenger.desk.rows("conversations"))

    assert await until(logged)


@pytest.mark.parametrize("given", ["", "x", "a" * 52, "%01" * 52, "conv_01jd6r2x9cf8pbx5z0m3t7w4qa"])
async def test_an_address_that_is_no_link_leads_to_one_and_the_same_page(
    messenger: Messenger, given: str
) -> None:
    answer = await messenger.desk.program.client.get(f"/share?thread={given}")
    assert answer.status == 404
    assert "This link does not work any more" in answer.body.decode()


async def test_another_workspaces_conversation_cannot_be_shared(messenger: Messenger) -> None:
    thread = await messenger.thread("5", "hi")
    other = await messenger.desk.program.desk()
    for method in ("POST", "DELETE"):
        answer = await messenger.desk.program.client.send(
            method,
            f"/api/v1/conversations/{thread['_id']}/share",
            key=await other.key("api", "admin"),
            **({"json": {}} if method == "POST" else {}),
        )
        assert answer.status == 404
    assert [row["revoked_at"] for row in await messenger.desk.rows("share_links")] == [None]
