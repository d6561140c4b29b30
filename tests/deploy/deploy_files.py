"""Reads the files in deploy/ far enough to hold them against the rest of the project. Used by the tests beside it."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import AliasChoices

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PORT = "8000"


@dataclass
class Stage:
    """One stage of a Dockerfile: its base image and its instructions in order."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        return [rest for step, rest in self.steps if step == word]

    def environment(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for rest in self.all("ENV") for pair in rest.split())


def dockerfile() -> list[Stage]:
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    stages: list[Stage] = []
    for line in text.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name))
        elif word:
            stages[-1].steps.append((word, " ".join(rest.split())))
    return stages


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def unit() -> dict[str, list[str]]:
    """The settings of the systemd unit, every value of each; section names left out."""
    values: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd/frontdesk.service").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            values.setdefault(name, []).append(value)
    return values


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def settings_names() -> set[str]:
    """The environment variables that the program reads."""
    settings = pytest.importorskip("frontdesk.app.settings").Settings
    prefix = settings.model_config.get("env_prefix", "")
    names: set[str] = set()
    for name, known in settings.model_fields.items():
        match known.validation_alias or known.alias:
            case AliasChoices(choices=choices):
                names |= {str(choice) for choice in choices}
            case str(alias):
                names.add(alias)
            case _:
                names.add(prefix + name)
    return {name.upper() for name in names}
