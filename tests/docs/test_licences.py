"""What the program installs: packages whose licences go with Apache-2.0 (decision 0026)."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "run.txt"
COPYLEFT = re.compile(r"\b(?:A?GPL|LGPL|MPL|EUPL|CDDL|GNU|Mozilla)\b", re.IGNORECASE)
TAKEN = {"bidict", "pathspec", "tqdm"}
"""Under the Mozilla licence, installed unmodified."""


def declared(package: str) -> str | None:
    """What a package says of its licence: the expression, the field, or the classifiers; None where it is not installed."""
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return None
    field = (about["License"] or "").split("\n", 1)[0]
    return " ".join(
        [about["License-Expression"] or "", field, *_classifiers(about.get_all("Classifier") or [])]
    )


def _classifiers(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("License ::")]


def test_nothing_under_copyleft_is_shipped() -> None:
    names = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", REQUIREMENTS.read_text(), re.MULTILINE)
    installed = {name: told for name in names if (told := declared(name)) is not None}
    assert len(installed) > 20
    assert {name for name, told in installed.items() if COPYLEFT.search(told)} <= TAKEN


@pytest.mark.parametrize(
    "told", ["MPL-2.0", "GNU Lesser General Public License v3 (LGPLv3)", "AGPL-3.0-only"]
)
def test_copyleft_is_told_by_its_name(told: str) -> None:
    assert COPYLEFT.search(told)
