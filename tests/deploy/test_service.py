"""The systemd unit and the proxy's configuration agree with the program and with the tools that read them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.deploy.deploy_files import DEPLOY, PORT, pyproject, settings_names, unit

SERVICE = unit()
CADDYFILE = (DEPLOY / "Caddyfile").read_text()


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The unit as if the program were installed: systemd-analyze wants the command to exist."""
    path = tmp_path / "frontdesk.service"
    text = (DEPLOY / "systemd/frontdesk.service").read_text()
    path.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={shutil.which('true')}", text, flags=re.MULTILINE))
    return path


def test_systemd_understands_every_line(installed: Path) -> None:
    command = [_tool("systemd-analyze"), "verify", str(installed)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    about_ours = [line for line in ran.stderr.splitlines() if "frontdesk.service" in line]
    assert (ran.returncode, about_ours) == (0, [])


def test_systemd_rates_the_unit_as_little_exposed(installed: Path) -> None:
    command = [_tool("systemd-analyze"), "security", "--offline=yes", "--threshold=20", str(installed)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unrecognized option" in ran.stderr:
        pytest.skip("this systemd-analyze cannot rate a file")
    assert ran.returncode == 0, ran.stdout[-200:]


def test_the_unit_starts_the_program_as_its_own_user() -> None:
    (command,) = SERVICE["ExecStart"]
    program, verb = command.split()
    assert Path(program).name in pyproject()["project"]["scripts"]
    assert verb == "up"
    assert SERVICE["User"] == SERVICE["Group"] == ["frontdesk"]
    assert "DynamicUser" not in SERVICE


def test_the_data_folder_is_the_one_place_that_can_be_written_to() -> None:
    environment = dict(pair.split("=", 1) for pair in SERVICE["Environment"])
    (state,) = SERVICE["StateDirectory"]
    assert environment["FRONTDESK_DATA"] == f"/var/lib/{state}"
    assert SERVICE["ProtectSystem"] == ["strict"]
    assert "ReadWritePaths" not in SERVICE


def test_the_unit_sets_only_what_the_program_reads() -> None:
    assert {pair.split("=", 1)[0] for pair in SERVICE["Environment"]} <= settings_names()


def test_stopping_lets_the_program_drain_and_stop_its_database() -> None:
    assert SERVICE["KillSignal"] == ["SIGTERM"]
    assert SERVICE["KillMode"] == ["mixed"]
    assert int(SERVICE["TimeoutStopSec"][0]) >= 30


def test_unit_and_proxy_mean_the_same_address() -> None:
    environment = dict(pair.split("=", 1) for pair in SERVICE["Environment"])
    assert environment["PORT"] == PORT
    assert f"reverse_proxy {environment['HOST']}:{environment['PORT']} {{" in CADDYFILE


def test_the_proxy_passes_streams_on_at_once_and_limits_bodies() -> None:
    assert re.search(r"^\t+flush_interval -1$", CADDYFILE, re.MULTILINE)
    assert re.search(r"request_body \{\s+max_size \d+MB\s+\}", CADDYFILE)


def test_the_proxy_reads_its_file(tmp_path: Path) -> None:
    caddy = _tool("caddy")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
