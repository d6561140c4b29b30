"""What is about every assistant at once, and so not for a key that is limited to some of them."""

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused


def refuse_limited(actor: Actor, why: str) -> None:
    """Keep out whoever reaches some assistants only.

    Args:
        actor: Who asks.
        why: What they asked for and why it is not theirs: a sentence.

    Raises:
        Refused: They are limited.
    """
    if actor.assistant_ids:
        raise Refused("forbidden", why)
