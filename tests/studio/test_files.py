"""Which files a bot may have: nothing leads out of its folder, on any system, and every text can be stored."""

import pytest

from frontdesk.dialog.problems import BotInvalid
from frontdesk.studio.files import check_files


@pytest.mark.parametrize(
    "path", ["bot.yaml", "flows/pay.yaml", "scripts/a b.js", "notes/Grüße.md", "a.b.c.json", "flows/1.yml"]
)
def test_ordinary_paths_are_fine(path: str) -> None:
    check_files({path: "x"})


@pytest.mark.parametrize(
    "path",
    ["", "/", "/a.yaml", "a//b.yaml", "./a.yaml", "a/../b.yaml", "..", "a\\b.yaml", "c:b.yaml", ".a.yaml",
     "a /b.yaml", "a./b.yaml", "a\x00.yaml", "a\n.yaml", "a*.yaml", "~/a.yaml", "a/" * 20 + "b.yaml",
     "x" * 300 + ".yaml", "bot.sh", "bot", "a.yaml/"],
)  # fmt: skip
def test_a_path_that_is_none_is_named(path: str) -> None:
    with pytest.raises(BotInvalid) as refused:
        check_files({"bot.yaml": "x", path: "x"})
    (problem,) = refused.value.problems
    assert problem.fix
    assert problem.file.isprintable()


@pytest.mark.parametrize(
    ("one", "other"), [("a.md", "A.md"), ("x/a.md", "X/a.md"), ("a.md", "a.md/b.md"), ("a.md", "A.md/c/b.md")]
)
def test_files_that_cannot_be_side_by_side_everywhere(one: str, other: str) -> None:
    with pytest.raises(BotInvalid) as refused:
        check_files({one: "x", other: "x"})
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("text", ["a\nb\0c", "a\n\ud800"])
def test_text_that_cannot_be_stored_has_its_line(text: str) -> None:
    with pytest.raises(BotInvalid) as refused:
        check_files({"a.md": text})
    assert refused.value.problems[0].line == 2
