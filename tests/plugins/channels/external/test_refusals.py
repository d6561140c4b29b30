"""What cannot be taken in is refused with the field at fault, and nothing is written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.plugins.channels.external.conftest import SEND, Messenger
from tests.program import Program

from frontdesk.core.ids import KeyId
from frontdesk.store.keys import create_key, revoke_key

TASK = "task_01jd6r2x9cf8pbx5z0m3t7w4qa"


async def refused(messenger: Messenger, body: object, status: int, code: str, **options: Any) -> Any:
    """The problem document, when the refusal is this and no table of the line has a row."""
    answer = await messenger.desk.program.client.post(SEND, json=body, **{"key": messenger.token, **options})
    assert (answer.status, answer.json()["code"]) == (status, code), answer.body
    assert set((await messenger.desk.counts()).values()) == {0}
    return answer.json()


@pytest.mark.parametrize("field", ["task_id", "chat_id", "message"])
@pytest.mark.parametrize("value", [None, "", "  ", 5, True, {"$ne": ""}, ["a"], {}])
async def test_s003_5_a_field_that_is_missing_or_no_string_is_named(
    messenger: Messenger, field: str, value: object
) -> None:
    body = {"task_id": messenger.task_id, "chat_id": "1", "message": "hi", field: value}
    problem = await refused(messenger, body, 422, "invalid")
    assert problem["field"] == field


@pytest.mark.parametrize("body", [[], "text", 5, None])
async def test_a_body_that_is_no_object_is_refused(messenger: Messenger, body: object) -> None:
    answer = await messenger.desk.program.client.post(
        SEND,
        body=b"null" if body is None else None,
        json=body,
        key=messenger.token,
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status, answer.json()["code"]) == (400, "bad_request")


async def test_a_chat_id_that_is_too_long_is_refused(messenger: Messenger) -> None:
    body = {"task_id": messenger.task_id, "chat_id": "x" * 256, "message": "hi"}
    assert (await refused(messenger, body, 422, "invalid"))["field"] == "chat_id"


@pytest.mark.parametrize("task_id", [TASK, "1721129985149x478019552540622850", "task_", "conv_x", "'; --"])
async def test_a_task_that_is_not_there_is_not_found(messenger: Messenger, task_id: str) -> None:
    body = {"task_id": task_id, "chat_id": "1", "message": "hi"}
    assert (await refused(messenger, body, 404, "not_found"))["field"] == "task_id"


async def test_another_workspaces_task_is_not_found(messenger: Messenger, program: Program) -> None:
    other = await program.desk()
    token = await other.key("api", "send:messages")
    body = {"task_id": messenger.task_id, "chat_id": "1", "message": "hi"}
    await refused(messenger, body, 404, "not_found", key=token)


async def test_a_key_limited_to_another_assistant_does_not_find_the_task(messenger: Messenger) -> None:
    desk = messenger.desk
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        _, text = await create_key(
            desk.workspace,
            tx,
            kind="api",
            name="Limited",
            scopes=frozenset({"send:messages"}),
            assistant_ids=frozenset({"asst_01jd6r2x9cf8pbx5z0m3t7w4qa"}),
        )
    body = {"task_id": messenger.task_id, "chat_id": "1", "message": "hi"}
    await refused(messenger, body, 404, "not_found", key=text.reveal())


async def test_s002_20_a_token_is_needed_and_has_to_be_allowed_to_send(messenger: Messenger) -> None:
    body = {"task_id": messenger.task_id, "chat_id": "1", "message": "hi"}
    await refused(messenger, body, 401, "unauthenticated", key="")
    await refused(messenger, body, 401, "unauthenticated", key="fd_api_wrong")
    reads = await messenger.desk.key("api", "read:conversations")
    await refused(messenger, body, 403, "forbidden", key=reads)


async def test_an_expired_token_and_a_revoked_one_are_refused(messenger: Messenger) -> None:
    desk, keys = messenger.desk, []
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        for expires_at in (datetime.now(UTC) - timedelta(seconds=1), None):
            scopes = frozenset({"send:messages"})
            made, text = await create_key(
                desk.workspace, tx, kind="api", name="Over", scopes=scopes, expires_at=expires_at
            )
            keys.append(text.reveal())
        await revoke_key(desk.workspace, tx, KeyId(made.id))
    body = {"task_id": messenger.task_id, "chat_id": "1", "message": "hi"}
    for key in keys:
        await refused(messenger, body, 401, "unauthenticated", key=key)


@pytest.mark.parametrize("what", ["task", "channel"])
async def test_what_is_switched_off_takes_nothing_in(messenger: Messenger, what: str) -> None:
    place = {"task": f"/tasks/{messenger.task_id}", "channel": f"/channels/{messenger.channel_id}"}[what]
    changed = await messenger.api("PATCH", place, json={"enabled": False}, headers={"If-Match": "*"})
    assert changed.status == 200, changed.body
    messenger.desk.program.forget_entrances()
    body = {"task_id": messenger.task_id, "chat_id": "1", "message": "hi"}
    await refused(messenger, body, 404, "not_found")
    task = (await messenger.api("GET", f"/tasks/{messenger.task_id}")).json()
    assert [lack["what"] for lack in task["lacks"]] == [f"{what}_off"]


async def test_a_body_that_does_not_say_it_is_json_is_refused(messenger: Messenger) -> None:
    answer = await messenger.desk.program.client.post(
        SEND, body=b"{}", key=messenger.token, headers={"Content-Type": "text/plain"}
    )
    assert (answer.status, answer.json()["code"]) == (415, "unsupported_media_type")
