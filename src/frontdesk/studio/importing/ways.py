"""Where a message goes on: links and jumps by id become names of steps and flows."""

from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.work import Spot, Step, Work

NEXT = "next"
END = "end"
_NEXT_WORDS = frozenset({"next", "", "next_interaction"})
_END_WORDS = frozenset({"none", "end", "stop", "end_interaction"})
_AGAIN_WORDS = frozenset({"repeat", "repeat_interaction", "self"})
_CLOSE_WORDS = frozenset({"close_conversation", "close_dialog", "closeconversation", "closedialog"})


class Ways:
    """The ways on from one message."""

    def __init__(self, work: Work, message: Part, where: str) -> None:
        self._work = work
        self._id = message.text("id")
        self._where = where
        self._flow = work.spots[self._id].flow

    def to(self, target: str, *, dialog: bool = False) -> str:
        """`next`, `end`, or the name of a step or flow."""
        word = target.strip().lower()
        if dialog and target in self._work.flows:
            return self._work.flows[target]
        if word in _NEXT_WORDS or word in _END_WORDS:
            return NEXT if word in _NEXT_WORDS else END
        if word in _AGAIN_WORDS:
            return self._name(self._work.spots[self._id])
        if target in self._work.spots:
            return self._name(self._work.spots[target])
        return self._work.flows.get(target) or self._elsewhere(target, word)

    def _elsewhere(self, target: str, word: str) -> str:
        if word in _CLOSE_WORDS:
            self._work.closes = True
            return self._work.closing
        self._work.report.add(
            self._where,
            f"It goes on to '{target[:60]}', which is not in the export; the flow ends there.",
            "Write goto: and where to go on.",
        )
        return END

    def is_self(self, target: str) -> bool:
        return target == self._id or target.strip().lower() in _AGAIN_WORDS

    def below(self) -> str:
        """What is linked below the message, by name; `end` where nothing is."""
        linked = self._work.after.get(self._id)
        return END if linked is None else self._name(self._work.spots[linked])

    def rule(self, way: str) -> Step:
        """The way on of a question's rule."""
        return {} if way == NEXT else {"end": True} if way == END else {"goto": way}

    def handler(self, way: str) -> Step:
        """The way on of a handler, which otherwise ends the flow."""
        way = self.below() if way == NEXT else way
        return {} if way == END else {"goto": way}

    def _name(self, spot: Spot) -> str:
        if not spot.step:
            return spot.flow
        return spot.step if spot.flow == self._flow else f"{spot.flow}/{spot.step}"
