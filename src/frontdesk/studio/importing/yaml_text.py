"""Writes values as the YAML that `dialog.yaml` reads: block style, text in quotes where it could be anything else."""

import re
from collections.abc import Iterator, Mapping, Sequence

from frontdesk.dialog.yaml import scalar

Yaml = None | bool | int | float | str | Sequence["Yaml"] | Mapping[str, "Yaml"]

WIDTH = 100
_PLAIN = re.compile(
    r"(?:[^\W]|[(/]|\$(?=[.A-Za-z]))(?:[^\x00-\x1f\x7f-\xa0\u2000-\u200f\u2028-\u202f\ufeff:#\\\"]|:(?=[^\s]))*",
    re.UNICODE,
)
_PRINTABLE = re.compile(
    "[^\x20-\x7e\xa1-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BLOCK_LINE = re.compile(
    "[\x20-\x7e\xa1-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_STEP = "  "
_SHORT_ESCAPE = 0xFFFF


def write_yaml(value: Mapping[str, Yaml]) -> str:
    """One file; the order of the keys stays."""
    return "\n".join(_mapping(value, "")) + "\n"


def _mapping(entries: Mapping[str, Yaml], indent: str) -> Iterator[str]:
    for key, value in entries.items():
        head = f"{indent}{_scalar_line(key)}:"
        match value:
            case Mapping() if value:
                yield head
                yield from _mapping(value, indent + _STEP)
            case str():
                yield from _text(head, value, indent + _STEP)
            case Sequence() if value:
                yield head
                yield from _list(value, indent + _STEP)
            case _:
                yield f"{head} {_plain_value(value)}"


def _list(items: Sequence[Yaml], indent: str) -> Iterator[str]:
    for item in items:
        match item:
            case Mapping() if item:
                lines = _mapping(item, indent + _STEP)
                yield f"{indent}- {next(lines)[len(indent) + len(_STEP) :]}"
                yield from lines
            case str():
                yield from _text(f"{indent}-", item, indent + _STEP)
            case Sequence() if item:
                lines = _list(item, indent + _STEP)
                yield f"{indent}- {next(lines)[len(indent) + len(_STEP) :]}"
                yield from lines
            case _:
                yield f"{indent}- {_plain_value(item)}"


def _plain_value(value: Yaml) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case Mapping():
            return "{}"
        case _:
            return "[]"


def _text(head: str, text: str, indent: str) -> Iterator[str]:
    lines = text.split("\n")
    if len(lines) > 1 and _can_be_block(lines):
        yield f"{head} {_block_mark(text)}"
        yield from (f"{indent}{line}" if line else "" for line in text.removesuffix("\n").split("\n"))
    elif len(head) + len(text) > WIDTH and _can_be_folded(text):
        yield f"{head} >-"
        yield from (f"{indent}{line}" for line in _folded(text, WIDTH - len(indent)))
    else:
        yield f"{head} {_scalar_line(text)}"


def _can_be_block(lines: Sequence[str]) -> bool:
    # The first line must not begin with a blank (it would set the indentation), nor be empty; one line break
    # may end the text.
    return (
        not lines[0].startswith(" ")
        and lines[0] != ""
        and (lines[-1] != "" or lines[-2] != "")
        and all(_BLOCK_LINE.fullmatch(line) and not line.endswith(" ") for line in lines)
    )


def _block_mark(text: str) -> str:
    return "|" if text.endswith("\n") else "|-"


def _can_be_folded(text: str) -> bool:
    return bool(_BLOCK_LINE.fullmatch(text)) and " " in text and "  " not in text and text == text.strip()


def _folded(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _scalar_line(text: str) -> str:
    if _PLAIN.fullmatch(text) and not text.endswith((" ", ":")) and scalar(text) == text:
        return text
    if _PRINTABLE.search(text) is None and ("\\" in text or '"' in text) and "'" not in text:
        return f"'{text}'"
    return '"' + re.sub(r'["\\]|' + _PRINTABLE.pattern, _escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return _SHORT.get(char) or (
        f"\\u{ord(char):04x}" if ord(char) <= _SHORT_ESCAPE else f"\\U{ord(char):08x}"
    )
