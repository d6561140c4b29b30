"""The walk of the source documents 002 and 003, step by step, over real sockets."""

import re

from tests.plugins.channels.external.conftest import Messenger

from frontdesk.core.ids import parse

FIELDS = [
    "channel_id",
    "close",
    "company_id",
    "contacts",
    "external_chat_id",
    "get_contact",
    "interest",
    "is_bot",
    "manager_id",
    "message_id",
    "message_text",
    "message_type",
    "operator",
    "panel_url",
    "share_url",
    "success",
    "task_id",
    "thread_id",
    "title",
    "wh_type",
]


async def test_s003_28_a_message_is_answered_and_the_webhooks_are_the_example_field_for_field(
    messenger: Messenger,
) -> None:
    thread = await messenger.thread("123456789", "hi")
    user, bot = await messenger.told(2)
    public = messenger.desk.program.client.base_url
    for hook in (user, bot):
        assert list(hook) == FIELDS
        assert all(isinstance(value, str) for value in hook.values())
        assert re.fullmatch(rf"{re.escape(public)}/share\?thread=[a-z2-7]{{52}}", hook.pop("share_url"))
        parse("msg", hook.pop("message_id"))
    assert user == {
        "channel_id": messenger.channel_id,
        "close": "no",
        "company_id": messenger.desk.workspace,
        "contacts": "123456789",
        "external_chat_id": "123456789",
        "get_contact": "no",
        "interest": "no",
        "is_bot": "no",
        "manager_id": messenger.manager_id,
        "message_text": "hi",
        "message_type": "user",
        "operator": "no",
        "panel_url": f"{public}/panel?menu=chats&thread={thread['_id']}",
        "success": "no",
        "task_id": messenger.task_id,
        "thread_id": thread["_id"],
        "title": "API chat 123456789",
        "wh_type": "all_messages",
    }
    assert bot == {**user, "message_type": "bot", "message_text": "Hello!"}


async def test_s003_6_to_26_the_answer_is_the_thread_with_its_exact_keys(messenger: Messenger) -> None:
    answer = await messenger.send("123456789", "hi")
    body = answer.json()
    assert (answer.status, body["status"], list(body["response"])) == (200, "success", ["thread"])
    thread = body["response"]["thread"]
    created, modified = thread.pop("Created Date"), thread.pop("Modified Date")
    assert 1_600_000_000_000 < created <= modified
    parse("vis", thread.pop("Created By"))
    conversation = parse("conv", thread.pop("_id"))
    assert thread == {
        "ai_thread_id": conversation,
        "chat_id": "123456789",
        "close": False,
        "company": messenger.desk.workspace,
        "contact": "123456789",
        "count_message": 2,
        "get_contact": False,
        "interest": False,
        "is_bot": False,
        "operator": False,
        "success": False,
        "task": messenger.task_id,
        "title": "API chat 123456789",
        "user_replied": False,
        "wh_get_contact": False,
        "wh_interest": False,
        "wh_success": False,
    }
