"""What a page tells of itself is kept where it can be true."""

import pytest

from frontdesk.core.action import NOWHERE, Page
from frontdesk.web.told_page import page_of

LONG = "/" + "x" * 1_999


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"page_url": LONG}, Page(LONG, "", "")),
        # An address that was cut would be another one.
        ({"page_url": LONG + "x"}, NOWHERE),
        ({"page_title": " " + "t" * 301 + " "}, Page("", "t" * 300, "")),
        ({"page_context": "k" * 101}, NOWHERE),
        ({"page_url": 7, "page_title": ["t"], "page_context": None}, NOWHERE),
        ({"page_title": " Tarn ", "page_context": "product-page"}, Page("", "Tarn", "product-page")),
    ],
    ids=range(6),
)
def test_an_address_is_whole_or_none_and_a_title_is_cut(given: dict[str, object], expected: Page) -> None:
    assert page_of(given) == expected


@pytest.mark.parametrize(
    ("url", "site", "expected"),
    [
        ("/a?b=1", "https://shop.example.com", "https://shop.example.com/a?b=1"),
        ("https://other.example.com/a", "https://shop.example.com", "https://other.example.com/a"),
        ("//other.example.com/a", "https://shop.example.com", "//other.example.com/a"),
        ("/a", "null", "/a"),
        ("/a", "https://[", "/a"),
        ("/a", "", "/a"),
        (LONG, "https://shop.example.com", ""),
    ],
)
def test_an_address_without_its_site_is_made_whole(url: str, site: str, expected: str) -> None:
    assert page_of({"page_url": url}, site=site).url == expected
