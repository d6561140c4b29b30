"""Cross-checks of a bot that has been read: names that lead nowhere, and the rules of the linter."""

from collections.abc import Mapping

from frontdesk.dialog.book import Book, Reference
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.lint import installed
from frontdesk.dialog.linting import Made
from frontdesk.dialog.problems import Problems, listed


def check_names(bot: Bot, book: Book) -> None:
    """Add names that lead nowhere to the book's problems."""
    for reference in book.references:
        name = reference.name.partition("/")[0]
        kind = "flow" if reference.kind == "target" else reference.kind
        # Where its file cannot be read, that is what is wrong.
        if f"{kind}s/{name}.yaml" not in book.unread:
            _look_up(reference, bot, book.problems)


def lint(bot: Bot, book: Book) -> None:
    """Add what looks wrong to the book's problems."""
    made = Made(bot, book)
    for rule in installed():
        for found in rule.find(made):
            book.problems.warn(found.place, found.message, found.fix)


def _look_up(reference: Reference, bot: Bot, problems: Problems) -> None:
    if reference.kind == "target":
        _target(reference, bot, problems)
        return
    known = _known(reference.kind, bot)
    if reference.name not in known:
        problems.error(
            reference.node,
            f"There is no {reference.kind} '{reference.name}'.",
            f"Known: {listed(known)}.",
        )


def _known(kind: str, bot: Bot) -> Mapping[str, object]:
    match kind:
        case "flow":
            return bot.flows
        case "action":
            return bot.actions
        case _:
            return bot.intents


def _target(reference: Reference, bot: Bot, problems: Problems) -> None:
    flow, slash, step = reference.name.partition("/")
    here = bot.flows.get(reference.flow)
    if slash:
        there = bot.flows.get(flow)
        if there is None or step not in there.steps:
            problems.error(
                reference.node, f"There is no step '{step}' in a flow '{flow}'.", "Write flow/step."
            )
    elif here is not None and flow not in here.steps and flow not in bot.flows:
        steps = listed((name for name in here.steps if "#" not in name), "none with an id")
        fix = f"Steps here: {steps}. Flows: {listed(bot.flows)}."
        problems.error(
            reference.node, f"There is no step '{flow}' in this flow, and no flow of that name.", fix
        )
