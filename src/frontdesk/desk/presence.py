"""Who of a team is there, and how many conversations each of them takes. Called by `dispatching` alone."""

from collections.abc import Iterable, Mapping

from frontdesk.desk.doing import Doing
from frontdesk.store import presence


async def capacities(doing: Doing, accounts: Iterable[str], usual: int) -> Mapping[str, int]:
    """Those of these accounts that are online, with the most conversations that each takes: their own limit or `usual`."""
    now = doing.line.clock.now()
    found = await presence.people(doing.workspace, doing.tx, now, list(accounts))
    return {one.id: usual if one.capacity is None else one.capacity for one in found if one.state == "online"}


async def were_here(doing: Doing, accounts: Iterable[str], within_s: float) -> bool:
    """Whether an inbox of one of them was open within that time, and they did not say that they are away."""
    return await presence.were_here(
        doing.workspace, doing.tx, doing.line.clock.now(), list(accounts), within_s
    )
