"""The page on checking lists the rules there are, and a rule is found by its file alone."""

from pathlib import Path

from frontdesk.dialog import lint
from frontdesk.dialog.lint import installed

PAGE = Path(__file__).parents[3] / "docs" / "build-a-bot" / "check.md"


def test_the_page_lists_every_rule_in_its_own_words() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert rows[1:] == [f"| {rule.name} | {rule.summary} |" for rule in installed()]


def test_every_file_of_the_folder_is_a_rule() -> None:
    files = {path.stem for path in Path(lint.__file__).parent.glob("*.py")} - {"__init__"}
    assert {rule.find.__module__.rpartition(".")[2] for rule in installed()} == files
