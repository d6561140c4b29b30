"""`/api/v1/assistants`: a change of name and host names; a host name is one assistant's in the whole installation."""

import asyncio
import secrets

import asyncpg
import pytest
from tests.database import Database
from tests.doubles.http_client import Answer, HttpClient
from tests.web.conftest import MakeKey, make_assistant

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store

ASSISTANTS = "/api/v1/assistants"


def fresh_host() -> str:
    return f"desk-{secrets.token_hex(4)}.example.test"


@pytest.fixture
async def key(workspace: WorkspaceId, make_key: MakeKey) -> str:
    return await make_key(workspace, "write:assistants")


@pytest.fixture
async def other_key(other_workspace: WorkspaceId, make_key: MakeKey) -> str:
    return await make_key(other_workspace, "write:assistants")


@pytest.fixture
async def others(store: Store, other_workspace: WorkspaceId) -> str:
    return await make_assistant(store, other_workspace)


async def change(
    client: HttpClient, key: str, assistant_id: str, if_match: str = "*", **fields: object
) -> Answer:
    return await client.send(
        "PATCH", f"{ASSISTANTS}/{assistant_id}", key=key, json=fields, headers={"If-Match": if_match}
    )


async def test_an_assistant_gets_another_name_and_host_names(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    host = fresh_host()
    before = await client.get(f"{ASSISTANTS}/{assistant_id}", key=key)
    answer = await change(
        client,
        key,
        assistant_id,
        before.headers["ETag"],
        name=" Front ",
        hosts=[f" {host.upper()}. ", "b." + host],
    )
    assert answer.status == 200, answer.body
    assert (answer.json()["name"], answer.json()["hosts"]) == ("Front", sorted([host, "b." + host]))
    read = await client.get(f"{ASSISTANTS}/{assistant_id}", key=key)
    assert read.json() == answer.json()
    assert read.headers["ETag"] == answer.headers["ETag"] != before.headers["ETag"]
    assert (await change(client, key, assistant_id, before.headers["ETag"], name="Late")).status == 412
    named = await change(client, key, assistant_id, name="Desk")
    assert named.json()["hosts"] == answer.json()["hosts"]
    fewer = await change(client, key, assistant_id, hosts=[host])
    assert fewer.json()["hosts"] == [host]
    async with store.turn_work(workspace) as connection:
        actions = await connection.fetch("SELECT action FROM audit WHERE workspace_id = $1", workspace)
    assert [row["action"] for row in actions] == ["assistant.updated"] * 3


async def test_a_host_name_of_another_workspace_is_refused_and_changes_nothing(
    client: HttpClient, key: str, other_key: str, assistant_id: str, others: str
) -> None:
    host, free = fresh_host(), fresh_host()
    assert (await change(client, other_key, others, hosts=[host])).status == 200
    answer = await change(client, key, assistant_id, name="Mine", hosts=[free, host.upper()])
    assert answer.status == 409
    assert answer.json()["code"] == "host_taken"
    assert answer.json()["field"] == "hosts"
    assert host in answer.json()["detail"]
    unchanged = (await client.get(f"{ASSISTANTS}/{assistant_id}", key=key)).json()
    assert (unchanged["name"], unchanged["hosts"]) == ("Ann", [])
    assert (await change(client, other_key, others, hosts=[free])).status == 200
    assert (await change(client, key, assistant_id, hosts=[host])).status == 200  # given up, so it is free


async def test_another_assistant_of_the_workspace_keeps_its_host_name_too(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    bob, host = await make_assistant(store, workspace, "bob"), fresh_host()
    assert (await change(client, key, assistant_id, hosts=[host])).status == 200
    assert (await change(client, key, bob, hosts=[host])).json()["code"] == "host_taken"


async def test_of_two_who_claim_the_same_names_at_once_one_gets_them_all(
    client: HttpClient, key: str, other_key: str, assistant_id: str, others: str
) -> None:
    for _ in range(5):
        hosts = [fresh_host() for _ in range(6)]
        answers = await asyncio.gather(
            change(client, key, assistant_id, hosts=hosts),
            change(client, other_key, others, hosts=hosts[::-1]),
        )
        assert sorted(answer.status for answer in answers) == [200, 409]


@pytest.mark.parametrize("host", ["desk.example", "localhost", "10.0.0.1", "desk"])
async def test_where_the_installation_itself_answers_is_its_own(
    client: HttpClient, key: str, assistant_id: str, host: str
) -> None:
    answer = await change(client, key, assistant_id, hosts=[host])
    assert (answer.status, answer.json()["code"]) == (409, "host_taken")


@pytest.mark.parametrize(
    "host",
    ["", "https://desk.example.test", "desk.example.test:8000", "-a.test", "a..b", "ä.test", "a" * 64, "a b"],
)
async def test_what_is_no_host_name_is_refused(
    client: HttpClient, key: str, assistant_id: str, host: str
) -> None:
    answer = await change(client, key, assistant_id, hosts=[host])
    assert (answer.status, answer.json()["field"]) == (422, "hosts.0")


async def test_reading_is_not_enough_and_another_workspace_sees_nothing(
    client: HttpClient, workspace: WorkspaceId, make_key: MakeKey, other_key: str, assistant_id: str
) -> None:
    reading = await make_key(workspace, "read:assistants")
    assert (await change(client, reading, assistant_id, name="X")).status == 403
    assert (await change(client, other_key, assistant_id, name="X")).status == 404


async def test_the_database_itself_keeps_a_host_name_to_one_assistant(
    client: HttpClient,
    key: str,
    assistant_id: str,
    others: str,
    other_workspace: WorkspaceId,
    database: Database,
) -> None:
    host = fresh_host()
    assert (await change(client, key, assistant_id, hosts=[host])).status == 200
    admin = await asyncpg.connect(database.admin_url)
    insert = "INSERT INTO assistant_hosts (workspace_id, host, assistant_id) VALUES ($1, $2, $3)"
    try:
        with pytest.raises(asyncpg.UniqueViolationError):
            await admin.execute(insert, other_workspace, host, others)
        with pytest.raises(asyncpg.CheckViolationError):
            await admin.execute(insert, other_workspace, host.upper(), others)
    finally:
        await admin.close()
