"""The built files of the islands: they are those of the sources beside them, and a change of either is noticed."""

import shutil
from pathlib import Path

from tools import ui_built


def test_the_islands_are_built_from_the_sources_that_are_here() -> None:
    assert ui_built.wrong() == []


def test_a_change_of_the_sources_or_of_what_was_built_is_noticed(tmp_path: Path) -> None:
    ui, static = tmp_path / "ui", tmp_path / "static"
    shutil.copytree(ui_built.UI, ui, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ui_built.STATIC, static)
    assert ui_built.wrong(ui, static) == []
    with (ui / "inbox" / "src" / "main.tsx").open("a", encoding="utf-8") as source:
        source.write("// one more line\n")
    with (static / "inbox.css").open("a", encoding="utf-8") as built:
        built.write("body{}")
    assert [line.partition(":")[0] for line in ui_built.wrong(ui, static)] == [
        "inbox.built.json",
        "inbox.css",
    ]
