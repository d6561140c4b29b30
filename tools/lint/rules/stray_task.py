"""Tasks live in a task group; work that must happen is a row."""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source, dotted, placed

NAME = "stray-task"
REASON = "A task nobody waits for loses its error and its work when the process stops."
ALLOWED: Mapping[str, str] = {
    "src/frontdesk/app/demo/balance.py::serve": "`Running.close` waits for it",
    "src/frontdesk/desk/dispatching.py::Dispatching.work": "kept, reports its own failures, awaited when it closes",
    "src/frontdesk/sandbox/pool.py::ScriptPool._drop": "kept, awaited when the pool closes",
    "src/frontdesk/store/beside.py::beside": "ended, awaited and reported by the block it runs beside",
    "src/frontdesk/turn/deliver.py::Delivering._start": "held by Delivering until it is closed",
    "src/frontdesk/turn/ledger.py::Ledger._settled": "awaited by whoever it writes for, the last one at the close",
    "src/frontdesk/turn/lanes.py::Lanes.work": "kept, reports its own failures, awaited when the lanes close",
    "src/frontdesk/store/cluster.py::swap": "waited for before the function returns",
}

STARTERS = {"create_task", "ensure_future", "run_coroutine_threadsafe"}


def check(source: Source) -> Iterator[Finding]:
    if not source.under("src/frontdesk"):
        return
    groups = _groups(source.tree)
    for where, node in placed(source.tree):
        if isinstance(node, ast.Call) and _starts_task(node, groups):
            yield Finding(
                str(source.path),
                node.lineno,
                f"{ast.unparse(node.func)} in {where or 'the module'}, outside a task group",
                "use asyncio.TaskGroup, or a job row; a task with an owner who ends it goes to ALLOWED in this rule",
                where=where,
            )


def _starts_task(call: ast.Call, groups: set[str]) -> bool:
    match call.func:
        case ast.Name(name):
            return name in STARTERS
        case ast.Attribute(owner, name):
            return name in STARTERS and dotted(owner) not in groups
        case _:
            return False


def _groups(tree: ast.Module) -> set[str]:
    """What a file calls its task groups: names bound by `async with TaskGroup()`, assigned or annotated so."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.withitem(ast.Call(func), ast.expr() as target) if _is_group(func):
                names.add(dotted(target))
            case ast.Assign([target], ast.Call(func)) if _is_group(func):
                names.add(dotted(target))
            case ast.AnnAssign(target, kind) if _is_group(kind):
                names |= {dotted(target), f"self.{dotted(target)}"}
            case ast.arg(name, ast.expr() as kind) if _is_group(kind):
                names |= {name, f"self.{name}", f"self._{name}"}
    return names - {""}


def _is_group(node: ast.expr) -> bool:
    return dotted(node).split(".")[-1] == "TaskGroup"
