"""Functions stay short; SQL text and tables in them do not count."""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Function, Source, functions

NAME = "function-length"
REASON = "A short function has a name for what it does and can be tested by it."
ALLOWED: Mapping[str, str] = {}

SOFT, HARD = 40, 60


def counted_lines(nodes: list[ast.stmt]) -> int:
    """Lines of `nodes`, where a string or a table of constants over many lines counts as one."""
    if not nodes:
        return 0
    lines = set(range(nodes[0].lineno, (nodes[-1].end_lineno or nodes[-1].lineno) + 1))
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.expr) and (_is_text(node) or _is_table(node)):
            lines -= set(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_table(node: ast.expr) -> bool:
    if not isinstance(node, (ast.Dict, ast.Tuple, ast.List, ast.Set)):
        return False
    cells = [inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.expr)]
    return all(isinstance(cell, ast.Constant) or _is_table(cell) for cell in cells)


def check(source: Source) -> Iterator[Finding]:
    for where, function in functions(source.tree):
        lines = _length(function)
        if lines > SOFT:
            yield Finding(
                str(source.path),
                function.lineno,
                f"{where} has {lines} lines; {SOFT} is the aim, more than {HARD} fails",
                "give a part of it a name of its own",
                where=where,
                note=lines <= HARD,
            )


def _length(function: Function) -> int:
    head = function.body[0].lineno - function.lineno
    return head + counted_lines(function.body)
