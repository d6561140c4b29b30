"""Loads an imported bot with the loader as it is, and with the parts of the format still to come taken as said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Bot, Talk
from frontdesk.dialog.load import BotInvalid, load_bot
from frontdesk.dialog.moves import Move, Next
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.steps import installed

STEP_KEYS = ("before", "after", "on_answer")
SAY_KEYS = frozenset({"cards", "audio", "video"})
STEPS = ("script", "note", "answer")
TOP_KEYS = re.compile(r"^(?:globals|on_start):.*\n(?:[ ].*\n)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passed(Body):
    def run(self, talk: Talk) -> Move:
        return Next()


@dataclass(frozen=True, slots=True)
class Lenient:
    """A step type that knows the keys still to come."""

    key: str
    inner: StepType | None = None

    def read(self, fields: StepFields) -> Body:
        for key in STEP_KEYS:
            fields.text(key)
        node = fields.get("say")
        if self.inner is None or (
            node is not None and isinstance(node.value, dict) and SAY_KEYS & node.value.keys()
        ):
            for key in ("on_none", "on_error"):
                fields.handler(key)
            list(fields.entries())
            return Passed()
        return self.inner.read(fields)


def load(files: Mapping[str, str]) -> Bot:
    try:
        return load_bot(files)
    except BotInvalid:
        steps: dict[str, StepType] = {key: Lenient(key, kind) for key, kind in installed().items()}
        steps |= {key: Lenient(key) for key in STEPS if key not in steps}
        return load_bot({**files, "bot.yaml": TOP_KEYS.sub("", files["bot.yaml"])}, steps=steps)
