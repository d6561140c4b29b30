"""What goes out by HTTP goes through `egress`."""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source, dotted

NAME = "http-client"
REASON = "The guard against requests into the inner network holds only if there is no way round it."
ALLOWED: Mapping[str, str] = {}

CLIENTS = (
    "aiohttp",
    "httpx",
    "httpcore",
    "requests",
    "niquests",
    "urllib3",
    "urllib.request",
    "http.client",
    "pycurl",
)


def check(source: Source) -> Iterator[Finding]:
    if not source.under("src/frontdesk") or source.under("src/frontdesk/egress"):
        return
    for node in ast.walk(source.tree):
        for module in _imported(node):
            client = next((name for name in CLIENTS if f"{module}.".startswith(f"{name}.")), None)
            if client:
                yield Finding(
                    str(source.path),
                    getattr(node, "lineno", 1),
                    f"{client} imported outside egress",
                    "take a ports.http.Http as an argument; app/wiring.py hands in the real one",
                )
                break


def _imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names):
            return [alias.name for alias in names]
        case ast.ImportFrom(str(module), names, 0):
            return [f"{module}.{alias.name}" for alias in names]
        case ast.Call(func, [ast.Constant(str(module)), *_]) if dotted(func).split(".")[-1] in {
            "import_module",
            "__import__",
        }:
            return [module]
        case _:
            return []
