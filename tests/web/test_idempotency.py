"""Idempotency-Key: one effect, one answer. Reliability promise 25."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from tests.database import Database
from tests.doubles.http_client import Answer, HttpClient, http_client
from tests.doubles.server import serving
from tests.web.conftest import MakeKey, make_assistant, wanted

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint
from frontdesk.web.app import build
from frontdesk.web.program import Program

CHANNELS = "/api/v1/channels"


async def channel_count(store: Store, workspace: WorkspaceId) -> int:
    async with store.turn_work(workspace) as connection:
        count: int = await connection.fetchval(
            "SELECT count(*) FROM channels WHERE workspace_id = $1", workspace
        )
        return count


async def post(client: HttpClient, key: str, once: str, body: dict[str, object]) -> Answer:
    return await client.post(CHANNELS, key=key, json=body, headers={"Idempotency-Key": once})


async def switch_off(store: Store, workspace: WorkspaceId) -> None:
    """Every channel there is, so that the same body can make another one."""
    async with store.turn_work(workspace) as connection:
        await connection.execute("UPDATE channels SET enabled = false WHERE workspace_id = $1", workspace)


@pytest.fixture
async def second_client(web_program: Program, database: Database) -> AsyncIterator[HttpClient]:
    """Another process as far as the database can tell: pools, caches and lanes of its own."""
    other = await open_store(database.url, pool_size=2)
    changed = Program(**{**web_program.__dict__, "store": other})
    async with serving(build(changed)) as url, http_client(url) as client:
        yield client
    await other.close()


async def test_the_same_request_again_gets_the_same_bytes(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    first = await post(client, key, "one", wanted(assistant_id))
    again = await post(client, key, "one", wanted(assistant_id))
    assert (again.status, again.body) == (first.status, first.body) == (201, first.body)
    for name in ("ETag", "Location", "Content-Type", "Content-Length"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert await channel_count(store, workspace) == 1


async def test_twenty_at_once_over_two_processes_make_one(
    client: HttpClient,
    second_client: HttpClient,
    key: str,
    assistant_id: str,
    store: Store,
    workspace: WorkspaceId,
) -> None:
    answers = await asyncio.gather(
        *(post(one, key, "burst", wanted(assistant_id)) for one in [client, second_client] * 10)
    )
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert await channel_count(store, workspace) == 1


async def test_without_a_key_twice_is_two(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    for _ in range(2):
        assert (await client.post(CHANNELS, key=key, json=wanted(assistant_id))).status == 201
        await switch_off(store, workspace)
    assert await channel_count(store, workspace) == 2


async def test_another_body_under_the_same_key_is_refused(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    await post(client, key, "one", wanted(assistant_id))
    answer = await post(client, key, "one", wanted(assistant_id, name="Other"))
    assert (answer.status, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert await channel_count(store, workspace) == 1


async def test_a_key_belongs_to_who_sent_it(
    client: HttpClient,
    key: str,
    assistant_id: str,
    store: Store,
    workspace: WorkspaceId,
    other_workspace: WorkspaceId,
    make_key: MakeKey,
) -> None:
    first = await post(client, key, "one", wanted(assistant_id))
    await switch_off(store, workspace)
    same_company = await post(client, await make_key(workspace, "admin"), "one", wanted(assistant_id))
    theirs = await make_assistant(store, other_workspace)
    other_company = await post(client, await make_key(other_workspace, "admin"), "one", wanted(theirs))
    assert len({answer.json()["id"] for answer in (first, same_company, other_company)}) == 3


async def test_a_refused_request_leaves_its_key_free(client: HttpClient, key: str, assistant_id: str) -> None:
    refused = await post(client, key, "one", wanted(assistant_id, name=""))
    assert refused.status == 422
    assert (await post(client, key, "one", wanted(assistant_id))).status == 201


async def test_a_first_that_never_finished_leaves_its_key_free(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId, database: Database
) -> None:
    """The first one's process dies between its work and its answer: nothing of it is left."""
    first = await asyncpg.connect(database.url, server_settings={"role": "frontdesk_app"})
    await first.execute("SELECT set_config('frontdesk.workspace', $1, false)", workspace)
    await first.execute("BEGIN")
    await first.execute(
        """INSERT INTO idempotency_keys (workspace_id, actor, route, key, body_hash)
           SELECT workspace_id, 'key:' || id, $2, 'one', '' FROM api_keys WHERE workspace_id = $1""",
        *(workspace, CHANNELS),
    )
    await first.execute(
        "INSERT INTO channels (workspace_id, id, type, name) VALUES ($1, $2, 'pigeon', 'half')",
        *(workspace, mint("chan")),
    )
    async with asyncio.TaskGroup() as group:
        second = group.create_task(post(client, key, "one", wanted(assistant_id)))
        async with asyncio.timeout(60):
            while not await first.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                assert not second.done()
        kill = f"SELECT pg_terminate_backend({first.get_server_pid()})"
        administrator = await asyncpg.connect(database.admin_url)
        await administrator.execute(kill)
        await administrator.close()
    first.terminate()
    assert second.result().status == 201
    assert await channel_count(store, workspace) == 1


async def test_a_first_that_takes_too_long_is_named(
    client: HttpClient, key: str, assistant_id: str, workspace: WorkspaceId, database: Database
) -> None:
    first = await asyncpg.connect(database.url, server_settings={"role": "frontdesk_app"})
    try:
        await first.execute("SELECT set_config('frontdesk.workspace', $1, false)", workspace)
        await first.execute("BEGIN")
        await first.execute(
            """INSERT INTO idempotency_keys (workspace_id, actor, route, key, body_hash)
               SELECT workspace_id, 'key:' || id, $2, 'one', '' FROM api_keys WHERE workspace_id = $1""",
            *(workspace, CHANNELS),
        )
        answer = await post(client, key, "one", wanted(assistant_id))
        assert (answer.status, answer.json()["code"]) == (409, "idempotency_in_progress")
    finally:
        await first.close()


async def test_a_key_is_kept_for_a_day(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    for _ in range(2):
        await post(client, key, "one", wanted(assistant_id))
    assert await channel_count(store, workspace) == 1
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            "UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE workspace_id = $1",
            *(workspace, timedelta(hours=24, seconds=1)),
        )
    await switch_off(store, workspace)
    assert "Idempotent-Replayed" not in (await post(client, key, "one", wanted(assistant_id))).headers
    assert await channel_count(store, workspace) == 2


@pytest.mark.parametrize("once", ["", "two words", "x" * 201, "\xe4"])
async def test_an_unusable_key_is_refused(client: HttpClient, key: str, assistant_id: str, once: str) -> None:
    answer = await post(client, key, once, wanted(assistant_id))
    assert (answer.status, answer.json()["field"]) == (422, "Idempotency-Key")
