"""What can be known of the container image without building it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from tests.deploy.deploy_files import DEPLOY, PORT, ROOT, compose, dockerfile, pyproject, settings_names

BUILD, FINAL = dockerfile()
SERVICE = compose()["services"]["frontdesk"]
OF_THE_IMAGE = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def test_what_is_copied_exists_and_is_let_through() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    copied = {path for rest in BUILD.all("COPY") for path in rest.split()[:-1]}
    assert copied == let_through
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_what_the_program_is_built_from_is_copied() -> None:
    project = pyproject()["project"]
    included = pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"].get("force-include", {})
    copied = {path for rest in BUILD.all("COPY") for path in rest.split()[:-1]}
    assert {"pyproject.toml", "src", project["readme"], *project["license-files"]} <= copied
    assert {Path(source).parts[0] for source in included} <= copied


def test_base_images_have_a_version_that_the_program_runs_on() -> None:
    assert BUILD.base == FINAL.base
    image, _, tag = FINAL.base.partition(":")
    assert image == "python"
    assert SpecifierSet(pyproject()["project"]["requires-python"]).contains(tag.split("-")[0])


def test_packages_come_as_wheels_with_known_hashes() -> None:
    (requirements,) = [run for run in BUILD.all("RUN") if "-r requirements" in run]
    assert "--require-hashes --only-binary=:all: -r requirements/run.txt" in requirements
    (program,) = [run for run in BUILD.all("RUN") if "install --no-deps" in run]
    assert "--no-build-isolation" in program


def test_the_image_that_runs_has_no_tools_and_is_not_root() -> None:
    tools = ("apt", "pip", "gcc", "make", "curl", "build-essential")
    assert [run for run in FINAL.all("RUN") for tool in tools if tool in run.split()] == []
    (user,) = FINAL.all("USER")
    assert (
        f"useradd --system --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin {user}"
        in (FINAL.all("RUN")[0])
    )
    words = [step for step, _ in FINAL.steps]
    assert words.index("RUN") < words.index("USER") < words.index("CMD")
    assert "RUN" not in words[words.index("USER") :]


def test_the_image_starts_the_program_on_all_addresses_with_its_data_in_the_volume() -> None:
    (command,) = FINAL.all("CMD")
    name, verb = json.loads(command)
    assert name in pyproject()["project"]["scripts"]
    assert verb == "up"
    environment = FINAL.environment()
    assert environment["HOST"] == "0.0.0.0"  # noqa: S104  inside a container
    assert [environment["FRONTDESK_DATA"]] == FINAL.all("VOLUME")
    assert [environment["PORT"]] == FINAL.all("EXPOSE") == [PORT]


def test_the_image_sets_only_what_the_program_reads() -> None:
    assert set(FINAL.environment()) - OF_THE_IMAGE <= settings_names()


class _Server(HTTPServer):
    healthy = True


class _Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        well = self.path == "/healthz" and isinstance(self.server, _Server) and self.server.healthy
        self.send_response(200 if well else 503)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Health) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("healthy", [True, False])
def test_the_health_check_tells_well_from_unwell(server: _Server, *, healthy: bool) -> None:
    (check,) = FINAL.all("HEALTHCHECK")
    command = json.loads(check.partition(" CMD ")[2])
    assert command[0] == "python"
    server.healthy = healthy
    environment = {**os.environ, "PORT": str(server.server_port)}
    ran = subprocess.run([sys.executable, *command[1:]], env=environment, capture_output=True, check=False)
    assert (ran.returncode == 0) == healthy


def test_the_program_answers_at_the_path_of_the_health_check() -> None:
    settings_names()
    sources = [path.read_text() for path in (ROOT / "src/frontdesk").rglob("*.py")]
    assert any('"/healthz"' in text for text in sources)


def test_compose_builds_this_version_from_this_project() -> None:
    context = (DEPLOY / SERVICE["build"]["context"]).resolve()
    assert context == ROOT
    assert (context / SERVICE["build"]["dockerfile"]) == DEPLOY / "Dockerfile"
    assert SERVICE["image"] == f"frontdesk:{pyproject()['project']['version']}"


def test_compose_keeps_the_data_and_publishes_to_this_machine_only() -> None:
    (mount,) = SERVICE["volumes"]
    volume, _, target = mount.partition(":")
    assert volume in compose()["volumes"]
    assert [target] == FINAL.all("VOLUME")
    assert SERVICE["ports"] == [f"127.0.0.1:${{PORT:-{PORT}}}:{PORT}"]


def test_compose_names_only_settings_that_the_program_reads() -> None:
    lines = (DEPLOY / "compose.yaml").read_text().splitlines()
    commented = {
        line.split("#")[1].split(":")[0].strip() for line in lines if fnmatch(line, "      # [A-Z_]*: *")
    }
    offered = {name for name in commented if name.replace("_", "").isupper() and " " not in name}
    assert {"DATABASE_URL", "DATABASE_ADMIN_URL", "TRUSTED_PROXIES"} <= offered
    assert {*SERVICE["environment"], *offered} <= settings_names()


def test_compose_takes_rights_away() -> None:
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["read_only"] is True
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SERVICE


def test_no_image_is_called_latest() -> None:
    texts = {path.name: path.read_text() for path in DEPLOY.rglob("*") if path.is_file()}
    assert [name for name, text in texts.items() if "latest" in text] == []
