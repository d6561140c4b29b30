"""`email`: the one e-mail address in the answer, its domain in lower case."""

from collections.abc import Iterator

import re2

from frontdesk.dialog.answer_types import AnswerType, Around, only
from frontdesk.dialog.bot import Utterance

_MOST_LOCAL = 64
_MOST = 254
_LETTERS = r"\pL\pM\pN"
# Every character that an address may touch belongs to the run, so that no part of a longer one passes for it.
_RUN = re2.compile(rf"[{_LETTERS}!#$%&'*+.@^_{{|}}~?-]+")
_ATOM = rf"[{_LETTERS}!#$%&'*+^_~-]+"
_LABEL = rf"[{_LETTERS}](?:[{_LETTERS}-]{{0,61}}[{_LETTERS}])?"
_ADDRESS = re2.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+(?:[\pL\pM]{{2,24}}|xn--[a-z0-9-]{{1,59}}))")
_EDGES = ".!?'*~|{}^-"


def _find(said: Utterance, _around: Around) -> object | None:
    return only(_addresses(said.text))


def _addresses(text: str) -> Iterator[str]:
    for run in _RUN.findall(text) if "@" in text else ():
        found = _ADDRESS.fullmatch(run.strip(_EDGES)) if "@" in run else None
        if found is not None:
            local, domain = found.groups()
            if len(local) <= _MOST_LOCAL and len(local) + 1 + len(domain) <= _MOST:
                yield f"{local}@{domain.lower()}"


ANSWER = AnswerType(
    "email",
    _find,
    {
        "en": "Please write an e-mail address, for example fred@home.com.",
        "ru": "Напишите, пожалуйста, адрес электронной почты, например fred@home.com.",
        "uz": "Iltimos, elektron pochta manzilini yozing, masalan fred@home.com.",
    },
)
