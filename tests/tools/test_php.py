"""`.ci/run` installs a PHP where CI runs it, and nothing on anybody's own machine."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools/php.sh"


def _ran(path: Path, **environment: str) -> str:
    """What it said, for root, with an apt-get that says what it is asked."""
    for name, does in (("id", "echo 0"), ("apt-get", f'echo "$@" >> {path}/asked')):
        (path / name).write_text(f"#!/bin/sh\n{does}\n")
        (path / name).chmod(0o755)
    command = [shutil.which("sh") or "sh", str(SCRIPT)]
    ran = subprocess.run(
        command, env={"PATH": str(path), **environment}, capture_output=True, text=True, check=True
    )
    return ran.stdout


@pytest.mark.parametrize("environment", [{}, {"CI": ""}, {"CI": "false"}])
def test_on_somebodys_machine_nothing_is_installed(tmp_path: Path, environment: dict[str, str]) -> None:
    assert "Left out" in _ran(tmp_path, **environment)
    assert not (tmp_path / "asked").exists()


def test_in_ci_it_is_installed(tmp_path: Path) -> None:
    assert "Left out" not in _ran(tmp_path, CI="true")
    assert "php-cli" in (tmp_path / "asked").read_text()
