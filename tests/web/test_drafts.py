"""`/api/v1/assistants` and drafts: begun, written file by file, checked, tested, talked to, published; nothing lost."""

import io
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.doubles.http_client import Answer
from tests.line.test_understanding import BOT as INTENTS
from tests.program import Desk, Program, until

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import workspaces
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key

BOT = "format: assistant/v1\nassistant: {id: ann, name: Ann, language: en}\n"
HELLO = "flows:\n  hello:\n    trigger: {patterns: [hello]}\n    steps:\n      - say: %s\n"
TEST = "- name: greets\n  talk:\n    - user: hello\n    - bot: Hello.\n"


@dataclass
class Author:
    """Somebody who writes bots, over the API."""

    program: Program
    workspace: WorkspaceId
    key: str
    assistant_id: str = ""

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        return await self.program.client.send(method, f"/api/v1/assistants{path}", key=self.key, **options)

    async def begin(self, **given: object) -> Answer:
        answer = await self.ask("POST", "", json={"name": "Ann", **given})
        if answer.status == 201:
            self.assistant_id = answer.json()["id"]
        return answer

    async def draft(self, method: str, path: str = "", **options: Any) -> Answer:
        return await self.ask(method, f"/{self.assistant_id}/draft{path}", **options)

    async def write(self, path: str, text: str, etag: str | None = None) -> Answer:
        headers = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
        return await self.draft("PUT", f"/files/{path}", json={"text": text}, headers=headers)

    async def read(self, path: str) -> Answer:
        return await self.draft("GET", f"/files/{path}")


async def author_in(program: Program, workspace: WorkspaceId, *scopes: str) -> Author:
    async with program.running.store.unit_of_work(workspace) as tx:
        _, text = await create_key(workspace, tx, kind="api", name="k", scopes=frozenset(scopes or {"admin"}))
    return Author(program, workspace, text.reveal())


@pytest.fixture
async def author(program: Program) -> Author:
    workspace = WorkspaceId(mint("ws"))
    async with program.running.store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Test workspace")
    return await author_in(program, workspace)


@pytest.fixture
async def desk_author(program: Program) -> tuple[Desk, Author]:
    """One who writes the bot of a desk that answers already."""
    desk = await program.desk(files())
    made = await author_in(program, desk.workspace)
    made.assistant_id = desk.assistant_id
    return desk, made


def files(hello: str = "Hello.", **more: str) -> dict[str, str]:
    return {"bot.yaml": BOT + HELLO % hello, **{name.replace("__", "/"): text for name, text in more.items()}}


def packed(entries: Mapping[str, str | bytes], *, link: str = "", top: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(top + name, text)
        if link:
            info = zipfile.ZipInfo(top + "flows/link.yaml")
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, link)
    return out.getvalue()


async def upload(author: Author, body: bytes, name: str = "Ann") -> Answer:
    return await author.ask(
        "POST", f"/upload?name={name}", body=body, headers={"Content-Type": "application/zip"}
    )


async def test_an_assistant_begun_from_the_tutorials_bot_answers_once_it_is_published(author: Author) -> None:
    made = await author.begin(begin="example", name="Billing desk")
    assert made.status == 201, made.body
    assert made.json()["slug"] == "billing-desk"
    assert made.json()["published_version"] is None
    draft = (await author.draft("GET")).json()
    assert draft["open"] is True
    assert "flows/account_balance.yaml" in [file["path"] for file in draft["files"]]
    published = await author.draft("POST", "/publish", json={"comment": "First"})
    assert (published.status, published.json()["number"]) == (201, 1), published.body
    author.program.forget_entrances()
    said = await author.program.client.post(
        f"/a/{author.assistant_id}/webhooks/rest/webhook", json={"sender": "jo", "message": "hello"}
    )
    assert said.json(), said.body
    assert (await author.draft("GET")).json()["open"] is False


async def test_a_knowledge_only_assistant_keeps_the_name_it_was_given_whatever_that_is(
    author: Author,
) -> None:
    name = 'A "quoted": name # {% raw %} 👋'
    made = await author.begin(begin="knowledge", name=name, language="uz")
    assert made.status == 201, made.body
    assert made.json()["name"] == name
    check = (await author.draft("POST", "/check")).json()
    assert check["publishable"], check
    again = await author.begin(begin="knowledge", name=name)
    assert again.json()["slug"].endswith("-2")


@pytest.mark.parametrize(
    ("language", "asking", "told", "asked"),
    [
        ("en", "I want to talk to a human", "person", "can a second person use my account?"),
        ("ru", "Позовите оператора, пожалуйста", "человек", "сколько человек помещается?"),
        ("uz", "operator kerak", "odam", "necha odam sig\u02bbadi?"),
        ("fr", "agent please", "person", "who is your shipping agent?"),
    ],
)
async def test_who_asks_a_knowledge_only_assistant_for_a_person_is_handed_over(
    author: Author, language: str, asking: str, told: str, asked: str
) -> None:
    await author.begin(begin="knowledge", language=language)
    assert (await author.draft("POST", "/publish")).status == 201
    author.program.forget_entrances()

    async def owner_after(sender: str, message: str) -> tuple[str, str]:
        path = f"/a/{author.assistant_id}/webhooks/rest/webhook"
        said = await author.program.client.post(path, json={"sender": sender, "message": message})
        rows = await author.program.client.send("GET", "/api/v1/conversations", key=author.key)
        return said.json()[0]["text"], rows.json()["data"][0]["owner"]

    assert (await owner_after("jo", asked))[1] == "bot"
    text, owner = await owner_after("mo", asking)
    assert (told in text, owner) == (True, "queued")


async def test_a_zip_of_a_bots_folder_becomes_an_assistant_without_what_is_around_it(author: Author) -> None:
    body = packed(
        {
            **files(),
            ".git/config.yaml": "x",
            "__MACOSX/bot.yaml": "x",
            "logo.png": b"\x89PNG",
            "tests/a.yaml": TEST,
        },
        top="my bot/",
    )
    answer = await upload(author, body)
    assert answer.status == 201, answer.body
    author.assistant_id = answer.json()["id"]
    assert [f["path"] for f in (await author.draft("GET")).json()["files"]] == ["bot.yaml", "tests/a.yaml"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (packed({"bot.yaml": BOT, "../evil.yaml": "x"}), "leads out"),
        (packed({"bot.yaml": BOT, "/etc/evil.yaml": "x"}), "leads out"),
        (packed({"bot.yaml": BOT, "..\\evil.yaml": "x"}), "leads out"),
        (packed({"bot.yaml": BOT}, link="/etc/passwd"), "link"),
        (packed({"bot.yaml": BOT, "notes/a.md": b"0" * 6_000_000}), "more than"),
        (packed({"bot.yaml": BOT, **{f"notes/{n}.md": "0" * 900_000 for n in range(60)}}), "more than"),
        (packed({"bot.yaml": BOT, "flows/a.yaml": b"\xff\xfe\x00"}), "UTF-8"),
        (packed({"readme.md": "x"}), "no bot.yaml"),
        (packed({"bot.yaml": BOT})[:-30], "no zip"),
        (b"PK nothing", "no zip"),
        (b"", "no zip"),
    ],
)
async def test_a_hostile_archive_is_refused_and_nothing_is_made(
    author: Author, body: bytes, said: str
) -> None:
    answer = await upload(author, body)
    assert (answer.status, answer.json()["code"]) == (422, "invalid"), answer.body
    assert said in answer.json()["detail"]
    assert (await author.ask("GET", "")).json()["data"] == []


async def test_files_picked_with_their_folder_become_an_assistant(author: Author) -> None:
    picked = {f"folder/{path}": text for path, text in files(**{"tests__a.yaml": TEST}).items()}
    assert (await author.begin(begin="files", files={**picked, "folder/.env.json": "{}"})).status == 201
    assert [f["path"] for f in (await author.draft("GET")).json()["files"]] == ["bot.yaml", "tests/a.yaml"]
    refused = await author.begin(begin="files", files={"bot.yaml": BOT, "../up.yaml": "x"})
    assert (refused.status, refused.json()["code"]) == (422, "invalid")


async def test_what_is_written_is_a_draft_until_it_is_published(desk_author: tuple[Desk, Author]) -> None:
    desk, author = desk_author
    read = await author.read("bot.yaml")
    saved = await author.write("bot.yaml", files("Good day.")["bot.yaml"], read.headers["ETag"])
    assert saved.status == 200, saved.body
    assert await desk.say("jo", "hello") == ["Hello."]
    differs = (await author.draft("GET", "/diff")).json()["files"]
    assert [(each["path"], each["change"]) for each in differs] == [("bot.yaml", "changed")]
    assert (await author.draft("POST", "/publish")).status == 201
    desk.program.forget_entrances()
    assert await desk.say("jo", "hello") == ["Good day."]
    assert (await author.draft("GET", "/diff")).json()["files"] == []


async def test_the_second_of_two_who_change_one_file_is_told_and_both_texts_are_there(
    desk_author: tuple[Desk, Author],
) -> None:
    _, author = desk_author
    etag = (await author.read("bot.yaml")).headers["ETag"]
    first, second = files("First.")["bot.yaml"], files("Second.")["bot.yaml"]
    assert (await author.write("bot.yaml", first, etag)).status == 200
    refused = await author.write("bot.yaml", second, etag)
    assert (refused.status, refused.json()["code"]) == (412, "conflict")
    there = await author.read("bot.yaml")
    assert there.json()["text"] == first
    assert (await author.write("bot.yaml", second, there.headers["ETag"])).status == 200
    assert (await author.draft("PUT", "/files/bot.yaml", json={"text": "x"})).status == 428
    assert (await author.write("bot.yaml", second)).status == 412  # as a new one


async def test_two_who_change_two_files_both_have_their_way(desk_author: tuple[Desk, Author]) -> None:
    _, author = desk_author
    assert (await author.write("flows/a.yaml", "steps: [{say: A}]\n")).status == 200
    assert (await author.write("flows/b.yaml", "steps: [{say: B}]\n")).status == 200
    paths = [file["path"] for file in (await author.draft("GET")).json()["files"]]
    assert paths == ["bot.yaml", "flows/a.yaml", "flows/b.yaml"]


async def test_a_removed_file_comes_back_and_a_renamed_one_keeps_its_text(
    desk_author: tuple[Desk, Author],
) -> None:
    _, author = desk_author
    await author.write("flows/a.yaml", "steps: [{say: A}]\n")
    assert (await author.draft("DELETE", "/files/flows/a.yaml")).status == 204
    assert (await author.read("flows/a.yaml")).status == 404
    back = await author.draft("POST", "/restore", json={"path": "flows/a.yaml"})
    assert (back.status, back.json()["text"]) == (200, "steps: [{say: A}]\n")
    moved = await author.draft("POST", "/rename", json={"path": "flows/a.yaml", "to": "flows/b.yaml"})
    assert (moved.status, moved.json()["path"]) == (200, "flows/b.yaml")
    taken = await author.draft("POST", "/rename", json={"path": "flows/b.yaml", "to": "bot.yaml"})
    assert taken.status == 412
    assert (await author.draft("DELETE", "/files/bot.yaml")).status == 409
    for path in ("../x.yaml", "flows/../../x.yaml", ".x.yaml", "x.sh", "bot.yaml/x.yaml"):
        wrong = await author.draft("POST", "/rename", json={"path": "flows/b.yaml", "to": path})
        assert (wrong.status, wrong.json()["code"]) == (422, "bot_invalid"), path


async def test_what_was_not_seen_is_not_removed_renamed_restored_or_discarded(author: Author) -> None:
    await author.begin(begin="knowledge")
    first = await author.write("flows/a.yaml", "steps:\n  - say: A.\n")
    draft = await author.draft("GET")
    old = {"If-Match": first.headers["ETag"]}
    newer = await author.write("flows/a.yaml", "steps:\n  - say: B.\n", old["If-Match"])
    new = {"If-Match": newer.headers["ETag"]}
    to = {"path": "flows/a.yaml", "to": "flows/b.yaml"}
    for method, path, body in (("DELETE", "/files/flows/a.yaml", None), ("POST", "/rename", to)):
        assert (await author.draft(method, path, json=body, headers=old)).status == 412, path
    stale = {"If-Match": draft.headers["ETag"]}
    assert (await author.draft("DELETE", headers=stale)).status == 412
    assert (await author.read("flows/a.yaml")).json()["text"].endswith("B.\n")
    assert (await author.draft("DELETE", "/files/flows/a.yaml", headers=new)).status == 204
    back = {"path": "flows/a.yaml"}
    assert (await author.draft("POST", "/restore", json=back, headers=old)).status == 412
    assert (await author.draft("POST", "/restore", json=back, headers=new)).status == 200
    assert (await author.draft("POST", "/rename", json=to, headers=new)).status == 200
    seen = {"If-Match": (await author.draft("GET")).headers["ETag"]}
    assert (await author.draft("DELETE", headers=seen)).status == 204


async def test_a_discarded_draft_can_be_taken_up_again(desk_author: tuple[Desk, Author]) -> None:
    _, author = desk_author
    await author.write("flows/a.yaml", "steps: [{say: A}]\n")
    assert (await author.draft("DELETE")).status == 204
    found = (await author.draft("GET")).json()
    assert (found["open"], found["can_reopen"], len(found["files"])) == (False, True, 1)
    assert (await author.draft("DELETE")).status == 404
    again = await author.draft("POST", "/reopen")
    assert (again.json()["open"], len(again.json()["files"])) == (True, 2)
    assert (await author.draft("POST", "/reopen")).status == 404


async def test_mistakes_are_told_by_file_and_line_and_keep_the_old_version_live(
    desk_author: tuple[Desk, Author],
) -> None:
    desk, author = desk_author
    await author.write("flows/pay.yaml", "steps:\n  - sya: Hello\n")
    found = (await author.draft("POST", "/check")).json()
    assert found["publishable"] is False
    assert ("flows/pay.yaml", 2, "error") in [
        (p["file"], p["line"], p["severity"]) for p in found["problems"]
    ]
    refused = await author.draft("POST", "/publish")
    assert (refused.status, refused.json()["code"]) == (422, "bot_invalid")
    assert (await author.draft("POST", "/preview")).json()["code"] == "bot_invalid"
    assert (await author.draft("POST", "/test")).json()["code"] == "bot_invalid"
    assert await desk.say("jo", "hello") == ["Hello."]
    assert (await author.draft("GET")).json()["open"] is True


async def test_the_drafts_own_tests_are_held_and_changed_answers_are_told(
    desk_author: tuple[Desk, Author],
) -> None:
    _, author = desk_author
    etag = (await author.read("bot.yaml")).headers["ETag"]
    await author.write("tests/a.yaml", TEST)
    assert (await author.draft("POST", "/test")).json()["passed"] == 1
    await author.write("bot.yaml", files("Good day.")["bot.yaml"], etag)
    found = (await author.draft("POST", "/test")).json()
    assert (found["passed"], [test["passed"] for test in found["tests"]]) == (0, [False])
    assert found["tests"][0]["failure"]
    assert found["changed"] == [
        {
            "name": "greets",
            "file": "tests/a.yaml",
            "line": found["changed"][0]["line"],
            "before": ["Hello."],
            "after": ["Good day."],
        }
    ]


ASKING = """\
format: assistant/v1
assistant: {id: ann, name: Ann, language: en}
slots:
  name: {scope: flow}
flows:
  hello:
    trigger: {patterns: [hello]}
    steps:
      - ask: "%s: your name?"
        slot: name
      - say: "%s: thank you."
"""


async def test_talking_to_the_draft_is_talking_to_the_draft_from_first_to_last(
    desk_author: tuple[Desk, Author],
) -> None:
    desk, author = desk_author
    etag = (await author.read("bot.yaml")).headers["ETag"]
    saved = await author.write("bot.yaml", ASKING % ("Draft", "Draft"), etag)
    preview = (await author.draft("POST", "/preview")).json()["id"]

    async def say(text: str, **more: object) -> Any:
        answer = await author.draft("POST", f"/preview/{preview}/messages", json={"text": text, **more})
        assert answer.status == 200, answer.body
        return [part["text"] for parts in answer.json()["messages"] for part in parts], answer.json()["trace"]

    said, trace = await say("hello")
    assert said == ["Draft: your name?"]
    assert trace["version"] is None
    assert trace["entries"]
    await author.write("bot.yaml", ASKING % ("Later", "Later"), saved.headers["ETag"])
    assert (await say("Jo"))[0] == ["Draft: thank you."]
    assert (await say("hello"))[0] == ["Draft: your name?"]
    await say("", restart=True)
    assert (await say("hello"))[0] == ["Draft: your name?"]
    assert await desk.say("jo", "hello") == ["Hello."]
    other = (await author.draft("POST", "/preview")).json()["id"]
    assert other.split(".")[0] != preview.split(".")[0]
    assert [row["number"] for row in await desk.rows("bot_versions", "created_at") if row["number"]] == [1]
    listed = (await author.ask("GET", f"/{author.assistant_id}/versions")).json()["data"]
    assert [version["number"] for version in listed] == [1]


CALLING = """\
format: assistant/v1
assistant: {id: ann, name: Ann, language: en}
flows:
  hello:
    trigger: {patterns: [hello]}
    steps:
      - script: |
          botContext.setBotVariable("x", "1", true, false);
      - say: Through the lane.
"""


async def test_an_assistant_that_was_never_published_can_be_talked_to_also_where_a_turn_takes_longer(
    author: Author,
) -> None:
    assert (await author.begin(begin="files", files={"bot.yaml": CALLING})).status == 201
    preview = (await author.draft("POST", "/preview")).json()["id"]
    path = f"/preview/{preview}/messages"
    for _ in range(2):
        answer = await author.draft("POST", path, json={"text": "hello"})
        assert answer.status == 200, answer.body
        assert answer.json()["messages"] == [[{"type": "text", "text": "Through the lane."}]]


async def test_anothers_drafts_and_previews_are_not_found(
    program: Program, desk_author: tuple[Desk, Author]
) -> None:
    _, author = desk_author
    preview = (await author.draft("POST", "/preview")).json()["id"]
    other = await program.desk(files())
    stranger = await author_in(program, other.workspace)
    stranger.assistant_id = author.assistant_id
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"files": files()}),
        ("DELETE", "", None),
        ("POST", "/check", None),
        ("POST", "/publish", None),
        ("POST", "/preview", None),
        ("POST", f"/preview/{preview}/messages", {"text": "hello"}),
    ):
        assert (await stranger.draft(method, path, json=body)).status == 404, path
    stranger.assistant_id = other.assistant_id
    talked = await stranger.draft("POST", f"/preview/{preview}/messages", json={"text": "hello"})
    assert talked.status == 404
    looker = await author_in(program, author.workspace, "read:bots")
    looker.assistant_id = author.assistant_id
    assert (await looker.draft("GET")).status == 200
    assert (await looker.write("flows/a.yaml", "steps: []\n")).status == 403


async def test_a_draft_begun_before_another_publish_says_that_it_is_behind(
    desk_author: tuple[Desk, Author],
) -> None:
    desk, author = desk_author
    await author.write("flows/a.yaml", "trigger: {patterns: [a]}\nsteps: [{say: A}]\n")
    seen = await author.draft("GET")
    assert seen.json()["is_behind"] is False
    await desk.publish(files("Meanwhile."))
    assert (await author.draft("GET")).json()["is_behind"] is True
    await author.write("flows/b.yaml", "trigger: {patterns: [b]}\nsteps: [{say: B}]\n")
    stale = await author.draft("POST", "/publish", headers={"If-Match": seen.headers["ETag"]})
    assert stale.status == 412


async def test_a_drafts_new_intents_are_learnt_for_its_preview_before_it_is_published(author: Author) -> None:
    assert (await author.begin(begin="files", files={"bot.yaml": INTENTS})).status == 201
    preview = (await author.draft("POST", "/preview")).json()["id"]

    async def learnt() -> bool:
        query = "SELECT state FROM intent_models WHERE workspace_id = $1"
        rows = await author.program.query(query, author.workspace)
        return any(row["state"] in {"ready", "failed"} for row in rows)

    await until(learnt)
    said = await author.draft(
        "POST", f"/preview/{preview}/messages", json={"text": "could you transfer my money back to me please"}
    )
    assert said.json()["messages"] == [[{"type": "text", "text": "Money comes back."}]], said.body


async def test_an_archive_that_is_sent_again_makes_one_assistant(program: Program) -> None:
    desk = await program.desk()
    key, packed = await desk.key("api", "admin"), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bot.yaml", BOT)

    async def send(name: str) -> Answer:
        return await program.client.post(
            f"/api/v1/assistants/upload?name={name}",
            key=key,
            body=packed.getvalue(),
            headers={"Content-Type": "application/zip", "Idempotency-Key": "once"},
        )

    first, again = await send("Ann"), await send("Ann")
    assert (first.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await send("Bob")).json()["code"] == "idempotency_mismatch"
    assert len(await desk.rows("assistants")) == 2
