"""Origins of pages as people write them are kept as browsers send them."""

import pytest

from frontdesk.kit.origins import origin_of


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example:443 ", "https://shop.example"),
        ("http://[2001:DB8::1]:8080", "http://[2001:db8::1]:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("HTTPS://BÜCHER.example:443", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://straße.de", "https://xn--strae-oqa.de"),
        ("https://магазин.рф:8443", "https://xn--80aairftm.xn--p1ai:8443"),
        ("https://日本語。jp", "https://xn--wgv71a119e.jp"),
        ("https://i❤.ws", "https://xn--i-7iq.ws"),
        ("https://\ufb01x.example", "https://fix.example"),
        ("https://a\u00adb.example", "https://ab.example"),
        ("https://do\u2018kon.uz", "https://xn--dokon-uv3b.uz"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(written: str, sent: str) -> None:
    """The right column is what `new URL(written).origin` says."""
    assert origin_of(written) == sent
    assert origin_of(sent) == sent


@pytest.mark.parametrize(
    "written",
    [
        "",
        "bücher.example",
        "ftp://bücher.example",
        "https://",
        "https://bücher.example/",
        "https://bücher.example/regal",
        "https://bücher.example?",
        "https://ann@bücher.example",
        "https://bücher.example:٤٤٣",
        "https://a\u2100b.example",
        "https://\ud800.example",
        "https://bücher.example\u0000",
        "https://ü\u200b\u2028.example",
        "https://a\uff1cb.example",
        "https://a%b.example",
        "https://" + "ü" * 100_000,
    ],
)
def test_what_is_no_origin_is_none(written: str) -> None:
    assert origin_of(written) is None
