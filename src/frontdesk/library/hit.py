"""What a search finds, and why. Made by `search`; marked by `naming`, judged by `judging`, told by `answering`."""

import msgspec

from frontdesk.store.retrieval import Found, Nearness


class Hit(msgspec.Struct, frozen=True):
    """A passage that may answer, and why.

    `rank` orders, `fit` (0 to 1) says how sure it is that it is about the question; `words` is BM25, `near` the
    cosines, `page` what the customer's page added, `same` how much a curated answer's question is the one asked, and `is_curated`
    whether that is enough to answer with it; `lacks` the names in the question that it says nothing of.
    """

    found: Found
    rank: float
    fit: float
    words: float
    near: Nearness | None
    page: float = 0.0
    same: float = 0.0
    is_curated: bool = False
    lacks: tuple[str, ...] = ()
