"""Models that draw: one plug-in a vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from frontdesk.ports.chat_model import Failed, Usage

Size = Literal["square", "portrait", "landscape"]


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What to draw."""

    model: str
    prompt: str = field(repr=False)
    size: Size = "square"
    timeout_s: float = 120.0
    max_bytes: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, its type told by its first bytes. `usage` is None where the service does not count tokens for it."""

    data: bytes = field(repr=False)
    content_type: Literal["image/png", "image/jpeg", "image/webp"]
    usage: Usage | None = None


class ImageModel(Protocol):
    """Has one vendor's models draw."""

    async def draw(self, settings: Mapping[str, object], request: ImageRequest) -> Drawn | Failed:
        """Ask for one picture, once.

        Args:
            settings: The service's settings, secrets revealed.
            request: What to draw.

        Returns:
            The picture, or what went wrong.
        """
        ...
