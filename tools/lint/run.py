"""Reads the project and asks every rule. Called by `__main__` and by the tests."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools.lint.rules import RULES
from tools.lint.source import TREES, Finding, Project, Rule, Source


def read(root: Path) -> list[Source]:
    """Every Python file of the project, parsed."""
    project = Project(root, plugin_ids=_plugin_ids(root))
    return [
        Source(PurePosixPath(path.relative_to(root)), text, ast.parse(text, str(path)), project)
        for tree in TREES
        for path in sorted((root / tree).rglob("*.py"))
        for text in [path.read_text("utf-8")]
    ]


def _plugin_ids(root: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for folder in sorted((root / "src/frontdesk/plugins").glob("*/*/")):
        if folder.name != "__pycache__":
            found[folder.name] = (*found.get(folder.name, ()), folder.relative_to(root).as_posix())
    return found


def judge(rule: Rule, sources: list[Source]) -> Iterator[Finding]:
    """What `rule` finds, less what it allows; an allowance that covers nothing is found instead."""
    unused = dict(rule.ALLOWED)
    for source in sources:
        for finding in rule.check(source):
            keys = (f"{finding.path}::{finding.where}", f"{finding.path}::*")
            covering = [key for key in keys if key in rule.ALLOWED]
            for key in covering:
                unused.pop(key, None)
            if not covering:
                yield finding
    for key in unused:
        path, _, where = key.partition("::")
        yield Finding(
            path, 1, f"the allowance for {where} covers nothing (any more)", f"remove it from {rule.NAME}"
        )


def run(root: Path) -> list[tuple[str, Finding]]:
    """Every finding with the name of its rule, in the order of the files."""
    sources = read(root)
    found = [(rule.NAME, finding) for rule in RULES for finding in judge(rule, sources)]
    return sorted(found, key=lambda pair: (pair[1].path, pair[1].line, pair[0]))
