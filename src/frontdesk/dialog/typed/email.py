"""`email`: the one e-mail address in the answer, its domain in lower case."""

from collections.abc import Iterator

import re2

from frontdesk.dialog.answer_types import AnswerType, Around, only
from frontdesk.dialog.utterance import Utterance

_MOST = 254
_MOST_LOCAL = 64
_MOST_LABEL = 63
_LEAST_TOP = 2
# Every character that an address may touch belongs to the run, so that no part of a longer one passes for it.
_RUN = re2.compile(r"[\pL\pM\pN!#$%&'*+.@^_{|}~?-]+")
_EDGES = ".!?'*~|{}^-"
_NOT_IN_LOCAL = frozenset("?{|}")
_NOT_IN_DOMAIN = frozenset("!#$%&'*+^_~?{|}")


def _find(said: Utterance, _around: Around) -> object | None:
    return only(_addresses(said.text))


def _addresses(text: str) -> Iterator[str]:
    for run in _RUN.findall(text) if "@" in text else ():
        local, at, domain = run.strip(_EDGES).partition("@")
        if at and _is_local(local) and _is_domain(domain) and len(local) + len(domain) < _MOST:
            yield f"{local}@{domain.lower()}"


def _is_local(text: str) -> bool:
    return len(text) <= _MOST_LOCAL and all(text.split(".")) and _NOT_IN_LOCAL.isdisjoint(text)


def _is_domain(text: str) -> bool:
    labels = text.split(".")
    top = labels[-1]
    return (
        len(labels) > 1
        and all(0 < len(label) <= _MOST_LABEL and label.strip("-") == label for label in labels)
        and len(top) >= _LEAST_TOP
        and ((top[0].isalpha() and not top[-1].isdigit()) or top.startswith("xn--"))
        and "@" not in text
        and _NOT_IN_DOMAIN.isdisjoint(text)
    )


ANSWER = AnswerType(
    "email",
    _find,
    {
        "en": "Please write an e-mail address, for example fred@home.com.",
        "ru": "Напишите, пожалуйста, адрес электронной почты, например fred@home.com.",
        "uz": "Iltimos, elektron pochta manzilini yozing, masalan fred@home.com.",
    },
)
