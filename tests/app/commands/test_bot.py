"""An own workspace from the set-up link to a bot of its own with a secret and a callback channel, by commands alone."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.app.commands.conftest import Place
from tests.app.conftest import eventually
from tests.doubles.http_server import Answer, json_answer

from frontdesk.app.demo.files import example
from frontdesk.core.permission import SCOPES
from frontdesk.studio.placeholders import is_example

SHOP = """\
format: assistant/v1
assistant: {{id: {slug}, name: Shop desk, language: en}}
env: {{STOCK_API: https://stock.example.test, OPEN: nine to five}}
actions:
  look:
    request:
      method: GET
      url: "{url}"
      headers: {{Authorization: "Bearer {{{{ secret.SHOP_KEY }}}}"}}
    result: {{state: $.state}}
    sample: {{state: open}}
flows:
  open:
    trigger: {{patterns: ["open"]}}
    steps:
      - call: look
      - say: "We are {{{{ look.state }}}}."
  hello:
    trigger: {{patterns: ["hello"]}}
    steps:
      - say: {hello}
"""


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    return ("--demo",)


def bot(
    folder: Path, slug: str = "shop", *, hello: str = "Hello from the shop.", url: str = "https://x.test/"
) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "bot.yaml").write_text(SHOP.format(slug=slug, hello=hello, url=url))
    return folder


@dataclass(frozen=True)
class First:
    """The first bot of one's own workspace: what publishing it said, and where the demo's answered until then."""

    place: Place
    folder: Path
    demo_was_at: str
    said: str


@pytest.fixture(scope="module", autouse=True)
async def first(place: Place, tmp_path_factory: pytest.TempPathFactory) -> First:
    """Set up through the link, as a browser does it; then a bot is published, before any test publishes another."""
    shop = bot(tmp_path_factory.mktemp("first") / "shop", url=place.outside.url("/state"))
    # Neither a key nor an assistant is made for a workspace without a name; the demo answers as before.
    for early in (("key", "create"), ("bot", "publish", str(shop))):
        refused = await place.command(*early)
        assert (refused.code, "not set up yet: open the link" in refused.err) == (2, True), refused
        assert ("A key of the demo" in refused.err) == (early[0] == "key"), refused
    assert (await place.say("", "hello"))[0].startswith("Hello! Ask me")
    link = (await place.done("setup-link")).strip()
    assert link.startswith(
        f"{place.client.base_url}/setup?token="
    )  # the running program's port, which was not told
    form = {"Origin": place.client.base_url, "Content-Type": "application/x-www-form-urlencoded"}
    path = link.removeprefix(place.client.base_url)
    assert (await place.client.post(path, headers=form, body="name=Northwind&time_zone=UTC")).status == 200
    was_at = json.loads(await place.done("demo", "--json"))["rest_webhook"]
    return First(place, shop, was_at, await place.done("bot", "publish", str(shop)))


@pytest.fixture(scope="module")
def own(first: First) -> Place:
    return first.place


async def test_from_the_set_up_link_to_a_bot_that_answers_here_and_by_callback(
    first: First, own: Place
) -> None:
    url, said = own.client.base_url, first.said
    assert first.demo_was_at == f"{url}/webhooks/rest/webhook"
    assert "shop was made and published as version 1 in the workspace Northwind." in said
    assert f"It answers at {url}/webhooks/rest/webhook" in said
    assert "secret set SHOP_KEY --assistant shop" in said
    moved = f"{url}/a/billing-helper/webhooks/rest/webhook"
    assert f"The demo's assistant is now at {moved}" in said
    assert json.loads(await own.done("demo", "--json"))["rest_webhook"] == moved

    async def answers() -> bool:
        return await own.say("", "hello") == ["Hello from the shop."]

    await eventually(answers)  # "within a second", as it says
    assert (await own.say("/a/billing-helper", "hello"))[0].startswith("Hello! Ask me")

    own.outside.answers(json_answer({"state": "open"}))
    assert "SHOP_KEY of shop is set" in await own.done("secret", "set", "SHOP_KEY", typed="shh-1\n")
    assert await own.say("", "open") == ["We are open."]
    assert own.outside.received[-1].headers["authorization"] == "Bearer shh-1"
    assert "secret set" not in await own.done("bot", "publish", str(first.folder))
    found = re.search(r"asst_\w+", said)
    assert found is not None
    await callback_answers(own, found[0], "/a/shop", "Hello from the shop.")


async def callback_answers(own: Place, assistant_id: str, base: str, text: str) -> None:
    key = (await own.done("key", "create")).strip()
    settings = {"url": own.outside.url("/replies")}
    wanted = {"type": "callback", "name": "Site", "assistant_id": assistant_id, "settings": settings}
    assert (await own.client.post("/api/v1/channels", key=key, json=wanted)).status == 201
    own.outside.answers(Answer())
    before = len(own.outside.received)
    sent = {"sender": "ann", "message": "hello"}
    answer = await own.client.post(f"{base}/webhooks/callback/webhook", json=sent)
    assert (answer.status, answer.body) == (200, b"success")
    await own.outside.asked(before + 1)
    assert own.outside.received[-1].json() == {"recipient_id": "ann", "text": text}


async def test_publishing_tells_the_env_values_and_which_are_examples(place: Place, tmp_path: Path) -> None:
    said = await place.done("bot", "publish", str(bot(tmp_path / "env", "env")))
    assert "to change one, change it in bot.yaml and publish again:\n  OPEN       nine to five\n" in said
    assert "  STOCK_API  https://stock.example.test   (an example, which leads nowhere" in said
    service = json.loads(await place.done("demo", "--json"))["balance_service"]
    assert f"the demo's own system, {service}," in said


async def test_a_copy_of_the_example_reaches_the_demos_system_once_it_names_it(
    place: Place, tmp_path: Path
) -> None:
    service = json.loads(await place.done("demo", "--json"))["balance_service"]
    files = example("billing-helper")
    files["bot.yaml"] = files["bot.yaml"].replace("https://api.example.test", service)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    await place.done("bot", "publish", str(tmp_path), "--assistant", "copied")
    for said in ("account balance", "123456", "jo@example.com"):
        answer = await place.say("/a/copied", said)
    assert re.fullmatch(r"Your current balance is [\d.]+", answer[-1])


async def test_values_that_are_set_here_are_told_as_such(place: Place, tmp_path: Path) -> None:
    for name, text in example("billing-helper").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    said = await place.done("bot", "publish", str(tmp_path), "--workspace", "Demo")
    assert re.search(r"  BALANCE_API  http://127\.0\.0\.1:\d+   \(set for this assistant here", said)
    assert "an example" not in said


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://api.example.test", True),
        ("https://desk.example.com/x", True),
        ("http://shop.invalid.", True),
        ("https://example.org", True),
        ("https://myexample.com", False),
        ("https://mytest", False),
        ("nine to five", False),
        ("http://[", False),
        ("test", False),
    ],
)
def test_names_for_examples_are_known(value: str, *, expected: bool) -> None:
    assert is_example(value) is expected


async def test_changed_files_are_the_next_version_and_the_same_ones_are_none(
    place: Place, tmp_path: Path
) -> None:
    folder = bot(tmp_path / "next", "next")
    assert "published as version 1" in await place.done("bot", "publish", str(folder))
    assert "version 1 goes on answering" in await place.done("bot", "publish", str(folder))
    bot(folder, "next", hello="Hello again.")
    assert "next was published as version 2" in await place.done("bot", "publish", str(folder))


async def test_the_same_folder_makes_another_assistant_under_another_name(
    place: Place, tmp_path: Path
) -> None:
    folder = bot(tmp_path / "named", "named")
    said = await place.done("bot", "publish", str(folder), "--assistant", "night", "--workspace", "Demo")
    assert "night was made and published as version 1 in the workspace Demo." in said
    assert "/a/night/webhooks/rest/webhook" in said
    assert await place.say("/a/night", "hello") == ["Hello from the shop."]


async def test_an_id_means_the_assistant_that_has_it_and_makes_none(place: Place, tmp_path: Path) -> None:
    folder = bot(tmp_path / "by_id", "by_id")
    found = re.search(r"asst_\w+", await place.done("bot", "publish", str(folder)))
    assert found is not None
    bot(folder, "by_id", hello="Hello by id.")
    said = await place.done("bot", "publish", str(folder), "--assistant", found[0])
    assert "by_id was published as version 2" in said
    assert f"Its id for the API and for other channels: {found[0]}" in said
    for unknown in (found[0][:-4] + "0000", "asst_shop"):
        ended = await place.command("bot", "publish", str(folder), "--assistant", unknown)
        assert (ended.code, f"There is no assistant with the id {unknown}" in ended.err) == (2, True), ended


@pytest.mark.parametrize("verb", ["check", "publish"])
async def test_errors_and_warnings_are_told_apart_with_file_and_line(
    place: Place, tmp_path: Path, verb: str
) -> None:
    folder = bot(tmp_path / "wrong", "wrong")
    (folder / "notes.yml").write_text("a: 1\n")
    warned = await place.command("bot", "check", str(folder))
    assert warned.code == 0
    assert warned.out.startswith("warning  notes.yml:1: This file is not read.")
    assert "2 flows, 1 action, 1 warning." in warned.out
    (folder / "bot.yaml").write_text((folder / "bot.yaml").read_text().replace("- call:", "- cal:"))
    ended = await place.command("bot", verb, str(folder))
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert any(re.match(r"error    bot\.yaml:16: ", line) for line in lines), lines
    assert any(line.startswith("warning  notes.yml:1: ") for line in lines), lines
    assert re.fullmatch(r"\d+ errors?: the bot does not load\.", lines[-1])
    shown = await place.command("bot", "publish", str(tmp_path), "--assistant", "wrong")
    assert (shown.code, "There is no bot.yaml in" in shown.err) == (2, True)


async def test_what_is_wrong_with_one_file_stands_together(place: Place, tmp_path: Path) -> None:
    folder = bot(tmp_path / "mixed", "mixed")
    (folder / "flows").mkdir()
    (folder / "flows" / "other.yaml").write_text(
        "trigger: {patterns: [x]}\nsteps: [{goto: nowhere}, {cal: look}]\n"
    )
    (folder / "actions").mkdir()
    (folder / "actions" / "zz.yaml").write_text("request: {url: 7, nope: 1}\n")
    (folder / "bot.yaml").write_text((folder / "bot.yaml").read_text().replace("call: look", "call: lok"))
    lines = (await place.command("bot", "check", str(folder))).out.splitlines()[:-1]
    found = [re.findall(r"^\w+ +([^:]+):(\d+):", line)[0] for line in lines]
    places = [(file, int(number)) for file, number in found]
    assert {file for file, _ in places} == {"bot.yaml", "flows/other.yaml", "actions/zz.yaml"}
    assert places == sorted(places)


async def test_a_check_needs_no_running_program(tmp_path: Path, place: Place) -> None:
    folder = bot(tmp_path / "alone", "alone")
    alone = Place(tmp_path / "nowhere", place.client, place.outside)
    assert (await alone.command("bot", "check", str(folder))).code == 0
    ended = await alone.command("bot", "publish", str(folder))
    assert (ended.code, "not running here" in ended.err) == (2, True)
    assert str(alone.folder) in ended.err
    assert "set FRONTDESK_DATA to the folder" in ended.err


async def test_a_workspace_that_is_not_there_is_named(place: Place, tmp_path: Path) -> None:
    ended = await place.command("bot", "publish", str(bot(tmp_path / "w", "w")), "--workspace", "Nowhere")
    assert ended.code == 2
    assert re.fullmatch(
        r"There is no workspace Nowhere\. There are: Demo \(ws_\w+\), Northwind \(ws_\w+\)\.",
        ended.err.strip(),
    )


async def test_a_workspace_is_found_by_its_name_without_its_capitals(place: Place) -> None:
    ended = await place.command("kb", "list", "--workspace", "northWIND")
    assert ended.code == 0, ended.err


async def test_a_key_needs_a_name_and_scopes_that_there_are(place: Place) -> None:
    nameless = await place.command("key", "create", "--name", " ")
    assert (nameless.code, nameless.err.strip()) == (2, "A key needs a name, to be told from others.")
    scoped = await place.command("key", "create", "--scope", "nope")
    expected = f"A key of kind 'api' takes no scope 'nope'; there are: {', '.join(sorted(SCOPES))}."
    assert (scoped.code, scoped.err.strip()) == (2, expected)


async def test_scopes_of_a_key_are_given_one_by_one_or_together(place: Place) -> None:
    together = json.loads(
        await place.done(
            "key", "create", "--scopes", "read:tasks, write:tasks", "--scope", "read:bots", "--json"
        )
    )
    assert together["scopes"] == ["read:bots", "read:tasks", "write:tasks"]
    assert json.loads(await place.done("key", "create", "--scopes", "all", "--json"))["scopes"] == ["admin"]


async def test_a_key_is_limited_by_command_as_on_its_page(place: Place, tmp_path: Path) -> None:
    await place.done("bot", "publish", str(bot(tmp_path / "limited", "limited")))
    made = json.loads(
        await place.done(
            *("key", "create", "--name", "Shop", "--scope", "read:bots", "--assistant", "limited"),
            *("--address", "203.0.113.7/24", "--address", "2001:db8::1"),
            *("--expires-in-days", "30", "--json"),
        )
    )
    (only,) = made["assistant_ids"]
    assert only.startswith("asst_")
    assert made["allowed_addresses"] == ["2001:db8::1/128", "203.0.113.0/24"]
    left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29) < left <= timedelta(days=30)
    refused = await place.client.get("/api/v1/assistants", key=made["key"])
    assert refused.status == 403, refused.body


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--assistant", "nobody"), "There is no assistant nobody in your own workspace."),
        (("--address", "shop.example"), "--address shop.example: write an address or a network"),
        (("--expires-in-days", "0"), "greater than or equal to 1"),
    ],
)
async def test_a_key_with_a_limit_that_is_none_is_not_made(
    place: Place, given: tuple[str, str], said: str
) -> None:
    ended = await place.command("key", "create", *given)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


async def test_doctor_asks_at_the_port_that_the_program_was_started_on(place: Place) -> None:
    said = await place.done("doctor")
    assert f"ok    PUBLIC_URL: {place.client.base_url} answers 200" in said
