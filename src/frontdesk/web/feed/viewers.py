"""Who looks at which conversation, and who types there, as far as this process has heard; nothing of it is stored."""

import time
from dataclasses import dataclass, field

from frontdesk.store.words import VIEWING_S, At

TYPING_S, TYPES_ON_S = 6.0, 3.0
"""For how long a word that somebody types is true; and when one that comes later than the one told is told again."""
KEPT_S = 2 * VIEWING_S
"""So that a word that was overtaken by the next one brings nobody back."""
MOST = 5_000
"""People in conversations, of one workspace."""


@dataclass(slots=True)
class _Seen:
    stamp: int
    heard_at: float
    viewing_until: float
    typing_until: float


@dataclass(slots=True)
class Viewers:
    """Of one workspace. `heard` takes a word in; `news` says where something is different since it was last asked."""

    _seen: dict[tuple[str, str], _Seen] = field(default_factory=dict)
    _told_viewers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _told_typing: dict[tuple[str, str], float] = field(default_factory=dict)

    def heard(self, at: At) -> None:
        place, now = (at.conversation_id, at.account_id), time.monotonic()
        known = self._seen.get(place)
        if (known is not None and known.stamp >= at.stamp) or (known is None and len(self._seen) >= MOST):
            return
        self._seen[place] = _Seen(
            at.stamp, now, now + VIEWING_S if at.viewing else 0, now + TYPING_S if at.typing else 0
        )

    def viewing(self) -> dict[str, tuple[str, ...]]:
        """The conversations that somebody looks at, and who does."""
        now, found = time.monotonic(), dict[str, list[str]]()
        for (conversation, account), seen in self._seen.items():
            if seen.viewing_until > now:
                found.setdefault(conversation, []).append(account)
        return {conversation: tuple(sorted(accounts)) for conversation, accounts in found.items()}

    def news(self) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str, bool]]]:
        """Conversations with other viewers than before; and who types (True) or ceased to type where."""
        now = time.monotonic()
        viewing = self.viewing()
        changed = {
            conversation: viewing.get(conversation, ())
            for conversation in {*viewing, *self._told_viewers}
            if viewing.get(conversation, ()) != self._told_viewers.get(conversation, ())
        }
        typing = {place: seen.heard_at for place, seen in self._seen.items() if seen.typing_until > now}
        told = self._told_typing
        types = {place for place, at in typing.items() if at >= told.get(place, -TYPES_ON_S) + TYPES_ON_S}
        ceased = told.keys() - typing.keys()
        self._told_viewers = viewing
        self._told_typing = {place: at if place in types else told[place] for place, at in typing.items()}
        for place in [place for place, seen in self._seen.items() if seen.heard_at + KEPT_S < now]:
            del self._seen[place]
        return changed, [
            *((*place, True) for place in sorted(types)),
            *((*place, False) for place in sorted(ceased)),
        ]
