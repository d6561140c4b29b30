"""Groups of commands that know by their table what there is, and load the one that is called."""

import importlib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, cast

import typer
from typer.core import TyperGroup

from frontdesk.app.commands.table import Command, Group

if TYPE_CHECKING:
    from typer._click import Command as Built
    from typer._click import Context, HelpFormatter, Parameter


class LateGroup(TyperGroup):
    """Without arguments it shows its help."""

    def __init__(self, name: str, about: Group, params: "list[Parameter] | None" = None) -> None:
        super().__init__(
            name=name, help=about.help, params=params, no_args_is_help=True, rich_markup_mode=None
        )
        self.about = about
        self.commands = cast("MutableMapping[str, Built]", _Commands(about.commands))  # nothing writes to it

    def format_commands(self, _: "Context", formatter: "HelpFormatter") -> None:
        """In full: left to itself, it would load every command and cut its help at the width of the screen."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, " ".join(each.help.split())) for name, each in self.about.commands.items()]
            )


class _Commands(Mapping[str, "Built"]):
    """Those of a table, each made when it is first looked up."""

    def __init__(self, table: Mapping[str, Command | Group]) -> None:
        self._table = table
        self._made: dict[str, Built] = {}

    def __getitem__(self, name: str) -> "Built":
        if name not in self._made:
            self._made[name] = _made(name, self._table[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def _made(name: str, entry: Command | Group) -> "Built":
    if isinstance(entry, Group):
        return LateGroup(name, entry)
    module, _, function = entry.place.partition(":")
    return built(name, getattr(importlib.import_module(f"{__package__}.{module}"), function), entry.help)


def built(name: str, function: Callable[..., None], about: str) -> "Built":
    """A command out of a function, whose parameters are its arguments and options."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, help=about)(function)
    return typer.main.get_command(alone)
