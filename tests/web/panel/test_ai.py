"""The menu AI: assistants begun, written, tried, published, rolled back in the panel; whatever is in a bot is text."""

import json
import re
from urllib.parse import quote

import pytest
from tests.program import Desk, Program
from tests.web.panel.browsing import BOT, EVIL, HELLO, Browsing, browsing_in, toast

from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.store import gates, workspaces
from frontdesk.store.ids import mint
from frontdesk.studio import trying
from frontdesk.web.panel.ai_overview import MOST_SHOWN
from frontdesk.web.panel.texts import language_name


@pytest.fixture
async def empty(program: Program) -> Browsing:
    workspace = WorkspaceId(mint("ws"))
    async with program.running.store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Test workspace")
    return await browsing_in(program, workspace)


@pytest.fixture
async def at_desk(program: Program) -> tuple[Desk, Browsing]:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hello."})
    return desk, await browsing_in(program, desk.workspace)


def mark_in(page: str) -> str:
    found = re.search(r'name="mark" value="(\d*)"', page)
    assert found, page[-1500:]
    return found[1]


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    return found.group(1)


async def test_the_tutorials_bot_is_begun_and_answers_at_once(empty: Browsing) -> None:
    assert "No assistant yet" in await empty.page("/ai")
    made = await empty.done("/ai", name="Billing", begin="example", example="billing-helper", publish="on")
    assert toast(made)["text"] == "Billing is created and answers."
    path = made.headers["hx-redirect"].removeprefix("/panel")
    page = await empty.page(path)
    assert "Version 1 is live" in page
    said = await empty.program.client.post(
        f"/a/{path.rpartition('/')[2]}/webhooks/rest/webhook", json={"sender": "jo", "message": "hello"}
    )
    assert said.json()
    gate = await empty.send(f"{path}/gate")
    assert "tests pass" in gate.body.decode()
    wrong = await empty.send("/ai", name=" ", begin="example")
    assert wrong.status == 422


async def test_a_knowledge_only_assistant_is_begun_in_another_language_as_a_draft(empty: Browsing) -> None:
    made = await empty.done("/ai", name="База", begin="knowledge", language="ru")
    path = made.headers["hx-redirect"].removeprefix("/panel")
    assert "Nothing is published yet" in await empty.page(path)
    assert "language: &#34;ru&#34;" in await empty.page(f"{path}/files")


async def test_addresses_of_an_example_are_told_until_others_stand_in_their_place(empty: Browsing) -> None:
    made = await empty.done("/ai", name="Billing", begin="example", example="billing-helper", publish="1")
    path = made.headers["hx-redirect"].removeprefix("/panel")
    assert "which lead nowhere: BALANCE_API" in (await empty.send(f"{path}/gate")).body.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', await empty.page(f"{path}/settings"))[0]
    own = "BALANCE_API=https://billing.northwind.com"
    await empty.done(f"{path}/settings", seen=seen, name="Billing", hosts="", env=own)
    assert "lead nowhere" not in (await empty.send(f"{path}/gate")).body.decode()


async def test_a_file_is_edited_checked_tried_published_and_rolled_back(
    at_desk: tuple[Desk, Browsing],
) -> None:
    desk, browsing = at_desk
    path = f"/ai/{desk.assistant_id}"
    page = await browsing.page(f"{path}/files")
    saved = await browsing.send(
        f"{path}/files", path="bot.yaml", text=BOT + HELLO % "Good day.", mark=mark_in(page)
    )
    assert "Saved." in saved.body.decode()
    broken = await browsing.send(
        f"{path}/files", path="bot.yaml", text=BOT + "flows: 1\n", mark=mark_in(saved.body.decode())
    )
    assert 'data-line="3" data-file="bot.yaml"' in broken.body.decode()
    refused = await browsing.send(f"{path}/try", text="hello")
    assert "cannot be talked to" in refused.body.decode()
    assert 'class="fd-card-b fd-badc"' in (await browsing.send(f"{path}/gate")).body.decode()
    mended = await browsing.send(
        f"{path}/files",
        path="bot.yaml",
        text=(BOT + HELLO % "Good day.").replace("\n", "\r\n"),
        mark=mark_in(broken.body.decode()),
    )
    assert "data-saved" in mended.body.decode()
    said = (await browsing.send(f"{path}/try", text="hello")).body.decode()
    assert "Good day." in said
    assert "Why it said this" in said
    assert await desk.say("jo", "hello") == ["Hello."]
    review = await browsing.page(f"{path}/review")
    assert "+      - say: Good day." in review
    seen = re.search(r'name="seen" value="(\d+)"', review)
    assert seen
    done = await browsing.done(f"{path}/publish", seen=seen[1], comment="Politer")
    assert toast(done)["text"] == "Version 2 is live."
    desk.program.forget_entrances()
    assert await desk.say("jo", "hello") == ["Good day."]
    assert "Politer" in await browsing.page(f"{path}/versions")
    assert "-      - say: Hello." in await browsing.page(f"{path}/versions/2")
    back = await browsing.done(f"{path}/versions/1/roll-back")
    desk.program.forget_entrances()
    assert await desk.say("jo", "hello") == ["Hello."]
    undo = toast(back)["undo"]
    await browsing.done(undo.removeprefix("/panel"))
    desk.program.forget_entrances()
    assert await desk.say("jo", "hello") == ["Good day."]


async def test_a_first_version_without_tests_is_spoken_of_as_one(at_desk: tuple[Desk, Browsing]) -> None:
    desk, browsing = at_desk
    path = f"/ai/{desk.assistant_id}"
    for below in ("", "/versions"):
        page = await browsing.page(path + below)
        assert "First version" in page
        assert "Nobody wrote what changed" not in page
    gate = (await browsing.send(f"{path}/gate")).body.decode()
    assert "no tests yet" in gate
    assert "0 of 0" not in gate
    saved = await browsing.send(
        f"{path}/files",
        path="bot.yaml",
        text=BOT + HELLO % "Good day.",
        mark=mark_in(await browsing.page(f"{path}/files")),
    )
    assert "Saved." in saved.body.decode()
    await browsing.done(f"{path}/publish", seen=seen_in(await browsing.page(f"{path}/review")))
    assert "Nobody wrote what changed" in await browsing.page(f"{path}/versions")


async def test_publishing_wants_each_changed_answer_accepted(program: Program) -> None:
    test = "- name: greets\n  talk:\n    - user: hello\n    - bot: Hello.\n"
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hello.", "tests/hi.yaml": test})
    browsing = await browsing_in(program, desk.workspace)
    path = f"/ai/{desk.assistant_id}"

    async def write(file: str, text: str) -> None:
        page = await browsing.page(f"{path}/files?path={quote(file, safe='')}")
        saved = await browsing.send(f"{path}/files", path=file, text=text, mark=mark_in(page))
        assert "Saved." in saved.body.decode()

    async def accepting() -> tuple[str, list[str]]:
        gate = (await browsing.send(f"{path}/gate?accept")).body.decode()
        return gate, re.findall(r'name="accepted" value="(\w+)" form="publish" required', gate)

    await write("bot.yaml", BOT + HELLO % "Good day.")
    gate, failed = await accepting()
    assert "1 test fails or is answered differently" in gate
    assert gate.count('<b class="fd-b" dir="auto">greets</b>') == 1
    seen = seen_in(await browsing.page(f"{path}/review"))
    refused = await browsing.send(f"{path}/publish", seen=seen)
    assert refused.status == 422
    assert "1 test to accept first: greets." in refused.body.decode()
    await write("tests/hi.yaml", test.replace("Hello.", "Good day."))
    gate, changed = await accepting()
    assert "1 test fails or is answered differently" in gate
    assert len(failed) == len(changed) == 1
    assert failed != changed
    seen = seen_in(await browsing.page(f"{path}/review"))
    assert (await browsing.send(f"{path}/publish", seen=seen, accepted=failed[0])).status == 422
    done = await browsing.done(f"{path}/publish", seen=seen, accepted=changed[0])
    assert toast(done)["text"] == "Version 2 is live."
    (noted,) = [row for row in await desk.rows("audit", "seq") if row["action"] == "bot.answers_accepted"]
    assert json.loads(noted["after"]) == {"version": 2, "tests": ["greets"]}


async def test_more_tests_than_anybody_looks_through_are_accepted_together(program: Program) -> None:
    test = "- name: greets {}\n  talk:\n    - user: hello\n    - bot: Hello.\n"
    many = "".join(test.format(number) for number in range(MOST_SHOWN[True] + 1))
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hello.", "tests/hi.yaml": many})
    browsing = await browsing_in(program, desk.workspace)
    path = f"/ai/{desk.assistant_id}"
    page = await browsing.page(f"{path}/files?path=bot.yaml")
    await browsing.send(f"{path}/files", path="bot.yaml", text=BOT + HELLO % "Hi.", mark=mark_in(page))
    gate = (await browsing.send(f"{path}/gate?accept")).body.decode()
    assert f"All {MOST_SHOWN[True] + 1} are meant to" in gate
    (everything,) = re.findall(r'name="accepted" value="(\w+)" form="publish" required', gate)
    seen = seen_in(await browsing.page(f"{path}/review"))
    done = await browsing.done(f"{path}/publish", seen=seen, accepted=everything)
    assert toast(done)["text"] == "Version 2 is live."


async def test_tests_that_take_too_long_are_done_without_when_whoever_publishes_says_so(
    program: Program,
) -> None:
    test = "- name: greets\n  talk:\n    - user: hello\n    - bot: Hello.\n"
    files = {"bot.yaml": BOT + HELLO % "Hello.", "tests/hi.yaml": test}
    found = await trying.find_out(files)
    with pytest.raises(trying.TooLong):
        await trying.hold_tests(found, within_s=0)
    desk = await program.desk(files)
    browsing = await browsing_in(program, desk.workspace)
    path, draft = f"/ai/{desk.assistant_id}", {**files, "bot.yaml": BOT + HELLO % "Hi."}
    page = await browsing.page(f"{path}/files?path=bot.yaml")
    await browsing.send(f"{path}/files", path="bot.yaml", text=draft["bot.yaml"], mark=mark_in(page))
    digest = trying.digest_of(draft, files)
    async with program.running.store.unit_of_work(desk.workspace) as tx:
        await gates.put(
            desk.workspace,
            tx,
            AssistantId(desk.assistant_id),
            digest,
            gates.Gate(is_held=False, to_accept={}),
        )
    seen = seen_in(await browsing.page(f"{path}/review"))
    refused = await browsing.send(f"{path}/publish", seen=seen)
    assert (refused.status, "published without them" in refused.body.decode()) == (422, True)
    without = trying.mark(trying.UNTESTED, digest)
    done = await browsing.done(f"{path}/publish", seen=seen, accepted=without)
    assert toast(done)["text"] == "Version 2 is live."
    (noted,) = [row for row in await desk.rows("audit", "seq") if row["action"] == "bot.answers_accepted"]
    assert json.loads(noted["after"]) == {"version": 2, "tests": [], "untested": True}


async def test_the_second_of_two_who_save_one_file_sees_both_texts(at_desk: tuple[Desk, Browsing]) -> None:
    desk, browsing = at_desk
    path = f"/ai/{desk.assistant_id}/files"
    mark = mark_in(await browsing.page(path))
    assert (
        "Saved."
        in (await browsing.send(path, path="bot.yaml", text=BOT + HELLO % "First.", mark=mark)).body.decode()
    )
    second = await browsing.send(path, path="bot.yaml", text=BOT + HELLO % "Second.", mark=mark)
    shown = second.body.decode()
    assert "Somebody changed this" in shown
    assert "say: First." in shown
    kept = await browsing.send(path, path="bot.yaml", text=BOT + HELLO % "Second.", mark=mark_in(shown))
    assert "Saved." in kept.body.decode()


async def test_files_are_added_renamed_and_removed_and_each_can_be_taken_back(
    at_desk: tuple[Desk, Browsing],
) -> None:
    desk, browsing = at_desk
    path = f"/ai/{desk.assistant_id}/files"
    await browsing.done(f"{path}/add", path="flows/pay.yaml")
    assert "steps:" in await browsing.page(f"{path}?path=flows%2Fpay.yaml")
    mark = mark_in(await browsing.page(f"{path}?path=flows%2Fpay.yaml"))
    renamed = await browsing.done(f"{path}/rename", path="flows/pay.yaml", to="flows/paying.yaml", mark=mark)
    await browsing.done(toast(renamed)["undo"].removeprefix("/panel"))
    removed = await browsing.done(f"{path}/remove", path="flows/pay.yaml", mark=mark)
    assert (await browsing.get(f"{path}?path=flows%2Fpay.yaml")).status == 404
    await browsing.done(toast(removed)["undo"].removeprefix("/panel"))
    assert "steps:" in await browsing.page(f"{path}?path=flows%2Fpay.yaml")
    for wrong in ("../evil.yaml", "evil.sh", "bot.yaml"):
        answer = await browsing.send(f"{path}/add", path=wrong)
        assert answer.status in {412, 422}, wrong
        assert "fd-problem" in answer.headers.get("hx-retarget", "")
    discarded = await browsing.done(
        f"/ai/{desk.assistant_id}/discard", seen=seen_in(await browsing.page(f"/ai/{desk.assistant_id}"))
    )
    await browsing.done(toast(discarded)["undo"].removeprefix("/panel"))
    assert "flows" in await browsing.page(path)


async def test_what_a_colleague_changed_is_not_removed_renamed_or_discarded_unseen(
    at_desk: tuple[Desk, Browsing],
) -> None:
    desk, browsing = at_desk
    assistant = f"/ai/{desk.assistant_id}"
    path, one = f"{assistant}/files", f"{assistant}/files?path=flows%2Fpay.yaml"
    await browsing.done(f"{path}/add", path="flows/pay.yaml")
    mark, seen = mark_in(await browsing.page(one)), seen_in(await browsing.page(assistant))
    await browsing.send(path, path="flows/pay.yaml", text="steps:\n  - say: Mine.\n", mark=mark)
    for old in (mark, "", "x"):
        named = {"path": "flows/pay.yaml", "mark": old}
        assert (await browsing.send(f"{path}/remove", **named)).status == 412
        assert (await browsing.send(f"{path}/rename", **named, to="flows/paying.yaml")).status == 412
    for old in (seen, ""):
        assert (await browsing.send(f"{assistant}/discard", seen=old)).status == 412
    page = await browsing.page(one)
    assert "Mine." in page
    removed = await browsing.done(f"{path}/remove", path="flows/pay.yaml", mark=mark_in(page))
    await browsing.done(f"{path}/add", path="flows/pay.yaml")
    again = mark_in(await browsing.page(one))
    await browsing.done(f"{path}/remove", path="flows/pay.yaml", mark=again)
    undone = await browsing.send(toast(removed)["undo"].removeprefix("/panel"))
    assert undone.status == 412


async def test_whatever_stands_in_a_bot_is_shown_as_text(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT + HELLO % json.dumps(EVIL), "notes/a.md": EVIL})
    browsing = await browsing_in(program, desk.workspace)
    path = f"/ai/{desk.assistant_id}"
    await browsing.send("/ai", name=EVIL, begin="knowledge")
    said = await browsing.send(f"{path}/try", text="hello")
    await browsing.send(f"{path}/files", path="notes/a.md", text=f"{EVIL}\n</textarea>{EVIL}", mark="1")
    await browsing.done(f"{path}/files/add", path="flows/x.yaml")
    pages = [
        said.body.decode(),
        await browsing.page("/ai"),
        await browsing.page(f"{path}/files"),
        await browsing.page(f"{path}/files?path=notes%2Fa.md"),
        await browsing.page(f"{path}/review"),
        await browsing.page(f"{path}/versions/1"),
    ]
    assert "alert(1)" in pages[0]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page


async def test_settings_are_changed_and_a_wrong_one_is_said(at_desk: tuple[Desk, Browsing]) -> None:
    desk, browsing = at_desk
    path = f"/ai/{desk.assistant_id}/settings"
    seen = re.search(r'name="seen" value="(\d+)"', await browsing.page(path))
    assert seen
    wrong = await browsing.send(path, seen=seen[1], name="Ann", hosts="", env="no equals sign")
    assert wrong.status == 422
    host = f"{desk.assistant_id.replace('_', '-')}.example.com"
    await browsing.done(path, seen=seen[1], name="Anna", hosts=f"{host}\n", env="URL=https://x.example\n")
    page = await browsing.page(path)
    assert host in page
    assert "URL=https://x.example" in page
    stale = await browsing.send(path, seen=seen[1], name="Late", hosts="", env="")
    assert stale.status == 412


async def test_an_ai_service_is_added_with_its_key_write_only(empty: Browsing) -> None:
    assert "No AI service" in await empty.page("/ai/services")
    form = await empty.page("/ai/services/new?kind=openai")
    assert 'name="settings.api_key"' in form
    secret = "sk-" + "very-secret" * 3
    fields = {
        "name": "Our OpenAI",
        "settings.api_key": secret,
        "settings.temperature": "0.2",
        "settings.base_url": "https://api.openai.com/v1",
        "models.standard": "gpt-x",
        "limits.tokens_a_day": "1000",
        "limits.answer_tokens": "500",
    }
    missing = await empty.send("/ai/services/new?kind=openai", **{**fields, "settings.api_key": ""})
    assert missing.status == 422, missing.body
    made = await empty.done("/ai/services/new?kind=openai", **fields)
    path = made.headers["hx-redirect"].removeprefix("/panel")
    page = await empty.page(path)
    assert secret not in page
    assert "gpt-x" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    changed = {name: value for name, value in fields.items() if name != "settings.api_key"}
    await empty.done(path, **{**changed, "models.standard": "gpt-y", "version": version[1]})
    late = await empty.send(path, **{**changed, "models.standard": "gpt-z", "version": version[1]})
    assert late.status == 412
    assert "gpt-y" in await empty.page(path)
    told = re.search(r'name="version" value="(\d+)"', late.body.decode())
    assert told
    await empty.done(path, **{**changed, "models.standard": "gpt-y", "version": told[1]})
    listed = await empty.page("/ai/services")
    assert "gpt-y" in listed
    assert secret not in listed
    stale = await empty.send(path, **{**changed, "version": version[1]})
    assert stale.status == 412
    await empty.done(f"{path}/switch?to=off")
    assert "Off" in await empty.page("/ai/services")
    await empty.done(
        "/ai/services/limits",
        **{"limits.tokens_a_day": "5", "limits.tokens_a_month": "0", "limits.tokens_a_conversation": "0"},
    )
    await empty.done(f"{path}/delete")
    assert "No AI service" in await empty.page("/ai/services")
    assert (await empty.get(path)).status == 404


async def test_anothers_assistants_are_not_found_and_lookers_change_nothing(
    program: Program, at_desk: tuple[Desk, Browsing]
) -> None:
    desk, _ = at_desk
    other = await program.desk({"bot.yaml": BOT + HELLO % "Hi."})
    stranger = await browsing_in(program, other.workspace)
    for below in ("", "/files", "/review", "/versions", "/versions/1", "/settings", "/try"):
        assert (await stranger.get(f"/ai/{desk.assistant_id}{below}")).status == 404, below
    for below in ("/files", "/publish", "/discard", "/try", "/versions/1/roll-back", "/settings", "/gate"):
        assert (await stranger.send(f"/ai/{desk.assistant_id}{below}", path="bot.yaml")).status == 404, below
    looker = await browsing_in(program, desk.workspace, "read:bots", "read:assistants")
    assert "Create AI" not in await looker.page("/ai")
    assert (await looker.send(f"/ai/{desk.assistant_id}/files", path="bot.yaml")).status == 403
    assert (await looker.send(f"/ai/{desk.assistant_id}/publish")).status == 403
    assert quote(desk.assistant_id) in await looker.page("/ai")


async def test_the_languages_of_4biz_have_names_in_the_readers_language(
    at_desk: tuple[Desk, Browsing],
) -> None:
    _, browsing = at_desk
    page = await browsing.page("/integrations/4biz")
    for shown in ("English · en", "German · de", "Uzbek · uz", "Portuguese · pt"):
        assert f">{shown}</option>" in page
    assert [language_name("de", language) for language in ("ru", "uz")] == ["Немецкий", "Nemischa"]
