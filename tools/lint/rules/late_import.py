"""Imports stand at the top of the file."""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source, placed

NAME = "late-import"
REASON = "An import inside a function hides a cycle and makes the first call slow."
ALLOWED: Mapping[str, str] = {}


def check(source: Source) -> Iterator[Finding]:
    for where, node in placed(source.tree):
        if where and isinstance(node, (ast.Import, ast.ImportFrom)):
            yield Finding(
                str(source.path),
                node.lineno,
                f"import inside {where}",
                "move it up; if start-up time is the reason, add it with that reason to ALLOWED in this rule",
                where=where,
            )
