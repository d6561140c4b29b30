"""S000-30: a customer's own site runs its own chat on API Rest alone. The files of `integrations/own-chat` are run as they are
given out, each of the three servers, against the program."""

import asyncio
import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.app.running import free_port
from tests.doubles.http_client import Answer, HttpClient, http_client
from tests.program import Desk, Program, until
from tests.web.panel.test_connecting import seated
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says

from frontdesk.web.site_files import archive

FOLDER = Path(__file__).parents[2] / "integrations" / "own-chat"
ANSWER = "I can help you work smarter, rather than harder"
SERVERS = {
    "python": ("python3", "server.py"),
    "node": ("node", "server.mjs"),
    "php": ("php", "-S", "{host}", "server.php"),
}


@dataclass
class OwnChat:
    """The running server, and a browser on its page."""

    desk: Desk
    key: str
    client: HttpClient
    visitor: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    async def send(self, message: object, id_: object = "m-1", **headers: str) -> Answer:
        given = {"origin": self.client.base_url, "x-visitor": self.visitor, **headers}
        answer = await self.client.post("/chat/send", json={"message": message, "id": id_}, headers=given)
        assert "set-cookie" not in answer.headers
        return answer

    async def asked(self, after: str = "") -> Answer:
        return await self.client.get(f"/chat/news?after={after}", headers={"x-visitor": self.visitor})

    async def news(self, after: str = "") -> list[dict[str, Any]]:
        answer = await self.asked(after)
        assert answer.status == 200, answer.body
        return list(answer.json())


@asynccontextmanager
async def started(desk: Desk, server: str) -> AsyncIterator[OwnChat]:
    words = SERVERS[server]
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not here")
    key, port = await desk.key("rasa"), free_port()
    host = f"127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(word.format(host=host) for word in words),
        cwd=FOLDER,
        env={
            "PATH": os.environ["PATH"],
            "FRONTDESK_URL": f"{desk.program.client.base_url}{desk.path}",
            "FRONTDESK_KEY": key,
            "PORT": str(port),
            "PHP_CLI_SERVER_WORKERS": "2",
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with http_client(f"http://{host}") as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/")).status == 200
                except OSError:
                    assert process.returncode is None
                    return False

            await until(ready)
            yield OwnChat(desk, key, client)
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture(params=SERVERS)
async def chat(program: Program, request: pytest.FixtureRequest) -> AsyncIterator[OwnChat]:
    desk = await program.desk(WIRE, slug="own-chat")
    async with started(desk, request.param) as running:
        yield running


async def test_a_visitor_of_a_customers_own_page_talks_and_no_browser_sees_the_key(chat: OwnChat) -> None:
    """S000-30, and S000-22 to S000-26 through it."""
    for path, kind in (("/", "text/html"), ("/chat.js", "text/javascript"), ("/chat.css", "text/css")):
        page = await chat.client.get(path)
        assert (page.status, page.headers["content-type"].partition(";")[0]) == (200, kind)
        assert chat.key.encode() not in page.body
    answer = await chat.send("tell me something about you")
    assert [bubble["text"] for bubble in answer.json()] == [ANSWER]
    assert chat.key not in str(answer.headers) + answer.body.decode()
    # The same id again is the same message.
    again = await chat.send("tell me something about you")
    assert [bubble["text"] for bubble in again.json()] == [ANSWER]
    (buttons,) = (await chat.send("rate", "m-2")).json()
    assert [button["payload"] for button in buttons["buttons"]] == ["yes", "no"]
    assert [bubble["text"] for bubble in (await chat.send("yes", "m-3")).json()] == ["Thank you."]
    said = [row for row in await chat.desk.rows("messages") if row["author"] == "contact"]
    assert len(said) == 3
    await operator_says(chat.desk, "A person is here")

    async def heard() -> bool:
        return "A person is here" in [bubble["text"] for bubble in await chat.news()]

    await until(heard)
    (bubble,) = [each for each in await chat.news() if each["text"] == "A person is here"]
    assert bubble["author"] == "operator"


async def test_another_visitor_reads_nothing_and_a_foreign_page_writes_nothing(chat: OwnChat) -> None:
    await chat.send("tell me something about you")
    await operator_says(chat.desk, "Only for the first")
    stranger = OwnChat(chat.desk, chat.key, chat.client)
    assert ((await stranger.asked()).status, (await stranger.asked()).body) == (404, b"[]")
    # Nor does the name under which the desk knows the first open anything here.
    (talk,) = await chat.desk.rows("conversations")
    for name in (
        "",
        "jhon",
        "../../../api/v1/conversations/xxx",
        talk["external_id"],
        chat.visitor + "\u00e9",
    ):
        stranger.visitor = name
        assert (await stranger.asked()).status == 400
        assert (await stranger.send("as another")).status == 400
    stranger.visitor = talk["external_id"][:32]
    assert ((await stranger.asked()).status, (await stranger.asked()).body) == (404, b"[]")
    for origin in ("https://evil.example.com", "null", ""):
        assert (await chat.send("stolen", "m-9", origin=origin)).status == 403
    said = [row for row in await chat.desk.rows("messages") if row["author"] == "contact"]
    assert len(said) == 1


async def test_a_first_message_whose_answer_is_lost_is_the_same_when_it_is_sent_again(chat: OwnChat) -> None:
    host = chat.client.base_url.removeprefix("http://")
    body = json.dumps({"message": "tell me something about you", "id": "first"})
    head = (
        f"POST /chat/send HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nX-Visitor: {chat.visitor}\r\n"
    )
    name, _, port = host.partition(":")
    _, writing = await asyncio.open_connection(name, int(port))
    writing.write(
        f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )

    async def came_in() -> list[dict[str, Any]]:
        return await chat.desk.rows("inbound")

    await until(came_in)
    writing.transport.abort()
    again = await chat.send("tell me something about you", "first")
    assert [bubble["text"] for bubble in again.json()] == [ANSWER]
    (talk,) = await chat.desk.rows("conversations")
    assert chat.visitor not in talk["external_id"]
    said = [row for row in await chat.desk.rows("messages") if row["author"] == "contact"]
    assert len(said) == 1


async def test_bad_input_is_refused_and_the_next_is_answered(chat: OwnChat) -> None:
    for message, id_ in ((7, "m"), ("hi", None), (["hi"], "m"), (None, None)):
        assert (await chat.send(message, id_)).status == 400
    headers = {"origin": chat.client.base_url, "x-visitor": chat.visitor}
    for body in ("", "{", "[]", "null", "\xff"):
        assert (await chat.client.post("/chat/send", body=body, headers=headers)).status == 400
    large = json.dumps({"message": "x" * 50_000, "id": "m"})
    assert (await chat.client.post("/chat/send", body=large, headers=headers)).status == 413
    for path in ("/server.py", "/server.php", "/../README.md", "/chat/none", "/README.md"):
        assert (await chat.client.get(path)).status == 404
    assert (await chat.send("tell me something about you")).status == 200


@pytest.mark.parametrize("written_in", SERVERS)
async def test_the_panel_shows_how_filled_in_and_hands_out_the_files(
    program: Program, written_in: str
) -> None:
    await program.execute("DELETE FROM sign_in_tries")
    desk = await program.desk(WIRE, slug="own-chat")
    browser = await seated(program, desk)
    path = "/panel/integrations/api-rest"
    above = await browser.get(f"{path}?assistant={desk.assistant_id}")
    assert f"{path}/own-chat?assistant={desk.assistant_id}" in above.body.decode()
    answer = await browser.get(f"{path}/own-chat?server={written_in}&assistant={desk.assistant_id}")
    assert answer.status == 200, answer.body
    page = unescape(answer.body.decode())
    assert f"export FRONTDESK_URL={program.client.base_url}{desk.path}\n" in page
    for name in (SERVERS[written_in][-1], "index.html", "chat.js", "chat.css"):
        assert (FOLDER / name).read_text().strip() in page
    download = await browser.get(f"{path}/own-chat/download")
    assert (download.status, download.body) == (200, archive("own-chat"))
