"""Make sets up its own environment, touches nobody else's, and says in one line what is missing."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
VENV_SH = ROOT / "tools/venv.sh"
TARGETS = {"run", "test", "install", "check", "browser", "drills", "floors", "bench", "fix", "lock"}


def _sh(
    *arguments: str | Path, path: Path | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path)} if path else None
    command = [shutil.which("sh") or "sh", str(VENV_SH), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def _python(folder: Path, name: str, *, without: str) -> Path:
    """A Python that fails when its program has `without` in it, and else is the one that runs this."""
    folder.mkdir(exist_ok=True)
    script = folder / name
    script.write_text(f'#!/bin/sh\ncase "$2" in *{without}*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    script.chmod(0o755)
    return script


def test_the_first_python_that_is_new_enough_and_can_build_is_taken(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    _python(bin_, "python3.13", without="version_info")
    _python(bin_, "python3.12", without="ensurepip")
    _python(bin_, "python3", without="nothing")
    assert _sh("python", path=bin_).stdout == "python3\n"


def test_without_a_python_there_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    _python(bin_, "python3", without="version_info")
    assert _sh("python", path=bin_).stdout == "\n"
    ran = _sh("install", "", tmp_path / "venv", "none.txt")
    assert ran.returncode == 2
    assert re.fullmatch(r"frontdesk: Python 3\.11 or newer is needed .*apt install python3 .*\n", ran.stderr)


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = _python(tmp_path / "bin", "python3", without="version_info")
    ran = _sh("install", old, tmp_path / "venv", "none.txt")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert f"{old} is not Python 3.11 or newer" in ran.stderr


def test_a_python_without_ensurepip_gets_the_name_of_the_package(tmp_path: Path) -> None:
    bare = _python(tmp_path / "bin", "python3", without="ensurepip")
    ran = _sh("install", bare, tmp_path / "venv", "none.txt")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in ran.stderr
    assert not (tmp_path / "venv").exists()


def test_an_environment_that_make_did_not_build_is_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "venv/bin/python"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    ran = _sh("install", sys.executable, tmp_path / "venv", "none.txt")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "was not built by make" in ran.stderr
    assert own.read_text() == "mine"


@pytest.mark.parametrize("left_by", ["an interruption", "a folder of another name"])
def test_what_make_began_elsewhere_or_left_unfinished_is_built_anew(tmp_path: Path, left_by: str) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to(tmp_path / "gone")
    if left_by == "an interruption":
        (venv / ".unfinished").touch()
    else:
        (venv / ".built-for").write_text("/elsewhere\n")
    (tmp_path / "empty.txt").touch()
    ran = _sh("install", sys.executable, venv, tmp_path / "empty.txt", cwd=tmp_path)
    assert (venv / "bin/python").exists()
    assert (venv / ".built-for").read_text() == f"{tmp_path}\n"
    # There is no project in this folder to install, and that is said.
    assert ran.returncode == 2
    assert "installing failed" in ran.stderr


def test_hooks_and_ci_call_make_and_nothing_else() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert {target for target in TARGETS if re.search(rf"^{target}:", makefile, re.MULTILINE)} == TARGETS
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]
    assert hooks == ["make check", "make test"]
    ci = (ROOT / ".ci/run").read_text()
    assert re.findall(r"^make .*$", ci, re.MULTILINE) == ["make check", "make test", "make browser"]
