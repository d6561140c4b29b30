"""Puts one answer to one type of question, on a Wednesday."""

from datetime import UTC, datetime

from frontdesk.dialog.answer_types import Around
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.typed import installed
from frontdesk.dialog.utterance import Utterance

WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def take(kind: str, text: str, language: str = "en", region: str = "", now: datetime = WEDNESDAY) -> object:
    return installed()[kind].take(Utterance(text, normalise(text)), Around(language, now, region))
