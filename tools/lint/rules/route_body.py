"""A route authorises, calls one function and answers."""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.rules.function_length import counted_lines
from tools.lint.source import Finding, Function, Source, dotted, functions

NAME = "route-body"
REASON = "Rules that grow in a route cannot be reached from anywhere else, nor tested without HTTP."
ALLOWED: Mapping[str, str] = {}

LIMIT = 20


def check(source: Source) -> Iterator[Finding]:
    if not source.under("src/frontdesk"):
        return
    handlers = _handed_over(source.tree)
    for where, function in functions(source.tree):
        if not (_decorated(function) or function.name in handlers):
            continue
        lines = counted_lines(_without_docstring(function))
        if lines > LIMIT:
            yield Finding(
                str(source.path),
                function.lineno,
                f"the body of route {where} has {lines} lines, {LIMIT} are allowed",
                "move what it decides into its room (turn, studio, access, ...) and call that",
                where=where,
            )


def _is_registrar(node: ast.expr) -> bool:
    return dotted(node).split(".")[-1] in {"route", "Route"}


def _decorated(function: Function) -> bool:
    return any(isinstance(mark, ast.Call) and _is_registrar(mark.func) for mark in function.decorator_list)


def _handed_over(tree: ast.Module) -> set[str]:
    """The names of what is passed to `route(...)` or `Route(...)` instead of being decorated."""
    names: set[str] = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _is_registrar(call.func):
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                if isinstance(argument, ast.Name):
                    names.add(argument.id)
                elif isinstance(argument, ast.Attribute):
                    names.add(argument.attr)
    return names


def _without_docstring(function: Function) -> list[ast.stmt]:
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1:] if is_docstring else function.body
