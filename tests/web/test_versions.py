"""`/api/v1/assistants/{id}/versions`: publish, look, compare, go back; refused with file and line."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping

import asyncpg
import pytest
from tests.database import Database
from tests.doubles.http_client import Answer, HttpClient, http_client
from tests.web.conftest import MakeKey, make_assistant

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store

BOT = "format: assistant/v1\nassistant: {id: ann, name: Ann, language: en}\n"
HELLO = "flows:\n  hello:\n    trigger: {patterns: [hello]}\n    steps:\n      - say: %s\n"


def files(hello: str = "Hello.", **more: str) -> dict[str, str]:
    return {"bot.yaml": BOT + HELLO % hello, **{name.replace("__", "/"): text for name, text in more.items()}}


def path(assistant_id: str, *more: object) -> str:
    return "/".join([f"/api/v1/assistants/{assistant_id}/versions", *map(str, more)])


async def publish(
    client: HttpClient, key: str, assistant_id: str, bot: Mapping[str, object], **more: object
) -> Answer:
    headers = more.pop("headers", {})
    return await client.post(path(assistant_id), key=key, json={"files": bot, **more}, headers=headers)


async def test_files_that_are_published_come_back_byte_for_byte(
    client: HttpClient, key: str, assistant_id: str
) -> None:
    odd = {
        **files("Grüße 👋"),
        "scripts/a.js": "// one\r\nlet x = '\ufeff\u2028';\r\n",
        "notes/read me.md": "\n",
    }
    answer = await publish(client, key, assistant_id, odd, comment=" First words ")
    assert answer.status == 201, answer.body
    made = answer.json()
    assert (made["number"], made["comment"], made["published"], made["changed"]) == (
        1,
        "First words",
        True,
        True,
    )
    assert made["created_by"].startswith("key:key_")
    assert answer.headers["Location"] == path(assistant_id, 1)
    read = (await client.get(answer.headers["Location"], key=key)).json()
    assert read["files"] == odd
    assert read["sha256"] == made["sha256"]
    assistant = (await client.get(f"/api/v1/assistants/{assistant_id}", key=key)).json()
    assert assistant["published_version"] == made["id"]


async def test_the_same_files_again_make_no_version(client: HttpClient, key: str, assistant_id: str) -> None:
    assert (await publish(client, key, assistant_id, files())).status == 201
    again = await publish(client, key, assistant_id, files(), comment="Nothing new")
    assert (again.status, again.json()["changed"], again.json()["number"]) == (200, False, 1)
    assert "Location" not in again.headers


async def test_the_list_is_newest_first_and_in_pages(client: HttpClient, key: str, assistant_id: str) -> None:
    for word in "abcde":
        assert (await publish(client, key, assistant_id, files(word), comment=word)).status == 201
    first = (await client.get(path(assistant_id) + "?limit=2", key=key)).json()
    assert [(v["number"], v["comment"], v["published"]) for v in first["data"]] == [
        (5, "e", True),
        (4, "d", False),
    ]
    assert (await publish(client, key, assistant_id, files("f"))).status == 201  # made meanwhile
    seen, cursor = [], first["next_cursor"]
    while cursor:
        answer = await client.get(path(assistant_id) + f"?limit=2&cursor={cursor}", key=key)
        seen += [version["number"] for version in answer.json()["data"]]
        cursor = answer.json()["next_cursor"]
    assert seen == [3, 2, 1]


async def test_a_cursor_of_another_assistants_list_is_refused(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    for word in "ab":
        await publish(client, key, assistant_id, files(word))
    cursor = (await client.get(path(assistant_id) + "?limit=1", key=key)).json()["next_cursor"]
    bob = await make_assistant(store, workspace, "bob")
    answer = await client.get(path(bob) + f"?cursor={cursor}", key=key)
    assert (answer.status, answer.json()["code"]) == (400, "cursor_invalid")


async def test_what_differs_is_told_file_by_file(client: HttpClient, key: str, assistant_id: str) -> None:
    await publish(client, key, assistant_id, files("Hello.", **{"notes__a.md": "gone\n"}))
    await publish(client, key, assistant_id, files("Good day.", **{"notes__b.md": "new"}))
    answer = await client.get(path(assistant_id, 1, "diff", 2), key=key)
    assert answer.status == 200
    found = {each["path"]: each for each in answer.json()["files"]}
    assert {name: each["change"] for name, each in found.items()} == {
        "bot.yaml": "changed",
        "notes/a.md": "removed",
        "notes/b.md": "added",
    }
    text = found["bot.yaml"]["text"]
    assert text.startswith("--- a/bot.yaml\n+++ b/bot.yaml\n@@ ")
    assert "-      - say: Hello.\n+      - say: Good day.\n" in text
    assert found["notes/b.md"]["text"].endswith("+new\n\\ No newline at end of file\n")
    assert (await client.get(path(assistant_id, 2, "diff", 2), key=key)).json()["files"] == []


async def test_going_back_is_a_new_version_with_the_old_files(
    client: HttpClient, key: str, assistant_id: str, store: Store, workspace: WorkspaceId
) -> None:
    await publish(client, key, assistant_id, files("One."))
    await publish(client, key, assistant_id, files("Two."))
    answer = await client.post(path(assistant_id, 1, "publish"), key=key)
    assert answer.status == 201, answer.body
    back = answer.json()
    assert (back["number"], back["same_as"], back["published"], back["comment"]) == (
        3,
        1,
        True,
        "",
    )
    assert (await client.get(path(assistant_id, 3), key=key)).json()["files"] == files("One.")
    named = await client.post(path(assistant_id, 2, "publish"), key=key, json={"comment": "Better so"})
    assert (named.json()["number"], named.json()["comment"], named.json()["same_as"]) == (4, "Better so", 2)
    same = await client.post(path(assistant_id, 2, "publish"), key=key)
    assert (same.status, same.json()["number"], same.json()["changed"]) == (200, 4, False)
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            "SELECT action, after FROM audit WHERE workspace_id = $1 ORDER BY seq", workspace
        )
    kept = [(row["action"], json.loads(row["after"])) for row in rows]
    assert [(action, after["version"], after.get("of")) for action, after in kept] == [
        ("bot.published", 1, None),
        ("bot.published", 2, None),
        ("bot.rolled_back", 3, 1),
        ("bot.rolled_back", 4, 2),
    ]


async def test_a_bot_with_errors_is_refused_with_file_line_and_what_to_write(
    client: HttpClient, key: str, assistant_id: str
) -> None:
    wrong = files(**{"flows__pay.yaml": "steps:\n  - sya: Hello\n", "flows__notes.yml": "a: 1\n"})
    answer = await publish(client, key, assistant_id, wrong)
    assert (answer.status, answer.json()["code"]) == (422, "bot_invalid")
    errors = [each for each in answer.json()["errors"] if each["severity"] == "error"]
    assert ("flows/pay.yaml", 2) in [(each["file"], each["line"]) for each in errors]
    assert all(each["message"] and each["fix"] for each in errors)
    assert answer.json()["detail"].startswith(f"{errors[0]['file']}:{errors[0]['line']}: ")
    warned = [each["file"] for each in answer.json()["errors"] if each["severity"] == "warning"]
    assert "flows/notes.yml" in warned
    assert (await client.get(path(assistant_id), key=key)).json()["data"] == []


@pytest.mark.parametrize(
    "name",
    [
        "../evil.yaml",
        "/etc/evil.yaml",
        "flows/../../evil.yaml",
        "flows\\evil.yaml",
        "C:evil.yaml",
        ".git/config.json",
        "flows//evil.yaml",
        "a/" * 9 + "evil.yaml",
        "e" * 250 + ".yaml",
        "evil.sh",
        "evil\n.yaml",
        "BOT.yaml",
        "bot.yaml/evil.yaml",
    ],
)
async def test_a_path_that_could_lead_elsewhere_is_refused(
    client: HttpClient, key: str, assistant_id: str, name: str
) -> None:
    answer = await publish(client, key, assistant_id, {**files(), name: "x: 1\n"})
    assert (answer.status, answer.json()["code"]) == (422, "bot_invalid"), answer.body
    assert len(answer.json()["errors"]) == 1


async def test_warnings_come_with_the_published_version(
    client: HttpClient, key: str, assistant_id: str
) -> None:
    answer = await publish(client, key, assistant_id, files(**{"odd.yml": "a: 1\n"}))
    assert answer.status == 201
    assert [(warned["file"], warned["line"]) for warned in answer.json()["warnings"]] == [("odd.yml", 1)]


async def test_a_bot_as_large_as_bots_may_be_is_taken_and_a_larger_one_is_not(
    client: HttpClient, key: str, assistant_id: str
) -> None:
    large = {f"notes/{n}.md": "é" * 200_000 for n in range(10)}
    answer = await publish(client, key, assistant_id, {**files(), **large})
    assert answer.status == 201, answer.body[:500]
    more = {f"notes/{n}.md": "e" * 1_000_000 for n in range(7)}
    refused = await publish(client, key, assistant_id, {**files(), **more})
    assert (refused.status, refused.json()["code"]) == (422, "bot_invalid")


async def test_the_same_request_again_publishes_once(client: HttpClient, key: str, assistant_id: str) -> None:
    twice = {"Idempotency-Key": "abc"}
    first = await publish(client, key, assistant_id, files("One."), headers=twice)
    await publish(client, key, assistant_id, files("Two."))
    again = await publish(client, key, assistant_id, files("One."), headers=twice)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    newest = (await client.get(path(assistant_id), key=key)).json()["data"][0]
    assert newest["number"] == 2


SLOW = (
    BOT
    + "flows:\n"
    + "".join(
        f"  f{n}:\n    trigger: {{patterns: ['*(a{n}|b{n}) (c{n}|d{n})*', 'x{n} *']}}\n    steps: [{{say: x}}]\n"
        for n in range(400)
    )
)


async def idle_in_transaction(database: asyncpg.Connection) -> list[tuple[int, object]]:
    """The transactions that wait for their client now: the process each is of, and when it began."""
    return [
        tuple(row)
        for row in await database.fetch(
            """SELECT pid, xact_start FROM pg_stat_activity
               WHERE datname = current_database() AND state LIKE 'idle in transaction%'"""
        )
    ]


@pytest.mark.parametrize("once", [{}, {"Idempotency-Key": "slow"}], ids=["plain", "idempotent"])
async def test_a_check_that_takes_long_holds_no_transaction(
    client: HttpClient,
    key: str,
    assistant_id: str,
    database: Database,
    *,
    once: dict[str, str],
) -> None:
    watching = await asyncpg.connect(database.admin_url)

    async def meanwhile(asked: asyncio.Task[Answer]) -> None:
        """Looks until it is answered; no transaction may be there in half of the looks or more."""
        looks, seen = 0, Counter[tuple[int, object]]()
        while not asked.done():
            seen.update(await idle_in_transaction(watching))
            looks += 1
            await asyncio.wait([asked], timeout=0.02)
        assert looks > 5, "the check was over too soon to see anything"
        assert max(seen.values(), default=0) < looks / 2

    first = asyncio.create_task(publish(client, key, assistant_id, {"bot.yaml": SLOW}, headers=once))
    await meanwhile(first)
    assert (await first).status == 201
    assert (await publish(client, key, assistant_id, files())).status == 201
    async with http_client(client.base_url) as other:
        again = asyncio.create_task(other.post(path(assistant_id, 1, "publish"), key=key, headers=once))
        await meanwhile(again)
        assert (await again).status == 201
    await watching.close()


@pytest.mark.parametrize(
    ("head", "shown"),
    [(BOT, "Pigeon shows 500"), (BOT.replace("en}", "en, limits: {text: 40}}"), "assistant shows 40")],
)
async def test_a_text_that_is_longer_than_a_channel_shows_is_told(
    client: HttpClient, key: str, assistant_id: str, head: str, shown: str
) -> None:
    answer = await publish(client, key, assistant_id, {"bot.yaml": head + HELLO % ("x" * 600)})
    assert answer.status == 201, answer.body
    (told,) = answer.json()["warnings"]
    assert shown in told["message"]


async def test_who_edits_on_an_older_state_is_told(client: HttpClient, key: str, assistant_id: str) -> None:
    read = await client.get(f"/api/v1/assistants/{assistant_id}", key=key)
    seen = {"If-Match": read.headers["ETag"]}
    assert (await publish(client, key, assistant_id, files("One."), headers=seen)).status == 201
    late = await publish(client, key, assistant_id, files("Two."), headers=seen)
    assert (late.status, late.json()["code"]) == (412, "conflict")
    back = await client.post(path(assistant_id, 1, "publish"), key=key, headers=seen)
    assert back.status == 412


@pytest.mark.parametrize("number", [0, 2, 99, -1, "x", 2**31])
async def test_a_version_that_is_not_there(
    client: HttpClient, key: str, assistant_id: str, number: object
) -> None:
    await publish(client, key, assistant_id, files())
    for answer in (
        await client.get(path(assistant_id, number), key=key),
        await client.get(path(assistant_id, 1, "diff", number), key=key),
        await client.post(path(assistant_id, number, "publish"), key=key),
    ):
        assert answer.status in {404, 422}, answer.body
        assert answer.json()["code"] in {"not_found", "invalid"}


async def test_scopes_and_workspaces_keep_others_out(
    client: HttpClient,
    key: str,
    assistant_id: str,
    workspace: WorkspaceId,
    other_workspace: WorkspaceId,
    make_key: MakeKey,
) -> None:
    await publish(client, key, assistant_id, files())
    reading = await make_key(workspace, "read:bots")
    assert (await client.get(path(assistant_id, 1), key=reading)).status == 200
    assert (await publish(client, reading, assistant_id, files("X."))).status == 403
    assert (await client.post(path(assistant_id, 1, "publish"), key=reading)).status == 403
    naming = await make_key(workspace, "write:assistants")
    assert (await client.get(path(assistant_id, 1), key=naming)).status == 403
    theirs = await make_key(other_workspace, "admin")
    limited = await make_key(workspace, "admin", assistant_ids=frozenset({"asst_other"}))
    for stranger in (theirs, limited):
        assert (await client.get(path(assistant_id), key=stranger)).status == 404
        assert (await client.get(path(assistant_id, 1), key=stranger)).status == 404
        assert (await publish(client, stranger, assistant_id, files("X."))).status == 404
        assert (await client.post(path(assistant_id, 1, "publish"), key=stranger)).status == 404


async def test_the_document_has_examples(client: HttpClient) -> None:
    schemas = (await client.get("/api/openapi.json")).json()["components"]["schemas"]
    for name in (
        "VersionView",
        "VersionWithFiles",
        "NewVersion",
        "PublishedVersion",
        "Difference",
        "TraceView",
    ):
        assert schemas[name]["examples"], name
