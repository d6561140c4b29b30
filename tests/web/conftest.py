"""The real web application on a loopback port, keys, and a clock that tests can move."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response
from tests.database import Database
from tests.doubles.http_client import HttpClient, http_client
from tests.doubles.http_server import FaultServer
from tests.doubles.server import serving
from tests.program import Program as Served
from tests.program import served
from tests.web.webhooks import BOT, Hooked

from frontdesk.core.actor import NOWHERE
from frontdesk.core.errors import Bug
from frontdesk.core.file_link import FileLinks
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import TextLimits
from frontdesk.core.permission import PUBLIC
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key
from frontdesk.store.secrets import Vault
from frontdesk.turn.links import Links
from frontdesk.web.app import WebApplication, build
from frontdesk.web.body import parse_object, read_body
from frontdesk.web.errors import Problem
from frontdesk.web.exchange import exchange_of
from frontdesk.web.program import Program
from frontdesk.web.route import Route
from frontdesk.web.widget import gate


@pytest.fixture
async def own_program(database: Database, tmp_path: Path) -> AsyncIterator[Served]:
    """For many visitors at one address: too many for the program that other tests have."""
    async with served(database, tmp_path, jobs=False) as running:
        yield running


@pytest.fixture
def nothing_refills(monkeypatch: pytest.MonkeyPatch) -> None:
    """What visitors have used up stays so, however slow the machine is."""
    now = time.monotonic()
    monkeypatch.setattr(gate, "time", SimpleNamespace(monotonic=lambda: now))


class MovableClock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class PigeonSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    loft: str = Field(min_length=1, max_length=20)
    max_birds: int = 3
    whistle: SecretStr = SecretStr("")


async def echo(request: Request) -> Response:
    exchange = exchange_of(request)
    body = parse_object(await read_body(request))
    return Response(f"{exchange.actor.kind} {len(body)}", media_type="text/plain")


async def break_down(_: Request) -> Response:
    held = "".join(["local", "-", "secret"])
    raise Bug(f"the lamp is broken after {len(held)} hours")


def envelope(problem: Problem, request_id: str) -> Response:
    return Response(f"own shape: {problem.code}", problem.status, dict(problem.headers))


TEST_ROUTES = [
    Route(method="POST", path="/echo", handler=echo, permission=PUBLIC, summary="Counts keys.", raw=True),
    Route(method="GET", path="/break", handler=break_down, permission=PUBLIC, summary="Breaks.", raw=True),
    Route(
        method="GET",
        path="/rasa/{sender:path}/tracker",
        handler=break_down,
        operation_id="rasa_like",
        permission="conversations.rasa",
        summary="A wire with an envelope of its own.",
        raw=True,
        operation={"responses": {"200": {"description": "Never."}}},
        token_in_query=True,
        error_shape=envelope,
    ),
]


@pytest.fixture(scope="session")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def web_program(store: Store, clock: MovableClock) -> Program:
    vault = Vault(b"k" * 32)
    return Program(
        store=store,
        vault=vault,
        clock=clock,
        channel_types={"pigeon": PigeonSettings},
        cursor_key=vault.derive("cursors"),
        links=Links("https://desk.example.com", vault.derive("share")),
        public_url="https://desk.example",
        file_links=FileLinks(b"f" * 32, "https://desk.example"),
        version="1.2.3",
        text_limits={"Pigeon": TextLimits(text=500)},
        command="FRONTDESK_DATA=/srv/desk frontdesk",
    )


@pytest.fixture(scope="session")
def application(web_program: Program) -> WebApplication:
    return build(web_program, TEST_ROUTES)


@pytest.fixture(scope="session")
async def base_url(application: WebApplication) -> AsyncIterator[str]:
    async with serving(application) as url:
        yield url


@pytest.fixture
async def client(base_url: str) -> AsyncIterator[HttpClient]:
    async with http_client(base_url) as opened:
        yield opened


MakeKey = Callable[..., Awaitable[str]]


@pytest.fixture
def make_key(store: Store) -> MakeKey:
    async def make(workspace: WorkspaceId, *scopes: str, kind: str = "api", **options: Any) -> str:
        async with store.unit_of_work(workspace) as tx:
            _, secret = await create_key(
                workspace, tx, kind=kind, name="a key", scopes=frozenset(scopes), **options
            )
        return secret.reveal()

    return make


@pytest.fixture
async def other_workspace(store: Store) -> WorkspaceId:
    made = WorkspaceId(mint("ws"))
    async with store.turn_work(made) as connection:
        await connection.execute("INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'Other')", made)
    return made


@pytest.fixture
async def no_tries(store: Store) -> None:
    """All tests sign in from one address, which would be held back for the failures of others."""
    async with store.turn_work(NOWHERE) as connection:
        await connection.execute("DELETE FROM sign_in_tries")


async def make_assistant(store: Store, workspace: WorkspaceId, slug: str = "ann") -> str:
    made = mint("asst")
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            "INSERT INTO assistants (workspace_id, id, slug, name) VALUES ($1, $2, $3, 'Ann')",
            workspace,
            made,
            slug,
        )
    return made


@pytest.fixture
async def assistant_id(store: Store, workspace: WorkspaceId) -> str:
    return await make_assistant(store, workspace)


@pytest.fixture
async def key(workspace: WorkspaceId, make_key: MakeKey) -> str:
    return await make_key(workspace, "admin")


def wanted(answering: str, /, **changes: object) -> dict[str, object]:
    """The body that makes a channel."""
    settings = {"loft": "east", "whistle": "shrill-secret"}
    return {"type": "pigeon", "name": "Pigeons", "assistant_id": answering, "settings": settings, **changes}


@pytest.fixture
async def hooked(program: Served) -> AsyncIterator[Hooked]:
    """Nothing is sent of it any more once the test is over."""
    async with FaultServer() as receiver:
        desk = await program.desk(BOT)
        yield Hooked(desk, await desk.key("api", "admin"), receiver)
        await program.execute("DELETE FROM deliveries WHERE workspace_id = $1", desk.workspace)
