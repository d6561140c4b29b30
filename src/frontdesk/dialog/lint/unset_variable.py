"""Variables that texts and conditions read although nothing ever sets them."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.problems import Place

_READ = re.compile(r"(?:\bvars\.|\$botContext\.)([A-Za-z_][A-Za-z0-9_-]*)", re.ASCII)


def _find(made: Made) -> Iterator[Finding]:
    code = [source.code for source in made.book.scripts.values()]
    # What is kept for a flow or a session under a slot's name is no variable, whoever sets it.
    apart = {name for name, slot in made.bot.slots.items() if slot.scope in {"flow", "session"}}
    unset = [
        name
        for name in sorted(made.book.names.vars)
        if name in apart or (name not in made.book.filled and not any(name in text for text in code))
    ]
    places = _places(made) if unset else {}
    for name in unset:
        yield Finding(
            places.get(name, Spot("bot.yaml", 1)),
            f"Nothing sets the variable '{name[:60]}', which is read here.",
            _fix(made, name),
        )


def _fix(made: Made, name: str) -> str:
    if name in made.bot.slots:
        return f"It is a slot: write slots.{name}."
    close = get_close_matches(name, made.book.filled - made.bot.slots.keys(), 1)
    return f"Did you mean '{close[0]}'?" if close else "Set it with set: or in a script, or leave it out."


def _places(made: Made) -> dict[str, Place]:
    """Name -> the first text that reads it."""
    found: dict[str, Place] = {}
    tops = (made.book.main, *made.book.flows.values(), *made.book.actions.values())
    left = [node for node in reversed(tops) if node is not None]
    while left:
        node = left.pop()
        if isinstance(node.value, dict):
            left += reversed(node.value.values())
        elif isinstance(node.value, list):
            left += reversed(node.value)
        else:
            for name in _READ.findall(node.raw):
                found.setdefault(name, node)
    return found


RULE = Rule("unset variable", "a variable that a text or condition reads and that nothing sets", _find)
