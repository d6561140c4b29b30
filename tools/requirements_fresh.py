"""Whether requirements/*.txt still say what pyproject.toml asks for. Offline; `make lock` writes them anew."""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FILES: Mapping[str, tuple[str, ...]] = {"run": ("build",), "dev": ("build", "dev")}
"""Each requirements file and the dependency groups that are in it beside the program's own dependencies."""
EXTRAS = ("semantic",)
"""Those that `make run` installs, and so both files hold."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Pin:
    """One pinned package; `direct` when it is there because pyproject.toml names it."""

    version: str
    hashes: int
    direct: bool


def wanted(pyproject: dict[str, dict[str, object]], groups: tuple[str, ...]) -> dict[str, Requirement]:
    """What pyproject.toml asks for, by normalised name."""
    extras = cast("dict[str, object]", pyproject["project"].get("optional-dependencies", {}))
    lists = [
        pyproject["project"]["dependencies"],
        *(extras[extra] for extra in EXTRAS if extra in extras),
        *(pyproject["dependency-groups"][group] for group in groups),
    ]
    asked = [Requirement(str(line)) for lines in lists if isinstance(lines, list) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in asked}


def pinned(text: str) -> dict[str, Pin]:
    """The pins of a requirements file, by normalised name."""
    starts = [*_PIN.finditer(text)]
    ends = [*(start.start() for start in starts[1:]), len(text)]
    pins: dict[str, Pin] = {}
    for start, end in zip(starts, ends, strict=True):
        block = text[start.start() : end]
        direct = re.search(r"#\s+(?:via )?\S+ \(pyproject\.toml(?::\w+)?\)", block) is not None
        pins[canonicalize_name(start[1])] = Pin(start[2], block.count("--hash=sha256:"), direct)
    return pins


def differences(asked: dict[str, Requirement], pins: dict[str, Pin]) -> Iterator[str]:
    """What is wrong with one file, a sentence each."""
    for name, requirement in asked.items():
        pin = pins.get(name)
        if pin is None:
            yield f"{name} is not pinned"
        elif not requirement.specifier.contains(pin.version, prereleases=True):
            yield f"{name} is pinned to {pin.version}, asked for is {requirement.specifier}"
    for name, pin in pins.items():
        if not pin.hashes:
            yield f"{name} has no hash"
        if pin.direct and name not in asked:
            yield f"{name} is pinned but no longer asked for"


def hosts(text: str) -> Iterator[str]:
    """Lines that say where to fetch from, which is for the machine that installs to say."""
    for line in text.splitlines():
        if "://" in line or (line.startswith("-") and not line.startswith("--hash")):
            yield f"this line names a place to fetch from: {line.strip()}"


def problems(root: Path) -> list[str]:
    """Everything that is out of step, one line each."""
    pyproject = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    texts = {name: (root / "requirements" / f"{name}.txt").read_text("utf-8") for name in FILES}
    pins = {name: pinned(text) for name, text in texts.items()}
    found = [
        f"requirements/{name}.txt: {problem}"
        for name, groups in FILES.items()
        for problem in [*differences(wanted(pyproject, groups), pins[name]), *hosts(texts[name])]
    ]
    for name, pin in pins["run"].items():
        other = pins["dev"].get(name)
        if other is None or other.version != pin.version:
            found.append(f"requirements/dev.txt: {name} is not at {pin.version} as in run.txt")
    return found


def main() -> int:
    found = problems(ROOT)
    for problem in found:
        print(problem)
    if found:
        print("-> run `make lock` and commit both files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
