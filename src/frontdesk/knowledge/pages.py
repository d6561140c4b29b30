"""What the page that a customer is on says about what they ask: raises what belongs to that page."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from frontdesk.core.action import Page

SAME_PAGE = 0.6
SAME_WORDS = 0.5
"""Added to a rank, whose spread over the candidates is 1."""


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
    if page.url and url and _is_same(_place(page.url), _place(url)):
        return SAME_PAGE
    shared = len(page_terms & title) / len(page_terms | title) if page_terms and title else 0.0
    return max(SAME_WORDS * shared, SAME_WORDS if page.kind and page.kind in tags else 0.0)


def _is_same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """By host and path; a page that gives its path alone is of the company's only host."""
    return one[1] == other[1] and ("" in {one[0], other[0]} or one[0] == other[0])


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", url)
    return (parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"))
