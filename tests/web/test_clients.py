"""The clients under `clients/`: fresh, typed, and used against the running program as their page shows it."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from frontdesk_client import Client, NoConnection, Problem
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.program import Desk, Program
from tools.gen_clients import files

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "integrate" / "clients.md").read_text("utf-8")
TYPESCRIPT = ROOT / "clients" / "typescript"
TSC = ROOT / "ui" / "node_modules" / ".bin" / "tsc"
needs_node = pytest.mark.skipif(not TSC.exists() or not shutil.which("node"), reason="node is not here")


def code(language: str, what: str) -> str:
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return next(block for block in blocks if what in block)


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def key(desk: Desk) -> str:
    return await desk.key("api", "admin")


@pytest.fixture
def url(program: Program) -> str:
    return program.running.settings.public_url


@pytest.fixture
def client(url: str, key: str) -> Client:
    return Client(url, key)


def quick(base_url: str, **settings: Any) -> Client:
    return Client(base_url, "fd_api_x", **settings)


def test_the_clients_are_those_of_the_document() -> None:
    assert files.stale() == []


def test_every_operation_that_a_key_may_call_has_a_method() -> None:
    document = files.document()
    for path, by_method in document["paths"].items():
        for operation in by_method.values():
            may = operation.get("x-permission", "account.self") != "account.self"
            assert hasattr(Client, operation["operationId"]) == (may and path.startswith("/api/v1/"))


async def test_the_pages_python_does_what_it_says(
    url: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = code("python", "import Client") + code("python", "idempotency_key")
    await asyncio.to_thread(exec, source, {"url": url, "key": key})
    said = capsys.readouterr().out
    assert "bot [" in said
    assert "whsec_" in said
    assert "404 not_found There is no such conversation." in said


def test_the_pages_python_has_no_type_at_odds(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    source = code("python", "import Client") + code("python", "idempotency_key")
    page.write_text(source.replace("desk = Client", 'url = key = ""\ndesk = Client', 1))
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, page],
        env={**os.environ, "MYPYPATH": str(ROOT / "clients" / "python" / "src")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


async def test_a_list_is_gone_through_page_by_page(client: Client) -> None:
    def go() -> list[str]:
        for number in range(5):
            client.create_label({"name": f"label {number}"})
        assert len(client.list_labels(limit=2)["data"]) == 2
        return [label["name"] for label in client.iterate_labels(limit=2)]

    assert await asyncio.to_thread(go) == [f"label {number}" for number in range(5)]


async def test_a_key_is_made_with_another_and_revoked(client: Client, url: str) -> None:
    def go() -> Problem:
        made = client.create_key({"name": "Shop", "scopes": ["read:keys"]})
        other = Client(url, made["key"])
        assert made["id"] in {each["id"] for each in other.iterate_keys()}
        client.revoke_key(made["id"], if_match=made)
        until = time.monotonic() + 60
        while time.monotonic() < until:  # within a second; until then the page is still given
            try:
                other.list_keys()
            except Problem as problem:
                return problem
        raise AssertionError("a revoked key works on")

    problem = await asyncio.to_thread(go)
    assert (problem.status, problem.code) == (401, "unauthenticated")
    assert problem.request_id.startswith("req_")


async def test_a_problem_names_the_field(client: Client) -> None:
    with pytest.raises(Problem) as raised:
        await asyncio.to_thread(client.create_webhook, {"url": "ftp://x", "events": ["message.created"]})
    assert (raised.value.status, raised.value.field) == (422, "url")


async def test_what_somebody_else_changed_is_not_overwritten(client: Client) -> None:
    def go() -> str:
        first = client.create_key({"name": "Shop", "scopes": ["read:keys"]})
        client.update_key(first["id"], {"name": "Theirs"}, if_match=first)
        with pytest.raises(Problem) as raised:
            client.update_key(first["id"], {"name": "Mine"}, if_match=first)
        return raised.value.code

    assert await asyncio.to_thread(go) == "conflict"


async def test_one_idempotency_key_is_one_effect(client: Client) -> None:
    def go() -> bool:
        given = {"title": "Returns", "body": "You have 30 days."}
        made = [client.create_entry(given, idempotency_key="once")["id"] for _ in range(2)]  # type: ignore[arg-type]
        return made[0] == made[1] != client.create_entry(given)["id"]  # type: ignore[arg-type]

    assert await asyncio.to_thread(go)


async def test_bytes_are_handed_in_and_read_back(client: Client) -> None:
    def go() -> bytes:
        made = client.upload_file(b"\x89PNG not really", name="note.bin")
        return client.read_file_content(made["id"])

    assert await asyncio.to_thread(go) == b"\x89PNG not really"


@pytest.mark.parametrize("status", [429, 503])
async def test_what_did_nothing_is_sent_again_with_the_same_key(status: int) -> None:
    again = Answer(status, b'{"code":"unavailable"}', (("retry-after", "0"),))
    async with FaultServer() as server:
        server.answers(again, Answer(hang_up=True), json_answer({"id": "art_1"}, 201))
        made = await asyncio.to_thread(quick(server.url("")).create_entry, {"title": "T", "body": "B"})
        assert made["id"] == "art_1"
        sent = {(each.headers["idempotency-key"], each.body) for each in server.received}
        assert (len(server.received), len(sent)) == (3, 1)


async def test_a_long_wait_is_told_and_not_waited_for() -> None:
    async with FaultServer() as server:
        server.answers(Answer(429, b'{"code":"rate_limited"}', (("retry-after", "3600"),)))
        with pytest.raises(Problem) as raised:
            await asyncio.to_thread(quick(server.url("")).list_keys)
        assert (raised.value.code, raised.value.retry_after_s) == ("rate_limited", 3600)
        assert len(server.received) == 1


async def test_a_change_that_broke_off_is_not_sent_again() -> None:
    async with FaultServer() as server:
        server.answers(Answer(hang_up=True))
        with pytest.raises(NoConnection):
            await asyncio.to_thread(quick(server.url("")).update_key, "key_1", {"name": "x"}, if_match="*")
        assert len(server.received) == 1


async def test_tries_come_to_an_end() -> None:
    async with FaultServer() as server:
        server.answers(Answer(503, b"not even JSON", (("retry-after", "0"),)))
        with pytest.raises(Problem):
            await asyncio.to_thread(quick(server.url(""), tries=2).list_keys)
        assert len(server.received) == 2


# -- TypeScript


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has the client installed, and the page's code, type-checked and compiled."""
    project = tmp_path_factory.mktemp("shop")
    package = project / "node_modules" / "frontdesk-client"
    shutil.copytree(TYPESCRIPT, package, ignore=shutil.ignore_patterns("dist", "node_modules"))
    subprocess.run([TSC, "-p", package], check=True)
    page = code("typescript", "import { Client")
    (project / "page.ts").write_text(
        "declare const process: { argv: string[] };\nconst [, , url = '', key = ''] = process.argv;\n" + page
    )
    (project / "faults.ts").write_text(
        'import { Client, ProblemError } from "frontdesk-client";\n'
        "declare const process: { argv: string[] };\nconst desk = new Client(process.argv[2] ?? '', 'k');\n"
        "const made = await desk.createEntry({ title: 'T', body: 'B' });\n"
        "const late = await desk.listKeys().catch((error: unknown) => error);\n"
        "if (!(late instanceof ProblemError)) throw late;\n"
        "console.log(JSON.stringify([made.id, late.code, late.retryAfterMs]));\n"
    )
    (project / "cut.ts").write_text(
        'import { Client, NoConnection } from "frontdesk-client";\n'
        "declare const process: { argv: string[] };\nconst desk = new Client(process.argv[2] ?? '', 'k');\n"
        "const made = await desk.createEntry({ title: 'T', body: 'B' });\n"
        "const read = await desk.readLabel(made.id);\n"
        "const lost = await desk.updateLabel(made.id, { name: 'N' }, { ifMatch: '*' }).catch((error: unknown) => error);\n"
        "console.log(JSON.stringify([made.id, read.name, lost instanceof NoConnection]));\n"
    )
    (project / "package.json").write_text('{"type": "module"}')
    config = json.loads((TYPESCRIPT / "tsconfig.json").read_text())
    config["compilerOptions"] |= {"rootDir": ".", "outDir": "made"}
    (project / "tsconfig.json").write_text(json.dumps(config | {"include": ["*.ts"]}))
    subprocess.run([TSC, "-p", project], check=True)
    return project


async def node(project: Path, script: str, *arguments: str) -> str:
    child = await asyncio.create_subprocess_exec(
        "node",
        script,
        *arguments,
        cwd=project,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await child.communicate()
    assert child.returncode == 0, wrong.decode()
    return said.decode()


@needs_node
async def test_the_pages_typescript_does_what_it_says(built: Path, url: str, key: str) -> None:
    said = await node(built, "made/page.js", url, key)
    assert "bot [" in said
    assert "whsec_" in said
    assert "404 not_found There is no such conversation." in said


@needs_node
async def test_typescript_tries_again_with_the_same_key_and_waits_no_hour(built: Path) -> None:
    again = Answer(503, b'{"code":"unavailable"}', (("retry-after", "0"),))
    late = Answer(429, b'{"code":"rate_limited"}', (("retry-after", "3600"),))
    async with FaultServer() as server:
        server.answers(again, Answer(hang_up=True), json_answer({"id": "art_1"}, 201), late)
        said = await node(built, "made/faults.js", server.url(""))
        assert json.loads(said) == ["art_1", "rate_limited", 3_600_000]
        sent = {each.headers["idempotency-key"] for each in server.received[:3]}
        assert (len(server.received), len(sent)) == (4, 1)


@needs_node
async def test_typescript_tries_again_when_the_answer_breaks_off(built: Path) -> None:
    """Where twice is as good as once; a change with If-Match is not sent again."""
    made, read = json_answer({"id": "lbl_1"}, 201), json_answer({"id": "lbl_1", "name": "urgent"})
    refused = Answer(503, b'{"code":"unavailable"}', (("retry-after", "0"),))
    async with FaultServer() as server:
        server.answers(
            *(replace(made, cut_after=3), made),
            *(replace(read, cut_after=9), replace(refused, cut_after=4), read),
            replace(read, cut_after=9),
        )
        said = await node(built, "made/cut.js", server.url(""))
        assert json.loads(said) == ["lbl_1", "urgent", True]
        assert [each.method for each in server.received] == ["POST", "POST", "GET", "GET", "GET", "PATCH"]
        assert len({each.headers["idempotency-key"] for each in server.received[:2]}) == 1
