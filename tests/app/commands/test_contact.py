"""A customer who asks for it is forgotten: in no column of any table is a word of theirs left, and others keep theirs."""

import asyncio
import json
import os
import pty
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tests.app.commands.conftest import Place
from tests.app.running import begun, environment
from tests.doubles.http_server import json_answer
from tests.program import until

from frontdesk.app.postgres import attach

WHO, OTHER = "canary-jo", "heron-al"
BOT = """format: assistant/v1
assistant: {id: keeps, name: Keeps, language: en}
slots:
  name: {scope: contact}
  city: {}
actions:
  Greet:
    request: {url: "%s", query: {name: "{{ slots.name }}"}}
    result: {greeting: $.greeting}
flows:
  hello:
    trigger: {patterns: [hello]}
    steps:
      - {ask: "Who is it?", slot: name}
      - {call: Greet}
      - {say: "{{ Greet.greeting }}, {{ slots.name }}."}
      - {ask: "Where?", slot: city}
fallback: {steps: [{answer: true}]}
"""


@pytest.fixture
async def admin(place: Place) -> AsyncIterator[asyncpg.Connection]:
    server = await attach(place.folder)
    assert server is not None
    connection = await asyncpg.connect(server.admin.url())
    yield connection
    await connection.close()
    await server.stop()


async def holding(admin: asyncpg.Connection, word: str) -> set[str]:
    """The tables of which some row has the word in any column, also within bytes."""
    tables = await admin.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    found = set()
    for table in (row["relname"] for row in tables):
        query = f"SELECT EXISTS (SELECT FROM {table} t WHERE strpos(lower(t::text), $1) > 0 OR strpos(t::text, $2) > 0)"  # noqa: S608  # names out of the catalogue
        if await admin.fetchval(query, word, word.encode().hex()):
            found.add(table)
    return found


async def talked(place: Place, who: str, name: str) -> None:
    place.outside.answers(json_answer({"greeting": f"Hi {name}"}))
    for text in ("hello", name, f"{name}town", f"do you know the {name} street?"):
        sent = {"sender": who, "message": text}
        answer = await place.client.post("/webhooks/rest/webhook", json=sent)
        assert answer.status == 200, answer.body


@pytest.fixture
async def known(place: Place, tmp_path: Path, admin: asyncpg.Connection) -> set[str]:
    """Two customers who have told of themselves; the tables that have something of the first."""
    if not await admin.fetchval("SELECT EXISTS (SELECT FROM workspaces WHERE name = 'Northwind')"):
        await place.set_up()
    (tmp_path / "bot.yaml").write_text(BOT % place.outside.url("/greet"))
    await place.done("bot", "publish", str(tmp_path))
    for who, name in ((WHO, "Canary"), (OTHER, "Heron")):
        await talked(place, who, name)

    async def is_found() -> bool:
        # The search takes words in a little later.
        words = await admin.fetch("SELECT DISTINCT word FROM search_words WHERE word IN ('canary', 'heron')")
        return len(words) == 2

    await until(is_found)
    return await holding(admin, "canary")


async def test_no_table_has_a_word_of_theirs_any_more(
    place: Place, known: set[str], admin: asyncpg.Connection
) -> None:
    # The control: what is looked for is there, and can be seen.
    assert known >= {
        "conversations",
        "inbound",
        "messages",
        "events",
        "traces",
        "call_attempts",
        "knowledge_questions",
        "search_words",
    }
    others = await holding(admin, "heron")
    contact = await admin.fetchval("SELECT contact_id FROM conversations WHERE external_id = $1", WHO)
    said = await place.done("contact", "erase", WHO, "--reason", "ticket 7", "--yes")
    assert said.splitlines()[0].startswith(f"{contact}, known by {WHO}: 1 conversation, ")
    assert said.splitlines()[1].startswith("Erased 1 conversation, ")
    assert await holding(admin, "canary") == set()
    assert await holding(admin, "heron") == others
    # Its id alone is left, in the audit log.
    assert await holding(admin, contact) == {"audit"}
    entry = await admin.fetchrow(
        "SELECT * FROM audit WHERE action = 'contact.erased' AND target = $1", contact
    )
    assert entry is not None
    after = json.loads(entry["after"])
    assert entry["actor"] == "shell"
    assert (after["reason"], after["conversations"], after["questions"]) == ("ticket 7", 1, 1)
    assert after["messages"] > 4
    # They may come back, as somebody new.
    await talked(place, WHO, "Canary")
    again = await admin.fetchval("SELECT contact_id FROM conversations WHERE external_id = $1", WHO)
    assert again != contact
    await place.done("contact", "erase", again, "--reason", "ticket 8", "--yes")


async def test_it_is_asked_for_the_name_first(
    place: Place, known: set[str], admin: asyncpg.Connection
) -> None:
    without = await place.command("contact", "erase", WHO, "--reason", "ticket 7")
    assert (without.code, "there is no terminal to ask at" in without.err) == (2, True)
    assert await typed(place, "jo", b"nothing was erased") == 2
    assert await holding(admin, "canary") >= known  # the words for search come by themselves
    assert await typed(place, WHO, b"Erased 1 conversation") == 0
    assert await holding(admin, "canary") == set()


async def typed(place: Place, name: str, until: bytes) -> int:
    ours, theirs = pty.openpty()
    words = ("contact", "erase", WHO, "--reason", "ticket 7")
    child = await begun(words, environment(place.folder, **place.environment), (theirs, theirs, theirs))
    os.close(theirs)
    await asyncio.to_thread(read_until, ours, b"to erase everything: ")
    os.write(ours, f"{name}\n".encode())
    await asyncio.to_thread(read_until, ours, until)
    async with asyncio.timeout(60):
        code = await child.wait()
    os.close(ours)
    return code


def read_until(terminal: int, mark: bytes) -> None:
    seen = b""
    while mark not in seen:
        seen += os.read(terminal, 1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nobody", "--reason", "ticket 7"), "There is no such contact in this workspace."),
        ((WHO, "--reason", " "), "Give a --reason"),
        ((WHO, "--reason", f"asked by {WHO}"), "The reason names the customer"),
        ((WHO, "--reason", f"asked by '{WHO.upper()}'."), "The reason names the customer"),
        ((WHO,), "--reason"),
    ],
)
async def test_what_cannot_be_done_is_told(place: Place, words: tuple[str, ...], why: str) -> None:
    ended = await place.command("contact", "erase", *words, "--yes")
    assert (ended.code, why in ended.err) == (2, True), ended


async def test_one_name_on_two_channels_is_asked_about(
    place: Place, known: set[str], admin: asyncpg.Connection
) -> None:
    async with admin.transaction():
        await admin.execute("SET LOCAL session_replication_role = replica")
        for statement in (
            "INSERT INTO contacts SELECT workspace_id, 'vis_two' FROM conversations WHERE external_id = $1",
            """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id,
                                          state, state_format)
               SELECT workspace_id, 'conv_two', 'ch_two', task_id, assistant_id, 'vis_two', external_id, '{}', 1
               FROM conversations WHERE external_id = $1""",
        ):
            await admin.execute(statement, WHO)
    ended = await place.command("contact", "erase", WHO, "--reason", "ticket 7", "--yes")
    assert (ended.code, "vis_two (1 conversation)" in ended.err) == (2, True)
    assert await holding(admin, "canary") >= known
    await place.done("contact", "erase", "vis_two", "--reason", "ticket 7", "--yes")
    await place.done("contact", "erase", WHO, "--reason", "ticket 7", "--yes")
    assert await holding(admin, "canary") == set()
