"""A secret as it is typed: never out of the command line, which other processes and the shell's history show."""

import sys

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.core.redacted import Redacted

MOST_BYTES = 65_536


def asked(what: str, *, may_be_empty: bool = False) -> Redacted:
    """The value, asked for, or read from the standard input when that is no terminal.

    Raises:
        CannotStart: It cannot be one.
    """
    if sys.stdin.isatty():
        default = "" if may_be_empty else None
        return _usable(
            typer.prompt(what, hide_input=True, default=default, show_default=False),
            may_be_empty=may_be_empty,
        )
    raw = sys.stdin.buffer.read(MOST_BYTES + 2)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise CannotStart("The value is not UTF-8 text.") from None
    return _usable(text.removesuffix("\n").removesuffix("\r"), may_be_empty=may_be_empty)


def _usable(text: str, *, may_be_empty: bool) -> Redacted:
    if not text and not may_be_empty:
        raise CannotStart("The value is empty: nothing was set.")
    if len(text.encode()) > MOST_BYTES:
        raise CannotStart(f"The value is longer than {MOST_BYTES:,} bytes: nothing was set.")
    if not text.isprintable():
        raise CannotStart(
            "The value has line breaks or control characters, which no header can carry: nothing was set."
        )
    return Redacted(text)
