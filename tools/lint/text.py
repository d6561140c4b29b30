"""Strings as they will be at run time, as far as can be read, and whether they are SQL. Called by the rules."""

import ast
import re
from collections.abc import Iterator

from tools.lint.source import docstrings

_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", re.DOTALL)

_SHAPES = (
    r"SELECT\s+(?:.*?\sFROM\s+[\w\".(]|DISTINCT\s|EXISTS\s*\(|[\w.]+\s*\(|\d+\s*(?:;|$|AS\s)|\$\d)",
    r"INSERT\s+INTO\s+[\w\".{]+",
    r"UPDATE\s+(?:ONLY\s+)?[\w\".{}]+\s+(?:(?:AS\s+)?\w+\s+)?SET\s",
    r"DELETE\s+FROM\s+[\w\".{}]+\s*(?:;|$|WHERE\s|USING\s|AS\s|\w+\s+(?:WHERE|USING)\s|RETURNING\s)",
    r"WITH\s+(?:RECURSIVE\s+)?[\w\"]+\s*(?:\([^)]*\)\s*)?AS\s*(?:(?:NOT\s+)?MATERIALIZED\s*)?\(",
    (
        r"(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+|UNLOGGED\s+|UNIQUE\s+|MATERIALIZED\s+)?"
        r"(?:TABLE|INDEX|ROLE|USER|DATABASE|SCHEMA|EXTENSION|POLICY|FUNCTION|PROCEDURE|TRIGGER|TYPE|DOMAIN|"
        r"SEQUENCE|VIEW|SYSTEM|DEFAULT|PUBLICATION)\s"
    ),
    r"(?:UN)?LISTEN\s+(?:[\w\"]+|\*)\s*;?\s*$",
    r"NOTIFY\s+[\w\"]+\s*(?:,.*|;?\s*)$",
    r"TRUNCATE\s+(?:TABLE\s+)?[\w\".]+\s*(?:,|;|$|CASCADE|RESTART)",
    r"(?:GRANT|REVOKE)\s+.+\s(?:TO|FROM)\s+[\w\"{]+",
    r"SET\s+(?:LOCAL|SESSION|ROLE)\s+[\w\"{]",
)
# All upper or all lower, never "Select": sentences for people stay sentences.
_SQL = re.compile("|".join([*_SHAPES, *(shape.lower() for shape in _SHAPES)]), re.DOTALL)
# The server's own catalogue belongs to nobody; `FROM f(...)` calls a function.
_TABLE = re.compile(
    r"\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:ONLY\s+)?(?!pg_|information_schema\b|[\w\".]+\s*\()[\w\"]",
    re.IGNORECASE,
)


def is_sql(text: str) -> bool:
    """Whether `text` begins like a statement."""
    return _SQL.match(_COMMENTS.sub("", text)) is not None


def names_table(text: str) -> bool:
    """Whether a statement reads or writes rows of one of our tables (and does not only call functions)."""
    return _TABLE.search(text) is not None


def rendered(node: ast.AST) -> str | None:
    """The string an expression makes; what is filled in stands as its source in braces.

    Returns:
        None when the expression makes no string that begins with literal text.
    """
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(values):
            return "".join(_piece(value) for value in values)
        case ast.BinOp(left, ast.Add(), right):
            head = rendered(left)
            return None if head is None else head + _piece(right)
        case _:
            return None


def _piece(node: ast.AST) -> str:
    if isinstance(node, ast.FormattedValue):
        return f"{{{ast.unparse(node.value)}}}"
    text = rendered(node)
    return f"{{{ast.unparse(node)}}}" if text is None else text


def strings(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Every string of a file, outermost expression only, documentation left out."""
    done = docstrings(tree)
    for node in ast.walk(tree):
        if id(node) in done or not isinstance(node, ast.expr):
            continue
        text = rendered(node)
        if text is not None:
            done |= {id(inner) for inner in ast.walk(node)}
            yield node, text
