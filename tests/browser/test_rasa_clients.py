"""Clients of Rasa that others wrote, unchanged, against the running program: what works with Rasa works here.

`make browser` fetches them (tools/rasa_clients.sh); where one could not be had, its tests are skipped and say so.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.conftest import OpenPage, Watched
from tests.program import Desk, Program
from tests.web.rasa_wire import PICTURE, WIRE

CLIENTS = Path(os.environ.get("RASA_CLIENTS") or Path(__file__).parents[2] / ".clients")
FILES = WIRE | {
    "flows/get_started.yaml": """
trigger: {intent: get_started}
steps: [{say: "Welcome!"}]
""",
    "flows/cards.yaml": """
trigger: {patterns: ["cards"]}
steps:
  - say:
      cards:
        - {title: "Red one", subtitle: "Warm", buttons: [{title: "Take it", payload: "yes"}]}
""",
}
FILES["bot.yaml"] = FILES["bot.yaml"].replace(
    "  paint: {", "  get_started: {examples: [let us begin]}\n  paint: {"
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def client(*path: str) -> Path:
    found = CLIENTS.joinpath(*path)
    if not found.exists():
        pytest.skip(f"{'/'.join(path)} is not at hand: tools/rasa_clients.sh fetches it where it can")
    return found


def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not here")
    return found


async def run(*command: str | Path, folder: Path) -> tuple[int, str]:
    child = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(90):
            said, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode is not None
    return child.returncode, said.decode(errors="replace")


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(FILES, slug="wire")
    await made.channel("socketio", {})
    program.forget_entrances()
    return made


def address(desk: Desk) -> str:
    return desk.program.client.base_url + desk.webhook


# -- test runners of others

CONVERSATIONS = {
    "about": "about\n\n#me\ntell me something about you\n\n#bot\nI can help you work smarter, rather than harder\n",
    "two": "two\n\n#me\ntwo\n\n#bot\nFirst.\n\n#bot\nSecond.\n",
    "rate": "rate\n\n#me\nrate\n\n#bot\nCould you rate my service??\nBUTTONS Yes|No\n\n#me\nyes\n\n#bot\nThank you.\n",
    "picture": f"picture\n\n#me\npicture\n\n#bot\nMEDIA {PICTURE}\n",
    "slots": 'slots\n\n#me\n/paint{"color": "red"}\n\n#bot\nWhich size?\n\n#me\nbig\n\n#bot\nred, big\n',
}


def botium(desk: Desk, folder: Path, conversations: dict[str, str]) -> None:
    body = {"sender": "{{botium.conversationId}}", "message": "{{msg.messageText}}"}
    capabilities = {
        "PROJECTNAME": "wire",
        "CONTAINERMODE": "simplerest",
        "SIMPLEREST_URL": address(desk),
        "SIMPLEREST_METHOD": "POST",
        "SIMPLEREST_BODY_TEMPLATE": body,
        "SIMPLEREST_BODY_JSONPATH": "$.*",
        "SIMPLEREST_RESPONSE_JSONPATH": "$.text",
        "SIMPLEREST_MEDIA_JSONPATH": "$.image",
        "SIMPLEREST_BUTTONS_JSONPATH": "$.buttons[*]",
        "SIMPLEREST_BUTTONS_TEXT_SUBJSONPATH": "$.title",
        "SIMPLEREST_BUTTONS_PAYLOAD_SUBJSONPATH": "$.payload",
    }
    (folder / "botium.json").write_text(json.dumps({"botium": {"Capabilities": capabilities}}))
    (folder / "spec").mkdir()
    for name, text in conversations.items():
        (folder / "spec" / f"{name}.convo.txt").write_text(text)


async def test_botium_passes_its_conversations(desk: Desk, tmp_path: Path) -> None:
    runner = client("node", "node_modules", "botium-cli", "bin", "botium-cli.js")
    botium(desk, tmp_path, CONVERSATIONS)
    status, said = await run(
        node(), runner, "run", "--convos", "spec", "--config", "botium.json", folder=tmp_path
    )
    assert (status, f"{len(CONVERSATIONS)} passing" in said) == (0, True), said


async def test_botium_finds_what_is_wrong(desk: Desk, tmp_path: Path) -> None:
    runner = client("node", "node_modules", "botium-cli", "bin", "botium-cli.js")
    botium(desk, tmp_path, {"wrong": "wrong\n\n#me\ntwo\n\n#bot\nSomething else.\n"})
    status, said = await run(
        node(), runner, "run", "--convos", "spec", "--config", "botium.json", folder=tmp_path
    )
    assert (status != 0, "1 failing" in said) == (True, True), said


def scenarios(desk: Desk, folder: Path, bot: dict[str, list[dict[str, object]]]) -> None:
    """One scenario for each message: its text, and the whole answer that is expected."""
    (folder / "config.ini").write_text(
        f"[protocol]\ntype = rest\nurl = {address(desk)}\n[runner]\nignored_result_keys =\n"
    )
    for place in ("scenarios", "scenario_fragments", "interactions/user", "interactions/bot"):
        (folder / place).mkdir(parents=True)
    for number, (said, answer) in enumerate(bot.items()):
        sender = f"tester-{number}"
        asked = {"sender": sender, "message": said}
        answered = [{"recipient_id": sender, **bubble} for bubble in answer]
        (folder / f"interactions/user/say{number}.jinja").write_text(json.dumps(asked))
        (folder / f"interactions/bot/hear{number}.jinja").write_text(json.dumps(answered))
        (folder / f"scenarios/s{number}.yml").write_text(f"- user: say{number}\n  bot: hear{number}\n")


async def test_rasa_integration_testing_compares_whole_answers(desk: Desk, tmp_path: Path) -> None:
    python = client("python", "bin", "python")
    buttons = [{"title": "Yes", "payload": "yes"}, {"title": "No", "payload": "no"}]
    scenarios(
        desk,
        tmp_path,
        {
            "two": [{"text": "First."}, {"text": "Second."}],
            "rate": [{"text": "Could you rate my service??", "buttons": buttons}],
            "picture": [{"image": PICTURE}],
            "long": [{"text": "One."}, {"text": "Two.\nStill two."}],
            "/restart": [],
        },
    )
    status, said = await run(python, "-m", "rasa_integration_testing", tmp_path, folder=tmp_path)
    assert (status, said.count("+++ Successfully")) == (0, 5), said


async def test_rasa_integration_testing_finds_what_is_wrong(desk: Desk, tmp_path: Path) -> None:
    python = client("python", "bin", "python")
    scenarios(desk, tmp_path, {"two": [{"text": "First."}, {"text": "Third."}]})
    status, said = await run(python, "-m", "rasa_integration_testing", tmp_path, folder=tmp_path)
    assert (status, "Third." in said) == (1, True), said


# -- a connector of others


async def test_the_tiledesk_connector_translates_our_answers(desk: Desk, tmp_path: Path) -> None:
    connector = client("node", "node_modules", "@tiledesk", "tiledesk-rasa-connector", "Rasa.js")
    (tmp_path / "ask.js").write_text(
        f"""
const found = require({json.dumps(str(connector))});
const Rasa = found.Rasa || found;
const rasa = new Rasa();
console.log = () => {{}};
const [url, text] = process.argv.slice(2);
rasa.runRASAQuery(url, "tiledesk-1", text, answer =>
  process.stdout.write(JSON.stringify(rasa.commandsByRASAResponse(answer))));
"""
    )

    async def commands(text: str) -> list[dict[str, object]]:
        status, said = await run(node(), "ask.js", address(desk), text, folder=tmp_path)
        assert status == 0, said
        # Node tells of what its older dependencies use.
        found: list[dict[str, object]] = json.loads(said[said.index("[{") :].split("\n")[0])
        return [each["message"] for each in found if each["type"] == "message"]  # type: ignore[misc]

    assert [each["text"] for each in await commands("two")] == ["First.", "Second."]
    (rated,) = await commands("rate")
    assert rated["text"] == "Could you rate my service??"
    assert "Yes" in json.dumps(rated["attributes"])
    (pictured,) = await commands("picture")
    assert PICTURE in json.dumps(pictured)


# -- chat windows of others


@asynccontextmanager
async def window(
    open_page: OpenPage, page_url: str, html: str, scripts: dict[str, Path]
) -> AsyncIterator[Watched]:
    """A page with a chat window on it; whatever pictures it asks for are one pixel."""

    async def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if route.request.url == page_url:
            await route.fulfill(body=html, content_type="text/html")
        elif route.request.url == PICTURE:
            await route.fulfill(body=PIXEL, content_type="image/png")
        elif name in scripts:
            await route.fulfill(path=scripts[name])
        else:
            await route.continue_()

    async with open_page() as watched:
        await watched.page.route(lambda url: "/socket.io/" not in url and "/webhooks/" not in url, answer)
        await watched.page.goto(page_url)
        yield watched


async def said_in(page: Page, selector: str, text: str) -> None:
    await expect(page.locator(selector).filter(has_text=text).last).to_be_visible()


async def test_chatroom_talks_over_the_rest_channel(desk: Desk, open_page: OpenPage) -> None:
    built = client("chatroom", "dist")
    base = desk.program.client.base_url
    html = f"""<!doctype html><link rel="stylesheet" href="Chatroom.css"><div class="chat-container"></div>
<script src="Chatroom.js"></script><script>
window.chatroom = new window.Chatroom({{
  title: "Chat", container: document.querySelector(".chat-container"), host: "{base}{desk.path}",
}});
window.chatroom.openChat();
</script>"""
    files = {name: built / name for name in ("Chatroom.js", "Chatroom.css")}
    async with window(open_page, f"{base}/window/chatroom", html, files) as watched:
        page = watched.page

        async def say(text: str) -> None:
            await page.locator(".chatroom input[type=text]").fill(text)
            await page.keyboard.press("Enter")

        await say("tell me something about you")
        await said_in(page, ".chatroom li", "I can help you work smarter")
        await say("rate")
        await said_in(page, ".chatroom li", "Could you rate my service??")
        await page.locator(".chatroom .chat-button", has_text="Yes").click()
        await said_in(page, ".chatroom li", "Thank you.")
        await say("picture")
        await expect(page.locator(f".chatroom img[src='{PICTURE}']")).to_have_count(1)
        await say("/restart")
        await say("two")
        await said_in(page, ".chatroom li", "Second.")


async def test_webchat_talks_over_the_socket_and_keeps_its_session(desk: Desk, open_page: OpenPage) -> None:
    script = client("webchat", "lib", "index.js")
    base = desk.program.client.base_url
    html = f"""<!doctype html><body><script src="index.js"></script><script>
WebChat.default({{
  socketUrl: "{base}", socketPath: "{desk.path}/socket.io/", initPayload: "/get_started", title: "Chat",
  params: {{ storage: "local" }}, customData: {{ language: "en" }},
}}, null);
</script>"""
    async with window(open_page, f"{base}/window/webchat", html, {"index.js": script}) as watched:
        page = watched.page
        await page.locator(".rw-launcher").click()
        await said_in(page, ".rw-response", "Welcome!")

        async def say(text: str) -> None:
            await page.locator(".rw-new-message").fill(text)
            await page.keyboard.press("Enter")

        await say("rate")
        await said_in(page, ".rw-response", "Could you rate my service??")
        await page.locator(".rw-reply", has_text="Yes").click()
        await said_in(page, ".rw-response", "Thank you.")
        await say("picture")
        await expect(page.locator(f"img[src='{PICTURE}']")).to_have_count(1)
        await say("cards")
        await expect(page.locator(".rw-carousel-card", has_text="Red one")).to_be_visible()
        (conversation,) = await desk.rows("conversations")
        await page.reload()
        answer = await desk.program.client.post(
            f"/api/v1/conversations/{conversation['id']}/messages",
            key=await desk.key("api", "admin"),
            json={"text": "Rosa here."},
        )
        assert answer.status == 201, answer.body
        await said_in(page, ".rw-response", "Rosa here.")
        assert len(await desk.rows("conversations")) == 1
