"""Holds what an endpoint makes or switches on to the plan of the asking workspace; has others brought to theirs."""

from collections.abc import Collection
from functools import partial

from frontdesk.access.plans import wake
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import plans
from frontdesk.web.typed import Ask


async def in_plan(ask: Ask, switch: str) -> None:
    """Refuse what the plan does not have: `webhooks`, or a type of connection."""
    await plans.hold_to(ask.workspace, ask.tx, switch, least=ask.program.plan_switches.get(switch))


async def settle(ask: Ask, concerned: Collection[WorkspaceId]) -> None:
    """Switch off in these workspaces what their plan does not have, and on what it has again, after the commit."""
    await wake(ask.tx, concerned)
    if ask.program.at_work is not None:
        hints = ask.program.at_work[0].hints
        ask.after.append(partial(hints.touch, ask.workspace, jobs=True))
