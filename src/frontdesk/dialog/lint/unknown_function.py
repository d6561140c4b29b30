"""Scripts that call functions which `botContext` does not have here, so that they fail there when they run."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from frontdesk.dialog.bot_context import AVAILABLE, REFUSED
from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.scripts import in_file

_CALL = re.compile(r"\bbotContext[ \t]{0,5}\.[ \t]{0,5}([A-Za-z_$][\w$]{0,60})[ \t]{0,5}\(", re.ASCII)


def _find(made: Made) -> Iterator[Finding]:
    for source in made.book.scripts.values():
        if "botContext" not in source.code:
            continue
        for number, line in enumerate(source.code.split("\n"), start=1):
            # What follows `//` is a comment, or the rest of an address in quotes, where no call stands.
            for name in dict.fromkeys(_CALL.findall(line.partition("//")[0])):
                if name not in AVAILABLE:
                    yield Finding(
                        Spot(*in_file(source, number)),
                        f"Scripts have no function botContext.{name} here.",
                        _fix(name),
                    )


def _fix(name: str) -> str:
    close = [] if name in REFUSED else get_close_matches(name, AVAILABLE, 1)
    if close:
        return f"Did you mean '{close[0]}'?"
    return "Write that part another way: with steps, actions or slots."


RULE = Rule("unknown function", "a call of a `botContext` function that there is not", _find)
