"""`make browser` finds a Chromium, or says in one line what to install."""

import shutil
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "tools/chromium.sh"


def _run(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("sh") or "sh", str(SCRIPT)]
    return subprocess.run(
        command, env={"PATH": str(path), **environment}, capture_output=True, text=True, check=False
    )


def _program(path: Path, does: str = "") -> Path:
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path


def test_the_systems_chromium_is_taken(tmp_path: Path) -> None:
    _program(tmp_path / "chromium-browser")
    assert _run(tmp_path).returncode == 0


def test_one_that_lies_elsewhere_can_be_named(tmp_path: Path) -> None:
    assert _run(tmp_path, CHROMIUM=str(_program(tmp_path / "mine"))).returncode == 0


def test_without_one_there_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    _program(tmp_path / "id", "echo 1000")
    ran = _run(tmp_path)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "sudo apt install chromium" in ran.stderr
    assert "CHROMIUM=/path/to/chromium" in ran.stderr
