"""A style sheet without the rules that nobody uses. Called by `vendored`; knows no project.

A rule stays when every class of its selector is wanted; of custom properties those stay that what stays reads.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

_CLASS = re.compile(r"\.((?:[A-Za-z_-]|\\.)(?:[\w-]|\\.)*)")
_READS = re.compile(r"var\(\s*(--[\w-]+)")
_DROPPED = ("@charset", "@property", "@media print")


@dataclass
class Rule:
    """`head{body}`; of an at-rule that holds rules, `inside` instead of `body`."""

    head: str
    body: str = ""
    inside: list["Rule"] | None = None


def trimmed(css: str, wanted: Set[str], read_elsewhere: str = "") -> str:
    """`css` for pages with the classes `wanted`; `read_elsewhere` is the style sheet that stands on top of it."""
    rules = list(_kept(_parsed(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)), wanted))
    needed = _needed(rules, set(_READS.findall(read_elsewhere)))
    return "\n".join(filter(None, (_written(rule, needed) for rule in rules))) + "\n"


def _parsed(css: str) -> Iterator[Rule]:
    start, at = 0, 0
    while at < len(css):
        if css[at] == ";":
            start = at + 1
        elif css[at] == "{":
            head, end = css[start:at].strip(), _closing(css, at)
            body = css[at + 1 : end]
            holds = head.startswith(("@media", "@supports", "@keyframes"))
            yield Rule(head, inside=list(_parsed(body))) if holds else Rule(head, body)
            start, at = end + 1, end
        at += 1


def _closing(css: str, opening: int) -> int:
    depth, quote = 0, ""
    for at in range(opening, len(css)):
        letter = css[at]
        if quote:
            quote = "" if letter == quote and css[at - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                return at
    raise ValueError("a brace is not closed")


def _kept(rules: Iterator[Rule] | list[Rule], wanted: Set[str]) -> Iterator[Rule]:
    for rule in rules:
        if rule.head.startswith(_DROPPED):
            continue
        if rule.head.startswith("@keyframes"):
            yield rule
        elif rule.inside is not None:
            inside = list(_kept(rule.inside, wanted))
            if inside:
                yield Rule(rule.head, inside=inside)
        elif selectors := [one for one in _split(rule.head, ",") if _is_wanted(one, wanted)]:
            yield Rule(",".join(selectors), rule.body)


def _is_wanted(selector: str, wanted: Set[str]) -> bool:
    return "#" not in selector and wanted >= set(_CLASS.findall(selector))


def _split(text: str, mark: str) -> list[str]:
    """At `mark`, but not inside parentheses or quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == mark and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [part for part in [*parts, text[start:].strip()] if part]


def _every(rules: list[Rule]) -> Iterator[Rule]:
    for rule in rules:
        if rule.inside is None:
            yield rule
        else:
            yield from _every(rule.inside)


def _needed(rules: list[Rule], read: set[str]) -> set[str]:
    """Names of custom properties and of animations that are read, directly or by one that is."""
    values: dict[str, set[str]] = {}
    for rule in _every(rules):
        for line in _split(rule.body, ";"):
            name, _, value = line.partition(":")
            reads = set(_READS.findall(value))
            if name.startswith("--"):
                values.setdefault(name, set()).update(reads)
            else:
                read |= reads
                if name.startswith("animation"):
                    read |= set(value.split())
    todo = list(read)
    while todo:
        new = values.get(todo.pop(), set()) - read
        read |= new
        todo += new
    return read


def _written(rule: Rule, needed: set[str]) -> str:
    if rule.head.startswith("@keyframes") and rule.head.split()[1] not in needed:
        return ""
    if rule.inside is not None:
        inside = "\n".join(filter(None, (_written(one, needed) for one in rule.inside)))
        return f"{rule.head}{{\n{inside}\n}}" if inside else ""
    lines = [
        line
        for line in _split(rule.body, ";")
        if not line.startswith("--") or line.partition(":")[0] in needed
    ]
    return f"{rule.head}{{{';'.join(lines)}}}" if lines else ""
