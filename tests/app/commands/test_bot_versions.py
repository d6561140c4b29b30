"""Versions from a shell: list, compare, export, go back; and a folder that comes back as it was published."""

import asyncio
import os
import pty
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.app.commands.conftest import Place
from tests.app.running import begun, environment, nothing

EXAMPLE = Path(__file__).parents[3] / "examples" / "billing-helper"
BOT = "format: assistant/v1\nassistant: {{id: {slug}, name: Shop, language: en}}\n"
HELLO = "trigger: {{patterns: [hello]}}\nsteps:\n  - say: {hello}\n"


def folder(where: Path, slug: str, hello: str = "Hello.", *, more: Mapping[str, bytes] = {}) -> Path:
    (where / "flows").mkdir(parents=True, exist_ok=True)
    (where / "bot.yaml").write_text(BOT.format(slug=slug))
    (where / "flows" / "hello.yaml").write_text(HELLO.format(hello=hello))
    for name, data in more.items():
        path = where / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return where


def content(where: Path) -> dict[str, bytes]:
    return {str(path.relative_to(where)): path.read_bytes() for path in where.rglob("*") if path.is_file()}


@pytest.fixture(scope="module", autouse=True)
async def single(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One's own workspace, with an assistant that has one version."""
    await place.set_up()
    await place.done("bot", "publish", str(folder(tmp_path_factory.mktemp("single"), "single")))


async def test_a_folder_comes_back_byte_for_byte_and_without_a_difference(
    place: Place, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(EXAMPLE, mine)
    (mine / "scripts").mkdir(exist_ok=True)
    (mine / "scripts" / "a.js").write_bytes(b"// one\r\nvar x = '\xe2\x80\xa8';\r\n")
    (mine / "README.md").write_bytes("\ufeffGrüße, no line end".encode())
    (mine / "layout.json").write_bytes(b"{}")
    await place.done("bot", "publish", str(mine), "--assistant", "round")
    back = tmp_path / "deep" / "back"
    said = await place.done("bot", "export", "1", str(back), "--assistant", "round")
    assert said.startswith(f"Wrote version 1 of round to {back}: ")
    assert content(back) == content(mine)
    same = await place.done("bot", "diff", str(back), "--assistant", "round")
    assert same == f"There is no difference between version 1 and {back}.\n"
    again = await place.done("bot", "publish", str(back), "--assistant", "round")
    assert "version 1 goes on answering" in again


async def test_what_was_published_is_listed_and_compared(place: Place, tmp_path: Path) -> None:
    mine = folder(tmp_path, "listed")
    await place.done("bot", "publish", str(mine), "--comment", "First words")
    folder(tmp_path, "listed", "Good day.", more={"notes.md": b"new\n"})
    before = await place.command("bot", "diff", str(mine))
    assert before.code == 1
    await place.done("bot", "publish", str(mine), "--comment", "Kinder\x1b[2J")
    newest, first = (await place.done("bot", "versions", "--assistant", "listed")).splitlines()
    assert re.fullmatch(r"    2  published  \d{4}-\d\d-\d\d \d\d:\d\d UTC  shell  Kinder\\x1b\[2J", newest)
    assert re.fullmatch(r"    1 {13}\d{4}-\d\d-\d\d \d\d:\d\d UTC  shell  First words", first)
    for words in ([], ["1", "2"]):
        ended = await place.command("bot", "diff", *words, "--assistant", "listed")
        assert ended.code == 1
        assert ended.out == before.out
    assert "--- a/flows/hello.yaml\n+++ b/flows/hello.yaml\n" in before.out
    assert "-  - say: Hello.\n+  - say: Good day.\n" in before.out
    assert "--- /dev/null\n+++ b/notes.md\n@@ -0,0 +1 @@\n+new\n" in before.out
    turned = await place.command("bot", "diff", "2", "1", "--assistant", "listed")
    assert "+++ /dev/null\n" in turned.out


async def test_a_difference_is_coloured_on_a_terminal_only(place: Place, tmp_path: Path) -> None:
    mine = folder(tmp_path, "colours")
    await place.done("bot", "publish", str(mine))
    folder(mine, "colours", "\x1b]0;evil\x07")
    assert "\x1b[3" not in (await place.command("bot", "diff", str(mine))).out
    seen = await _on_a_terminal(place, "bot", "diff", str(mine))
    assert b"\x1b[31m-  - say: Hello." in seen
    assert b"\x1b[32m+  - say: \\x1b]0;evil\\x07" in seen


async def _on_a_terminal(place: Place, *words: str) -> bytes:
    ours, theirs = pty.openpty()
    changed = environment(place.folder)
    changed.pop("NO_COLOR", None)
    child = await begun(words, changed, (theirs, theirs, nothing()))
    os.close(theirs)
    seen = b""
    while chunk := await asyncio.to_thread(_read, ours):
        seen += chunk
    await child.wait()
    os.close(ours)
    return seen


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:  # the other end is closed
        return b""


async def test_a_folder_that_is_not_empty_is_left_alone_unless_forced(place: Place, tmp_path: Path) -> None:
    mine = folder(tmp_path / "mine", "forced")
    await place.done("bot", "publish", str(mine))
    target = folder(tmp_path / "target", "other", "Mine.", more={"old.md": b"mine"})
    (target / ".git").mkdir()
    before = content(target)
    refused = await place.command("bot", "export", str(target), "--assistant", "forced")
    assert (refused.code, content(target)) == (2, before)
    assert "is not empty" in refused.err
    said = await place.done("bot", "export", str(target), "--assistant", "forced", "--force")
    assert content(target) == {**content(mine), "old.md": b"mine"}
    assert "Left as it was, though version 1 has no such file: old.md" in said
    empty = tmp_path / "empty"
    empty.mkdir()
    await place.done("bot", "export", str(empty), "--assistant", "forced")
    assert content(empty) == content(mine)


async def test_links_in_the_folder_lead_nothing_outside_of_it(place: Place, tmp_path: Path) -> None:
    mine = folder(tmp_path / "mine", "links")
    await place.done("bot", "publish", str(mine))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.yaml").write_text("kept")
    target = tmp_path / "target"
    target.mkdir()
    (target / "flows").symlink_to(outside)
    refused = await place.command("bot", "export", str(target), "--assistant", "links", "--force")
    assert refused.code == 2
    assert "flows/hello.yaml cannot be written" in refused.err
    assert content(outside) == {"kept.yaml": b"kept"}
    (target / "flows").unlink()
    (target / "bot.yaml").unlink(missing_ok=True)
    (target / "bot.yaml").symlink_to(outside / "kept.yaml")
    await place.done("bot", "export", str(target), "--assistant", "links", "--force")
    assert content(outside) == {"kept.yaml": b"kept"}  # the link was replaced, not followed
    assert content(target) == content(mine)


async def test_going_back_is_another_version_and_answers_at_once(place: Place, tmp_path: Path) -> None:
    await place.done("bot", "publish", str(folder(tmp_path, "back", "One.")))
    await place.done("bot", "publish", str(folder(tmp_path, "back", "Two.")))
    assert await place.say("/a/back", "hello") == ["Two."]
    said = await place.done("bot", "rollback", "--assistant", "back")
    assert said.startswith("back answers with the files of version 1 again, now published as version 3.")
    listed = (await place.done("bot", "versions", "--assistant", "back")).splitlines()
    assert listed[0].endswith("shell  [the files of version 1]")
    assert "published" in listed[0]
    await _until_it_says(place, "/a/back", ["One."])
    again = await place.done("bot", "rollback", "1", "--assistant", "back")
    assert again.strip() == "back has these files already: version 3 goes on answering."
    forth = await place.done("bot", "rollback", "2", "--comment", "Was right", "--assistant", "back")
    assert "now published as version 4" in forth
    await _until_it_says(place, "/a/back", ["Two."])


async def _until_it_says(place: Place, base: str, wanted: list[str]) -> None:
    async with asyncio.timeout(60):
        while await place.say(base, "hello") != wanted:  # noqa: ASYNC110  # within a second, in another process
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rollback", "9"), "There is no version 9"),
        (("rollback", "two"), "two is no version"),
        (("rollback",), "has no version before version 1"),
        (("diff",), "has no version before version 1"),
        (("diff", "1", "99999999999999"), "There is no version"),
        (("export", "9", "nowhere"), "There is no version 9"),
        (("diff", "1", "no-such-folder"), "There is no bot.yaml in no-such-folder"),
        (("export", "bot.yaml"), "cannot be used"),
    ],
)
async def test_what_is_not_there_is_said_in_one_line(
    place: Place, tmp_path: Path, words: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(tmp_path, "single")
    monkeypatch.chdir(tmp_path)
    ended = await place.command("bot", *words, "--assistant", "single")
    assert ended.code == 2
    assert told in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "nowhere").exists()
