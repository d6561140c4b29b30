"""What a workspace may use by its plan: switches and quotas. A plan differs from its default by what was set otherwise.

A switch is a part of the program (`OWN`) or a plug-in that is connected, each with the least plan that has it by default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from frontdesk.core.errors import Refused

PlanName = Literal["everything", "basic", "standard", "premium"]

EVERYTHING: Final = "everything"
"""The plan of a workspace that was given none: no switch is off, and nothing is counted."""
EDITED: tuple[PlanName, ...] = ("basic", "standard", "premium")
"""The plans that an installation's owner edits and gives, the smallest first."""

OWN: dict[str, PlanName] = {"webhooks": "standard"}
"""Switches that are not a plug-in's -> the least plan that has it by default."""

QUOTAS: dict[str, str] = {
    "requests_a_minute": "Requests that each key of the API may make in a minute.",
    "articles": "Articles of the knowledge base, those in the bin not counted.",
    "accounts": "People with an account that is not disabled.",
    "assistants": "Assistants, those in the bin not counted.",
    "ai_services": "AI services, those switched off counted too.",
}
"""Everything that is counted, and what it counts."""

LIFTED: Final = (
    "The owner of this installation can give the workspace another plan, or change what the plan has."
)
"""How a limit is lifted, as everybody who meets one is told."""

_SPOKEN = {"ai_services": "AI services"}
_QUOTAS: dict[str, dict[str, int]] = {
    "basic": {"requests_a_minute": 60},
    "standard": {"requests_a_minute": 600},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it is in this installation.

    Attributes:
        switches: Those that were set, on or off; any other is as the program has it.
        quotas: Those that were set; None is without a limit.
    """

    name: str = EVERYTHING
    switches: Mapping[str, bool] = field(default_factory=dict)
    quotas: Mapping[str, int | None] = field(default_factory=dict)

    def has(self, switch: str, least: str) -> bool:
        """Ask for a switch.

        Args:
            switch: One of `OWN`, or a plug-in's kind.
            least: The least plan that has it by default.

        Returns:
            Whether this plan has it.
        """
        if self.name == EVERYTHING:
            return True
        chosen = self.switches.get(switch)
        return _rank(self.name) >= _rank(least) if chosen is None else chosen

    def most(self, quota: str) -> int | None:
        """Ask for a quota.

        Args:
            quota: One of `QUOTAS`.

        Returns:
            The most that there may be, None without a limit.
        """
        if self.name == EVERYTHING:
            return None
        if quota in self.quotas:
            return self.quotas[quota]
        return _QUOTAS.get(self.name, {}).get(quota)


def refuse_without(plan: Plan, switch: str, least: str) -> None:
    """Hold a workspace to a switch.

    Args:
        plan: The workspace's.
        switch: One of `OWN`, or a plug-in's kind.
        least: The least plan that has it by default.

    Raises:
        Refused: With code `plan_limit`: the plan does not have it.
    """
    if not plan.has(switch, least):
        raise Refused("plan_limit", lacking(plan.name, switch), details={"plan": plan.name, "limit": switch})


def lacking(plan: str, switch: str) -> str:
    """Say that a plan is without something.

    Args:
        plan: Its name.
        switch: One of `OWN`, or a plug-in's kind.

    Returns:
        Two sentences in English: what is not there, and how the limit is lifted.
    """
    what = "webhooks" if switch == "webhooks" else f"connections of the type {switch}"
    return f"The plan {plan} has no {what}. {LIFTED}"


def refuse_beyond(plan: Plan, quota: str, used: int, adding: int) -> None:
    """Hold a workspace to a quota.

    Args:
        plan: The workspace's.
        quota: One of `QUOTAS`.
        used: How many there are.
        adding: How many are wanted besides.

    Raises:
        Refused: With code `plan_limit`: there would be more than the plan has.
    """
    most = plan.most(quota)
    if most is not None and adding > 0 and used + adding > most:
        spoken = _SPOKEN.get(quota, quota)
        what = spoken.removesuffix("s") if most == 1 else spoken
        there = "1 is" if used == 1 else f"{used} are"
        raise Refused(
            "plan_limit",
            f"The plan {plan.name} has {most} {what}, and {there} there. {LIFTED}",
            details={"plan": plan.name, "limit": quota, "most": most, "used": used},
        )


def _rank(name: str) -> int:
    return ("basic", "standard", "premium").index(name)
