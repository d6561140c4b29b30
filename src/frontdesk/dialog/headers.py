"""Which headers a request of an action may set. Used where bots are read, and where exports become bots."""

import re

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}", re.ASCII)
_SET_BY_THE_CALL = frozenset({"host", "content-length", "transfer-encoding", "connection"})


def can_be_sent(name: str) -> bool:
    """Whether it is the name of a header, and of one that the call does not set by itself."""
    return _NAME.fullmatch(name) is not None and name.lower() not in _SET_BY_THE_CALL
