"""`/api/v1/channels`, the first noun on the API's ground rules. Acceptance S002-11 to S002-18 in part."""

import asyncio
from typing import Any

import pytest
from tests.doubles.http_client import Answer, HttpClient
from tests.web.conftest import MakeKey, make_assistant, wanted

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.audit import verify
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.secrets import reveal_secrets
from frontdesk.web.program import Program

CHANNELS = "/api/v1/channels"


async def created(client: HttpClient, key: str, assistant_id: str, **changes: object) -> Answer:
    answer = await client.post(CHANNELS, key=key, json=wanted(assistant_id, **changes))
    assert answer.status == 201, answer.body
    return answer


async def audit_log(store: Store, workspace: WorkspaceId) -> list[Any]:
    async with store.turn_work(workspace) as connection:
        return await connection.fetch("SELECT * FROM audit WHERE workspace_id = $1 ORDER BY seq", workspace)


async def test_a_channel_is_made_with_its_task(client: HttpClient, key: str, assistant_id: str) -> None:
    answer = await created(client, key, assistant_id)
    channel = answer.json()
    assert channel["settings"] == {"loft": "east", "max_birds": 3}
    assert channel["secret_names"] == ["whistle"]
    [task] = channel["tasks"]
    assert task == {"id": task["id"], "assistant_id": assistant_id, "service_mode": "ai"}
    assert task["id"].startswith("task_")
    assert answer.headers["Location"] == f"{CHANNELS}/{channel['id']}"
    read = await client.get(answer.headers["Location"], key=key)
    assert read.json() == channel
    assert read.headers["ETag"] == answer.headers["ETag"] == '"1"'


async def test_secrets_are_sealed_and_shown_to_nobody(
    client: HttpClient,
    key: str,
    assistant_id: str,
    store: Store,
    workspace: WorkspaceId,
    web_program: Program,
) -> None:
    answer = await created(client, key, assistant_id)
    assert b"shrill-secret" not in answer.body
    channel_id = answer.json()["id"]
    async with store.unit_of_work(workspace) as tx:
        kept = await reveal_secrets(workspace, tx, web_program.vault, channel_id, ["whistle"])
    assert kept["whistle"].reveal() == "shrill-secret"
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            """SELECT c::text AS row FROM channels c UNION ALL SELECT s::text FROM secrets s
               UNION ALL SELECT a::text FROM audit a"""
        )
    assert len(rows) == 3
    for row in rows:
        assert "shrill-secret" not in row["row"]
        assert b"shrill-secret".hex() not in row["row"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "owl"}, "type"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": {"$ne": ""}}, "name"),
        ({"assistant_id": "asst_nobody"}, "assistant_id"),
        ({"assistant_id": mint("asst")}, "assistant_id"),
        ({"settings": {}}, "settings.loft"),
        ({"settings": {"loft": "east", "max_birds": "many"}}, "settings.max_birds"),
        ({"settings": {"loft": "east", "owls": 1}}, "settings.owls"),
        ({"settings": []}, "settings"),
        ({"extra": 1}, "extra"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    client: HttpClient, key: str, assistant_id: str, changes: dict[str, object], field: str
) -> None:
    answer = await client.post(CHANNELS, key=key, json=wanted(assistant_id, **changes))
    assert (answer.status, answer.json()["code"], answer.json()["field"]) == (422, "invalid", field)
    assert (await client.get(CHANNELS, key=key)).json() == {"data": [], "next_cursor": None}


async def test_every_field_at_fault_is_listed_and_none_is_quoted(client: HttpClient, key: str) -> None:
    answer = await client.post(CHANNELS, key=key, json={"type": 7, "name": "secret-name" * 20})
    assert {error["field"] for error in answer.json()["errors"]} == {"type", "name"}
    assert b"secret-name" not in answer.body


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b'{"type": "pigeon", "type": "owl"}', "application/json", 400, "bad_request"),
        (b'{"name": "\\u0000"}', "application/json", 400, "bad_request"),
        (b'{"name": NaN}', "application/json; charset=utf-8", 400, "bad_request"),
        (b"[" * 100, "application/json", 400, "bad_request"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"{}", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'["x"]', "application/json", 422, "invalid"),
        (b"", "application/json", 422, "invalid"),
        (b'{"name": "' + b"x" * 1_000_000 + b'"}', "application/json", 413, "body_too_large"),
    ],
)
async def test_bodies_are_read_strictly(
    client: HttpClient, key: str, body: bytes, content_type: str, status: int, code: str
) -> None:
    answer = await client.post(CHANNELS, key=key, body=body, headers={"Content-Type": content_type})
    assert (answer.status, answer.json()["code"]) == (status, code)


async def test_a_list_comes_in_pages(
    client: HttpClient, key: str, store: Store, workspace: WorkspaceId
) -> None:
    desks = [await make_assistant(store, workspace, f"desk{n}") for n in range(5)]
    made = [(await created(client, key, desk)).json()["id"] for desk in desks]
    seen, cursor, pages = [], "", 0
    while True:
        found = (await client.get(f"{CHANNELS}?limit=2&cursor={cursor}", key=key)).json()
        seen += [channel["id"] for channel in found["data"]]
        pages += 1
        if (cursor := found["next_cursor"]) is None:
            break
    assert (seen, pages) == (sorted(made), 3)


async def test_a_cursor_is_good_for_its_list_alone(
    client: HttpClient,
    key: str,
    store: Store,
    workspace: WorkspaceId,
    other_workspace: WorkspaceId,
    make_key: MakeKey,
) -> None:
    for n in range(2):
        await created(client, key, await make_assistant(store, workspace, f"desk{n}"))
    cursor = (await client.get(f"{CHANNELS}?limit=1", key=key)).json()["next_cursor"]
    other = await make_key(other_workspace, "admin")
    for path, asking in [
        (f"{CHANNELS}?cursor={cursor}", other),
        (f"/api/v1/assistants?cursor={cursor}", key),
        (f"{CHANNELS}?cursor={cursor[:-1]}", key),
        (f"{CHANNELS}?cursor={cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}", key),
        (f"{CHANNELS}?cursor=x", key),
        (f"{CHANNELS}?cursor=%C3%A4", key),
    ]:
        answer = await client.get(path, key=asking)
        assert (answer.status, answer.json()["code"]) == (400, "cursor_invalid"), path


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x"])
async def test_a_limit_out_of_bounds_is_refused(client: HttpClient, key: str, query: str) -> None:
    answer = await client.get(f"{CHANNELS}?{query}", key=key)
    assert (answer.status, answer.json()["field"]) == (422, "limit")


async def test_a_change_needs_the_version_it_is_based_on(
    client: HttpClient, key: str, assistant_id: str
) -> None:
    path = (await created(client, key, assistant_id)).headers["Location"]
    without = await client.send("PATCH", path, key=key, json={"name": "A"})
    assert (without.status, without.json()["code"]) == (428, "precondition_required")
    changed = await client.send("PATCH", path, key=key, json={"name": "A"}, headers={"If-Match": '"1"'})
    assert (changed.status, changed.json()["name"], changed.headers["ETag"]) == (200, "A", '"2"')
    for stale in ('"1"', 'W/"2"', '"02x"', "2", ""):
        late = await client.send("PATCH", path, key=key, json={"name": "B"}, headers={"If-Match": stale})
        assert (late.status, late.json()["code"]) == (412, "conflict"), stale
    for good in ('"9", "2"', "*"):
        late = await client.send("PATCH", path, key=key, json={"enabled": False}, headers={"If-Match": good})
        assert (late.status, late.json()["enabled"]) == (200, False)


async def test_of_many_changes_of_one_version_one_wins(
    client: HttpClient, key: str, assistant_id: str
) -> None:
    path = (await created(client, key, assistant_id)).headers["Location"]
    answers = await asyncio.gather(
        *(
            client.send("PATCH", path, key=key, json={"name": f"N{n}"}, headers={"If-Match": '"1"'})
            for n in range(12)
        )
    )
    assert sorted(answer.status for answer in answers) == [200] + [412] * 11


async def test_settings_are_merged_and_checked_as_a_whole(
    client: HttpClient,
    key: str,
    assistant_id: str,
    store: Store,
    workspace: WorkspaceId,
    web_program: Program,
) -> None:
    made = await created(client, key, assistant_id)
    path, any_version = made.headers["Location"], {"If-Match": "*"}

    async def change(settings: dict[str, object]) -> Answer:
        return await client.send("PATCH", path, key=key, json={"settings": settings}, headers=any_version)

    answer = await change({"max_birds": 5})
    assert answer.json()["settings"] == {"loft": "east", "max_birds": 5}
    assert answer.json()["secret_names"] == ["whistle"]
    refused = await change({"loft": None})
    assert (refused.status, refused.json()["field"]) == (422, "settings.loft")
    await change({"whistle": "low-secret"})
    async with store.unit_of_work(workspace) as tx:
        kept = await reveal_secrets(workspace, tx, web_program.vault, made.json()["id"], ["whistle"])
    assert kept["whistle"].reveal() == "low-secret"
    assert (await change({"whistle": None})).json()["secret_names"] == []


@pytest.mark.parametrize(("given", "left"), [("new-secret", ["whistle"]), (None, [])])
async def test_a_secret_under_a_lost_master_key_can_be_set_again_and_taken_away(
    client: HttpClient,
    key: str,
    assistant_id: str,
    store: Store,
    workspace: WorkspaceId,
    given: str | None,
    left: list[str],
) -> None:
    made = await created(client, key, assistant_id)
    async with store.turn_work(workspace) as connection:
        await connection.execute("UPDATE secrets SET key_id = 'lost' WHERE workspace_id = $1", workspace)
    body, headers = {"settings": {"whistle": given}}, {"If-Match": "*"}
    answer = await client.send("PATCH", made.headers["Location"], key=key, json=body, headers=headers)
    assert (answer.status, answer.json()["secret_names"]) == (200, left)


async def test_a_channel_is_removed_and_comes_back_with_its_secrets(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    path = (await created(client, key, assistant_id)).headers["Location"]
    assert (await client.send("DELETE", path, key=key, headers={"If-Match": '"7"'})).status == 412
    removed = await client.send("DELETE", path, key=key, headers={"If-Match": '"1"'})
    assert (removed.status, removed.body) == (204, b"")
    assert (await client.get(path, key=key)).json()["deleted_at"] is not None
    assert (await client.get(CHANNELS, key=key)).json()["data"] == []
    assert (await client.send("DELETE", path, key=key)).status == 404
    back = await client.post(f"{path}/restore", key=key)
    assert (back.json()["secret_names"], len(back.json()["tasks"])) == (["whistle"], 1)
    async with store.turn_work(workspace) as connection:
        secrets = await connection.fetchval("SELECT count(*) FROM secrets WHERE workspace_id = $1", workspace)
    assert secrets == 1


async def test_a_channel_that_was_written_over_stays(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    channel = (await created(client, key, assistant_id)).json()
    async with store.turn_work(workspace) as connection:
        contact = mint("vis")
        await connection.execute(
            "INSERT INTO contacts (workspace_id, id) VALUES ($1, $2)", workspace, contact
        )
        await connection.execute(
            """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id,
                                          external_id, state, state_format)
               VALUES ($1, $2, $3, $4, $5, $6, 'x', '{}', 1)""",
            *(workspace, mint("conv"), channel["id"], channel["tasks"][0]["id"], assistant_id, contact),
        )
    answer = await client.send("DELETE", f"{CHANNELS}/{channel['id']}", key=key)
    assert (answer.status, answer.json()["code"]) == (409, "in_use")
    assert (await client.get(f"{CHANNELS}/{channel['id']}", key=key)).status == 200


async def test_everything_done_is_in_the_audit_log(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    path = (await created(client, key, assistant_id)).headers["Location"]
    await client.send("PATCH", path, key=key, json={"name": "New"}, headers={"If-Match": "*"})
    await client.send("PATCH", path, key=key, json={"name": "Late"}, headers={"If-Match": '"1"'})
    await client.send("DELETE", path, key=key)
    entries = await audit_log(store, workspace)
    assert [entry["action"] for entry in entries] == ["channel.created", "channel.updated", "channel.deleted"]
    assert {entry["actor"][:8] for entry in entries} == {"key:key_"}
    assert {entry["ip"] for entry in entries} == {"127.0.0.1"}
    assert '"name": "New"' in entries[1]["after"]
    assert '"name": "Pigeons"' in entries[1]["before"]
    verdict = await verify(workspace, store)
    assert (verdict.chain.length, verdict.broken) == (3, None)


async def test_a_key_of_one_workspace_never_sees_another(
    client: HttpClient,
    key: str,
    assistant_id: str,
    other_workspace: WorkspaceId,
    make_key: MakeKey,
    store: Store,
) -> None:
    path = (await created(client, key, assistant_id)).headers["Location"]
    assistant = f"/api/v1/assistants/{assistant_id}"
    other = await make_key(other_workspace, "admin")
    for method, target in [("GET", path), ("PATCH", path), ("DELETE", path), ("GET", assistant)]:
        answer = await client.send(
            method,
            target,
            key=other,
            json={"name": "x"} if method == "PATCH" else None,
            headers={"If-Match": "*"},
        )
        assert (answer.status, answer.json()["code"]) == (404, "not_found"), (method, target)
    for collection in (CHANNELS, "/api/v1/assistants"):
        assert (await client.get(collection, key=other)).json()["data"] == []
    foreign = await client.post(CHANNELS, key=other, json=wanted(assistant_id))
    assert (foreign.status, foreign.json()["field"]) == (422, "assistant_id")
    assert (await client.get(path, key=key)).status == 200
    assert await audit_log(store, other_workspace) == []


async def test_a_key_for_some_assistants_sees_no_others(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    bob = await make_assistant(store, workspace, "bob")
    ann_path = (await created(client, key, assistant_id)).headers["Location"]
    limited = await make_key(workspace, "admin", assistant_ids=frozenset({bob}))
    assert (await client.get(ann_path, key=limited)).status == 404
    assert (await client.get(f"/api/v1/assistants/{assistant_id}", key=limited)).status == 404
    refused = await client.post(CHANNELS, key=limited, json=wanted(assistant_id))
    assert (refused.status, refused.json()["field"]) == (422, "assistant_id")
    bobs = await created(client, limited, bob)
    listed = (await client.get(CHANNELS, key=limited)).json()["data"]
    assert [channel["id"] for channel in listed] == [bobs.json()["id"]]
    assistants = (await client.get("/api/v1/assistants", key=limited)).json()["data"]
    assert [(one["id"], one["slug"], one["published_version"]) for one in assistants] == [(bob, "bob", None)]


async def test_one_channel_of_a_type_is_switched_on_for_an_assistant(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    first = (await created(client, key, assistant_id, name="Loft")).json()

    async def switch(channel_id: str, *, enabled: bool) -> Answer:
        return await client.send(
            "PATCH",
            f"{CHANNELS}/{channel_id}",
            key=key,
            json={"enabled": enabled},
            headers={"If-Match": "*"},
        )

    second = await client.post(CHANNELS, key=key, json=wanted(assistant_id, name="Barn"))
    assert (second.status, second.json()["code"]) == (409, "channel_taken")
    assert f"'Loft' ({first['id']})" in second.json()["detail"]
    assert [one["id"] for one in (await client.get(CHANNELS, key=key)).json()["data"]] == [first["id"]]
    assert (await switch(first["id"], enabled=True)).status == 200
    assert (await switch(first["id"], enabled=False)).status == 200
    barn = (await created(client, key, assistant_id, name="Barn")).json()
    back = await switch(first["id"], enabled=True)
    assert (back.status, back.json()["code"]) == (409, "channel_taken")
    assert f"'Barn' ({barn['id']})" in back.json()["detail"]
    assert (await switch(barn["id"], enabled=False)).status == 200
    assert (await switch(first["id"], enabled=True)).status == 200
    await created(client, key, await make_assistant(store, workspace, "bob"))


async def test_of_many_channels_made_at_once_one_is_there(
    client: HttpClient, key: str, assistant_id: str
) -> None:
    answers = await asyncio.gather(
        *(client.post(CHANNELS, key=key, json=wanted(assistant_id)) for _ in range(8))
    )
    assert sorted(answer.status for answer in answers) == [201] + [409] * 7


@pytest.mark.parametrize("wrong", ["chan_x", "asst_" + "0" * 26, "%00", "chan_" + "0" * 26])
async def test_an_id_that_names_nothing_is_not_found(client: HttpClient, key: str, wrong: str) -> None:
    assert (await client.get(f"{CHANNELS}/{wrong}", key=key)).status == 404
