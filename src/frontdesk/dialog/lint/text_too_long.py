"""Texts, buttons and cards that are longer than a channel shows."""

from collections.abc import Iterator

from frontdesk.dialog.book import Shown
from frontdesk.dialog.linting import Finding, Made, Rule
from frontdesk.dialog.templates import Localised

_TEXTS = frozenset(
    {"'say'", "'ask'", "'text'", "'reprompt'", "'message'", "'comment'", "'rate'", "A variant"}
)
_OTHERS = {
    ("A button", "'title'"): "button",
    ("A card", "'title'"): "card_title",
    ("A card", "'subtitle'"): "card_subtitle",
    ("A choice", "'label'"): "button",
}


def _find(made: Made) -> Iterator[Finding]:
    for shown in made.book.shown:
        kind = _kind(shown)
        if not kind or isinstance(shown.template, Localised):
            continue
        size = sum(len(piece) for piece in shown.template.pieces if isinstance(piece, str))
        limits = ((getattr(limits, kind), name) for name, limits in made.book.limits.items())
        most, channel = min((found for found in limits if found[0]), default=(0, ""))
        if 0 < most < size:
            yield Finding(
                shown.node,
                f"This text has {size:,} characters; {channel} shows {most:,}.",
                "Write less, or split it." if kind == "text" else "Write less.",
            )


def _kind(shown: Shown) -> str:
    if shown.what in {"A button", "A choice"}:
        return "button"
    return "text" if shown.what in _TEXTS else _OTHERS.get((shown.of, shown.what), "")


RULE = Rule(
    "text over a channel's limit", "a text, button or card that is longer than a channel shows", _find
)
