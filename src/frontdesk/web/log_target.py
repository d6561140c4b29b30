"""What of a request's address may stand in a log line: what the program itself says, and nothing that people wrote.

Senders, names of customers and what is searched for stand in addresses too. So a part of the path or a value of the query
is shown where it is an id of ours, a number or a yes; an address at which nothing is, is not shown at all.
"""

import re
from collections.abc import Mapping

_OURS = re.compile(r"[a-z]{2,5}_[0-9a-z]{26}|\d{1,6}|true|false", re.ASCII)
_NAME = re.compile(r"[a-z_]{1,40}", re.ASCII)
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}", re.ASCII)
HIDDEN = "[redacted]"


def target(path: str, parameters: Mapping[str, object], query: str) -> str:
    """`path` is the declared one, with its parameters' names; empty where nothing is at the address."""
    shown = _PARAMETER.sub(lambda found: _shown(str(parameters.get(found[1], ""))), path)
    return shown + (f"?{'&'.join(map(_pair, query.split('&')))}" if query and path else "")


def _shown(value: str) -> str:
    return value if _OURS.fullmatch(value) else HIDDEN


def _pair(pair: str) -> str:
    name, mark, value = pair.partition("=")
    return (name if _NAME.fullmatch(name) else HIDDEN) + (mark and f"={_shown(value)}")
