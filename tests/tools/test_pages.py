"""The pages about working on the project hold together: decisions keep their form, links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "decisions").glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]
PAGES = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "CHANGELOG.md",
    *(ROOT / "decisions").glob("*.md"),
]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem[:4])
def test_a_decision_has_its_number_its_headings_and_one_sentence(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.name[:4]}: ")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    decision = text.split("## Decision\n")[1].split("\n```")[0].split("\n## ")[0].strip()
    assert decision.endswith(".")
    assert len(re.findall(r"\.(?:\s|$)", decision)) == 1
    assert len(text.splitlines()) <= 60


def test_decisions_are_numbered_without_gaps_and_all_listed() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]
    listed = re.findall(r"^\| \[\d{4}\]\(([^)]+)\)", (ROOT / "decisions/README.md").read_text(), re.MULTILINE)
    assert listed == [page.name for page in DECISIONS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_exist(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
