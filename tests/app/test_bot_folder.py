"""What `bot check` and `bot publish` take out of a folder: the files that are there, and nothing that they lead to."""

import os
from pathlib import Path

import pytest
from tests.app.running import Ended, command

from frontdesk.app.bot_folder import read_bot
from frontdesk.app.cannot_start import CannotStart

BOT = """\
format: assistant/v1
assistant: {id: shop, name: Shop desk}
flows:
  hello:
    trigger: {patterns: ["hello"]}
    steps: [{say: Hello.}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shop"
    (made / "flows").mkdir(parents=True)
    (made / "bot.yaml").write_text(BOT)
    return made


async def checked(folder: Path) -> Ended:
    return await command(folder.parent / "data", "bot", "check", str(folder))


@pytest.mark.parametrize("name", ["key.md", "flows/other.yaml", "scripts.js"])
@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
async def test_a_link_to_a_file_is_refused_by_its_name(folder: Path, name: str, *, inside: bool) -> None:
    secret = folder / "real.md" if inside else folder.parent / "master.key"
    secret.write_text("a secret of the host")
    (folder / name).symlink_to(secret)
    ended = await checked(folder)
    assert (ended.code, ended.err.startswith(f"{folder / name} is a link, to '{secret}': put the file")) == (
        2,
        True,
    ), ended
    assert "a secret of the host" not in ended.out + ended.err


async def test_a_link_to_a_folder_is_refused_by_its_name_wherever_it_leads(folder: Path) -> None:
    (folder / "tests").symlink_to(folder.parent)
    ended = await checked(folder)
    assert (ended.code, f"{folder / 'tests'} is a link, to '{folder.parent}'" in ended.err) == (2, True), (
        ended
    )


async def test_a_link_that_leads_nowhere_is_refused_by_its_name(folder: Path) -> None:
    (folder / "gone.yaml").symlink_to("nowhere.yaml")
    with pytest.raises(CannotStart, match=r"gone\.yaml is a link, to 'nowhere\.yaml'"):
        read_bot(folder)


@pytest.mark.parametrize("made", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
async def test_what_is_no_file_is_refused_by_its_name_and_not_waited_for(folder: Path, made: object) -> None:
    assert callable(made)
    made(folder / "flows" / "pipe.yaml")
    ended = await checked(folder)
    assert (ended.code, f"{folder / 'flows' / 'pipe.yaml'} is " in ended.err) == (2, True), ended


async def test_the_folder_itself_may_be_a_link_and_what_is_hidden_or_of_another_kind_is_left_out(
    folder: Path,
) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)
    (folder / ".key.md").symlink_to("/etc/hostname")
    (folder / ".git").symlink_to("/etc")
    (folder / "LICENSE").symlink_to("/etc/hostname")
    assert read_bot(link) == {"bot.yaml": BOT}


async def test_a_file_that_is_no_text_is_an_error_of_its_line(folder: Path) -> None:
    (folder / "notes.md").write_bytes(b"one\ntwo \xe4\n")
    ended = await checked(folder)
    assert ended.code == 1
    assert ended.out.startswith(
        "error    notes.md:2: The file has characters that are no text. Save it as UTF-8"
    )
