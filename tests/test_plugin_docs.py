"""The plug-in author's page names every manifest key, capability and quality question, and none that is not there."""

import re
from pathlib import Path

from frontdesk.app.registry import CAPABILITIES, QUALITY, Manifest

PAGE = Path(__file__).parent.parent / "docs" / "extend" / "plugins.md"


def first_cells(heading: str) -> set[str]:
    section = PAGE.read_text("utf-8").split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    return {name.strip("[]") for name in re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)}


def test_every_manifest_key_is_told_of() -> None:
    assert first_cells("## manifest.toml") == set(Manifest.__struct_fields__)


def test_every_capability_is_told_of() -> None:
    assert first_cells("### Capabilities") == set(CAPABILITIES)


def test_every_quality_question_is_told_of() -> None:
    assert first_cells("### Quality scale") == set(QUALITY)
