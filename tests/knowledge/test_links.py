"""Which addresses of an article a customer may be shown: its own and those beside it."""

import time

import pytest

from frontdesk.knowledge.links import own_only, says_something

PAGE = "https://www.shop.example.com/help/delivery"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Visit http://evil.example now.", "Visit … now."),
        ("Visit http://evil.example.", "Visit …"),
        ("Visit www.evil.com/c?d=1, or evil.com!", "Visit …, or …!"),
        ("Visit EVIL.COM or evil.click/x", "Visit … or …"),
        ("Go to [our page](http://evil.example/x) today", "Go to our page today"),
        ("![seen](http://evil.example/x.png) here", "seen here"),
        ("[http://evil.example](http://evil.example)", ""),
        ("Track it at https://shop.example.com/track?id=1.", "Track it at https://shop.example.com/track?id=1."),
        ("It is SHOP.example.com/track.", "It is SHOP.example.com/track."),
        ("See [it](https://shop.example.com/a).", "See [it](https://shop.example.com/a)."),
        ("https://shop.example.com@evil.example/", ""),
        ("https://shop.example.com\\@evil.example/", ""),
        ("https://shop.example.com.evil.example/", ""),
        ("ftp://shop.example.com/x", ""),
        ("https://shop.example.com:8443/x", ""),
        ("Write to help@carrier.example for help.", "Write to help@carrier.example for help."),
        ("It costs 9.95 and takes 3.5 days, e.g. a box of 1.000.", "It costs 9.95 and takes 3.5 days, e.g. a box of 1.000."),
        ("Open invoice.pdf or the file data.json.", "Open invoice.pdf or the file data.json."),
        ("It takes 5 days.The box is free.", "It takes 5 days. The box is free."),
        ("First line.\nhttp://evil.example/x\nLast line.", "First line.\nLast line."),
        ("- http://evil.example/x\n- Call us.", "- Call us."),
        ("Сайт магазин.рф работает.", "Сайт … работает."),
        ("http://[", ""),
        ("Log in at parcel-help.international/pay now.", "Log in at … now."),
        ("Log in at 203.0.113.5/pay or 203.0.113.5:80 now.", "Log in at … or … now."),
        ("Log in at банк.com or bаnk.com, ẹvil.com, café.com, evil_shop.com.", "Log in at … or …, …, …, …."),
        ("Log in at evil．com/pay, or evil。com/x.", "Log in at …, or …"),
        ("Log in at www.x@evil.com/pay now, or x@evil.com/pay.", "Log in at … now, or x@…"),
        ("We accept VISA.Then it is sent on 12.Mai, in 5 days.the box is free.",
         "We accept VISA. Then it is sent on 12. Mai, in 5 days. the box is free."),
        ("你好。谢谢。", "你好。谢谢。"),
    ],
)  # fmt: skip
def test_addresses_of_other_sites_are_left_out(text: str, left: str) -> None:
    assert own_only(text, PAGE) == left


def test_an_article_without_an_address_has_none_of_its_own() -> None:
    assert own_only("Pay at https://shop.example.com/pay today", "") == "Pay at … today"


def test_what_is_left_of_an_address_says_nothing() -> None:
    assert not says_something(own_only("http://evil.example/x - www.evil.com", ""))


@pytest.mark.parametrize(
    "text", ["a." * 20_000, "www." * 20_000, "[" * 20_000 + "a.b", "a@" * 20_000 + ".", "[a](" * 9_000 + "."]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    own_only(text, PAGE)
    assert time.process_time() - started < 5
