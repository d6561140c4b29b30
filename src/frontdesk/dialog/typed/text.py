"""`text`: whatever the customer wrote."""

from frontdesk.dialog.answer_types import AnswerType, Around
from frontdesk.dialog.utterance import Utterance


def _find(said: Utterance, _around: Around) -> object | None:
    return said.text.strip() or None


ANSWER = AnswerType(
    "text",
    _find,
    {
        "en": "Please write your answer.",
        "ru": "Напишите, пожалуйста, ответ.",
        "uz": "Iltimos, javobingizni yozing.",
    },
)
