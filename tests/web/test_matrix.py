"""Who gets in where: every route of the whole program, asked by nobody, by keys, by every role and by strangers.

It grows by itself: a new route is asked like the others. Its path's parameters are filled with real ids of the first
workspace; a parameter that is not known yet has to be told where its ids are (`IDS`), and `World` to have one.
"""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from tests.doubles.http_server import FaultServer
from tests.doubles.push_service import PushService
from tests.program import Desk, Program
from tests.web.people import Browser, make_account

from frontdesk.app.application import application
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import PERMISSIONS, PUBLIC, ROLE_SCOPES, ROLES, Role
from frontdesk.store import workspaces
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key
from frontdesk.web.route import Route

pytestmark = pytest.mark.usefixtures("empty_slate")

IDS = {
    "account_id": "accounts",
    "assistant": "assistants",
    "assistant_id": "assistants",
    "channel_id": "channels",
    "conversation_id": "conversations",
    "delivery_id": "deliveries",
    "file_id": "uploads",
    "inbound_id": "inbound",
    "integration_id": "integrations",
    "key_id": "api_keys",
    "label_id": "labels",
    "link_id": "access_links",
    "push_id": "push_subscriptions",
    "reply_id": "saved_replies",
    "service_id": "ai_services",
    "session_id": "account_sessions",
    "task_id": "tasks",
    "team_id": "teams",
}
"""A parameter of a path -> the table that its ids are in; any other `noun_id` is looked for in the table `nouns`."""
NAMED = {
    "client": "python",
    "number": "1",
    "operation_id": "list_labels",
    "other": "1",
    "path": "bot.yaml",
    "site": "wordpress",
    "plan": "basic",
    "gap_id": "1",
    "preview_id": "1",
    "rest": "nothing",
}
"""Parameters that are no ids of rows: numbers and names within what other parameters say."""
EVERYBODYS = ("/panel/settings/api/reference/", "/panel/settings/integration/")
"""Pages that are the same in every workspace."""
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
MARK = "Zanzibar"
"""Stands in every name of the first workspace, and in no other."""
NOTED = ("last_used_at", "last_seen_at", "seen_at", "address", "last_used_address")
WITHIN_S = 60
IN_THE_BACKGROUND = {
    "alerts",
    "fault_counts",
    "api_key_minutes",
    "conversation_figures",
    "figure_days_due",
    "figure_marks",
    "figure_sums",
    "intent_models",
    "search_marks",
    "search_words",
}
"""Tables that are worked on by themselves, whoever asks for what."""


@dataclass
class World:
    """The first workspace with something of everything in it, and a stranger who owns another."""

    program: Program
    desk: Desk
    routes: list[Route]
    owner: Browser
    stranger: Browser
    keys: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    unfilled: set[str] = field(default_factory=set)

    async def filled(self, route: Route) -> str:
        """The route's path with ids of the first workspace."""
        made = []
        for part in route.path.split("/"):
            is_id = part.startswith("{")
            made.append(await self.id_of(part.strip("{}").partition(":")[0]) if is_id else part)
        return "/".join(made)

    async def id_of(self, parameter: str) -> str:
        if parameter in NAMED:
            return NAMED[parameter]
        if parameter == "workspace_id":
            return self.desk.workspace
        if parameter not in self.ids:
            found = await self._real(parameter)
            if found is None:
                self.unfilled.add(parameter)
            self.ids[parameter] = found or "none"
        return self.ids[parameter]

    async def _real(self, parameter: str) -> str | None:
        table = IDS.get(parameter, parameter.removesuffix("_id") + "s")
        known = "SELECT FROM information_schema.columns WHERE table_name = $1 AND column_name = 'id'"
        if not await self.program.query(known, table):
            return None
        query = f"SELECT id FROM {table} WHERE workspace_id = $1 ORDER BY id LIMIT 1"  # noqa: S608
        found = await self.program.query(query, self.desk.workspace)
        return found[0]["id"] if found else None

    async def rows(self) -> dict[str, str]:
        """What every table holds of the first workspace, in short; times of use left out."""
        tables = await self.program.query(
            """SELECT c.table_name AS name FROM information_schema.columns c
               JOIN information_schema.tables t USING (table_schema, table_name)
               WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id' AND t.table_type = 'BASE TABLE'
               ORDER BY 1"""
        )
        found = {}
        for table in tables:
            if table["name"] in IN_THE_BACKGROUND:
                continue
            query = f"""SELECT md5(coalesce(string_agg(row, '' ORDER BY row), '')) AS sum
                        FROM (SELECT (to_jsonb(t) - $2::text[])::text AS row FROM {table["name"]} t
                              WHERE workspace_id = $1) AS rows"""  # noqa: S608  # catalogue
            (row,) = await self.program.query(query, self.desk.workspace, list(NOTED))
            found[table["name"]] = row["sum"]
        return found

    def _operation(self, route: Route) -> Mapping[str, Any]:
        path = "/".join(
            part.partition(":")[0] + "}" if ":" in part else part for part in route.path.split("/")
        )
        found: Mapping[str, Any] = self.documents["own"]["paths"].get(path, {}).get(route.method.lower(), {})
        return found

    def query_of(self, route: Route) -> set[str] | None:
        """The parameters that the API takes here; None of pages and wires, which take what comes."""
        if not route.path.startswith("/api/v1/"):
            return None
        told = self._operation(route).get("parameters", [])
        return {each["name"] for each in told if each.get("in") == "query"}

    def body_of(self, route: Route) -> object:
        """The smallest body that the document of the API asks for."""
        document, operation = self.documents["own"], self._operation(route)
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        return example(document, content.get("schema", {})) if content else {}


_PLAIN: dict[str, Any] = {"integer": 1, "number": 1, "boolean": False}


def example(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Something that a schema allows, with what it requires and no more."""
    schema = _resolved(document, schema)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", [])
            return {name: example(document, schema["properties"][name]) for name in wanted}
        case "array":
            return [example(document, schema["items"])] * schema.get("minItems", 0)
        case "string" if schema.get("format") == "date-time":
            return "2099-01-01T00:00:00Z"
        case "string":
            return "viewer"[: schema.get("maxLength", 6)].ljust(schema.get("minLength", 0), "r")
    return _PLAIN.get(schema.get("type", ""), {})


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without references; of several choices the first."""
    if "$ref" in schema:
        return _resolved(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _resolved(document, schema[several][0])
    return {**schema, "enum": [schema["const"]]} if "const" in schema else schema


async def asked(base_url: str, method: str, path: str, **options: Any) -> tuple[int, bytes]:
    """Status and, of answers that end, the body: a stream that opens is told by its status."""
    timeout = aiohttp.ClientTimeout(total=WITHIN_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.request(method, base_url + path, allow_redirects=False, **options) as answer,
    ):
        if "event-stream" in answer.headers.get("Content-Type", ""):
            return answer.status, b""
        return answer.status, await answer.read()


def headers_of(world: World, browser: Browser) -> dict[str, str]:
    return {
        "Cookie": f"__Host-frontdesk={browser.secret}",
        "Origin": world.program.client.base_url,
        "X-CSRF-Token": browser.csrf,
        "If-Match": "*",
    }


@pytest.fixture(scope="module")
async def world(program: Program) -> World:
    return await world_of(program)


async def world_of(program: Program) -> World:
    """Made by the program's own API wherever it has one."""
    store, client = program.running.store, program.client
    desk = await program.desk()
    async with store.unit_of_work(desk.workspace) as tx:
        await workspaces.set_up(desk.workspace, tx, name=f"{MARK} Audio", time_zone="UTC")
    await desk.say(f"{MARK}-jo", f"hello from {MARK}")
    owner, stranger = Browser(client), Browser(client)
    account = await make_account(store, desk.workspace, name=f"Ann {MARK}")
    assert (await owner.sign_in(account.email)).status == 201
    elsewhere = await program.desk()
    account = await make_account(store, elsewhere.workspace)
    assert (await stranger.sign_in(account.email)).status == 201
    routes = list(application(program.running).table.routes)
    made = World(program, desk, routes, owner, stranger)
    made.documents["own"] = (await client.get("/api/openapi.json")).json()
    await _furnish(made)
    async with store.unit_of_work(desk.workspace) as tx:
        _, made.keys["without"] = _revealed(await create_key(desk.workspace, tx, kind="api", name="Nothing"))
    async with store.unit_of_work(elsewhere.workspace) as tx:
        _, made.keys["stranger"] = _revealed(
            await create_key(elsewhere.workspace, tx, kind="rasa", name="Rasa")
        )
    return made


def _revealed(made: tuple[Any, Any]) -> tuple[Any, str]:
    return made[0], made[1].reveal()


async def _furnish(world: World) -> None:
    """Something of everything that people make."""
    owner = world.owner
    for path, body in (
        ("/api/v1/labels", {"name": f"{MARK} label"}),
        ("/api/v1/saved-replies", {"name": f"{MARK} reply", "text": f"Dear {MARK}"}),
        ("/api/v1/teams", {"name": f"{MARK} team"}),
        (
            "/api/v1/integrations",
            {
                "type": "another",
                "name": f"{MARK} integration",
                "settings": {"webhook_url": "https://hooks.example.com/x"},
            },
        ),
    ):
        answer = await owner.post(path, json=body)
        assert answer.status == 201, (path, answer.body)
    article = {"title": f"{MARK} article", "body": f"All about {MARK}.", "language": "en"}
    answer = await owner.post("/api/v1/articles", json=article)
    assert answer.status == 201, answer.body
    await world.program.execute(
        "INSERT INTO ai_services (workspace_id, id, kind, name, place) VALUES ($1, $2, 'custom', $3, 1)",
        world.desk.workspace,
        mint("ais"),
        f"{MARK} service",
    )
    invited = {"email": f"{MARK}-{secrets.token_hex(4)}@example.com", "role": "viewer"}
    assert (await owner.put("/api/v1/invitations", json=invited)).status == 200
    devices = "/api/v1/me/push-subscriptions"
    assert (await owner.get(f"{devices}/key")).status == 200  # which makes it, for the workspace
    device = {**PushService().browser(MARK).subscription, "endpoint": f"https://push.example.com/{MARK}"}
    turned_on = await owner.post(devices, json=device)
    assert turned_on.status == 201, turned_on.body
    await world.program.execute(
        """INSERT INTO alerts (workspace_id, id, kind, figure, threshold, raised_at)
           VALUES ($1, $2, 'backlog', 2, 1, now())""",
        world.desk.workspace,
        mint("alert"),
    )
    sent = await owner.post(
        f"/api/v1/files?name={MARK}.txt", body=MARK.encode(), headers={"Content-Type": "text/plain"}
    )
    assert sent.status == 201, sent.body
    await _told_once(owner)


async def _told_once(owner: Browser) -> None:
    """A webhook that is switched off and was tried once: nothing of it goes on by itself."""
    async with FaultServer() as receiver:
        wanted = {"url": receiver.url("/hook"), "events": ["message.created"], "enabled": False}
        made = await owner.post("/api/v1/webhooks", json=wanted)
        assert made.status == 201, made.body
        path = f"/api/v1/webhooks/{made.json()['id']}/test"
        tried = await owner.post(path, json={"event": "message.created"})
        assert tried.status == 200, tried.body


@pytest.fixture
async def empty_slate(program: Program) -> None:
    """All tests sign in from one address, which would be held back for the failures of others."""
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def untouched(world: World) -> AsyncIterator[None]:
    """Whatever a test asks, the first workspace stays as it was."""
    for route in world.routes:
        await world.filled(route)
    before = await world.rows()
    yield
    assert await world.rows() == before


async def test_every_parameter_of_a_path_is_filled_with_a_real_id(world: World) -> None:
    """Else what is asked with it is not found for that reason alone."""
    for route in world.routes:
        await world.filled(route)
    assert world.unfilled == set(), "say in IDS or NAMED what they are, and make one of each in `_furnish`"


def guarded(world: World) -> list[Route]:
    return [route for route in world.routes if route.permission != PUBLIC]


@pytest.mark.usefixtures("untouched")
async def test_nobody_gets_in_anywhere_but_the_open_routes(world: World) -> None:
    assert len(guarded(world)) > 100
    for route in guarded(world):
        path = await world.filled(route)
        status, _ = await asked(world.program.client.base_url, route.method, path, json={})
        assert status == 401 or (status == 303 and route.path.startswith(("/panel", "/sign-out"))), route


@pytest.mark.usefixtures("untouched")
async def test_a_key_without_the_scope_gets_in_nowhere(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.keys['without']}", "If-Match": "*"}
    for route in guarded(world):
        path = await world.filled(route)
        status, _ = await asked(
            world.program.client.base_url, route.method, path, headers=headers, json=world.body_of(route)
        )
        assert status == 403, route


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("role", ROLES)
async def test_a_role_gets_in_where_the_table_says_and_nowhere_else(world: World, role: Role) -> None:
    """What it may change is asked for with nothing in it: admitted is shown by being told what is missing."""
    base_url, store = world.program.client.base_url, world.program.running.store
    account, browser = (
        await make_account(store, world.desk.workspace, role=role),
        Browser(world.program.client),
    )
    try:
        assert (await browser.sign_in(account.email)).status == 201
        headers = headers_of(world, browser)
        for route in guarded(world):
            may = not ROLE_SCOPES[role].isdisjoint(PERMISSIONS[route.permission].scopes)
            path = await world.filled(route)
            if not may:
                status, _ = await asked(
                    base_url, route.method, path, headers=headers, json=world.body_of(route)
                )
                assert status == 403, route
            elif route.method not in UNSAFE:
                status, _ = await asked(base_url, route.method, path, headers=headers)
                assert status in {200, 204, 206, 303, 304, 400, 404, 422}, (route, status)
    finally:
        await world.program.execute(
            "DELETE FROM audit WHERE workspace_id = $1 AND (target = $2 OR actor = $3)",
            *(world.desk.workspace, account.id, f"session:{account.id}"),
        )
        await world.program.execute("DELETE FROM accounts WHERE id = $1", account.id)


@pytest.mark.usefixtures("untouched")
async def test_the_owner_of_another_workspace_finds_nothing_and_changes_nothing(world: World) -> None:
    """With ids of the first workspace in every path, query and body that has room for one."""
    base_url, headers = world.program.client.base_url, headers_of(world, world.stranger)
    queries = [f"{name}={found}" for name, found in world.ids.items()] + ["q=hello"]
    denied, told = 0, {}
    for route in guarded(world):
        if route.path.startswith(("/api/v1/me", "/api/v1/session", "/sign-out")) and "{" not in route.path:
            continue
        path, body = await world.filled(route), world.body_of(route)
        if isinstance(body, dict):
            body = {name: world.ids.get(name, value) for name, value in body.items()}
        taken = world.query_of(route)
        query = "&".join(each for each in queries if taken is None or each.partition("=")[0] in taken)
        status, answer = await asked(base_url, route.method, f"{path}?{query}", headers=headers, json=body)
        assert MARK.encode() not in answer, route
        assert status < 500, route
        if "{" in route.path and not route.path.startswith(EVERYBODYS):
            assert status in {400, 403, 404, 409, 412, 413, 415, 422}, (route, status, answer)
            told[f"{route.method} {route.path}"] = status
            denied += status in {403, 404}
    # Most are looked for and not found, rather than refused for what was sent along.
    assert denied > len(told) * 3 / 4, {
        name: status for name, status in told.items() if status not in {403, 404}
    }


@pytest.mark.usefixtures("untouched")
async def test_a_key_of_another_workspace_finds_nothing_on_the_wires(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.keys['stranger']}"}
    for route in guarded(world):
        if route.permission != "conversations.rasa" or "{assistant}" not in route.path:
            continue
        path, body = await world.filled(route), json.dumps({"text": "hello", "sender": "user"})
        status, answer = await asked(
            world.program.client.base_url, route.method, path, headers=headers, data=body
        )
        assert status in {401, 403, 404}, (route, status)
        assert MARK.encode() not in answer


async def test_an_id_of_no_workspace_is_like_one_of_another(world: World) -> None:
    headers = headers_of(world, world.owner)
    unknown = WorkspaceId(mint("ws"))
    for path in (f"/api/v1/assistants/{unknown}", f"/api/v1/people/{mint('acct')}", "/api/v1/labels/x"):
        status, _ = await asked(world.program.client.base_url, "GET", path, headers=headers)
        assert status == 404


TAKES_NO_KEY = {"/api/v1/session"}
"""Signing in is nobody's yet."""


async def test_every_post_takes_an_idempotency_key(world: World) -> None:
    without = []
    for path, operations in world.documents["own"]["paths"].items():
        parameters = operations.get("post", {}).get("parameters", [])
        if path.startswith("/api/v1/") and "post" in operations:
            without += [path] if not any("IdempotencyKey" in str(each) for each in parameters) else []
    assert set(without) == TAKES_NO_KEY


@pytest.mark.usefixtures("untouched")
async def test_what_is_changed_with_if_match_is_read_with_an_etag(world: World) -> None:
    """Whoever sends a former one is told so, whoever sends none where one is needed as well."""
    headers, seen = headers_of(world, world.owner), 0
    for path, operations in world.documents["own"]["paths"].items():
        changing = [
            method
            for method in ("patch", "put", "delete")
            if "if-match" in str(operations.get(method, {}).get("parameters", [])).lower()
        ]
        route = next(
            (one for one in world.routes if one.method == "GET" and one.path.partition(":")[0] == path), None
        )
        if not path.startswith("/api/v1/") or not changing or route is None:
            continue
        answer = await world.program.client.get(await world.filled(route), headers=headers)
        if answer.status == 404:
            continue  # of something else: an id of the bin, or a name within a bot
        seen += 1
        assert answer.headers.get("ETag", "").startswith('"'), path
    assert seen > 12
