"""Slots: where values of each scope are kept, and for how long.

A flow's own slots belong to that run of the flow; a flow it runs (`run`) can read them, an interrupting one not.
"""

from collections.abc import Iterator, Mapping

from frontdesk.dialog.bot import Bot
from frontdesk.dialog.bot_parts import Slot
from frontdesk.dialog.state import MAX_NAMES, Frame, State, bounded, copy_state

SCOPES = ("turn", "flow", "session", "contact")


def read_slot(state: State, slot: Slot) -> object:
    """The slot's value, or None."""
    match slot.scope:
        case "flow":
            return next(
                (frame.slots[slot.name] for frame in running(state) if slot.name in frame.slots), None
            )
        case "session":
            return state.session.get(slot.name)
        case "contact":
            return state.contact.get(slot.name)
        case "turn":
            return state.moment.vars.get(slot.name)


def write_slot(state: State, slot: Slot, value: object) -> bool:
    """Fill the slot, or empty it with None; False when there is no room for it."""
    match slot.scope:
        case "flow":
            return bool(state.stack) and keep(state.stack[-1].slots, slot.name, value)
        case "session":
            return keep(state.session, slot.name, value)
        case "contact":
            return keep(state.contact, slot.name, value)
        case "turn":
            return keep(state.moment.vars, slot.name, value)


def set_slots(bot: Bot, state: State, values: Mapping[str, object]) -> State:
    """The state with slots filled from outside a turn; None empties one, names that the bot has not are left out.

    A slot of scope `flow` belongs to the flow under way; without one there is nowhere to keep it.
    """
    state = copy_state(state)
    for name, value in values.items():
        slot = bot.slots.get(name)
        if slot is not None:
            write_slot(state, slot, value)
    return state


def keep(values: dict[str, object], name: str, value: object) -> bool:
    """Remember one value within the bounds of a state; False when there is no room for another name."""
    if value is None:
        values.pop(name, None)
    elif name in values or len(values) < MAX_NAMES:
        values[name] = bounded(value)
    else:
        return False
    return True


def running(state: State) -> Iterator[Frame]:
    """The flow at work and the ones that ran it, nearest first."""
    for depth, frame in enumerate(reversed(state.stack)):
        if depth and frame.mode != "back":
            return
        yield frame
