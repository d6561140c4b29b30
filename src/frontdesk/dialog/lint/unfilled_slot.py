"""Slots that nothing ever fills, so that whoever reads them finds nothing."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule


def _find(made: Made) -> Iterator[Finding]:
    code = [source.code for source in made.book.scripts.values()]
    asks_model = any(step.kind == "agent" for step in made.ways.steps.values())
    for name, slot in made.bot.slots.items():
        if name in made.book.filled or slot.entity or asks_model or any(name in text for text in code):
            continue
        yield Finding(
            made.declared("slots", name),
            f"Nothing fills the slot '{name}'.",
            f"Write slot: {name} at a question, or remove it.",
        )


RULE = Rule("unfilled slot", "a slot that no question, `set` or script fills", _find)
