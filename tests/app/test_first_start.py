"""One's own workspace: the first start makes it, its link works until the next one, a shell can make further keys."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest
from tests.database import migrated
from tests.program import Program, served

from frontdesk.app import address
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.demo import demo
from frontdesk.app.first_start import make_key, set_up_link
from frontdesk.app.greeting import greet
from frontdesk.app.postgres import PostgresServer
from frontdesk.core.errors import Refused
from frontdesk.store.directory import every_workspace
from frontdesk.studio.checking import check
from frontdesk.studio.publish import Publisher, publish_as

ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
async def program(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """On a database without any workspace."""
    database = await migrated(server, f"first_{secrets.token_hex(4)}")
    async with served(database, tmp_path_factory.mktemp("first"), public_url=ORIGIN) as running:
        yield running


async def link_path(program: Program) -> str:
    link = await set_up_link(program.running.installation)
    assert link is not None
    assert link.startswith(f"{ORIGIN}/setup?token=fd_setup_")
    return link.removeprefix(ORIGIN)


async def set_up(program: Program) -> None:
    body = "name=Northwind&time_zone=UTC"
    headers = {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    assert (await program.client.post(await link_path(program), headers=headers, body=body)).status == 200


async def test_a_fresh_link_takes_the_place_of_the_one_before(program: Program) -> None:
    old = await link_path(program)
    new = await link_path(program)
    assert (await program.client.get(old)).status == 401
    assert (await program.client.get(new)).status == 200
    (workspace,) = await program.query("SELECT is_default FROM workspaces")
    assert workspace["is_default"]


async def test_processes_that_start_at_once_make_one_workspace_and_one_demo(program: Program) -> None:
    links = await asyncio.gather(*(set_up_link(program.running.installation) for _ in range(4)))
    assert len({*links}) == 4
    url = "http://127.0.0.1:9"
    await asyncio.gather(*(demo.ensure(program.running, url) for _ in range(4)))
    rows = await program.query("SELECT is_default, is_demo FROM workspaces ORDER BY is_demo")
    assert [(row["is_default"], row["is_demo"]) for row in rows] == [(True, False), (False, True)]
    live = await program.query("SELECT 1 FROM api_keys WHERE kind = 'setup' AND revoked_at IS NULL")
    assert len(live) == 1


async def test_there_is_no_link_once_the_workspace_is_set_up(program: Program) -> None:
    await set_up(program)
    assert await set_up_link(program.running.installation) is None


async def test_a_key_from_the_shell_works_and_is_in_the_audit_log(program: Program) -> None:
    await set_up(program)
    _, key = await make_key(
        program.running.installation, name="Reports", scopes=frozenset({"read:assistants"})
    )
    assert (await program.client.get("/api/v1/assistants", key=key.reveal())).status == 200
    assert (await program.client.get("/api/v1/channels", key=key.reveal())).status == 403
    entry = (await program.query("SELECT * FROM audit ORDER BY seq"))[-1]
    assert (entry["actor"], entry["action"]) == ("shell", "key.created")
    assert key.reveal() not in str(entry)


async def test_a_shell_makes_keys_for_the_rasa_wire(program: Program) -> None:
    await set_up(program)
    key, text = await make_key(program.running.installation, name="Bot", scopes=frozenset(), kind="rasa")
    assert (key.kind, key.scopes) == ("rasa", frozenset())
    assert (await program.client.get("/api/v1/assistants", key=text.reveal())).status == 403
    assert text.reveal().startswith("fd_rasa_")


async def test_a_shell_makes_no_key_before_the_set_up_and_none_with_a_scope_that_there_is_not(
    program: Program,
) -> None:
    with pytest.raises(CannotStart, match="no workspace here yet"):
        await make_key(program.running.installation, name="Early", scopes=frozenset({"admin"}))
    await link_path(program)
    with pytest.raises(CannotStart, match="not set up yet"):
        await make_key(program.running.installation, name="Early", scopes=frozenset({"admin"}))
    await set_up(program)
    with pytest.raises(Refused, match="no scope 'paint'"):
        await make_key(program.running.installation, name="Odd", scopes=frozenset({"paint"}))


BOT = "format: assistant/v1\nassistant: {{id: {slug}, name: {name}}}\nfallback: {{steps: [{{say: x}}]}}\n"


async def publish(program: Program, slug: str, name: str) -> None:
    running = program.running
    (own,) = [row.workspace for row in await every_workspace(running.store) if row.is_default]
    files = {"bot.yaml": BOT.format(slug=slug, name=name)}
    checked = await check(files)
    async with running.store.unit_of_work(own) as tx:
        await publish_as(own, tx, "", checked, Publisher("test", running.line.clock.now()))


async def test_the_start_tells_where_ones_own_assistant_answers(program: Program) -> None:
    running = program.running
    await demo.ensure(running, "http://127.0.0.1:9")
    await set_up(program)
    assert await address.of_own(running.store, running.settings) is None
    await publish(program, "shop", "Shop desk")
    await publish(program, "night", "Night desk")
    own = await address.of_own(running.store, running.settings)
    assert own == ("Shop desk", running.settings.address)
    said: list[str] = []
    greet(said.append, running.settings, demo=None, own=own, set_up=None)
    expected = f"Your assistant Shop desk answers at {running.settings.address}/webhooks/rest/webhook"
    assert expected in "\n".join(said).splitlines()


async def test_a_dead_link_of_a_workspace_that_is_set_up_offers_no_other(program: Program) -> None:
    old = await link_path(program)
    new = await link_path(program)
    before = (await program.client.get(old)).body.decode()
    assert "frontdesk setup-link" in before
    assert "key create" not in before
    assert 'href="/panel"' not in before
    await set_up(program)
    for path in (old, new, "/setup"):
        answer = await program.client.get(path)
        assert answer.status == 401
        page = answer.body.decode()
        assert "setup-link" not in page
        assert "The workspace is set up already" in page
        assert "frontdesk key create" in page
        assert 'href="/panel"' in page
        assert "Northwind" not in page
