"""The step types of a bot, one file each; they never import each other.

A file here, or an entry point of the group `frontdesk.steps`, gives a step type under the name `STEP`.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points

from frontdesk.dialog.reading import StepType

GROUP = "frontdesk.steps"


class StepTypes(Mapping[str, StepType]):
    """Step types by the key that names them in a bot's files."""

    def __init__(self, types: Mapping[str, StepType]) -> None:
        self._types = dict(types)

    def __getitem__(self, key: str) -> StepType:
        return self._types[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def adding(self, *types: StepType) -> "StepTypes":
        """These types and further ones.

        Raises:
            ValueError: Two types have the same key.
        """
        together = dict(self._types)
        for kind in types:
            if kind.key in together:
                raise ValueError(f"There are two step types '{kind.key}'.")
            together[kind.key] = kind
        return StepTypes(together)


@cache
def installed() -> StepTypes:
    """Every step type in this folder and every one that an installed package brings."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    own: list[StepType] = [importlib.import_module(f"{__name__}.{name}").STEP for name in names]
    brought: list[StepType] = [point.load() for point in entry_points(group=GROUP)]
    return StepTypes({}).adding(*own, *brought)
