"""How sure one can be that what was found answers, once it is known what of the question its article lacks.

Search compares passages among each other and does not read their articles. Here a passage whose article has every word
of the question is trusted a little more, and one whose article lacks some a little less, the rarer the more. Called by `answering` and by `frontdesk kb search`.
"""

import importlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import articles
from frontdesk.store.connect import Store

if TYPE_CHECKING:
    from frontdesk.library.hit import Hit
    from frontdesk.library.search import Searched

COMPLETE = 0.02
"""Added to the fit of a passage whose article lacks nothing of the question."""
LACKING = 0.05
"""Taken from it in proportion to what the article lacks. More would take questions about other things for answerable ones."""


async def judged(workspace: WorkspaceId, store: Store, found: "Searched", least: float) -> "Searched":
    """The same hits in the same order, those found by meaning with the fits that `least` is to be compared with.

    Raises:
        Unavailable: The database is away.
    """
    lacking = {hit.found.no: _lacking(found, hit) for hit in found.hits if _is_judged(hit)}
    # Further away from the threshold nothing that an article has elsewhere would decide.
    close = [hit for hit in found.hits if lacking.get(hit.found.no) and abs(hit.fit - least) <= LACKING]
    ids = list(dict.fromkeys(hit.found.article_id for hit in close))
    bodies = await articles.bodies(workspace, store, ids) if ids else {}
    for hit in close:
        there = frozenset(_terms(bodies.get(hit.found.article_id, ""), hit.found.language))
        lacks = lacking[hit.found.no]
        lacking[hit.found.no] = {term: weight for term, weight in lacks.items() if term not in there}
    hits = tuple(
        msgspec.structs.replace(hit, fit=_fit(found, hit, lacking[hit.found.no]))
        if hit.found.no in lacking
        else hit
        for hit in found.hits
    )
    return replace(found, hits=hits)


def _is_judged(hit: "Hit") -> bool:
    return hit.near is not None and not hit.found.asks


def _lacking(found: "Searched", hit: "Hit") -> dict[str, float]:
    """Terms of the question that neither the passage nor what stands above it has, with what they weigh."""
    each = hit.found
    there = frozenset(_terms("\n".join((each.title, *each.headings, each.text)), each.language))
    return {term: weight for term, weight in _asked(found, hit).items() if term not in there}


def _asked(found: "Searched", hit: "Hit") -> Mapping[str, float]:
    language = hit.found.language
    idle = importlib.import_module("frontdesk.knowledge.words").asking_terms(language)
    return {term: weight for term, weight in found.weights.get(language, {}).items() if term not in idle}


def _fit(found: "Searched", hit: "Hit", lacks: Mapping[str, float]) -> float:
    asked = _asked(found, hit)
    if not asked:
        return hit.fit
    share = sum(lacks.values()) / sum(asked.values())
    return min(max(hit.fit + COMPLETE - LACKING * share, 0.0), 1.0)


def _terms(text: str, language: str) -> list[str]:
    # Found late: stemmers cost a program whose bots never ask memory and a slower start.
    found: list[str] = importlib.import_module("frontdesk.knowledge.words").terms(text, language)
    return found
