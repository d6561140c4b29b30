"""Holds what an endpoint makes or switches on to the plan of the asking workspace."""

from frontdesk.store import plans
from frontdesk.web.typed import Ask


async def in_plan(ask: Ask, switch: str) -> None:
    """Refuse what the plan does not have: `webhooks`, or a type of connection."""
    await plans.hold_to(ask.workspace, ask.tx, switch, least=ask.program.plan_switches.get(switch))
