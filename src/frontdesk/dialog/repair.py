"""Repair: whether a message cancels, goes back, asks again or corrects, by patterns for each language.

The phrases come from `locales/LANGUAGE/bot.toml`, or from the bot's author; English ones are built in. Marks
between words are left out before a message is compared, so "no, I meant 5" fits "no i meant *".
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, get_args

import re2

from frontdesk.dialog.lexicon import spoken
from frontdesk.dialog.patterns import compile_pattern, normalise, options

Kind = Literal["cancel", "back", "repeat", "correct", "none_of_these"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Phrases = Mapping[str, Mapping[str, Sequence[str]]]
"""Language -> kind -> patterns."""

MAX_PHRASES = 100
"""Most patterns of one kind that an author may give."""
_MOST_LEADING_WORDS = 10
_MARKS = ",.;:!?-\u2013\u2014\u2026"
_TURNED = str.maketrans({"\u02bb": "'", "\u02bd": "'"})
_WORD = re.compile(r"\S+")
_STAR = "*"

ENGLISH: Mapping[str, Sequence[str]] = {
    "cancel": (
        "(|please |no )(cancel|stop|quit|abort|exit)(| it| that| this| everything| please| now)",
        "(|oh |no )(never mind|nevermind|forget it|forget that|forget about it|drop it)",
        "i (changed|have changed) my mind",
        "i (do not|don't) want (to do this|this|to go on|to continue)(| any more| anymore)",
    ),
    "back": (
        "(|please )(|go |one step |step |take me )back(| please| one step)",
        "(|go to |go back to )(|the )previous (question|step|one)",
        "undo(| that| it)",
    ),
    "repeat": (
        "(|please )repeat(| it| that| the question)(| please)",
        "(|please |can you |could you )(say|ask)(| that| it| me) again(| please)",
        "(|sorry )(come again|pardon|pardon me|what did you (say|ask)|what was (that|the question))",
        "i (did not|didn't) (get|hear|catch|understand) (that|it|the question)",
    ),
    "correct": (
        "(actually|no|sorry|wait|oops|correction|i mean|i meant) (|no )(it is|it's|its|it was|that is|that's|make it|it should be|i mean|i meant|i wanted to say) *",
        "(actually|correction|i meant|it should be|it should have been) *",
        "(change|correct) (it|that) to *",
    ),
    "none_of_these": (
        "(|no )(none|neither|nothing)(| of)(| these| those| them| this| that| the above)",
        "(|no )(something|anything) else",
        "(other|another|another one|not listed|not these)",
    ),
}


class Repair:
    """The patterns of a bot, compiled for every language there are phrases in."""

    __slots__ = ("_by_language",)

    def __init__(self, phrases: Phrases, own: Phrases | None = None) -> None:
        """`own` are the author's patterns, each kind of a language in place of that in `phrases`; none turn it off.

        Raises:
            PatternError: One of the patterns cannot be read.
        """
        built_in = {**phrases, "en": phrases.get("en", ENGLISH)}
        given = own or {}
        together = {
            language: {**built_in.get(language, {}), **given.get(language, {})}
            for language in dict.fromkeys((*built_in, *given))
        }
        self._by_language = {language: _Matchers(together, language) for language in together}

    def find(self, plain: str, text: str, language: str) -> tuple[str, str] | None:
        """What a message repairs.

        `plain` is its normalised text, `text` what was written. Gives `cancel`, `back` or `repeat` with `""`, or
        `correct` with the words that correct, as written; None for none of them.
        """
        matchers = self._of(language)
        forms = _forms(plain)
        for kind in ("cancel", "back", "repeat"):
            if _fits(matchers.by_kind[kind], forms):
                return kind, ""
        # Looking for where the correction begins takes longer, so only when there is one.
        if matchers.leading is None or not _fits(matchers.by_kind["correct"], forms):
            return None
        rest = _rest(matchers.leading, text)
        return ("correct", rest) if rest else None

    def none_of_these(self, plain: str, language: str) -> bool:
        """Whether a message turns down everything that was offered."""
        return _fits(self._of(language).by_kind["none_of_these"], _forms(plain))

    def _of(self, language: str) -> "_Matchers":
        return self._by_language.get(base(language)) or self._by_language["en"]


class _Matchers:
    # What is understood in conversations of one language; `leading` are the words before a correction.
    __slots__ = ("by_kind", "leading")

    def __init__(self, phrases: Phrases, language: str) -> None:
        patterns = {kind: _patterns(phrases, language, kind) for kind in KINDS}
        self.by_kind = {kind: _matcher(patterns[kind]) for kind in KINDS}
        self.leading = _matcher(tuple(each.removesuffix(_STAR).rstrip() for each in patterns["correct"]))


def base(language: str) -> str:
    """The language without its region: people repair alike in all of them."""
    return language.partition("-")[0].lower()


def correction_mistake(pattern: str) -> str:
    """Why a pattern cannot be one of a correction; empty if it can."""
    return (
        "" if pattern.endswith(f" {_STAR}") else "a correction ends in ' *', which stands for the new answer"
    )


def _patterns(phrases: Phrases, language: str, kind: Kind) -> tuple[str, ...]:
    return tuple(
        pattern
        for each in dict.fromkeys((language, *spoken(language)))
        for pattern in phrases.get(each, {}).get(kind, ())
    )


@lru_cache(maxsize=256)
def _matcher(patterns: tuple[str, ...]) -> "re2._Regexp | None":
    if not patterns:
        return None
    return re2.compile("|".join(f"(?:{compile_pattern(each).regex})" for each in patterns), options())


def _forms(plain: str) -> tuple[str, str]:
    """The message as it is, and without the marks behind its words."""
    plain = plain.translate(_TURNED)
    words = (word.rstrip(_MARKS) for word in plain.split())
    return plain, " ".join(word for word in words if word)


def _fits(matcher: "re2._Regexp | None", forms: tuple[str, str]) -> bool:
    return matcher is not None and any(matcher.fullmatch(form) is not None for form in dict.fromkeys(forms))


def _rest(leading: "re2._Regexp", text: str) -> str:
    # What stands behind the longest beginning of the message that is a correction's.
    end = 0
    for count, word in enumerate(_WORD.finditer(text)):
        if count == _MOST_LEADING_WORDS:
            break
        if _fits(leading, _forms(normalise(text[: word.end()]))):
            end = word.end()
    return text[end:].strip().lstrip(_MARKS + " ") if end else ""
