"""The application as a whole: probes, the database away and back, the OpenAPI document."""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.database import Database, migrated
from tests.doubles.gate import Gate
from tests.doubles.http_client import HttpClient, http_client
from tests.doubles.server import serving
from tests.program import Program as Served
from tests.program import served
from tests.web.conftest import MakeKey

from frontdesk.app.postgres import PostgresServer
from frontdesk.core.errors import CODES
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import KIND_SCOPES, PERMISSIONS, SCOPES
from frontdesk.store.connect import open_store
from frontdesk.web.app import WebApplication, build
from frontdesk.web.program import Program


async def test_the_probes_answer(client: HttpClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}


@pytest.fixture
async def full(server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    """On a database and a disk of its own: the one can be set back, and the other has no room."""
    database = await migrated(server, f"probed_{secrets.token_hex(4)}")
    async with served(database, tmp_path, jobs=False, disk_floor_mb=10**9) as program:
        yield program


async def test_without_room_on_the_disk_it_is_ready_and_says_that_messages_are_refused(full: Served) -> None:
    answer = await full.client.get("/readyz")
    assert (answer.status, answer.json()) == (200, {"status": "ready", "takes_messages": False})


async def test_with_the_tables_of_an_older_release_it_is_not_ready(full: Served) -> None:
    await full.execute("UPDATE alembic_version SET version_num = '0001'")
    answer = await full.client.get("/readyz")
    assert (answer.status, answer.json()["code"]) == (503, "unavailable")
    assert "0001" in answer.json()["detail"]
    await full.execute("UPDATE alembic_version SET version_num = '9999'")
    assert (await full.client.get("/readyz")).status == 200
    assert (await full.client.get("/healthz")).json() == {"status": "ok"}


@pytest.fixture
async def gate(database: Database, tmp_path: Path) -> AsyncIterator[Gate]:
    made = Gate(database.url, tmp_path)
    await made.open()
    yield made
    await made.shut()


async def test_while_the_database_is_away_we_say_so_and_afterwards_go_on(
    web_program: Program, gate: Gate, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    key = await make_key(workspace, "admin")
    store = await open_store(gate.url, pool_size=2)
    changed = Program(**{**web_program.__dict__, "store": store})
    async with serving(build(changed)) as url, http_client(url) as client:
        assert (await client.get("/api/v1/channels", key=key)).status == 200
        await gate.shut()
        for path in ("/readyz", "/api/v1/channels", "/api/v1/channels"):
            away = await client.get(path, key=key)
            assert (away.status, away.json()["code"]) == (503, "unavailable"), path
            assert int(away.headers["Retry-After"]) >= 1
        assert (await client.get("/healthz")).status == 200
        await gate.open()
        deadline = time.monotonic() + 60
        while (await client.get("/api/v1/channels", key=key)).status == 503:
            assert time.monotonic() < deadline
        assert (await client.get("/readyz")).status == 200
    await store.close()


async def test_a_client_that_goes_away_in_the_middle_of_its_body_breaks_nothing(
    base_url: str, client: HttpClient
) -> None:
    host, _, port = base_url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await client.post("/echo", body=b"{}")).status == 200


@pytest.fixture
async def document(client: HttpClient) -> dict[str, Any]:
    answer = await client.get("/api/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


async def test_the_document_names_every_documented_route(
    document: dict[str, Any], application: WebApplication
) -> None:
    assert document["openapi"].startswith("3.1")
    described = {
        (method.upper(), path): operation["operationId"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert described == {
        (route.method, re.sub(r":\w+}", "}", route.path)): route.name
        for route in application.table.routes
        if not route.raw or route.operation is not None
    }
    assert described["PATCH", "/api/v1/channels/{channel_id}"] == "update_channel"
    typed = {route.name for route in application.table.routes if not route.raw}
    assert typed <= set(described.values())


async def test_operations_say_who_may_and_how_they_fail(document: dict[str, Any]) -> None:
    create = document["paths"]["/api/v1/channels"]["post"]
    assert create["security"] == [{"key": []}, {"session": []}]
    assert create["x-scopes"] == ["admin", "write:channels"]
    assert set(create["responses"]) == {"201", "default"}
    assert create["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
    assert create["parameters"] == [{"$ref": "#/components/parameters/IdempotencyKey"}]
    change = document["paths"]["/api/v1/channels/{channel_id}"]["patch"]
    assert "If-Match" in [parameter["name"] for parameter in change["parameters"]]
    rasa = document["paths"]["/rasa/{sender}/tracker"]["get"]
    assert rasa["security"] == [{"key": []}, {"session": []}, {"token": []}]
    assert "default" not in rasa["responses"]
    schemas = document["components"]["schemas"]
    assert schemas["Problem"]["properties"]["code"]["enum"] == sorted(CODES)
    assert not {"HTTPValidationError", "ValidationError"} & schemas.keys()
    assert set(document["components"]["securitySchemes"]) == {"key", "session", "token"}


async def test_references_in_the_document_lead_somewhere(document: dict[str, Any]) -> None:
    def references(value: object) -> list[str]:
        match value:
            case {"$ref": str(target)}:
                return [target]
            case dict():
                return [found for inner in value.values() for found in references(inner)]
            case list():
                return [found for inner in value for found in references(inner)]
            case _:
                return []

    found = references(document)
    assert len(found) > 10
    for target in found:
        place: Any = document
        for part in target.removeprefix("#/").split("/"):
            place = place[part]


def test_every_permission_can_be_given() -> None:
    fixed = frozenset({"own", "self"}).union(*KIND_SCOPES.values())
    for name, permission in PERMISSIONS.items():
        assert permission.scopes, name
        assert permission.scopes <= SCOPES.keys() | fixed, name
    granted = frozenset().union(*(permission.scopes for permission in PERMISSIONS.values()))
    assert SCOPES.keys() | fixed == granted
