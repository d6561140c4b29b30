"""The nine menus of the panel and the pages below them: which there are, who may open them, what keys lead there.

A page says which menu it belongs to when it is declared; a menu without a page that its reader may open is not shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Bug

HOME = "/panel"
MOST_BELOW = 16


@dataclass(frozen=True, slots=True)
class Menu:
    """One of the nine. `key`: pressed after G. `on_bar`: stands in the bar of phones."""

    id: str
    icon: str
    key: str
    on_bar: bool = False

    @property
    def path(self) -> str:
        return f"{HOME}/{self.id}"


MENUS = (
    Menu("chats", "message-circle", "c", on_bar=True),
    Menu("contacts", "address-book", "o", on_bar=True),
    Menu("channels", "broadcast", "h"),
    Menu("ai", "sparkles", "a", on_bar=True),
    Menu("knowledge", "book-2", "k"),
    Menu("integrations", "puzzle", "i"),
    Menu("tasks", "route", "t"),
    Menu("analytics", "chart-bar", "y", on_bar=True),
    Menu("settings", "settings", "s"),
)
ALIASES = {"integration": "integrations"}
"""Names of menus in addresses that were given out under another name."""


@dataclass(frozen=True, slots=True)
class Below:
    """A page that stands indented under its menu; `entry` names its text, `t.nav.below.ENTRY`."""

    menu: str
    entry: str
    path: str
    permission: str
    rank: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu as one reader sees it."""

    menu: Menu
    path: str
    current: bool
    below: tuple[Below, ...]


_first: dict[str, str] = {}
_below: list[Below] = []


def declare(menu: str, path: str, permission: str, *, entry: str = "", rank: int = 0) -> None:
    """A page of a menu: its first one, or with `entry` one of those below."""
    if all(menu != one.id for one in MENUS):
        raise Bug(f"{path}: there is no menu {menu!r}")
    if entry:
        _below.append(Below(menu, entry, path, permission, rank))
    if path == f"{HOME}/{menu}":
        _first[menu] = permission


def entries(actor: Actor, current: str) -> Iterator[Entry]:
    """What `actor` may open, in the order of the nine."""
    for menu in MENUS:
        below = tuple(_permitted(actor, menu.id))
        own = menu.id in _first and actor.may(_first[menu.id])
        if own or below:
            path = menu.path if own else below[0].path
            yield Entry(menu, path, menu.id == current, below[:MOST_BELOW])


def _permitted(actor: Actor, menu: str) -> list[Below]:
    found = [one for one in _below if one.menu == menu and actor.may(one.permission)]
    return sorted(found, key=lambda one: one.rank)


def path_of(actor: Actor, wanted: str) -> str | None:
    """Where the menu called `wanted` begins for `actor`; of no name the first that there is."""
    name = ALIASES.get(wanted, wanted)
    return next((one.path for one in entries(actor, "") if not name or one.menu.id == name), None)


def nearest(actor: Actor, path: str) -> Entry | None:
    """The menu above `path`, else the first one: where somebody goes on who may not open the page or finds none."""
    found = list(entries(actor, ""))
    above = (one for one in found if f"{path}/".startswith(f"{one.menu.path}/") and path != one.path)
    return next(above, found[0] if found else None)
