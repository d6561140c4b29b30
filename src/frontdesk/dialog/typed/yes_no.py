"""`yes_no`: true or false, from words and emoji.

The answer must begin with its yes or no, or consist of such words; with both, or with doubt, it is None.
"""

import re
from collections.abc import Mapping, Sequence

from frontdesk.dialog.answer_types import AnswerType, Around
from frontdesk.dialog.lexicon import MOST_WORDS, WORD, comparable, key, spoken
from frontdesk.dialog.utterance import Utterance

_SKIN_AND_STYLE = dict.fromkeys((*range(127995, 128000), 65039))
_YES_SIGNS = "👍👌✅✔☑🆗🙆"
_NO_SIGNS = "👎❌✖🚫🙅🛑"
_TOKEN = re.compile(rf"{WORD}|[0-9]+|[{_YES_SIGNS}{_NO_SIGNS}]|[,.;:!?\n\u2013\u2014]|(?<!\S)-(?!\S)")
_LONGEST = 4
_Kind = bool | None

_YES: Mapping[str, str] = {
    "en": "y|yes|yep|yeah|yea|yah|yup|ya|ok|okay|sure|of course|certainly|definitely|absolutely|correct|right|"
    "thats right|thats correct|true|fine|agreed|i agree|i do|it is|i am|i would|please do|go ahead|why not|"
    "no problem|no worries|sounds good|yes i do|yes it is|yes i am|for sure|by all means|exactly|indeed|with pleasure",
    "ru": "да|ага|угу|конечно|разумеется|верно|правильно|точно|хорошо|ладно|ок|окей|давай|давайте|согласен|"
    "согласна|хочу|можно|естественно|именно|так точно|без проблем|не против|я не против|почему бы и нет|все верно|"
    "все правильно|обязательно",
    "uz": "ha|xa|ҳа|ха|xop|hop|хоп|хўп|mayli|майли|albatta|албатта|togri|тўғри|тугри|boladi|бўлади|булади|"
    "roziman|розиман|xohlayman|хоҳлайман|istayman|истайман|yaxshi|яхши|qarshi emasman|қарши эмасман",
}
_NO: Mapping[str, str] = {
    "en": "n|no|nope|nah|nay|not really|no way|never|negative|false|wrong|incorrect|not correct|thats wrong|"
    "not right|i dont|i do not|it isnt|it is not|im not|i am not|i dont want|i do not want|dont|do not|"
    "not now|not yet|not today|no need|not at all|of course not|certainly not|definitely not|absolutely not",
    "ru": "нет|не|неа|не надо|не нужно|не хочу|нельзя|никогда|неверно|неправильно|не верно|не правильно|не так|"
    "ни в коем случае|конечно нет|не согласен|не согласна|не сейчас|пока нет|нет не надо",
    "uz": "yoq|йўқ|йук|йуқ|yok|kerak emas|керак эмас|керакмас|shart emas|шарт эмас|xohlamayman|хоҳламайман|"
    "istamayman|истамайман|notogri|нотўғри|togri emas|тўғри эмас|hech qachon|ҳеч қачон|albatta yoq",
}
_DOUBT: Mapping[str, str] = {
    "en": "maybe|perhaps|not sure|im not sure|i am not sure|i dont know|dont know|i do not know|no idea|unsure|"
    "depends|either|dont mind|yes and no|yes or no|possibly",
    "ru": "может|может быть|наверное|возможно|не знаю|я не знаю|не уверен|не уверена|и да и нет|"
    "да или нет|да нет|вряд ли|затрудняюсь",
    "uz": "balki|балки|bilmadim|билмадим|bilmayman|билмайман|ehtimol|эҳтимол|aniq emas",
}
_FILLERS: Mapping[str, str] = {
    "en": "please|thanks|thank|you|sir|madam|oh|well|um|hm|hmm|very|much|so|then|just|actually|and",
    "ru": "пожалуйста|спасибо|благодарю|вас|ну|вот|тогда|большое|и|я|это|же|бы",
    "uz": "iltimos|rahmat|раҳмат|рахмат|илтимос|katta|mana|unda|men|bu",
}
_AFTER_NO: Mapping[str, str] = {
    "en": "i|it|that|this|we|they|its|im|thats|not",
    "ru": "я|мы|это|не|вы|он|она|оно|они",
    "uz": "men|biz|bu|u|ular|мен|биз|бу",
}
"""What a sentence goes on with behind a "no" that is an answer; "no balance" and "no one" are not."""
_NOT = frozenset(
    [
        "no",
        "not",
        "dont",
        "cant",
        "wont",
        "нет",
        "не",
        "yoq",
        "йўқ",
        "emas",
        "эмас",
        "but",
        "но",
        "lekin",
        "лекин",
    ]
)
_WHOLE: Mapping[str, bool] = {"+": True, "-": False}


class _Table:
    def __init__(self, language: str) -> None:
        self.phrases: dict[tuple[str, ...], _Kind] = {}
        self.fillers: set[str] = set()
        self.after_no: set[str] = set()
        for each in reversed(spoken(language)):
            for kind, table in ((True, _YES), (False, _NO), (None, _DOUBT)):
                self.phrases |= {tuple(map(key, text.split())): kind for text in table[each].split("|")}
            self.fillers |= set(_FILLERS[each].split("|"))
            self.after_no |= set(_AFTER_NO[each].split("|"))
        for signs, kind in ((_YES_SIGNS, True), (_NO_SIGNS, False)):
            self.phrases |= {(sign,): kind for sign in signs}

    def longest(self, tokens: Sequence[str], at: int) -> tuple[_Kind, int] | None:
        """The phrase that begins here: yes, no or doubt, and how many tokens it takes."""
        for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
            phrase = tuple(tokens[at : at + size])
            if phrase in self.phrases:
                return self.phrases[phrase], size
        return None


_TABLES: Mapping[str, _Table] = {language: _Table(language) for language in ("en", "ru", "uz")}


def _find(said: Utterance, around: Around) -> object | None:
    text = comparable(said.text.translate(_SKIN_AND_STYLE)).strip()
    if text in _WHOLE:
        return _WHOLE[text]
    tokens = [key(token) for token in _TOKEN.findall(text)]
    if len(tokens) > MOST_WORDS:
        return None
    return _decide(tokens, _TABLES[spoken(around.language)[0]])


def _decide(tokens: Sequence[str], table: _Table) -> bool | None:
    answer: bool | None = None
    others: list[int] = []
    at = 0
    while at < len(tokens):
        found = table.longest(tokens, at)
        if found is None:
            if _is_word(tokens[at]) and tokens[at] not in table.fillers:
                others.append(at)
            at += 1
            continue
        kind, size = found
        at += size
        if kind is None or answer not in {None, kind}:
            return None
        if answer is None:
            if others or (not kind and size == 1 and _goes_on(tokens, at, table)):
                return None
            answer = kind
    if answer and any(tokens[other] in _NOT for other in others):
        return None
    return answer


def _goes_on(tokens: Sequence[str], at: int, table: _Table) -> bool:
    # Whether the sentence goes on without a mark, in a way that makes its "no" part of something else.
    if at >= len(tokens) or not _is_word(tokens[at]):
        return False
    return not (
        tokens[at] in table.after_no or tokens[at] in table.fillers or table.longest(tokens, at) is not None
    )


def _is_word(token: str) -> bool:
    return token[0].isalnum()


ANSWER = AnswerType(
    "yes_no",
    _find,
    {
        "en": "Please answer yes or no.",
        "ru": "Ответьте, пожалуйста, да или нет.",
        "uz": "Iltimos, ha yoki yo‘q deb javob bering.",
    },
)
