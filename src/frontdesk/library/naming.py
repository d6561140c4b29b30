"""What of the names in a question nothing that was found speaks of, and whether two questions are one. Called by `search` for its hits.

Whoever asks what delivery to France costs has no answer in what it costs, unless that speaks of France or of other countries.
A country must stand in the passage; any other name in some article that the asker may see. For what a curated answer says
its question holds as well: "No, we are closed then" is said of Sundays.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from frontdesk.knowledge.names import (
    KNOWN_IN,
    Name,
    Particulars,
    has_country,
    in_hosts,
    is_other,
    named,
    particulars,
    unspoken,
)
from frontdesk.knowledge.words import primary, terms, words

if TYPE_CHECKING:
    from frontdesk.library.hit import Hit
    from frontdesk.store.retrieval import Found, Nearness


def marked(
    hits: Sequence["Hit"], text: str, language: str, heard: Callable[[str], bool], *, most: int
) -> list["Hit"]:
    """The hits with what they lack; of an article's passages those that lack something come last.

    Args:
        hits: All that may be seen, best first.
        text: The question, without what is personal.
        language: Of the question; empty: not known.
        heard: Whether a passage among them has a word.
        most: Articles whose passages are read for countries, which takes long; the others are left out.
    """
    names = named(text, language) if hits else ()
    curated = {hit.found.language for hit in hits if hit.found.kind == "answer" and not hit.is_curated}
    others = {own: asked for own in curated if any(asked := particulars(text, own))}
    countries = [name for name in names if name.forms]
    unheard = [name.text for name in names if not name.forms and not _is_heard(name, hits, language, heard)]
    if not countries and not unheard and not others:
        return list(hits)
    first = set(list(dict.fromkeys(hit.found.article_id for hit in hits))[:most])
    found = [
        msgspec.structs.replace(
            hit, lacks=(*_lacks(hit, countries, unheard, language), *_is_for(hit, others, text))
        )
        for hit in hits
        if hit.found.article_id in first
    ]
    place: dict[str, int] = {}
    for at, hit in enumerate(found):
        place.setdefault(hit.found.article_id, at)
    return sorted(found, key=lambda hit: (place[hit.found.article_id], bool(hit.lacks)))


def same_question(asked: str, found: "Found", weights: Mapping[str, float], near: "Nearness | None") -> float:
    """How much the question that a curated answer is for is the one that was asked, 0 to 1."""
    lines = [
        line for line in found.text.split("\n") if not is_other(asked, line, found.answer, found.language)
    ]
    if not lines:
        return 0.0
    total = sum(weights.values())
    unknown = max(weights.values(), default=1.0)
    best = 0.0
    for line in lines:
        wanted = set(terms(line, found.language))
        both = sum(weights[term] for term in wanted if term in weights)
        size = total + both + unknown * sum(term not in weights for term in wanted)
        best = max(best, 2 * both / size if size else 0.0)
    return max(best, max(near.sentences, default=0.0)) if near is not None else best


def _is_heard(name: Name, hits: Sequence["Hit"], language: str, heard: Callable[[str], bool]) -> bool:
    if heard(name.text) or in_hosts(name.text, {_host(hit.found.url) for hit in hits}, language):
        return True
    wanted = frozenset(terms(name.text, language))
    # Tags are not searched by, nor is what a curated answer says before it was taken in anew.
    return any(
        wanted.issubset(terms(text, language))
        for hit in hits
        for text in (hit.found.answer, *hit.found.tags)
        if text
    )


def _lacks(hit: "Hit", countries: Sequence[Name], unheard: Sequence[str], language: str) -> tuple[str, ...]:
    each = hit.found
    own = primary(each.language)
    text = "\n".join((each.title, *each.headings, each.text, each.answer, *each.tags))
    missing = [name.text for name in countries if own in KNOWN_IN and not has_country(text, name, own)]
    # A name may be written otherwise in another language.
    return (*missing, *unheard) if not language or own == primary(language) else tuple(missing)


def _is_for(hit: "Hit", others: Mapping[str, Particulars], text: str) -> tuple[str, ...]:
    """What is asked about where a curated answer, by each of its questions, is about another of its kind."""
    each = hit.found
    if each.kind != "answer" or hit.is_curated or each.language not in others:
        return ()
    asked, said = others[each.language], each.answer or each.text
    missing: frozenset[str] = frozenset()
    for line in (each.title, *each.questions):
        missing = unspoken(asked, line, said, each.language)
        if not missing:
            return ()
    found = (
        word for word in words(text, each.language) if not missing.isdisjoint(terms(word, each.language))
    )
    return tuple(dict.fromkeys(found))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
