"""What an author most likely meant where a file is not YAML: mostly a text that needs quotes. Called by `yaml`."""

import re

import yaml

_SHAPE = "Check indentation, quotes and colons here; put text with ': ', '{' or '#' in quotes."
_ESCAPE = (
    "Write the character itself, or its whole code such as \\U0001F600; a backslash itself is \\\\, "
    "or stands in 'single quotes'."
)
_VALUE = re.compile(r"[ ]*(?:-[ ]+)*(?:[\w-]+:[ ]+)?(?P<value>[\[{\"'].*)", re.DOTALL)
_NEEDS_QUOTES = frozenset("*&@`%")
_SHOWN = 60


def advice(error: yaml.MarkedYAMLError, text: str) -> tuple[str, str]:
    """What is wrong in the file `text`, and what to write instead."""
    said = str(error.problem or error.context)
    mark = error.problem_mark
    line = _line(text, mark.line) if mark is not None else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab indents this line", "Indent with blanks."
    for place in (error.context_mark, mark):
        if place is not None and (found := _unquoted(_line(text, place.line), place.column)):
            return f"'{found}' has no quotes, which text with {found[0]} in front needs", _in_quotes(found)
    if "escape" in said:
        return said, _ESCAPE
    return _by_value(line, said)


def unquoted_place(text: str) -> tuple[str, str]:
    """The same for a text that is a place for a value, which YAML takes for a mapping."""
    return f"'{text[:_SHOWN]}' has no quotes, which text in braces needs.", _in_quotes(text[:_SHOWN])


def _by_value(line: str, said: str) -> tuple[str, str]:
    value = found["value"].rstrip() if (found := _VALUE.fullmatch(line)) is not None else ""
    shown = value[:_SHOWN]
    if value.startswith(("{", "[")) and not value.endswith(("}", "]")):
        return f"text that begins with {value[0]} has no quotes", _in_quotes(shown)
    if value.startswith(("'", '"')) and value.count(value[0]) > 1:
        return (
            f"something stands behind the closing {value[0]}",
            "Put the whole text into one pair of quotes; within '...' a ' is written ''.",
        )
    return said, _SHAPE


def _unquoted(line: str, column: int) -> str:
    """The text there, if it begins with a character that only text in quotes may begin with."""
    if line[column : column + 1] not in _NEEDS_QUOTES or not line[column : column + 1]:
        return ""
    before = line[:column]
    within = before.count("[") + before.count("{") > before.count("]") + before.count("}")
    found = re.split(r"[,\]}]" if within else r"\s#|:\s", line[column:])[0]
    return found.strip()[:_SHOWN]


def _in_quotes(text: str) -> str:
    quote = "'" if '"' in text else '"'
    return f"Write {quote}{text}{quote}, with the quotes."


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number + 1)
    return lines[number].rstrip("\r") if number < len(lines) else ""
