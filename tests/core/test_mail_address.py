"""Addresses of mail lead to the host that every other program takes them for."""

import pytest

from frontdesk.core.mail_address import read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" Jo.Doe@Example.COM ", "Jo.Doe@example.com"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("jo@BÜCHER.example", "jo@xn--bcher-kva.example"),
        # Another host than the one of `strasse`: whoever has that one would get the mail.
        ("jo@straße.example", "jo@xn--strae-oqa.example"),
        ("jo@βόλος.example", "jo@xn--nxasmm1c.example"),
        ("jo@bücher。example", "jo@xn--bcher-kva.example"),
        ("jo@xn--bcher-kva.example", "jo@xn--bcher-kva.example"),
        ("jo@почта.рф", "jo@xn--80a1acny.xn--p1ai"),
    ],
)
def test_the_host_is_in_small_letters_of_ascii(text: str, found: str) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "jo", "jo@", "@example.com", "jo@localhost", "jo@1.2.3.4", "jo doe@example.com"),
        *("jo@exam ple.com", "jo@-a.com", "jo@a..com", "jo@example.com.", "jo@a_b.com", "jö@example.com"),
        *("jo@\u0000ü.com", "jo@ü\ufffd.com", "jo@ü\u2488.com", "jo@ü .com", f"jo@{'ü' * 64}.com"),
        f"{'j' * 65}@example.com",
        f"jo@{'a.' * 130}com",
    ],
)
def test_what_is_none_is_not_taken(text: str) -> None:
    assert read(text) is None
