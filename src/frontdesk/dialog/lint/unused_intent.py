"""Intents that start no flow and that no rule waits for."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule


def _find(made: Made) -> Iterator[Finding]:
    for name in made.bot.intents:
        if name not in made.bot.known_intents:
            yield Finding(
                made.declared("intents", name),
                f"Nothing listens for the intent '{name}'.",
                f"Write intent: {name} in a trigger or a rule, or remove it.",
            )


RULE = Rule("unused intent", "an intent that starts no flow and that no rule waits for", _find)
