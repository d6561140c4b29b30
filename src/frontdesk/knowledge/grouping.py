"""Questions that ask the same thing, put together: by their words, weighed by how rare these are among them.

The first of a group is the one that is most like all others in it.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from frontdesk.knowledge.words import terms, words

ALIKE = 0.5
"""From this likeness (cosine) on two questions ask the same."""


_GREETINGS = """
hi hello hey hiya yo good morning afternoon evening night day greetings welcome thanks thank thx cheers bye goodbye ok okay
yes no yep nope please sorry great fine nice cool well super test testing you very much so lot
привет здравствуйте здравствуй добрый доброе утро день вечер спасибо благодарю большое пока свидания до да нет ок окей хорошо
понятно ясно тест вам
salom assalomu alaykum rahmat katta xayr ha yo'q mayli xo'p yaxshi
hallo guten tag morgen abend danke tschüss ja nein olá obrigado obrigada bom dia tarde noite sim não hola gracias buenos
buenas días tardes noches adiós sí bonjour bonsoir merci oui non
"""


@lru_cache(maxsize=32)
def _said_in_passing(language: str) -> frozenset[str]:
    return frozenset(words(_GREETINGS, language))


def asks(text: str, language: str) -> bool:
    """Whether a message asks anything: greetings, thanks and single letters or numbers do not."""
    idle = _said_in_passing(language)
    return any(word not in idle and not word.isdecimal() and len(word) > 1 for word in words(text, language))


def group(questions: Sequence[tuple[str, str]], cosines: Sequence[Sequence[float]] = ()) -> list[list[int]]:
    """Places of questions that belong together, the largest groups first.

    Args:
        questions: Text and language of each.
        cosines: How near each is to each in meaning, where that is known.
    """
    bags = [Counter(terms(text, language)) for text, language in questions]
    having = Counter(term for bag in bags for term in bag)
    weighed = [
        _unit({term: count * math.log(1 + len(bags) / having[term]) for term, count in bag.items()})
        for bag in bags
    ]
    groups: list[list[int]] = []
    for place, vector in enumerate(weighed):
        best, likeness = None, ALIKE
        for one in groups:
            found = max(_likeness(weighed, cosines, place, other) for other in one)
            if found >= likeness:
                best, likeness = one, found
        if best is None or not vector:
            groups.append([place])
        else:
            best.append(place)
    return sorted((_typical_first(one, weighed) for one in groups), key=lambda one: -len(one))


def _likeness(
    weighed: Sequence[dict[str, float]], cosines: Sequence[Sequence[float]], one: int, other: int
) -> float:
    by_words = _dot(weighed[one], weighed[other])
    # Meaning finds what words do not, but is generous: half of its scale is noise.
    return max(by_words, 2 * cosines[one][other] - 1) if cosines else by_words


def _typical_first(places: list[int], weighed: Sequence[dict[str, float]]) -> list[int]:
    first = max(places, key=lambda one: sum(_dot(weighed[one], weighed[other]) for other in places))
    return [first, *(place for place in places if place != first)]


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    return {term: value / length for term, value in vector.items()}


def _dot(one: dict[str, float], other: dict[str, float]) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other.get(term, 0.0) for term, value in one.items())
