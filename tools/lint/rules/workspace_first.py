"""Whose rows a query means is the first thing a caller has to say.

Holds for what `store` offers to other rooms: public functions and methods that run SQL, themselves or through
a private function of the same file. A class that is built with a workspace has said it for all its methods.
What serves every workspace (claims, trims, directories) says why: `@across_workspaces("reason")`.
"""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Function, Source, dotted, functions
from tools.lint.text import is_sql, names_table, strings

NAME = "workspace-first"
REASON = "A forgotten workspace is another company's data on the screen."
ALLOWED: Mapping[str, str] = {
    "src/frontdesk/store/cluster.py::*": "asks a server as a whole, with the administrating login; knows no table of ours",
    "src/frontdesk/store/revision.py::revision_of": "asks which release a database belongs to",
}

RUNS = {
    "copy_records_to_table", "cursor", "exec_driver_sql", "execute", "executemany", "fetch", "fetchmany", "fetchrow",
    "fetchval", "scalar", "scalars", "stream", "stream_scalars",
}  # fmt: skip
NAMES = {"workspace", "workspace_id"}
MARK = "across_workspaces"


def check(source: Source) -> Iterator[Finding]:
    if not source.under("src/frontdesk/store") or source.under("src/frontdesk/store/migrations"):
        return
    texts = _statements(source.tree)
    found = dict(functions(source.tree))
    running = _running(found, texts)
    bound = _bound_classes(source.tree)
    for where, function in found.items():
        mark = _mark(function)
        if mark is not None:
            if not _has_reason(mark):
                yield _finding(
                    source, where, mark, f"{MARK} on {where} gives no reason", "say in one sentence why"
                )
            continue
        if where not in running or where.rpartition(".")[0] in found:
            continue
        public = not any(part.startswith("_") for part in where.split("."))
        if public and where.rpartition(".")[0] not in bound and not _takes_workspace(function):
            todo = f'make `workspace: WorkspaceId` its first argument, or mark it @{MARK}("why")'
            yield _finding(source, where, function, f"{where} runs SQL without a workspace", todo)
        yield from _rows_of_anybody(source, where, function, texts)


def _rows_of_anybody(
    source: Source, where: str, function: Function, texts: dict[str, str]
) -> Iterator[Finding]:
    for node, text in _used(function, texts):
        if names_table(text) and "workspace" not in text.lower():
            head = " ".join(text.split())[:40]
            todo = f'add `workspace_id = $1` to it, or mark {where} @{MARK}("why")'
            yield _finding(source, where, node, f"a statement without workspace_id: {head!r}", todo)


def _finding(source: Source, where: str, node: ast.expr | ast.stmt, message: str, todo: str) -> Finding:
    return Finding(str(source.path), node.lineno, message, todo, where=where)


def _statements(tree: ast.Module) -> dict[str, str]:
    """The SQL constants at the head of a file, by name."""
    texts = {id(node): text for node, text in strings(tree) if is_sql(text)}
    named: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                text = next((texts[id(inner)] for inner in ast.walk(value) if id(inner) in texts), None)
                if text is not None:
                    named[name] = text
    return named


def _used(function: Function, named: dict[str, str]) -> Iterator[tuple[ast.expr, str]]:
    """The statements a function has in it or names."""
    body = ast.Module(body=function.body, type_ignores=[])
    for node, text in strings(body):
        if is_sql(text):
            yield node, text
    for inner in ast.walk(body):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and inner.id in named:
            yield inner, named[inner.id]


def _running(found: dict[str, Function], texts: dict[str, str]) -> set[str]:
    """Which functions run SQL, themselves or through a private one of the same file."""
    calls = {where: _called(function) for where, function in found.items()}
    running = {
        where for where, function in found.items() if calls[where] & RUNS or any(_used(function, texts))
    }
    while True:
        private = {name for where in running if (name := where.rpartition(".")[2]).startswith("_")}
        more = {where for where in found if calls[where] & private} - running
        if not more:
            return running
        running |= more


def _called(function: Function) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Call(ast.Attribute(_, name)) | ast.Call(ast.Name(name)):
                names.add(name)
    return names


def _bound_classes(tree: ast.Module) -> set[str]:
    """Classes that are built with the workspace: first argument of the constructor, else first field."""
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and _is_bound(node)}


def _is_bound(kind: ast.ClassDef) -> bool:
    for item in kind.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            return _takes_workspace(item)
    first = next((item for item in kind.body if isinstance(item, ast.AnnAssign)), None)
    return first is not None and _is_workspace(dotted(first.target), first.annotation)


def _takes_workspace(function: Function) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args]
    if arguments and arguments[0].arg in {"self", "cls"}:
        arguments = arguments[1:]
    return bool(arguments) and _is_workspace(arguments[0].arg, arguments[0].annotation)


def _is_workspace(name: str, kind: ast.expr | None) -> bool:
    return name.lstrip("_") in NAMES or (kind is not None and dotted(kind).split(".")[-1] == "WorkspaceId")


def _mark(function: Function) -> ast.expr | None:
    for mark in function.decorator_list:
        called = mark.func if isinstance(mark, ast.Call) else mark
        if dotted(called).split(".")[-1] == MARK:
            return mark
    return None


def _has_reason(mark: ast.expr) -> bool:
    match mark:
        case ast.Call(_, [ast.Constant(str(reason))]):
            return bool(reason.strip())
        case _:
            return False
