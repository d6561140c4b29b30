"""`file`: the file that came with the message, as `{url, name}`; several at once are ambiguous."""

from frontdesk.dialog.answer_types import AnswerType, Around, only
from frontdesk.dialog.utterance import Utterance


def _find(_said: Utterance, around: Around) -> object | None:
    file = only(around.files)
    return None if file is None or not file.url else {"url": file.url, "name": file.name}


ANSWER = AnswerType(
    "file",
    _find,
    {
        "en": "Please send one file.",
        "ru": "Пришлите, пожалуйста, один файл.",
        "uz": "Iltimos, bitta fayl yuboring.",
    },
)
