"""Where the chat page without scripts leads, and which host it names: none can be made to look like another."""

import pytest

from frontdesk.core.message import Image
from frontdesk.web.chat_page.lines import drawn
from frontdesk.web.chat_page.links import host_of, pieces, safe
from frontdesk.web.widget.lines import Line, State

HERE = "desk.example.com"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://shop.example/a.png", "shop.example"),
        ("https://SHOP.example:443/a.png", "shop.example"),
        ("http://shop.example:80/", "shop.example"),
        ("http://shop.example:443/", "shop.example:443"),
        ("https://shop.example:8443/", "shop.example:8443"),
        ("https://[2001:DB8::1]:8443/", "[2001:db8::1]:8443"),
        ("https://yourbank.example:login@evil.example/a.png", "evil.example"),
        ("https://evil.example:port/", ""),
        ("mailto:a@shop.example", ""),
    ],
)
def test_a_host_is_the_one_that_is_asked_and_always_written_alike(address: str, host: str) -> None:
    assert host_of(address) == host


def test_nobody_is_led_to_an_address_with_a_name_before_its_host() -> None:
    forged = "https://yourbank.example:login@evil.example/a.png"
    assert safe(forged, HERE) == ""
    assert safe("https://yourbank.example@evil.example/", HERE) == ""
    assert pieces(f"See {forged}", HERE) == [(f"See {forged}", "")]
    assert safe("mailto:desk@shop.example", HERE) == "mailto:desk@shop.example"
    assert safe("https://shop.example/@desk", HERE) == "https://shop.example/@desk"


def test_this_page_is_near_however_it_is_written() -> None:
    assert safe("http://DESK.example.com:80/a", HERE)
    assert safe("http://desk.example.com/a", HERE.upper())
    assert not safe("http://desk.example.com:8080/a", HERE)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://DESK.example.com/a.png", ""),
        ("https://public.example.com:443/a.png", ""),
        ("https://Shop.Example:443/a.png", "shop.example"),
        ("https://yourbank.example:login@evil.example/a.png", ""),
    ],
)
def test_a_picture_is_of_another_host_when_that_host_is_another(address: str, host: str) -> None:
    line = Line(1, "bot", 0, (Image(address, "A lamp"),))
    ((shown,),) = (said.parts for said in drawn([line], State(), HERE, "https://Public.example.com"))
    assert (shown.host, shown.href) == (host, "" if "@" in address else address)
