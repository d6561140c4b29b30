"""Files that people hand in come back to those who may see them, and can run nothing."""

import asyncio
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from tests.doubles.http_client import Answer
from tests.kit.pictures import HEIGHT, PLACE, WIDTH, jpeg, opened
from tests.program import Desk, Program
from tests.web.feed.conftest import key_of

from frontdesk.core.errors import Refused
from frontdesk.core.file_link import FileLinks
from frontdesk.core.ids import ConversationId, FileId
from frontdesk.store import contacts, uploads
from frontdesk.store.files import MAX_FILE_BYTES

PATH = "/api/v1/files"
TAKEN = jpeg(held=6)


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def key(desk: Desk) -> str:
    return await key_of(desk, "write:conversations")


async def send(desk: Desk, key: str, content: bytes, name: str = "a.bin", **headers: str) -> Answer:
    return await desk.program.client.post(
        f"{PATH}?name={quote(name)}", key=key, body=content, headers={"Content-Type": "text/html", **headers}
    )


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def test_a_picture_comes_back_without_where_it_was_taken(desk: Desk, key: str) -> None:
    answer = await send(desk, key, TAKEN, "party.jpg")
    assert answer.status == 201
    file = answer.json()
    # It was taken with the camera on its side.
    size = (file["width"], file["height"])
    assert (file["name"], file["content_type"], size) == ("party.jpg", "image/jpeg", (HEIGHT, WIDTH))
    client = desk.program.client
    for fetched in (
        await client.get(f"{PATH}/{file['id']}/content", key=key),
        await client.get(path_of(file["url"])),
    ):
        assert (fetched.status, len(fetched.body)) == (200, file["size_bytes"])
        assert opened(fetched.body).size == size
        assert PLACE not in fetched.body
        assert fetched.headers["Content-Type"] == "image/jpeg"
        assert fetched.headers["Content-Disposition"].startswith("inline;")
        assert fetched.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    again = await client.get(path_of(file["url"]), headers={"If-None-Match": fetched.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    described = (await client.get(f"{PATH}/{file['id']}", key=key)).json()
    assert described == file


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
        (b"<?xml version='1.0'?><svg/>", "a.png"),
        (b"<html><script>alert(1)</script>", "a.html"),
        (b"<html><script>alert(1)</script>", "a.jpg"),
        (b"GIF89a/*<script>alert(1)</script>*/", "a.gif"),
        (b"%PDF-1.7 /JS (app.alert(1))", "a.pdf"),
        (b"\xff\xd8\xffnot a picture", "a.jpg"),
        (b"alert(1)", "a.js"),
    ],
)
async def test_what_could_run_is_only_a_download(desk: Desk, key: str, content: bytes, name: str) -> None:
    file = (await send(desk, key, content, name)).json()
    fetched = await desk.program.client.get(path_of(file["url"]))
    assert fetched.body == content
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert fetched.headers["Content-Type"] in {"application/octet-stream", "application/pdf"}
    assert fetched.headers["Content-Security-Policy"].startswith("sandbox;")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jo\\a.txt", "a.txt"),
        ("..", "file"),
        ("", "file"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ('"; filename="evil.html', '"; filename="evil.html'),
        ("\u202egpj.exe", "gpj.exe"),
        ("отчёт за июль.txt", "отчёт за июль.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ],
)
async def test_a_name_is_a_name_and_nothing_else(desk: Desk, key: str, given: str, called: str) -> None:
    file = (await send(desk, key, b"hi", given)).json()
    assert file["name"] == called
    fetched = await desk.program.client.get(path_of(file["url"]))
    assert "Set-Cookie" not in fetched.headers
    plain, _, encoded = fetched.headers["Content-Disposition"].partition("; filename*=")
    assert plain.count('"') == 2
    assert encoded == f"UTF-8''{quote(called, safe='')}"


async def test_large_files_go_through_and_larger_ones_do_not(desk: Desk, key: str) -> None:
    content = bytes(range(256)) * 12_000
    file = (await send(desk, key, content)).json()
    assert (await desk.program.client.get(path_of(file["url"]))).body == content
    refused = await send(desk, key, bytes(MAX_FILE_BYTES + 1))
    assert (refused.status, refused.json()["code"]) == (413, "body_too_large")
    empty = await send(desk, key, b"")
    assert (empty.status, empty.json()["code"]) == (422, "invalid")
    assert len(await desk.rows("uploads")) == 1


async def test_a_file_that_is_sent_again_is_one(desk: Desk, key: str) -> None:
    first, second = await asyncio.gather(
        *(send(desk, key, b"once", **{"Idempotency-Key": "k1"}) for _ in range(2))
    )
    assert first.json() == second.json()
    other = await send(desk, key, b"twice", **{"Idempotency-Key": "k1"})
    assert (other.status, other.json()["code"]) == (422, "idempotency_mismatch")
    assert len(await desk.rows("uploads")) == 1


async def test_the_same_content_is_kept_once(desk: Desk, key: str) -> None:
    ids = {(await send(desk, key, b"same")).json()["id"] for _ in range(3)}
    assert len(ids) == 3
    assert len(await desk.rows("files")) == 1


async def test_a_file_is_nothing_to_another_workspace(desk: Desk, key: str, program: Program) -> None:
    file = (await send(desk, key, b"ours")).json()
    other = await key_of(await program.desk(), "write:conversations")
    for path in (f"{PATH}/{file['id']}", f"{PATH}/{file['id']}/content"):
        assert (await program.client.get(path, key=other)).status == 404
        assert (await program.client.get(path)).status == 401
    for wrong in ("file_x", "../secrets", "conv_01jd6qzv1mfz2s0rvm8a1h5c3e"):
        assert (await program.client.get(f"{PATH}/{quote(wrong, safe='')}", key=key)).status == 404
        assert (await program.client.get(f"/files/{quote(wrong, safe='')}?token=x")).status == 404


async def test_a_link_opens_its_own_file_until_it_ends(desk: Desk, key: str) -> None:
    program = desk.program
    file = (await send(desk, key, b"ours")).json()
    mine = (await send(desk, key, b"another")).json()
    token = path_of(file["url"]).partition("token=")[2]
    now = program.running.line.clock.now()
    tries = ["", "x", token[:-1], token[:-1] + "*", "A" * 300, token.swapcase(), "%01"]
    for wrong in tries:
        assert (await program.client.get(f"/files/{file['id']}?token={wrong}")).status == 404
    assert (await program.client.get(f"/files/{mine['id']}?token={token}")).status == 404
    ended = FileLinks(program.running.vault.derive("file links"), "").link(
        desk.workspace, file["id"], now - timedelta(seconds=1)
    )
    assert (await program.client.get(ended)).status == 404


async def test_files_belong_to_the_conversation_they_were_sent_in(desk: Desk, key: str) -> None:
    await desk.say("jo", "hi")
    [conversation] = await desk.rows("conversations")
    file = (await send(desk, key, b"for jo")).json()
    colleague = await key_of(desk, "read:conversations")
    client, store = desk.program.client, desk.program.running.store
    assert (await client.get(f"{PATH}/{file['id']}", key=colleague)).status == 404
    async with store.unit_of_work(desk.workspace) as tx:
        await uploads.attach(desk.workspace, tx, [file["id"]], ConversationId(conversation["id"]))
    assert (await client.get(f"{PATH}/{file['id']}", key=colleague)).status == 200
    elsewhere = await key_of(desk, "read:conversations", assistant_ids=frozenset({"asst_other"}))
    assert (await client.get(f"{PATH}/{file['id']}", key=elsewhere)).status == 404
    with pytest.raises(Refused, match="upload it again"):
        async with store.unit_of_work(desk.workspace) as tx:
            await uploads.attach(desk.workspace, tx, [file["id"]], ConversationId("conv_other"))


async def test_files_of_an_erased_contact_go_with_their_content(desk: Desk, key: str) -> None:
    store = desk.program.running.store
    await desk.say("jo", "hi")
    await desk.say("ann", "hi")
    by_sender = {row["external_id"]: row for row in await desk.rows("conversations")}
    shared, own = [await send(desk, key, content) for content in (b"shared", b"jo's own")]
    theirs = await send(desk, key, b"shared")
    async with store.unit_of_work(desk.workspace) as tx:
        ids = [shared.json()["id"], own.json()["id"]]
        await uploads.attach(desk.workspace, tx, ids, by_sender["jo"]["id"])
        await uploads.attach(desk.workspace, tx, [theirs.json()["id"]], by_sender["ann"]["id"])
    async with store.unit_of_work(desk.workspace) as tx:
        gone = await contacts.erase(desk.workspace, tx, by_sender["jo"]["contact_id"])
    assert gone.files == 2
    client = desk.program.client
    assert (await client.get(path_of(own.json()["url"]))).status == 404
    assert (await client.get(path_of(theirs.json()["url"]))).body == b"shared"
    assert [row["id"] for row in await desk.rows("uploads")] == [theirs.json()["id"]]
    assert len(await desk.rows("files")) == 1
    assert len(await desk.rows("file_chunks")) == 1


async def test_what_nobody_used_goes_after_a_day(desk: Desk, key: str) -> None:
    await desk.say("jo", "hi")
    [conversation] = await desk.rows("conversations")
    used = (await send(desk, key, b"used")).json()
    await send(desk, key, b"unused")
    store = desk.program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        await uploads.attach(desk.workspace, tx, [used["id"]], ConversationId(conversation["id"]))
    await uploads.trim(desk.workspace, store)
    assert len(await desk.rows("uploads")) == 2
    for table in ("uploads", "files"):
        await desk.program.execute(
            f"UPDATE {table} SET created_at = now() - interval '25 hours' WHERE workspace_id = $1",  # noqa: S608  # test's own words
            desk.workspace,
        )
    await uploads.trim(desk.workspace, store)
    assert [row["id"] for row in await desk.rows("uploads")] == [FileId(used["id"])]
    assert len(await desk.rows("files")) == 1


async def test_who_may_not_write_hands_nothing_in(desk: Desk) -> None:
    reader = await key_of(desk, "read:conversations")
    assert (await send(desk, reader, b"x")).status == 403
    assert (await send(desk, "", b"x")).status == 401
    assert await desk.rows("uploads") == []
