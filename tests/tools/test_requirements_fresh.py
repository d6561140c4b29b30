"""Requirements that are out of step with pyproject.toml are found without a network."""

from pathlib import Path

import pytest
from tools.requirements_fresh import ROOT, problems

PYPROJECT = """
[build-system]
requires = ["hatchling"]
[project]
dependencies = ["aiohttp>=3.14,<4", "SQLAlchemy[asyncio]>=2.1", "uvloop>=0.23; sys_platform != 'win32'"]
[dependency-groups]
build = ["hatchling"]
dev = ["ruff>=0.17"]
"""


def _pin(name: str, version: str, via: str = "frontdesk (pyproject.toml)") -> str:
    return f"{name}=={version} \\\n    --hash=sha256:{'a' * 64}\n    # via\n    #   {via}\n    #   other\n"


RUN = (
    _pin("aiohttp", "3.14.5")
    + _pin("greenlet", "3.5.6", "sqlalchemy")
    + _pin("hatchling", "1.33.0", "frontdesk (pyproject.toml:build)")
    + _pin("sqlalchemy", "2.1.9")
    + _pin("uvloop", "0.23.0 ; sys_platform != 'win32'")
)
RUFF = _pin("ruff", "0.17.5", "frontdesk (pyproject.toml:dev)")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    _write(tmp_path)
    return tmp_path


def _write(root: Path, *, pyproject: str = PYPROJECT, run: str = RUN, dev: str = RUN + RUFF) -> None:
    (root / "pyproject.toml").write_text(pyproject)
    (root / "requirements/run.txt").write_text(run)
    (root / "requirements/dev.txt").write_text(dev)


def test_files_in_step_pass(project: Path) -> None:
    assert problems(project) == []


def test_a_new_dependency_that_is_not_pinned_is_found_in_both_files(project: Path) -> None:
    _write(project, pyproject=PYPROJECT.replace('"aiohttp', '"rich", "aiohttp'))
    assert problems(project) == [
        "requirements/run.txt: rich is not pinned",
        "requirements/dev.txt: rich is not pinned",
    ]


def test_a_pin_outside_what_is_asked_for_is_found(project: Path) -> None:
    _write(project, pyproject=PYPROJECT.replace("ruff>=0.17", "ruff>=0.18"))
    assert problems(project) == ["requirements/dev.txt: ruff is pinned to 0.17.5, asked for is >=0.18"]


def test_a_pin_for_a_removed_dependency_is_found(project: Path) -> None:
    _write(project, pyproject=PYPROJECT.replace('"aiohttp>=3.14,<4", ', ""))
    assert "requirements/run.txt: aiohttp is pinned but no longer asked for" in problems(project)


def test_a_pin_without_hash_is_found(project: Path) -> None:
    _write(project, run=RUN.replace(f"    --hash=sha256:{'a' * 64}\n", "", 1))
    assert problems(project) == ["requirements/run.txt: aiohttp has no hash"]


def test_a_line_that_names_a_host_is_found(project: Path) -> None:
    _write(project, run=f"--index-url https://packages.example/simple\n{RUN}")
    assert problems(project) == [
        "requirements/run.txt: this line names a place to fetch from: --index-url https://packages.example/simple"
    ]


def test_running_and_testing_use_the_same_versions(project: Path) -> None:
    _write(project, dev=RUN.replace("3.5.6", "3.5.7") + RUFF)
    assert problems(project) == ["requirements/dev.txt: greenlet is not at 3.5.6 as in run.txt"]


def test_ours_are_in_step() -> None:
    assert problems(ROOT) == []
