"""Files of visitors: what may come in, what becomes of it, who gets it, and how much of it is taken."""

import io
import json
import struct
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import pytest
from tests.doubles.http_client import Answer
from tests.kit.pictures import HEIGHT, PLACE, WIDTH, gif, jpeg, opened, png, vast, webp
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE
from tests.web.test_widget import SHOP, begin, say

from frontdesk.store.behind import give_files

FILES = WIRE | {
    "bot.yaml": WIRE["bot.yaml"].replace("  size:", "  receipt: {type: file}\n  size:"),
    "flows/receipt.yaml": """
trigger: {patterns: ["receipt"]}
steps:
  - {id: ask, ask: "Please send the receipt.", slot: receipt, type: file}
  - say: "Got {{ slots.receipt.name }}."
""",
}
TAKEN = jpeg()
WORD = "word/document.xml"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await desk_with(program)


async def desk_with(program: Program, bot: dict[str, str] | None = None, **settings: object) -> Desk:
    made = await program.desk(bot or WIRE, slug="files")
    await made.channel("web", settings)
    program.forget_entrances()
    return made


async def send(desk: Desk, token: str, content: bytes, name: str = "a.jpg", **headers: str) -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/files?name={quote(name)}",
        body=content,
        headers={"authorization": f"Bearer {token}", "content-type": "image/png", **headers},
    )


async def sent(desk: Desk, token: str, content: bytes = TAKEN, name: str = "party.jpg") -> dict[str, Any]:
    answer = await send(desk, token, content, name)
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.json()
    return found


async def fetch(desk: Desk, url: str) -> Answer:
    parts = urlsplit(url)
    return await desk.program.client.get(f"{parts.path}?{parts.query}")


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "text")
    return made.getvalue()


async def test_a_picture_comes_in_is_said_and_is_shown_to_both_sides(desk: Desk) -> None:
    token = await begin(desk)
    file = await sent(desk, token)
    assert (file["type"], file["alt"], file["width"], file["height"]) == ("image", "party.jpg", WIDTH, HEIGHT)
    answer = await say(desk, token, "", files=[file["file_id"]])
    assert answer.status == 200, answer.body
    line = answer.json()["lines"][0]
    (part,) = line["parts"]
    assert (line["by"], part["alt"], part["width"], part["height"]) == ("you", "party.jpg", WIDTH, HEIGHT)
    fetched = await fetch(desk, part["url"])
    # Nobody learns where it was taken.
    assert (fetched.status, opened(fetched.body).size) == (200, (WIDTH, HEIGHT))
    assert PLACE not in fetched.body
    (talk,) = await desk.rows("conversations")
    assert talk["last_preview"] == "party.jpg" or talk["last_author"] != "contact"
    (upload,) = await desk.rows("uploads")
    assert upload["conversation_id"] == talk["id"]
    (stored,) = [row for row in await desk.rows("messages") if row["author"] == "contact"]
    # The address is made whenever it is shown.
    assert "url" not in json.loads(stored["parts"])[0]
    key = await desk.key("api", "admin")
    path = f"/api/v1/conversations/{talk['id']}/messages"
    told = (await desk.program.client.get(path, key=key)).json()["data"]
    (shown,) = next(each["parts"] for each in told if each["author"] == "contact")
    assert (shown["type"], shown["alt"], shown["width"]) == ("image", "party.jpg", WIDTH)
    assert (await fetch(desk, shown["url"])).body == fetched.body
    entry = await desk.program.client.get(f"/api/v1/files/{file['file_id']}", key=key)
    assert (entry.status, entry.json()["content_type"]) == (200, "image/jpeg")


DISGUISES: list[tuple[bytes, str, str]] = [
    (b"<html><script>alert(1)</script>", "a.png", "kind"),
    (b"<html><script>alert(1)</script>", "a.html", "kind"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", "kind"),
    (b"<?xml version='1.0'?><svg onload='alert(1)'/>", "a.jpg", "kind"),
    (b"MZ\x90\x00" + bytes(200), "report.pdf", "kind"),
    (b"\x7fELF" + bytes(200), "a.txt", "kind"),
    (b"@echo off\r\ndel *.*", "run.bat", "kind"),
    (b"alert(1)", "a.js", "kind"),
    (packed("run.exe"), "a.zip", "kind"),
    (packed("run.exe"), "a.docx", "kind"),
    (packed(WORD, "word/vbaProject.bin"), "a.docx", "kind"),
    (packed(WORD)[:-20], "a.docx", "kind"),
    (b"PK\x03\x04" + bytes(500), "a.xlsx", "kind"),
    (b"\x1f\x8b" + bytes(100), "a.csv", "kind"),
    (b"\0\0\0\x18ftypmp42" + bytes(100), "a.mp4", "kind"),
    (b"GIF89a/*<script>alert(1)</script>*/", "a.gif", "picture"),
    (b"\xff\xd8\xffnot a picture", "a.jpg", "picture"),
    (png()[:150], "a.png", "picture"),
    (vast(65_000, 65_000), "a.png", "picture"),
    (gif()[:6] + struct.pack("<HH", 65_000, 65_000) + gif()[10:], "a.gif", "picture"),
    (b"\0\0\0\x18ftypheic" + bytes(100), "a.jpg", "kind"),
    (b"", "a.png", "empty"),
]
SAYS = {"kind": "This kind of file", "picture": "This picture", "empty": "The file is empty"}


async def test_what_is_not_what_it_seems_to_be_does_not_come_in(desk: Desk) -> None:
    for at, (content, name, why) in enumerate(DISGUISES):
        if at % 10 == 0:
            token = await begin(desk)
        answer = await send(desk, token, content, name)
        assert (answer.status, answer.json()["code"]) == (422, "invalid"), (name, answer.body)
        assert answer.json()["detail"].startswith(SAYS[why]), (name, answer.json())
    assert await desk.rows("uploads") == []


KEPT: list[tuple[bytes, str, str, str]] = [
    (png(), "a.exe", "a.exe.png", "image/png"),
    (TAKEN, "\u202egpj.exe", "gpj.exe.jpg", "image/jpeg"),
    (gif() + packed("run.class"), "a.gif", "a.gif", "image/gif"),
    (webp(), "photo", "photo.webp", "image/webp"),
    (b"%PDF-1.7 /JS (app.alert(1))", "invoice.pdf.exe", "invoice.pdf.exe.pdf", "application/pdf"),
    (b"<script>alert(1)</script>", "notes.txt", "notes.txt", "text/plain"),
    (packed(WORD), "letter.docx", "letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"a;b\n1;2\n", "../../etc/table.csv", "table.csv", "text/csv"),
]  # fmt: skip


async def test_what_comes_in_is_called_what_it_is_and_can_run_nothing(desk: Desk) -> None:
    token = await begin(desk)
    for content, name, called, kind in KEPT:
        file = await sent(desk, token, content, name)
        assert file.get("alt") == called if file["type"] == "image" else file.get("name") == called, file
        fetched = await fetch(desk, file["url"])
        assert fetched.headers["Content-Type"].partition(";")[0] == kind
        assert fetched.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"
        assert fetched.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        place = "inline;" if kind.startswith("image/") else "attachment;"
        assert fetched.headers["Content-Disposition"].startswith(place)
        # Nothing is behind the end of a picture.
        assert b"run.class" not in fetched.body
        assert PLACE not in fetched.body


async def test_each_channel_says_what_it_takes(program: Program) -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(100)
    cases = {
        "off": (403, 403, 403),
        "pictures": (201, 422, 422),
        "documents": (201, 201, 422),
        "media": (201, 201, 201),
    }
    for choice, expected in cases.items():
        desk = await desk_with(program, files=choice, files_mb=1)
        token = await begin(desk)
        told = (await program.client.get(f"/widget/{desk.assistant_id}/config")).json()["files"]
        assert told is None if choice == "off" else (told["bytes"], told["most"]) == (1_000_000, 5)
        given = ((png(), "a.png"), (b"hello", "a.txt"), (film, "a.mp4"))
        answers = [(await send(desk, token, content, name)).status for content, name in given]
        assert tuple(answers) == expected, choice


async def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(program: Program) -> None:
    desk = await desk_with(program, files_mb=1)
    token = await begin(desk)
    answer = await send(desk, token, b"a" * 1_000_001, "a.txt")
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")
    assert (await send(desk, token, b"a" * 1_000_000, "a.txt")).status == 201
    assert len(await desk.rows("uploads")) == 1


async def test_pages_of_other_origins_send_nothing_and_listed_ones_do(program: Program) -> None:
    desk = await desk_with(program, origins=SHOP)
    client, path = program.client, f"/widget/{desk.assistant_id}/files"
    made = await client.post(f"/widget/{desk.assistant_id}/session", headers={"origin": SHOP})
    token = made.json()["token"]
    assert (await send(desk, token, png(), origin="https://evil.example.com")).status == 403
    assert (await send(desk, token, png())).status == 403
    taken = await send(desk, token, png(), origin=SHOP)
    assert (taken.status, taken.headers["access-control-allow-origin"]) == (201, SHOP)
    asked = await client.send("OPTIONS", path, headers={"origin": SHOP})
    assert (asked.status, asked.headers["access-control-allow-methods"]) == (204, "GET, POST")


async def test_nobody_sends_without_a_token_or_the_files_of_others(program: Program, desk: Desk) -> None:
    for token in ("", "x" * 43):
        assert (await send(desk, token, png())).status == 401
    one, other = await begin(desk), await begin(desk)
    theirs = (await sent(desk, one))["file_id"]
    mine = (await sent(desk, other))["file_id"]
    for given in ([theirs], [mine, theirs], ["file_" + "0" * 26], [mine, mine], "x", [1], [mine] * 6):
        refused = await say(desk, other, "look", files=given)
        assert (refused.status, refused.json()["field"]) == (422, "files"), (given, refused.body)
    assert (await say(desk, other, "look", files=[mine])).status == 200
    another = await desk_with(program)
    assert (await send(another, one, png())).status == 401


async def test_the_same_message_with_a_file_again_is_the_same_message(desk: Desk) -> None:
    token = await begin(desk)
    ids = [(await sent(desk, token))["file_id"], (await sent(desk, token, b"hi", "a.txt"))["file_id"]]
    first = await say(desk, token, "look", files=ids)
    again = await say(desk, token, "look", files=ids)
    assert [line["n"] for line in first.json()["lines"]] == [line["n"] for line in again.json()["lines"]]
    parts = first.json()["lines"][0]["parts"]
    assert [part["type"] for part in parts] == ["text", "image", "attachment"]
    assert (parts[2]["name"], parts[2]["size_bytes"]) == ("a.txt", 2)


async def test_a_flood_is_held_back_and_a_day_has_an_end(desk: Desk) -> None:
    token = await begin(desk)
    answers = [await send(desk, token, b"hi", "a.txt") for _ in range(16)]
    held = [answer for answer in answers if answer.status == 429]
    assert held
    assert int(held[0].headers["Retry-After"]) >= 1
    taken = len(answers) - len(held)
    (any_of_them, *_) = await desk.rows("uploads")
    more = """
        INSERT INTO uploads (workspace_id, id, sha256, name, content_type, size_bytes, uploaded_by)
        SELECT workspace_id, id || n, sha256, name, content_type, size_bytes, uploaded_by
        FROM uploads, generate_series(1, $2) AS n WHERE workspace_id = $1 AND id = $3"""
    await desk.program.execute(more, desk.workspace, 60 - taken, any_of_them["id"])
    other = await begin(desk)
    mine = "UPDATE uploads SET uploaded_by = 'visitor:' || $2 WHERE workspace_id = $1"
    visitor = (await desk.rows("visitor_sessions", "made_at"))[-1]["external_id"]
    await desk.program.execute(mine, desk.workspace, visitor)
    refused = await send(desk, other, b"hi", "a.txt")
    assert (refused.status, "in a day" in refused.json()["detail"]) == (429, True)


async def test_a_bot_that_asks_for_a_file_gets_it_and_one_that_does_not_says_so(program: Program) -> None:
    desk = await desk_with(program, FILES)
    token = await begin(desk)
    alone = await say(desk, token, "", files=[(await sent(desk, token))["file_id"]])
    assert "I cannot look into files" in alone.json()["lines"][-1]["parts"][0]["text"]
    await say(desk, token, "receipt", id_="message-2")
    file = (await sent(desk, token, b"%PDF-1.7", "receipt.pdf"))["file_id"]
    answer = await say(desk, token, "", id_="message-3", files=[file])
    assert answer.json()["lines"][-1]["parts"][0]["text"] == "Got receipt.pdf."


async def test_files_go_with_their_conversation_and_those_that_were_not_sent_too(desk: Desk) -> None:
    token, other = await begin(desk), await begin(desk)
    await say(desk, token, "look", files=[(await sent(desk, token))["file_id"]])
    unsent = await sent(desk, token, b"draft", "a.txt")
    stays = (await sent(desk, other))["file_id"]
    (talk,) = await desk.rows("conversations")
    key = await desk.key("api", "admin")
    gone = await desk.program.client.post(
        f"/api/v1/contacts/{talk['contact_id']}/erase", json={"reason": "asked"}, key=key
    )
    assert gone.status == 200, gone.body
    assert [row["id"] for row in await desk.rows("uploads")] == [stays]
    assert (await fetch(desk, unsent["url"])).status == 404


async def test_what_people_send_says_how_large_it_is(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    key = await desk.key("api", "admin")
    client = desk.program.client
    (talk,) = await desk.rows("conversations")
    made = [
        (await client.post(f"/api/v1/files?name={name}", key=key, body=content)).json()["id"]
        for name, content in (("map.png", png()), ("form.pdf", b"%PDF-1.7"))
    ]
    parts = [{"type": "image", "file_id": made[0], "alt": "Map", "width": 9}, {"type": "attachment", "name": "form.pdf", "file_id": made[1], "size_bytes": 9}]  # fmt: skip
    answer = await client.post(
        f"/api/v1/conversations/{talk['id']}/messages", key=key, json={"text": "Here", "parts": parts}
    )
    assert answer.status in {200, 201}, answer.body
    headers = {"authorization": f"Bearer {token}"}
    shown = (await client.get(f"/widget/{desk.assistant_id}/lines", headers=headers)).json()["lines"][-1]
    assert [part["type"] for part in shown["parts"]] == ["text", "image", "attachment"]
    # What the file says, whatever its sender said.
    assert (shown["parts"][1]["width"], shown["parts"][1]["height"]) == (WIDTH, HEIGHT)
    assert shown["parts"][2]["size_bytes"] == 8
    assert (await fetch(desk, shown["parts"][2]["url"])).body == b"%PDF-1.7"


class FormerFile(msgspec.Struct, tag="attachment"):
    """The only file that the release without files of visitors can read in a message; what it does not know it skips."""

    url: str = ""
    name: str = ""
    file_id: str = ""


class FormerSaid(msgspec.Struct, tag="said"):
    text: str
    files: tuple[FormerFile, ...] = ()


async def test_a_former_release_beside_can_read_it_and_what_it_leaves_out_is_given_back(desk: Desk) -> None:
    token = await begin(desk)
    picture, paper = await sent(desk, token), await sent(desk, token, b"%PDF-1.7", "receipt.pdf")
    ids = [picture["file_id"], paper["file_id"]]
    answer = await say(desk, token, "look", files=ids)
    assert answer.status == 200, answer.body
    (row,) = await desk.rows("inbound")
    read = msgspec.json.decode(row["heard"], type=FormerSaid)
    assert (read.text, [file.file_id for file in read.files]) == ("look", ids)
    assert [file.name for file in read.files] == ["party.jpg", "receipt.pdf"]
    (before,) = [each for each in await desk.rows("messages") if each["author"] == "contact"]
    assert [part["type"] for part in json.loads(before["parts"])] == ["text", "image", "attachment"]
    store, since = desk.program.running.store, datetime.now(UTC) - timedelta(hours=1)
    unsent = await sent(desk, token, b"draft", "a.txt")
    assert (
        await give_files(desk.workspace, store, since=since) == 0
    )  # the control: nothing of this release is behind
    # As the former release keeps it: the words alone.
    await desk.program.execute(
        "UPDATE messages SET parts = $3 WHERE workspace_id = $1 AND id = $2",
        desk.workspace,
        before["id"],
        json.dumps([{"type": "text", "text": "look"}]),
    )
    await desk.program.execute(
        "UPDATE uploads SET conversation_id = NULL WHERE workspace_id = $1", desk.workspace
    )
    assert await give_files(desk.workspace, store, since=since) == 1
    (after,) = [each for each in await desk.rows("messages") if each["author"] == "contact"]
    assert json.loads(after["parts"]) == json.loads(before["parts"])
    belong = {upload["id"]: upload["conversation_id"] for upload in await desk.rows("uploads")}
    assert belong == dict.fromkeys(ids, before["conversation_id"]) | {unsent["file_id"]: None}
    assert await give_files(desk.workspace, store, since=since) == 0
