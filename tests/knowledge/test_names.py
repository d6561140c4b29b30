"""What a question names: a country is one name, by whichever of its own it is called, and no other beside it."""

import pytest

from frontdesk.knowledge.names import named, names_country


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        ("Do you ship to America?", "America"),
        ("Do you ship to the US?", "United States"),
        ("Do you deliver to France?", "France"),
    ],
)
def test_a_country_is_named_once(asked: str, called: str) -> None:
    """`us` without its capitals is a word like any other: it has no terms, and nothing in it is a country's name."""
    [name] = named(asked, "en")
    assert name.text == called
    assert names_country("We send it there, to America and France, from the US.", name, "en")
    assert not names_country("Tell us what must be used.", name, "en")
