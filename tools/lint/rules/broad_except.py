"""Errors are caught by name; a handler that tidies up and raises again hides nothing and is fine."""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source, dotted, placed

NAME = "broad-except"
REASON = (
    "Catching everything hides bugs. Only a loop that must outlive any job it runs may, and it logs each."
)
ALLOWED: Mapping[str, str] = {
    "src/frontdesk/app/otlp.py::_Outbox._send_all": "spans that cannot be sent, whatever the reason, must not end the program they tell of",
    "src/frontdesk/app/warming.py::Warming.begin": "a program that answers must not end because it could not load ahead",
    "src/frontdesk/desk/dispatching.py::Dispatching._look": "a conversation that breaks the desk must not keep the others from it",
    "src/frontdesk/desk/searching.py::Searching.sweep": "a workspace that breaks the round must not end it for those behind it",
    "src/frontdesk/insight/counting.py::Counting._has_more": "a workspace that breaks the round must not end it for those behind it",
    "src/frontdesk/insight/expiring.py::Expiring._has_more": "a workspace that breaks the round must not end it for those behind it",
    "src/frontdesk/jobs/queue.py::Workers.run": "the loop of the jobs outlives whatever broke it",
    "src/frontdesk/jobs/schedules.py::Schedules._repeat": "the loop of a schedule outlives a round that failed",
    "src/frontdesk/library/indexing.py::Indexing._take_in": "an article that breaks indexing must not keep the others from it",
    "src/frontdesk/library/waking.py::LateIndexing.sweep": "a workspace that breaks the sweep must not end it for those behind it",
    "src/frontdesk/sandbox/work_child.py::main": "the outermost of a child: whatever broke is told to the parent",
    "src/frontdesk/studio/intents/training.py::Training._swept": "one bot that cannot be learnt must not keep the others from it",
    "src/frontdesk/turn/deliver.py::Delivering._send": "a plug-in that breaks is a failed try of one delivery, not of its lane",
    "src/frontdesk/turn/deliver.py::Delivering._keep": "a lane that broke must not take the others with it",
    "src/frontdesk/turn/lanes.py::Lanes._handle": "the loop of a lane counts what a message breaks, and parks it",
    "src/frontdesk/turn/lanes.py::Lanes._until_empty": "a lane that broke must not take the others with it",
    "src/frontdesk/turn/run.py::_decide_now": "a message that breaks the engine goes to its lane, where tries are counted",
    "src/frontdesk/web/feed/workspace_feed.py::WorkspaceFeed._round": "what cannot be told must not end the streams of the others",
    "src/frontdesk/web/rasa_socket.py::Sockets._run": "a socket that broke must not end those of the others",
    "src/frontdesk/web/route.py::Endpoint.serve": "the loop of requests: whatever broke, the caller gets an answer",
}

BROAD = {"Exception", "BaseException"}


def check(source: Source) -> Iterator[Finding]:
    for where, node in placed(source.tree):
        caught = _broadly_caught(node)
        if caught:
            yield Finding(
                str(source.path),
                getattr(node, "lineno", 1),
                f"{caught} in {where or 'the module'}",
                "name the errors; if this is one of the loops, add it with its reason to ALLOWED in this rule",
                where=where,
            )


def _broadly_caught(node: ast.AST) -> str:
    match node:
        case ast.ExceptHandler() if _raises_again(node):
            return ""
        case ast.ExceptHandler(None):
            return "bare except"
        case ast.ExceptHandler(ast.expr() as kinds) if _broad(kinds):
            return f"except {ast.unparse(kinds)}"
        case ast.Call(func, args) if dotted(func).split(".")[-1] == "suppress" and any(
            _broad(kind) for kind in args
        ):
            return ast.unparse(node)
        case _:
            return ""


def _raises_again(handler: ast.ExceptHandler) -> bool:
    leaves = any(isinstance(node, (ast.Return, ast.Break, ast.Continue)) for node in ast.walk(handler))
    match handler.body[-1]:
        case ast.Raise(None):
            return not leaves
        case _:
            return False


def _broad(kinds: ast.expr) -> bool:
    listed = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
    return any(dotted(kind).split(".")[-1] in BROAD for kind in listed)
