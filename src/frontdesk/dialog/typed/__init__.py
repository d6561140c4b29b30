"""The types of answers a question can ask for, one file each; they never import each other.

A file here, or an entry point of the group `frontdesk.answers`, gives a type under the name `ANSWER`.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from frontdesk.dialog.answer_types import AnswerType

GROUP = "frontdesk.answers"


def by_key(*types: AnswerType) -> Mapping[str, AnswerType]:
    """The types by the key that names them in a bot's files.

    Raises:
        ValueError: Two types have the same key.
    """
    found: dict[str, AnswerType] = {}
    for kind in types:
        if kind.key in found:
            raise ValueError(f"There are two types of answer called '{kind.key}'.")
        found[kind.key] = kind
    return MappingProxyType(found)


@cache
def installed() -> Mapping[str, AnswerType]:
    """Every type in this folder and every one that an installed package brings."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    own: list[AnswerType] = [importlib.import_module(f"{__name__}.{name}").ANSWER for name in names]
    brought: list[AnswerType] = [point.load() for point in entry_points(group=GROUP)]
    return by_key(*own, *brought)
