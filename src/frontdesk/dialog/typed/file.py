"""`file`: the file that came with the message, as `{url, name}`; several at once are ambiguous."""

from frontdesk.dialog.answer_types import AnswerType, Around
from frontdesk.dialog.utterance import Utterance


def _find(_said: Utterance, around: Around) -> object | None:
    if len(around.files) != 1 or not around.files[0].url:
        return None
    (file,) = around.files
    return {"url": file.url, "name": file.name}


ANSWER = AnswerType(
    "file",
    _find,
    {
        "en": "Please send one file.",
        "ru": "Пришлите, пожалуйста, один файл.",
        "uz": "Iltimos, bitta fayl yuboring.",
    },
)
