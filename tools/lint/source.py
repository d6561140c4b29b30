"""What a rule sees and what it says: one parsed file in, findings out."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

TREES = ("src", "tools", "bench", "tests")
"""The folders that are read; each rule narrows this down by path."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Project:
    """What a rule may know about the whole project."""

    root: Path
    plugin_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The id of each plug-in and its folder, relative to the root; one vendor may stand on several shelves."""


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the project's root."""

    path: PurePosixPath
    text: str
    tree: ast.Module
    project: Project

    def under(self, *folders: str) -> bool:
        """Whether the file lies in one of `folders` (relative to the root) or is one of them."""
        return any(self.path.is_relative_to(folder) for folder in folders)


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule. `where` is the dotted name of the function, which allowances go by."""

    path: str
    line: int
    message: str
    todo: str
    where: str = ""
    note: bool = False


class Rule(Protocol):
    """The shape of a module in `rules/`.

    `ALLOWED` maps `path::function`, or `path::*` for a whole file, to the reason why the rule does not hold
    there; an entry that covers nothing is itself a finding.
    """

    @property
    def NAME(self) -> str: ...  # noqa: N802  the modules' constants are spelled so
    @property
    def REASON(self) -> str: ...  # noqa: N802  see NAME
    @property
    def ALLOWED(self) -> Mapping[str, str]: ...  # noqa: N802  see NAME

    def check(self, source: Source) -> Iterator[Finding]: ...


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Every function with its dotted name, nested ones and methods included."""
    for child in ast.iter_child_nodes(tree):
        name = prefix
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{prefix}.{child.name}" if prefix else child.name
            if not isinstance(child, ast.ClassDef):
                yield name, child
        yield from functions(child, name)


def placed(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the dotted name of the function or class it stands in; `""` at module level."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        where, node = waiting.pop()
        yield where, node
        inner = where
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = f"{where}.{node.name}" if where else node.name
        waiting += [(inner, child) for child in ast.iter_child_nodes(node)]


def docstrings(tree: ast.Module) -> set[int]:
    """The `id()` of every string that stands alone as a statement: documentation, not data."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names; `""` for anything else."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(inner, attr):
            before = dotted(inner)
            return f"{before}.{attr}" if before else ""
        case _:
            return ""
