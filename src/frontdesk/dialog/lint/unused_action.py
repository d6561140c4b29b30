"""Actions that no flow calls, and response variables that nothing reads."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule


def _find(made: Made) -> Iterator[Finding]:
    book = made.book
    called = {reference.name for reference in book.references if reference.kind == "action"}
    for name, node in book.actions.items():
        if name not in called:
            yield Finding(node, f"No flow calls the action '{name}'.", f"Write call: {name}, or remove it.")
    for name, (variable, node) in book.responses.items():
        if name in called and variable not in book.names.responses_read:
            yield Finding(
                node,
                f"Nothing reads the response variable '{variable}' of '{name}'.",
                f"Read it as {{$.api_{variable}.field}}, or remove it.",
            )


RULE = Rule("unused action", "an action that no flow calls, a response variable that nothing reads", _find)
