"""The list of a conversation builder's features: all 84, each once, with an answer, a reason and tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "builder-features.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if re.match(r"\| [0-9]+ \|", line)
]


def test_all_84_stand_there_once_and_in_order() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 85))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_answers_and_names_tests_that_are_there(row: list[str]) -> None:
    _number, feature, here, why, shown = row
    assert here in {"yes", "partly", "no"}
    assert len(feature) > 3
    assert len(why) > 3
    paths = re.findall(r"`([^`]+)`", shown)
    assert bool(paths) == (here != "no")
    assert [path for path in paths if not (ROOT / path).is_file()] == []
