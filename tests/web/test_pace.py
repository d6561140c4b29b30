"""How often a key may ask: counted over two processes, said in every answer, and over with the minute."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.database import Database
from tests.doubles.http_client import Answer, HttpClient
from tests.program import Desk, Program, served, until

from frontdesk.store import key_minutes
from frontdesk.store.keys import list_keys

LABELS = "/api/v1/labels"
WORKSPACE = "/api/v1/workspace"


@pytest.fixture(scope="module")
async def second(database: Database, program: Program, tmp_path_factory: Any) -> AsyncIterator[HttpClient]:
    """Another process on the same database, as far as that can tell."""
    async with served(database, tmp_path_factory.mktemp("second"), jobs=False) as other:
        yield other.client


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


async def limited(program: Program, desk: Desk, limit: int | None) -> str:
    """A key that nobody has used yet, and so no process remembers."""
    admin = await desk.key("api", "admin")
    changed = await program.client.send(
        "PATCH", WORKSPACE, key=admin, json={"api_requests_a_minute": limit}, headers={"If-Match": "*"}
    )
    assert (changed.status, changed.json()["api_requests_a_minute"]) == (200, limit)
    return await desk.key("api", "read:workspace")


def left_in(answer: Answer) -> int:
    found = re.fullmatch(r'"key";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    assert found is not None
    assert 0 < int(found[2]) <= 60
    return int(found[1])


@pytest.mark.parametrize("limit", [40, 200])
async def test_two_processes_serve_the_limit_together(
    program: Program, desk: Desk, second: HttpClient, limit: int
) -> None:
    key = await limited(program, desk, limit)
    clients = [program.client, second]
    answers: list[Answer] = []
    for _ in range(limit // 10 + 4):
        answers += await asyncio.gather(*(client.get(LABELS, key=key) for client in clients * 5))
    served_ = Counter(answer.status for answer in answers)
    assert limit * 0.95 <= served_[200] <= limit, served_
    assert set(served_) == {200, 429}
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.json()["code"] == "rate_limited"
    assert refused.json()["details"] == {"plan": None, "limit": "api_requests_a_minute", "most": limit}
    assert "PATCH /api/v1/workspace" in refused.json()["detail"]
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert left_in(refused) == 0
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {f'"key";q={limit};w=60'}


async def test_one_process_gives_the_whole_limit_and_counts_down(program: Program, desk: Desk) -> None:
    key = await limited(program, desk, 100)
    answers = [await program.client.get(LABELS, key=key) for _ in range(101)]
    assert [answer.status for answer in answers] == [200] * 100 + [429]
    assert [left_in(answer) for answer in answers[:100]] == list(reversed(range(100)))
    other = await desk.key("api", "read:workspace")
    assert (await program.client.get(LABELS, key=other)).status == 200, "each key has its own"


async def test_without_a_limit_nothing_is_said(program: Program, desk: Desk) -> None:
    key = await limited(program, desk, None)
    answer = await program.client.get(LABELS, key=key)
    assert answer.status == 200
    assert "RateLimit" not in answer.headers


async def test_another_limit_holds_within_a_moment(program: Program, desk: Desk) -> None:
    key = await limited(program, desk, 2)
    for status in (200, 200, 429):
        assert (await program.client.get(LABELS, key=key)).status == status
    await limited(program, desk, None)

    async def serves() -> bool:
        return (await program.client.get(LABELS, key=key)).status == 200

    await until(serves)


async def test_a_new_minute_begins_when_the_former_is_over(program: Program, desk: Desk) -> None:
    await desk.key("api", "admin")
    store = program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        (key,) = await list_keys(desk.workspace, tx)

    async def all_of(limit: int) -> int:
        taken = 0
        while (batch := await key_minutes.take(desk.workspace, store, key.id, limit)).count:
            taken += batch.count
        assert batch.left_over == 0
        return taken

    assert await all_of(300) == 300
    assert await all_of(300) == 0
    await program.execute(
        "UPDATE api_key_minutes SET ends_at = now() WHERE workspace_id = $1 AND key_id = $2",
        *(desk.workspace, key.id),
    )
    assert await all_of(300) == 300
    assert await all_of(200) == 0, "less than what was taken"


@pytest.mark.parametrize("limit", [0, -1, 1_000_001, "many"])
async def test_a_limit_that_cannot_be_is_refused(program: Program, desk: Desk, limit: object) -> None:
    admin = await desk.key("api", "admin")
    answer = await program.client.send(
        "PATCH", WORKSPACE, key=admin, json={"api_requests_a_minute": limit}, headers={"If-Match": "*"}
    )
    assert (answer.status, answer.json()["field"]) == (422, "api_requests_a_minute")
