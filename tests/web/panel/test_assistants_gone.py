"""Assistants in the panel that are deleted, brought back, or made the one that answers where none is named."""

import pytest
from tests.program import Desk, Program
from tests.web.panel.browsing import BOT, HELLO, Browsing, browsing_in, toast


@pytest.fixture
async def at_desk(program: Program) -> tuple[Desk, Browsing]:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hello."})
    return desk, await browsing_in(program, desk.workspace)


async def test_an_assistant_is_deleted_with_what_goes_along_and_brought_back(
    at_desk: tuple[Desk, Browsing],
) -> None:
    desk, browsing = at_desk
    await desk.say("jo", "hello")
    path = f"/ai/{desk.assistant_id}"
    page = await browsing.page(f"{path}/settings")
    for told in (
        "Delete assistant",
        "1 task goes with it:",
        "API Rest: Test assistant",
        "1 conversation is open",
    ):
        assert told in page
    assert "where a message names no assistant" in page
    gone = await browsing.done(f"{path}/delete")
    assert gone.headers["hx-redirect"] == "/panel/ai"
    assert toast(gone) == {
        "text": "Test assistant was deleted",
        "next": True,
        "undo": f"/panel{path}/restore",
        "method": "POST",
    }
    assert desk.assistant_id not in await browsing.page("/ai")
    assert (await browsing.get(path)).status == 404
    assert f"/panel{path}/restore" in await browsing.page("/settings/bin")
    back = await browsing.done(f"{path}/restore")
    assert back.headers["hx-redirect"] == f"/panel{path}"
    assert "Version 1 is live" in await browsing.page(path)


async def test_another_assistant_is_made_the_one_that_answers_where_none_is_named(
    at_desk: tuple[Desk, Browsing],
) -> None:
    desk, browsing = at_desk
    made = await browsing.done("/ai", name="Second", begin="knowledge", language="en")
    path = made.headers["hx-redirect"].removeprefix("/panel")
    assert "Make it the default" not in await browsing.page(f"/ai/{desk.assistant_id}/settings")
    assert "Make it the default" in await browsing.page(f"{path}/settings")
    await browsing.done(f"{path}/default")
    assert "Make it the default" not in await browsing.page(f"{path}/settings")
    assert "Make it the default" in await browsing.page(f"/ai/{desk.assistant_id}/settings")


async def test_who_may_not_change_assistants_is_not_offered_to_delete_one(
    at_desk: tuple[Desk, Browsing],
) -> None:
    desk, _ = at_desk
    looks = await browsing_in(desk.program, desk.workspace, "read:bots", "read:workspace", "read:assistants")
    page = await looks.page(f"/ai/{desk.assistant_id}/settings")
    assert "Delete assistant" not in page
    assert "Make it the default" not in page
    assert (await looks.send(f"/ai/{desk.assistant_id}/delete")).status == 403
