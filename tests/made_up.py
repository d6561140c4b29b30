"""How many examples a property is tried on: some of them in `make test`, all of them in `make drills`."""

import os
from typing import Any

from hypothesis import settings

EVERY = "EXAMPLES"
"""Set to `all`, it has every example tried."""
_SHARE = 4
_LEAST = 25


def examples(many: int, **more: Any) -> settings:
    """`many` is the whole number, of which the common run makes up a part; `more` are hypothesis' own settings."""
    if os.environ.get(EVERY) != "all":
        many = min(many, max(_LEAST, many // _SHARE))
    return settings(max_examples=many, deadline=None, **more)
