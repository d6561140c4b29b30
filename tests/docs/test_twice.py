"""Nothing of a page stands twice: what two changes have written about one thing is made one."""

import re
from collections import Counter
from pathlib import Path

import pytest
from tests.docs.test_docs import PAGES

LONG = 80
"""Characters of a line that no two places of a page have by chance."""
TABLE = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def named_twice(text: str) -> list[str]:
    """What several rows of one table begin with. Of an answer the number alone is no name."""
    return [
        name
        for table in TABLE.findall(text)
        for name, count in Counter(map(_named, table.splitlines())).items()
        if count > 1 and name
    ]


def _named(row: str) -> str:
    _, first, second, *_ = (*(cell.strip() for cell in re.split(r"(?<!\\)\|", row)), "")
    return f"{first} {second}" if first.isdigit() else first


def said_twice(text: str) -> list[str]:
    lines = TABLE.sub("", CODE.sub("", text)).splitlines()
    return [line for line, count in Counter(lines).items() if count > 1 and len(line) >= LONG]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_stands_twice(page: Path) -> None:
    text = page.read_text()
    assert (named_twice(text), said_twice(text)) == ([], [])


def test_what_stands_twice_is_found() -> None:
    row, line = "| `GET a` | one |\n", "x" * LONG + "\n"
    assert named_twice(f"| | |\n|---|---|\n{row}{row.replace('one', 'two')}") == ["`GET a`"]
    assert named_twice(f"{row}\n{row}") == []
    assert said_twice(line + "between\n" + line) == [line.strip()]
