"""What the page that a customer is on says about what they ask: raises what belongs to that page."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

SAME_PAGE = 0.6
SAME_WORDS = 0.3
"""Added to a rank, whose spread over the candidates is 1."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the customer is; data of the page, which decides about nothing but an order."""

    url: str = ""
    title: str = ""
    kind: str = ""


def bonus(
    page: Page, page_terms: frozenset[str], *, url: str, title: frozenset[str], tags: Sequence[str]
) -> float:
    """What is added to the rank of an article.

    Args:
        page: Where the customer is.
        page_terms: Terms of that page's title.
        url: The article's.
        title: Terms of the article's title.
        tags: The article's.
    """
    if page.url and url and _place(page.url) == _place(url):
        return SAME_PAGE
    shared = len(page_terms & title) / len(page_terms | title) if page_terms and title else 0.0
    return max(SAME_WORDS * shared, SAME_WORDS if page.kind and page.kind in tags else 0.0)


def _place(url: str) -> tuple[str, str] | str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return (parts.netloc.lower(), parts.path.rstrip("/"))
