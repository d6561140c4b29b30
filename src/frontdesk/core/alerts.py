"""What is worth an alert, and when: the rules alone. Measured and told of by `insight.alerting`."""

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.permission import Role

AlertKind = Literal["keys", "requests", "backlog", "volume", "sign_ins", "disk"]
KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
"""Wrong keys, requests refused on their way out, deliveries that wait, messages an hour, failed sign-ins, free disk."""
BELOW: frozenset[AlertKind] = frozenset({"disk"})
"""Those of which too little is the trouble."""
LEAST_VOLUME = 24
"""Hours of a workspace's own past, before which nobody knows what is usual."""


class AlertSettings(BaseModel):
    """From which figure on each kind is raised; 0 switches it off. `roles`: whose people get mail."""

    model_config = ConfigDict(extra="forbid")

    keys: int = Field(
        default=20, ge=0, le=1_000_000, description="Wrong, expired or revoked keys within 15 minutes."
    )
    requests: int = Field(
        default=10, ge=0, le=1_000_000, description="Outgoing requests refused within 15 minutes."
    )
    backlog: int = Field(
        default=100, ge=0, le=1_000_000, description="Deliveries that are due for over 5 minutes."
    )
    volume: float = Field(
        default=5, ge=0, le=1_000, description="How many times the usual messages of an hour."
    )
    volume_least: int = Field(
        default=200,
        ge=1,
        le=1_000_000,
        description="Messages of an hour under which volume is never unusual.",
    )
    sign_ins: int = Field(default=10, ge=0, le=1_000_000, description="Failed sign-ins within 15 minutes.")
    disk: float = Field(default=10, ge=0, le=100, description="Per cent of the disk that are free.")
    roles: list[Role] = Field(
        default=["owner", "admin"], max_length=6, description="The roles of those who get mail."
    )

    def threshold(self, kind: AlertKind) -> float:
        """Look up a kind's figure.

        Returns:
            From which figure on one of this kind is raised; 0 for never.
        """
        return float(getattr(self, kind))


def times_usual(now: int, usual: float | None, least: int) -> float:
    """How unusual the messages of this hour are: times those of an hour as it usually is.

    Args:
        now: Messages of this hour so far.
        usual: The mean of the hours before; None while too few are known.
        least: Under so many nothing is unusual.

    Returns:
        1.0 for an hour as it usually is; 0.0 where nothing can be said.
    """
    if usual is None or now < least:
        return 0.0
    return now / max(usual, 1.0)


def raised(figures: Mapping[AlertKind, float], settings: AlertSettings) -> set[AlertKind]:
    """Judge what was measured.

    Returns:
        The kinds of which the figures say that something is wrong now.
    """
    return {kind for kind, figure in figures.items() if _is_wrong(kind, figure, settings.threshold(kind))}


def _is_wrong(kind: AlertKind, figure: float, threshold: float) -> bool:
    if not threshold:
        return False
    return figure < threshold if kind in BELOW else figure >= threshold
