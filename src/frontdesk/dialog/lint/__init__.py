"""The rules of the linter, one file each; they never import each other.

A file here gives a rule under the name `RULE`; there is no other list of them.
"""

import importlib
import pkgutil
from functools import cache

from frontdesk.dialog.linting import Rule


@cache
def installed() -> tuple[Rule, ...]:
    """Every rule of this folder, in the order of their names."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").RULE for name in names)
