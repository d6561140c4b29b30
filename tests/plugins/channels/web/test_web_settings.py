"""What the operator of a site can say of its widget, and what is refused; the wire is tested in tests/web."""

from typing import Any

import pytest
from pydantic import ValidationError

from frontdesk.plugins.channels.web.settings import WebSettings


def test_nothing_has_to_be_said() -> None:
    found = WebSettings()
    assert (found.origins, found.primary_color, found.theme, found.position) == (
        "",
        "#0071e3",
        "auto",
        "bottom-right",
    )


def test_lists_are_kept_without_what_is_empty() -> None:
    found = WebSettings(
        origins=" https://a.example.com\n http://127.0.0.1:8080 ",
        starters="\n Where is my order? \n\nReturns\n",
    )
    assert found.origins == "https://a.example.com http://127.0.0.1:8080"
    assert found.starters == "Where is my order?\nReturns"


def test_a_color_is_kept_in_small_letters() -> None:
    assert WebSettings(primary_color=" #AABBCC ").primary_color == "#aabbcc"


def test_the_language_is_one_that_there_is_or_what_the_page_says() -> None:
    assert WebSettings().language == "auto"
    assert WebSettings(language=" AR ").language == "ar"


def test_origins_are_kept_as_browsers_send_them() -> None:
    found = WebSettings(
        origins="https://Shop.example.com HTTPS://a.example:443 http://b.example:80 https://c.example:8443"
    )
    assert (
        found.origins == "https://shop.example.com https://a.example http://b.example https://c.example:8443"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"origins": "shop.example.com"},
        {"origins": "https://shop.example.com/"},
        {"origins": "*"},
        {"origins": "https://shop.example.com:x"},
        {"origins": "https://me@shop.example.com"},
        {"origins": "javascript:alert(1)"},
        {"primary_color": "red"},
        {"primary_color": "#12345"},
        {"primary_color": "#123456;background:url(x)"},
        {"theme": "blue"},
        {"position": "middle"},
        {"starters": "a\nb\nc\nd\ne"},
        {"starters": "x" * 81},
        {"title": "x" * 61},
        {"welcome_message": "x" * 501},
        {"language": "xx"},
        {"language": "<b>"},
        {"other": 1},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WebSettings(**given)
