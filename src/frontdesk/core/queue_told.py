"""What the customer of a queued conversation was told of their wait, and what they see of it: one number, `queue_told`.

 0                  nothing yet
 n                  place n, which they see
-1 - n              that nobody is there, which they see; place n before that, 0 for none
-16384 - n          the same, but somebody is there again: they see place n again

Only a better place is news, and nobody being there is once between two places: all else changes what is seen, without a word.
Called by `desk`, `store` and `web/widget`.
"""

AWAY, BACK = -1, -16384
MOST_TOLD = 32767
"""The farthest place that is kept."""
_MOST_KEPT = AWAY - BACK - 1


def place_told(told: int) -> int:
    """What they were told last of where they stand.

    Returns:
        The place; 0 for none.
    """
    if told >= 0:
        return told
    return (BACK if told <= BACK else AWAY) - told


def is_away(told: int) -> bool:
    """What stands at the top of their window.

    Returns:
        Whether it is that nobody is there.
    """
    return BACK < told < 0


def away(told: int) -> int:
    """They see that nobody is there.

    Returns:
        The number that says so.
    """
    return AWAY - min(place_told(told), _MOST_KEPT)


def back(told: int) -> int:
    """They see their place again, after nobody was there.

    Returns:
        The number that says so.
    """
    return BACK - min(place_told(told), _MOST_KEPT)
