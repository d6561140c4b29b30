"""What authors are told of intents with few examples: by whoever checks a bot, and whoever trains its model."""

from collections.abc import Sequence

FEW = 5
"""Below this many examples an intent is understood noticeably worse."""
_MOST_NAMED = 20


def one_example(names: Sequence[str]) -> tuple[str, str]:
    """The warning of intents with one example each.

    Args:
        names: Theirs, at least one.

    Returns:
        What it means, and what to do about it: two sentences.
    """
    whose, them = ("this intent is", "it") if len(names) == 1 else ("these intents are", "each")
    return (
        f"With one example only, {whose} mostly not understood: {named(names)}.",
        f"Give {them} {FEW} or more, worded differently.",
    )


def named(names: Sequence[str]) -> str:
    """Names in a sentence.

    Args:
        names: Any number.

    Returns:
        The first 20, and how many there are more.
    """
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
