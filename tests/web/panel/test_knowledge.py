"""The menu Knowledge: articles written, quoted, removed and brought back; gaps taken up; a question tried."""

import re

import pytest
from tests.program import Desk, Program, until
from tests.web.panel.browsing import EVIL, Browsing, browsing_in, toast

BOT = """\
format: assistant/v1
assistant: {id: ann, name: Ann, language: en}
fallback:
  steps:
    - answer: true
"""


@pytest.fixture
async def at_desk(program: Program) -> tuple[Desk, Browsing]:
    desk = await program.desk({"bot.yaml": BOT})
    return desk, await browsing_in(program, desk.workspace)


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


GIVEN = {"title": "Gifts", "body": "We wrap presents in green paper.", "language": "en", "kind": "article"}


async def test_an_article_is_written_found_quoted_removed_and_brought_back(
    at_desk: tuple[Desk, Browsing],
) -> None:
    desk, browsing = at_desk
    assert "No article yet" in await browsing.page("/knowledge")
    made = await browsing.done("/knowledge/new", **GIVEN, publish="on")
    path = made.headers["hx-redirect"].removeprefix("/panel")

    async def answered() -> bool:
        return "We wrap presents in green paper." in await browsing.page(
            "/knowledge/try?q=do+you+wrap+presents&language=en"
        )

    await until(answered)
    assert await desk.say("jo", "do you wrap presents?")
    page = await browsing.page("/knowledge")
    assert ">Gifts</a>" in page
    assert "100 %" in page
    assert "Answers" in await browsing.page("/knowledge/try?q=do+you+wrap+presents")
    removed = await browsing.done(f"{path}/remove")
    assert ">Gifts</a>" not in await browsing.page("/knowledge")
    assert "Gifts" in await browsing.page("/knowledge/bin")
    assert (await browsing.get(path)).status == 404
    await browsing.done(toast(removed)["undo"].removeprefix("/panel"))
    assert "We wrap presents" in await browsing.page(path)


async def test_the_second_of_two_who_save_one_article_sees_the_other_text(
    at_desk: tuple[Desk, Browsing],
) -> None:
    _, browsing = at_desk
    made = await browsing.done("/knowledge/new", **GIVEN)
    path = made.headers["hx-redirect"].removeprefix("/panel")
    version = version_in(await browsing.page(path))
    await browsing.done(path, **{**GIVEN, "body": "In red paper.", "version": version})
    late = await browsing.send(path, **{**GIVEN, "body": "In blue paper.", "version": version})
    assert late.status == 412
    shown = late.body.decode()
    assert "In blue paper." in shown
    assert "In red paper." in shown
    await browsing.done(path, **{**GIVEN, "body": "In blue paper.", "version": version_in(shown)})
    assert "In blue paper." in await browsing.page(path)


async def test_what_an_article_cannot_be_is_said_at_its_field(at_desk: tuple[Desk, Browsing]) -> None:
    _, browsing = at_desk
    for wrong in ({"title": ""}, {"language": "zzz"}, {"url": "javascript:alert(1)"}, {"body": " "}):
        answer = await browsing.send("/knowledge/new", **{**GIVEN, **wrong})
        assert answer.status == 422, wrong
        assert 'aria-invalid="true"' in answer.body.decode(), wrong


async def test_whatever_stands_in_an_article_is_shown_as_text(at_desk: tuple[Desk, Browsing]) -> None:
    _, browsing = at_desk
    body = f"# Title {EVIL}\n\n{EVIL}\n\n- one `{EVIL}`\n\n[x](javascript:alert(3))"
    made = await browsing.done("/knowledge/new", **{**GIVEN, "title": EVIL, "body": body}, publish="on")
    path = made.headers["hx-redirect"].removeprefix("/panel")
    preview = (await browsing.send("/knowledge/preview", body=body)).body.decode()

    async def indexed() -> bool:
        return "Being indexed" not in await browsing.page("/knowledge")

    await until(indexed)
    tried = await browsing.page("/knowledge/try?q=%3Cscript%3Ealert(1)%3C/script%3E+title+one")
    pages = [preview, tried, await browsing.page(path), await browsing.page("/knowledge")]
    removed = await browsing.done(f"{path}/remove")
    assert EVIL in toast(removed)["text"]
    pages.append(await browsing.page("/knowledge/bin"))
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


async def test_what_was_asked_in_vain_is_taken_up_from_the_list(at_desk: tuple[Desk, Browsing]) -> None:
    desk, browsing = at_desk
    for sender in ("ann", "bob"):
        await desk.say(sender, "do you repair old umbrellas?")
    top = await browsing.page("/knowledge/gaps?top=1")
    assert "do you repair old umbrellas?" in top
    assert "2 questions" in top
    gap = re.search(r'hx-post="/panel(/knowledge/gaps/\w+)"', top)
    assert gap
    made = await browsing.done(gap[1])
    page = await browsing.page(made.headers["hx-redirect"].removeprefix("/panel"))
    assert "do you repair old umbrellas?" in page
    assert "Nothing was asked" in await browsing.page("/knowledge/gaps")


async def test_lists_are_filtered_and_say_so_when_nothing_fits(at_desk: tuple[Desk, Browsing]) -> None:
    _, browsing = at_desk
    for number in range(27):
        await browsing.done("/knowledge/new", **{**GIVEN, "title": f"Title {number:02}"})
    first = await browsing.page("/knowledge")
    assert "Title 26" in first
    assert "Title 01" not in first
    following = re.search(r'href="/panel(/knowledge\?[^"]*before=[^"]+)"', first)
    assert following
    assert "Title 01" in await browsing.page(following[1].replace("&amp;", "&"))
    assert "Title 13" in await browsing.page("/knowledge?q=title+13")
    assert "No article fits" in await browsing.page("/knowledge?q=nothing-like-it&status=published")


async def test_another_workspaces_articles_are_not_found_and_readers_change_nothing(
    program: Program, at_desk: tuple[Desk, Browsing]
) -> None:
    desk, browsing = at_desk
    made = await browsing.done("/knowledge/new", **GIVEN)
    path = made.headers["hx-redirect"].removeprefix("/panel")
    stranger = await browsing_in(program, (await program.desk({"bot.yaml": BOT})).workspace)
    assert (await stranger.get(path)).status == 404
    for below in ("", "/remove", "/restore"):
        assert (await stranger.send(f"{path}{below}", **GIVEN, version="1")).status == 404, below
    reader = await browsing_in(program, desk.workspace, "read:articles")
    assert "New article" not in await reader.page("/knowledge")
    assert "We wrap presents" in await reader.page(path)
    assert (await reader.send(f"{path}/remove")).status == 403


async def test_the_bin_of_articles_goes_on_page_by_page(at_desk: tuple[Desk, Browsing]) -> None:
    desk, browsing = at_desk
    await browsing.done("/knowledge/new", **GIVEN)
    await desk.program.execute(
        """INSERT INTO articles (workspace_id, id, source_id, title, body, language, status, updated_by)
           SELECT workspace_id, 'art_' || lpad(n::text, 26, '0'), source_id, 'Old ' || n, 'x', 'en', 'removed', 'x'
           FROM articles, generate_series(1, 60) n WHERE workspace_id = $1""",
        desk.workspace,
    )
    seen: list[str] = []
    path = "/knowledge/bin"
    while path:
        page = await browsing.page(path)
        seen += re.findall(r">(Old \d+)<", page)
        further = re.findall(r'href="/panel(/knowledge/bin\?before=\w+)"', page)
        path = further[0] if further else ""
    assert sorted(seen) == sorted(f"Old {n}" for n in range(1, 61))
