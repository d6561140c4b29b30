"""Texts given by language that lack one of the bot's languages."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule
from frontdesk.dialog.templates import Localised


def _find(made: Made) -> Iterator[Finding]:
    for shown in made.book.shown:
        if isinstance(shown.template, Localised):
            missing = [name for name in made.bot.languages if name not in shown.template.by_language]
            if missing:
                yield Finding(
                    shown.node,
                    f"{shown.what} has no text in {', '.join(missing)}.",
                    f"Add {missing[0]}: and the text.",
                )


RULE = Rule("missing translation", "a text by language that lacks one of the bot's languages", _find)
