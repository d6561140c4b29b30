"""A conversation as its page without scripts shows it: what templates draw, and what a tapped button stands for.

A button is named by where it is (`line.part.button`, of a card `line.part.card.button`), so that what it means is read from
what was stored, never from a form.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from frontdesk.core.message import (
    Attachment,
    Audio,
    Button,
    Buttons,
    Card,
    Cards,
    Image,
    Input,
    Part,
    Text,
    Video,
)
from frontdesk.web.chat_page.links import host_of, pieces, safe
from frontdesk.web.widget.lines import Line, State

MOST_BUTTONS, FACES = 3, 5


@dataclass(frozen=True, slots=True)
class Choice:
    """`href`: where it leads; else `tap` is what it is called in the form."""

    title: str
    href: str = ""
    tap: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A card. `host`: of its picture, where that is none of ours."""

    title: str
    subtitle: str
    image: str
    choices: tuple[Choice, ...]
    host: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part: `kind` is text, image, file or cards, and says which of the others count. `host`: of a picture, where that is none of ours."""

    kind: str
    pieces: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    quick: bool = False
    href: str = ""
    name: str = ""
    host: str = ""
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A line. `live`: nobody but the assistant spoke after it, so its buttons count. `last`: the next one is another's."""

    number: int
    by: str
    at: datetime
    parts: tuple[Drawn, ...]
    live: bool
    last: bool
    rates: bool = False
    who: str = ""


def drawn(lines: Sequence[Line], state: State, here: str, public_url: str = "") -> list[Said]:
    """`here`: host and port of this page; pictures of it and of the public address are shown, others are links."""
    own = {host_of(f"//{here}"), host_of(public_url)}
    found = []
    answered = max((line.n for line in lines if line.by != "ai"), default=0)
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        live = following is None or line.n > answered
        parts = tuple(
            each
            for at, part in enumerate(line.parts)
            if (each := _part(part, f"{line.n}.{at}", here, own, live=live)) is not None
        )
        rates = following is None and state.rate and any(len(part.choices) == FACES for part in parts)
        moment = datetime.fromtimestamp(line.at / 1000, UTC)
        last = following is None or (following.by, following.who) != (line.by, line.who)
        found.append(Said(line.n, line.by, moment, parts, live, last, rates, line.who))
    return found


def tapped(line: Line, path: str) -> Button | None:
    """The button of that name; None where there is none that says anything."""
    numbers = path.split(".")[1:]
    if not all(each.isascii() and each.isdecimal() and len(each) <= MOST_BUTTONS for each in numbers):
        return None
    where = [int(each) for each in numbers]
    part = line.parts[where[0]] if where and where[0] < len(line.parts) else None
    if isinstance(part, Buttons) and len(where) == 2:  # noqa: PLR2004  # part, button
        buttons: Sequence[Button] = part.buttons
    elif isinstance(part, Cards) and len(where) == 3 and where[1] < len(part.cards):  # noqa: PLR2004  # part, card, button
        buttons = part.cards[where[1]].buttons
    else:
        return None
    button = buttons[where[-1]] if where[-1] < len(buttons) else None
    return None if button is None or button.url else button


def _part(part: Part, where: str, here: str, own: Set[str], *, live: bool) -> Drawn | None:
    if isinstance(part, Text | Input | Buttons):
        return _text(part, where, here, live=live)
    match part:
        case Image(url, alt):
            href = safe(url, here)
            return Drawn("image", href=href, name=alt, host=_strange(href, own))
        case Attachment(url, name) | Audio(url, name) | Video(url, name):
            return Drawn("file", href=safe(url, here), name=name)
        case Cards(cards):
            tiles = (_tile(card, f"{where}.{at}", here, own) for at, card in enumerate(cards))
            return Drawn("cards", tiles=tuple(tiles))
        case _:
            return None


def _text(part: Text | Input | Buttons, where: str, here: str, *, live: bool) -> Drawn:
    found = Drawn("text", tuple(pieces(part.text, here)))
    if not isinstance(part, Input):
        told = tuple((each.title, safe(each.url, here)) for each in part.sources)
        found = replace(found, sources=told)
    if isinstance(part, Buttons) and (live or not part.quick):
        found = replace(found, choices=_choices(part.buttons, where, here), quick=part.quick)
    return found


def _choices(buttons: Sequence[Button], where: str, here: str) -> tuple[Choice, ...]:
    found = []
    for at, button in enumerate(buttons):
        href = safe(button.url, here)
        if not button.url or href:
            found.append(Choice(button.title, href, "" if href else f"{where}.{at}"))
    return tuple(found)


def _tile(card: Card, where: str, here: str, own: Set[str]) -> Tile:
    choices = _choices(card.buttons[:MOST_BUTTONS], where, here)
    image = safe(card.image, here)
    return Tile(card.title, card.subtitle, image, choices, _strange(image, own))


def _strange(address: str, own: Set[str]) -> str:
    """The host that a browser would ask for it, where that is none of ours."""
    host = host_of(address)
    return "" if host in own else host
