"""Whatever a page names is there: files and folders, tests, commands with their options, make targets, names in code."""

import fnmatch
import re
from pathlib import Path

import pytest
from tests.docs.test_docs import COMMANDS, PAGES, ROOT, prose

KEPT = (
    *("src", "tests", "tools", "bench", "deploy", "decisions", "docs", "examples", "integrations", "requirements"),
    *(
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
    ),
    *("pyproject.toml", ".importlinter", ".pre-commit-config.yaml", ".ci"),
)
FILES = frozenset(
    path.relative_to(ROOT).as_posix()
    for top in KEPT
    for path in [ROOT / top, *(ROOT / top).rglob("*")]
    if "__pycache__" not in path.parts
)
ENDINGS = ("py", "md", "toml", "sh", "yaml", "yml", "html", "css", "js", "svg", "service", "txt")
ROOMS = frozenset(path.name for path in (ROOT / "src/frontdesk").iterdir() if path.is_dir())
PLANNED = frozenset({"desk", "hub", "library", "access", "insight", "nlu", "knowledge"})
"""Rooms that `.importlinter` has a place for and that pages call planned."""
OF_USERS = frozenset(
    {
        "flows/NAME.yaml",
        "actions/NAME.yaml",
        "tests/*.yaml",
        "scripts/NAME.js",
        "scripts/*.js",
        "scripts/globals.js",
        "import-report.txt",
    }
)
"""Files of a bot, whose folder is anywhere."""
ABOUT_CODE = [
    page
    for page in PAGES
    if page.parent.name == "decisions" or page.name in {"ARCHITECTURE.md", "CONTRIBUTING.md"}
]
CODE = "\n".join(
    (ROOT / name).read_text("utf-8")
    for name in sorted(FILES)
    if name.endswith((".py", ".toml")) or name == ".importlinter"
)
FORBIDDEN_ROOMS = frozenset(
    {"utils", "common", "helpers", "services", "Manager", "Service", "Processor", "Helper"}
)
"""Named so that nobody uses them."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
every_page_about_code = pytest.mark.parametrize("page", ABOUT_CODE, ids=lambda page: page.name)


def spans(page: Path) -> list[str]:
    """What stands between backticks; long blocks left out."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def is_path(text: str) -> bool:
    if not re.fullmatch(r"[\w.*<>{}/-]+", text) or text.startswith("/") or text in OF_USERS:
        return False
    first = text.split("/", maxsplit=1)[0]
    return bool(re.search(rf"\.(?:{'|'.join(ENDINGS)})$", text)) or ("/" in text and first in {*KEPT, *ROOMS})


def missing(path: str, page: Path) -> bool:
    """Not in the project, from its top, from the program's top, from the page's folder, or by its bare name anywhere."""
    pattern = re.sub(r"<\w+>|\bNAME\b|\bLANGUAGE\b", "*", path).rstrip("/")
    beside = page.parent.relative_to(ROOT).as_posix()
    tops = ("", "src/frontdesk/", f"{beside}/", *(("*/",) if "/" not in path else ()))
    return not any(fnmatch.filter(FILES, f"{top}{pattern}") for top in tops)


def unknown_commands(text: str) -> list[str]:
    """Command lines that the program would not take: another word, or an option that it does not have."""
    groups = {name.rpartition(" ")[0] for name in COMMANDS}
    wrong = []
    for line in re.findall(
        r"(?:(?<=`)|(?<=bin/)|(?<=^)|(?<= ))(frontdesk(?: [^`\n|;#&>)]+)?)", text, re.MULTILINE
    ):
        words = line.split()
        name, rest = " ".join(words[:2]), words[2:]
        if name in groups and rest:
            name, rest = f"{name} {rest[0]}", rest[1:]
        if name not in COMMANDS:
            continue  # not a command line but a sentence; a wrong first word is found by tests/docs/test_docs.py
        options = {option for parameter in COMMANDS[name].params for option in parameter.opts} | {"--help"}
        wrong += [
            f"{name} {word}" for word in rest if word.startswith("--") and word.split("=")[0] not in options
        ]
    return wrong


@every_page
def test_files_and_folders_that_are_named_are_there(page: Path) -> None:
    assert [text for text in spans(page) if is_path(text) and missing(text, page)] == []


@every_page
def test_commands_that_are_named_are_there_with_their_options(page: Path) -> None:
    text = page.read_text("utf-8")
    assert unknown_commands(text) == []
    groups = {name.split()[1] for name in COMMANDS if len(name.split()) > 2}
    for group in groups:
        for word in re.findall(rf"frontdesk {group} ([a-z][\w-]*)", text):
            assert f"frontdesk {group} {word}" in COMMANDS


@every_page
def test_make_targets_that_are_named_are_there(page: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(
        r"(?:`|^)(?:\w+=\S+ )*make(?: -C \S+)? ([a-z]\w*)", page.read_text("utf-8"), re.MULTILINE
    )
    assert {*named} - {*targets} == set()


@every_page_about_code
def test_names_of_code_that_are_named_are_there(page: Path) -> None:
    named = [text for text in spans(page) if re.fullmatch(r"[A-Za-z_]\w*(?:\.\w+)*(?:\(.*\))?", text)]
    words = {text.partition("(")[0].rpartition(".")[2] for text in named} - FORBIDDEN_ROOMS - PLANNED
    assert {word for word in words if not re.search(rf"\b{re.escape(word)}\b", CODE)} == set()


@every_page_about_code
def test_functions_that_examples_of_code_await_or_define_are_there(page: Path) -> None:
    """An example shows how our code reads, so it is made of our names."""
    blocks = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    decorated = re.findall(r"^@(\w+).*\nasync def (\w+)", "\n".join(blocks), re.MULTILINE)
    for name in {name for pair in decorated for name in pair}:
        assert re.search(rf"\bdef {name}\b", CODE), name


def test_what_is_not_there_would_be_found() -> None:
    page = ROOT / "README.md"
    for path in (
        "tests/dialog/steps/test_<key>.py",
        "turn/nowhere.py",
        "nowhere.py",
        "jobs/deep/",
        "docs/none.md",
    ):
        assert is_path(path)
        assert missing(path, page)
    for path in (
        "turn/deliver.py",
        "tests/drills",
        "dialog/steps/<key>.py",
        "wire.py",
        "plugins/*/*/wire.py",
    ):
        assert is_path(path)
        assert not missing(path, page)
    assert unknown_commands("`frontdesk restore FILE --discard-old --force`") == ["frontdesk restore --force"]
