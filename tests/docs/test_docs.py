"""The docs name what there is and nothing else; their links lead somewhere; they speak of the project alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools import gen_docs

from frontdesk.app.registry import load_registry
from frontdesk.app.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not {".venv", ".git", "node_modules"} & set(page.relative_to(ROOT).parts[:-1])
    and not any(part.startswith(".") for part in page.relative_to(ROOT).parts)
)
OF_OTHERS = {
    "XDG_DATA_HOME",
    "SSL_CERT_FILE",
    "FRONTDESK_DOMAIN",
    "FRONTDESK_KEY",
    "FRONTDESK_URL",
    "SECURE",
    "PYTHON",
    "CHROMIUM",
    "UV",
    "TMPDIR",
    "TOKEN",
}
"""Variables that docs speak of and that are not our settings: the system's, Caddy's, make's, those of the chat page to run oneself."""
COMMANDS = dict(gen_docs.every_command())


def read(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)}


def test_the_generated_pages_are_what_the_program_says_today() -> None:
    assert gen_docs.stale() == []


def test_a_stale_page_fails_the_check_with_the_command_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gen_docs, "FOLDER", tmp_path)
    assert gen_docs.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert "docs/reference/settings.md is stale: run `python tools/gen_docs.py`" in told
    assert gen_docs.main([]) == 0
    assert gen_docs.main(["--check"]) == 0


def test_the_pages_come_out_the_same_on_every_machine(tmp_path: Path) -> None:
    program = "from tools import gen_docs; print(''.join(make() for make in gen_docs.PAGES.values()))"
    elsewhere = {"HOME": str(tmp_path), "COLUMNS": "40", "PORT": "9", "PYTHONHASHSEED": "7", "LANG": "C"}
    paths = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**elsewhere, **paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "".join(make() for make in gen_docs.PAGES.values()) + "\n"


def test_every_setting_is_on_its_page() -> None:
    for name in Settings.model_fields:
        assert f"| `{name.upper()}` |" in read("reference/settings.md")


def test_every_command_is_on_its_page_with_its_options() -> None:
    page = read("reference/cli.md")
    assert len(COMMANDS) > 10
    for name, command in COMMANDS.items():
        section = page.split(f"## {name}\n", 1)[1].split("\n## ", 1)[0]
        for parameter in command.params:
            assert parameter.name in {"help", None} or any(
                word in section for word in (*parameter.opts, str(parameter.name))
            )


def test_every_endpoint_is_on_its_page() -> None:
    page = read("reference/http.md")
    found = {(route.method, route.path) for route in gen_docs.routes()}
    assert len(found) > 20
    for method, path in found:
        spellings = {path, path.rstrip("/")} - {""}
        assert any(f"`{method} {gen_docs.plain(spelling)}`" in page for spelling in spellings)


def test_every_plugin_has_a_page_that_another_page_leads_to() -> None:
    linked = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    }
    for plugin in load_registry().plugins:
        if plugin.folder.is_relative_to(ROOT):
            assert (plugin.folder / "README.md").resolve() in linked, plugin.manifest.id


def test_every_page_of_docs_is_reached_from_its_index() -> None:
    index = set(re.findall(r"\]\(([^)#:]+)\)", read("README.md")))
    missing = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} - index - {"README.md"}
    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s:]+)\)", prose(page)):
        path, _, wanted = link.partition("#")
        target = page if not path else page.parent / path
        if not target.exists() or (wanted and wanted not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages_name_commands_and_settings_that_there_are(page: Path) -> None:
    text = page.read_text("utf-8")
    first_words = {name.split()[1] for name in COMMANDS}
    named = re.findall(r"(?:`|bin/|^ *(?:\w+='?[^ ']*'? )*)frontdesk ([a-z][a-z-]*)", text, re.MULTILINE)
    assert {word for word in named if word not in first_words} == set()
    settings = {name.upper() for name in Settings.model_fields} | OF_OTHERS
    assigned = set(re.findall(r"\b([A-Z][A-Z_]{2,})=", text))
    assert assigned - settings == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages_name_no_machine_and_no_registry(page: Path) -> None:
    found = re.findall(
        r"/work/|/root/|/home/(?!you\b)\w+|pypi\.org|pythonhosted|registry\.|files\.python|ghcr\.io|docker\.io",
        page.read_text("utf-8"),
    )
    assert found == []
