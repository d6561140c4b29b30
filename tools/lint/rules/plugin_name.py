"""Nothing outside a plug-in's folder names it."""

import ast
import re
from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source
from tools.lint.text import strings

NAME = "plugin-name"
REASON = "A list of plug-ins outside their folders is a file that every new one has to edit."
ALLOWED: Mapping[str, str] = {}

ORDINARY: Mapping[str, str] = {
    "another": "one more",
    "rest": "the style of interface, and what is left over",
    "external": "whatever is not ours",
    "web": "a room of ours",
    "callback": "the wire's own word for an answer that is sent later",
    "custom": "a kind of message part, and whatever people make themselves",
    "files": "what the files table holds",
    "socketio": "the protocol, and the library that speaks it",
    "sql": "the language of the store",
    "smtp": "the protocol",
    "oauth2": "the protocol, also spoken by kit",
    "oidc": "the protocol",
    "saml": "the protocol",
}
"""Ids that are also plain words, with what else they mean; of these only the folder's path counts as naming."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def check(source: Source) -> Iterator[Finding]:
    if not source.under("src/frontdesk"):
        return
    others = {
        name: folders for name, folders in source.project.plugin_ids.items() if not source.under(*folders)
    }
    if not others:
        return
    seen: set[tuple[int, str]] = set()
    for line, text in _words(source.tree):
        for name in _named(text, others):
            if (line, name) not in seen:
                seen.add((line, name))
                yield Finding(
                    str(source.path),
                    line,
                    f"{name!r} is named outside {' and '.join(others[name])}",
                    "ask for the capability (a Protocol in ports/) or read what is needed from the manifest",
                )


def _named(text: str, plugins: dict[str, tuple[str, ...]]) -> Iterator[str]:
    plain = _CAMEL.sub("_", text).lower()
    for name, folders in plugins.items():
        paths = (folder.removeprefix("src/").split("/") for folder in folders)
        ways = (
            [r"[./]".join(map(re.escape, path)) for path in paths] if name in ORDINARY else [re.escape(name)]
        )
        if any(re.search(rf"(?<![a-z0-9]){way}(?![a-z0-9])", plain) for way in ways):
            yield name


def _words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every identifier, import and string of a file with its line; documentation left out."""
    for expression, text in strings(tree):
        yield expression.lineno, text
    for node in ast.walk(tree):
        for name in _identifiers(node):
            yield getattr(node, "lineno", 1), name


def _identifiers(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(name) | ast.Attribute(_, name) | ast.arg(name):
            return [name]
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return [name]
        case ast.keyword(str(name)):
            return [name]
        case ast.Import(names):
            return [part for alias in names for part in (alias.name, alias.asname or "")]
        case ast.ImportFrom(module, names):
            return [part for alias in names for part in (f"{module or ''}.{alias.name}", alias.asname or "")]
        case _:
            return []
