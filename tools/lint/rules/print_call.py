"""Only `app` speaks to a terminal."""

import ast
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source, placed

NAME = "print-call"
REASON = "What rooms have to say is a log event with fields; print can be neither filtered nor redacted."
ALLOWED: Mapping[str, str] = {}


def check(source: Source) -> Iterator[Finding]:
    if not source.under("src/frontdesk") or source.under("src/frontdesk/app"):
        return
    for where, node in placed(source.tree):
        match node:
            case ast.Call(ast.Name("print" | "pprint")):
                yield Finding(
                    str(source.path),
                    node.lineno,
                    f"print in {where or 'the module'}",
                    "log an event: log.info('noun.verb', field=value)",
                    where=where,
                )
