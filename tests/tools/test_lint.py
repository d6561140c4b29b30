"""Every lint finds what is planted for it, and leaves alone what is fine."""

import subprocess
import sys
from pathlib import Path

import pytest
from tools.lint.__main__ import main
from tools.lint.rules import RULES
from tools.lint.rules import broad_except as broad_except_rule
from tools.lint.run import run
from tools.lint.source import Finding

ROOT = Path(__file__).parents[2]
STORE = "src/frontdesk/store/messages.py"
WEB = "src/frontdesk/web/v1/messages.py"
TURN = "src/frontdesk/turn/run.py"


def _lines(count: int, line: str = "x = 1") -> str:
    return "\n".join([line] * count) + "\n"


def _function(statements: int) -> str:
    return "def long():\n" + _lines(statements, "    step()")


def _plant(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def _found(root: Path, rule: str) -> list[Finding]:
    return [finding for name, finding in run(root) if name == rule]


BROKEN = [
    ("file-length", TURN, _lines(501), 1),
    ("file-length", "tests/turn/test_run.py", _lines(501), 1),
    ("function-length", TURN, _function(60), 1),
    ("function-length", TURN, f"class Turn:\n    async def go(self):\n{_lines(60, '        step()')}", 2),
    ("route-body", WEB, f"@route('/v1/x')\nasync def show():\n{_lines(21, '    step()')}", 2),
    ("route-body", WEB, f"@v1.route('/v1/x')\ndef show():\n    'Told.'\n{_lines(21, '    step()')}", 2),
    (
        "route-body",
        WEB,
        f"async def hook(request):\n{_lines(21, '    step()')}\nroute('/x', handler=hook)\n",
        1,
    ),
    (
        "route-body",
        WEB,
        f"async def hook(request):\n{_lines(21, '    step()')}\nROUTES = [Route('/x', handler=hook)]\n",
        1,
    ),
    ("sql-place", TURN, "SQL = 'SELECT id FROM messages WHERE workspace_id = $1'", 1),
    ("sql-place", TURN, "SQL = '''\n-- the newest\nselect id\n  from messages'''", 1),
    ("sql-place", TURN, "def f(c):\n    return f'SELECT {c} FROM messages'", 2),
    ("sql-place", TURN, "SQL = 'SELECT ' + COLUMNS + ' FROM messages'", 1),
    ("sql-place", WEB, "SQL = 'SELECT pg_notify($1, $2)'", 1),
    ("sql-place", WEB, "SQL = 'INSERT INTO messages (id) VALUES ($1)'", 1),
    ("sql-place", WEB, "SQL = 'UPDATE messages SET seq = 1'", 1),
    ("sql-place", WEB, "SQL = 'DELETE FROM messages WHERE id = $1'", 1),
    ("sql-place", WEB, "SQL = 'WITH due AS (SELECT 1) SELECT * FROM due'", 1),
    ("sql-place", WEB, "SQL = 'CREATE TABLE x (id text)'", 1),
    ("sql-place", WEB, "SQL = 'ALTER ROLE frontdesk_app NOINHERIT'", 1),
    ("sql-place", WEB, "SQL = 'DROP TABLE x'", 1),
    ("sql-place", WEB, "SQL = 'LISTEN feed'", 1),
    ("sql-place", WEB, "SQL = 'NOTIFY feed'", 1),
    ("sql-place", WEB, "SQL = 'SET LOCAL role frontdesk_app'", 1),
    (
        "workspace-first",
        STORE,
        "async def last(tx, conversation):\n    return await tx.fetchrow(QUERY, conversation)",
        1,
    ),
    (
        "workspace-first",
        STORE,
        "async def last(tx, workspace):\n    return await tx.fetchrow(QUERY, workspace)",
        1,
    ),
    (
        "workspace-first",
        STORE,
        "class Rows:\n    async def last(self, tx):\n        return await tx.fetchval(Q)",
        2,
    ),
    (
        "workspace-first",
        STORE,
        "async def last(tx):\n    return await _go(tx)\nasync def _go(tx):\n    await tx.execute(Q)",
        1,
    ),
    (
        "workspace-first",
        STORE,
        "async def last(workspace, tx):\n    return await tx.fetchrow('SELECT id FROM messages WHERE id = $1', workspace)",
        2,
    ),
    (
        "workspace-first",
        STORE,
        "Q = 'SELECT id FROM messages'\nasync def _last(tx):\n    return await tx.fetchrow(Q)",
        3,
    ),
    (
        "workspace-first",
        STORE,
        "async def last(workspace, tx):\n    await tx.execute('''UPDATE messages\nSET seq = 1''', workspace)",
        2,
    ),
    ("workspace-first", STORE, "@across_workspaces('')\nasync def trim(tx):\n    await tx.execute(QUERY)", 1),
    ("workspace-first", STORE, "@across_workspaces\nasync def trim(tx):\n    await tx.execute(QUERY)", 1),
    ("plugin-name", TURN, "import frontdesk.plugins.connectors.zendesk", 1),
    ("plugin-name", TURN, "x = 1\nname = 'zendesk'", 2),
    ("plugin-name", TURN, "class ZendeskTicket: ...", 1),
    ("plugin-name", TURN, "open_zendesk_ticket()", 1),
    ("plugin-name", TURN, "from frontdesk.plugins.channels.rest import manifest", 1),
    ("plugin-name", "src/frontdesk/plugins/channels/rest/channel.py", "kind = 'http_api'", 1),
    ("http-client", TURN, "import aiohttp", 1),
    ("http-client", TURN, "import httpx", 1),
    ("http-client", TURN, "from requests import get", 1),
    ("http-client", TURN, "import urllib.request", 1),
    ("http-client", TURN, "from urllib import request", 1),
    ("http-client", TURN, "from http import client", 1),
    ("http-client", TURN, "from urllib3.util import Retry", 1),
    ("http-client", TURN, "import importlib\nimportlib.import_module('aiohttp.web')", 2),
    ("broad-except", TURN, "try:\n    x = 1\nexcept Exception:\n    x = 2", 3),
    ("broad-except", TURN, "try:\n    x = 1\nexcept (KeyError, BaseException) as e:\n    x = 2", 3),
    ("broad-except", "tests/turn/test_run.py", "try:\n    x = 1\nexcept:\n    x = 2", 3),
    ("broad-except", TURN, "def f():\n    with contextlib.suppress(Exception):\n        step()", 2),
    ("broad-except", TURN, "try:\n    x = 1\nexcept Exception:\n    raise Bug('x') from None", 3),
    (
        "broad-except",
        TURN,
        "def f():\n    try:\n        step()\n    except Exception:\n        if x:\n            return\n        raise",
        4,
    ),
    ("print-call", TURN, "def f():\n    print('hello')", 2),
    ("stray-task", TURN, "async def f():\n    asyncio.create_task(g())", 2),
    ("stray-task", TURN, "async def f():\n    t = asyncio.ensure_future(g())", 2),
    ("stray-task", TURN, "async def f():\n    asyncio.get_running_loop().create_task(g())", 2),
    ("stray-task", TURN, "from asyncio import create_task\nasync def f():\n    create_task(g())", 3),
    ("late-import", TURN, "def f():\n    import json", 2),
    (
        "late-import",
        "tests/turn/test_run.py",
        "class A:\n    def f(self):\n        from json import loads",
        3,
    ),
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for rule in RULES:
        monkeypatch.setattr(rule, "ALLOWED", {})
    for folder in ("channels/rest", "connectors/zendesk", "connectors/http_api"):
        _plant(tmp_path, f"src/frontdesk/plugins/{folder}/__init__.py", "")
    return tmp_path


@pytest.mark.parametrize(("rule", "path", "text", "line"), BROKEN)
def test_a_planted_violation_is_found_where_it_stands(
    project: Path, rule: str, path: str, text: str, line: int
) -> None:
    _plant(project, path, text)
    assert [(found.path, found.line, found.note) for found in _found(project, rule)] == [(path, line, False)]


def test_every_rule_has_a_planted_violation_and_says_why_it_is_there() -> None:
    assert {rule.NAME for rule in RULES} == {case[0] for case in BROKEN}
    assert all(rule.REASON.endswith(".") for rule in RULES)
    assert all(reason.strip() for rule in RULES for reason in rule.ALLOWED.values())


def test_every_module_in_rules_is_asked() -> None:
    modules = {path.stem for path in (ROOT / "tools/lint/rules").glob("*.py")} - {"__init__"}
    assert {rule.NAME.replace("-", "_") for rule in RULES} == modules


FINE = [
    (TURN, _lines(400)),
    (TURN, _function(39)),
    (TURN, f'def long():\n    x = """\n{_lines(80, "words")}"""\n    return x'),
    (TURN, "def long():\n    return {\n" + _lines(80, "        'a': ('b', 1),") + "    }"),
    (WEB, f"@route('/v1/x')\nasync def show():\n    'Told.'\n{_lines(20, '    step()')}"),
    (WEB, f"async def work():\n{_lines(30, '    step()')}"),
    (TURN, "raise Refused('Select one of the flows from the list.')"),
    (TURN, "MESSAGE = 'Update the bot, set its name, with a flow as (one) trigger.'"),
    (TURN, "WORDS = ['SELECT', 'DELETE', 'listen to this', 'create a table', 'drop by', 'with care']"),
    (TURN, "def f():\n    'SELECT id FROM messages is what store runs.'"),
    (
        STORE,
        "Q = 'SELECT id FROM messages WHERE workspace_id = $1'\nasync def last(workspace, tx):\n    await tx.fetchrow(Q)",
    ),
    (STORE, "async def last(owner: WorkspaceId, tx):\n    await tx.fetchrow(Q, owner)"),
    (
        STORE,
        "@across_workspaces('Claims due rows for every company.')\nasync def claim(tx):\n    await tx.execute(Q)",
    ),
    (
        STORE,
        "class Unit:\n    def __init__(self, workspace, tx): ...\n    async def add(self, row):\n        await self.tx.execute(Q)",
    ),
    (
        STORE,
        "class Unit:\n    workspace: WorkspaceId\n    async def add(self, row):\n        await self.tx.execute(Q)",
    ),
    (
        STORE,
        "async def lock(workspace, tx):\n    await tx.execute('SELECT pg_advisory_xact_lock($1)', workspace)",
    ),
    (
        STORE,
        "async def size(workspace, tx):\n    await tx.fetchval('SELECT count(*) FROM pg_catalog.pg_class', workspace)",
    ),
    (STORE, "async def due(workspace, tx):\n    await tx.fetch('SELECT * FROM claim_due($1)', workspace)"),
    (STORE, "def decode(row):\n    return Row(*row)"),
    ("src/frontdesk/store/migrations/a1.py", "def upgrade():\n    op.execute('CREATE TABLE x (id text)')"),
    ("src/frontdesk/jobs/queue.py", "SQL = 'SELECT id FROM jobs'"),
    ("src/frontdesk/plugins/sources/sql/read.py", "SQL = 'SELECT 1'"),
    ("src/frontdesk/plugins/connectors/zendesk/desk.py", "name = 'zendesk'"),
    (TURN, "def f():\n    'Zendesk, for one, sends these twice.'"),
    (TURN, "from frontdesk.web import rest\nx = 'the rest of it'"),
    (TURN, "forest = 'zendesks'"),
    ("src/frontdesk/egress/http.py", "import aiohttp"),
    ("tests/turn/test_run.py", "import aiohttp\nprint('hello')\nname = 'zendesk'"),
    (TURN, "import urllib.parse\nfrom http import HTTPStatus"),
    (TURN, "try:\n    x = 1\nexcept (KeyError, OSError):\n    x = 2"),
    (TURN, "try:\n    x = 1\nexcept BaseException:\n    x = 2\n    raise"),
    ("src/frontdesk/app/talk.py", "print('hello')"),
    (TURN, "async def f():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(g())"),
    (
        TURN,
        "class A:\n    def __init__(self, tasks: asyncio.TaskGroup):\n        self._tasks = tasks\n        self._tasks.create_task(g())",
    ),
    (TURN, "if TYPE_CHECKING:\n    from json import loads"),
]


@pytest.mark.parametrize(("path", "text"), FINE)
def test_what_is_fine_is_left_alone(project: Path, path: str, text: str) -> None:
    _plant(project, path, text)
    assert run(project) == []


def test_between_the_soft_and_the_hard_limit_there_is_a_note_only(project: Path) -> None:
    _plant(project, TURN, _function(41) + _lines(420))
    found = run(project)
    assert [(name, finding.note) for name, finding in found] == [
        ("file-length", True),
        ("function-length", True),
    ]
    assert main([str(project)]) == 0


def test_an_allowance_covers_its_function_only(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broad_except_rule, "ALLOWED", {f"{TURN}::loop": "outlives its jobs"})
    caught = "    try:\n        step()\n    except Exception:\n        log.exception('x')\n"
    _plant(project, TURN, f"def loop():\n{caught}def other():\n{caught}")
    assert [finding.where for finding in _found(project, "broad-except")] == ["other"]


def test_an_allowance_may_cover_a_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broad_except_rule, "ALLOWED", {f"{TURN}::*": "the loops"})
    caught = "    try:\n        step()\n    except Exception:\n        log.exception('x')\n"
    _plant(project, TURN, f"def loop():\n{caught}def other():\n{caught}")
    assert _found(project, "broad-except") == []


def test_an_allowance_that_covers_nothing_is_found(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broad_except_rule, "ALLOWED", {f"{TURN}::gone": "outlived its jobs"})
    _plant(project, TURN, "def loop(): ...\n")
    (finding,) = _found(project, "broad-except")
    assert "gone covers nothing" in finding.message


def test_the_runner_names_place_rule_and_way_out_and_fails(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _plant(project, TURN, "x = 1\nimport aiohttp\n")
    assert main([str(project)]) == 1
    expected = f"{TURN}:2 http-client: aiohttp imported outside egress -> take a ports.http.Http"
    assert capsys.readouterr().out.startswith(expected)


def test_the_runner_is_silent_about_a_clean_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(project)]) == 0
    assert capsys.readouterr().out == ""


def test_the_command_fails_on_what_it_finds(project: Path) -> None:
    _plant(project, TURN, "print('hello')\n")
    command = [sys.executable, "-m", "tools.lint", str(project)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert f"{TURN}:1 print-call: " in ran.stdout
