"""What a question names: a country is one name, by whichever of its own it is called, and no other beside it."""

import pytest

from frontdesk.knowledge.names import has_country, named, names_country


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


@pytest.mark.parametrize(
    "text",
    [
        "Shipping\nGermany and France are two days away.",
        "We are in Germany's west.",
        "'Germany' is what the map says.",
        "Not from Bigermany, but from GERMANY.",
        "(germany)",
    ],
)
def test_a_country_stands_where_a_word_begins_with_it(text: str) -> None:
    [name] = named("Do you deliver to Germany?", "en")
    assert names_country(text, name, "en")


@pytest.mark.parametrize("text", ["Germanium is no country.", "Bigermany", "d'Germany", "Germ any"])
def test_a_country_does_not_stand_in_another_word(text: str) -> None:
    [name] = named("Do you deliver to Germany?", "en")
    assert not names_country(text, name, "en")


def test_a_name_of_several_words_stands_in_any_case_and_with_little_words_between() -> None:
    [name] = named("Do you deliver to the United States?", "en")
    assert names_country("The united\nstates' mail takes a week.", name, "en")
    assert not names_country("United we stand.", name, "en")
    [name] = named("Do you deliver to the Czech Republic?", "en")
    assert names_country("It is a Czech and a republic.", name, "en")
    [name] = named("Есть доставка в Великобританию?", "ru")
    assert names_country("Доставка по Великобритании: два дня.", name, "ru")


def test_countries_are_told_in_the_order_of_the_question() -> None:
    asked = "Is it Spain, Italy, France, Peru, Chile or Cuba?"
    assert [name.text for name in named(asked, "en")] == ["Spain", "Italy", "France", "Peru", "Chile", "Cuba"]


@pytest.mark.parametrize(
    "several",
    ["EU", "ЕС", "Europe", "european", "Europa", "Worldwide", "world-wide", "abroad", "OVERSEAS", "internationally",
     "countries", "any country", "Another country", "all over the world", "around the world", "Европе", "за границу",
     "зарубежные", "международная", "странам", "любую страну", "всему миру", "Yevropaga", "chet elga", "xorijda",
     "xalqaro", "dunyoda", "Mamlakatlarga", "davlatlarga"],
)  # fmt: skip
def test_what_stands_for_several_countries_speaks_of_each(several: str) -> None:
    [name] = named("Do you deliver to France?", "en")
    for text in (several, f"We deliver ({several}) at cost.", f"Orders\n{several}: a week."):
        assert has_country(text, name, "en"), text
    assert not has_country(f"Un{several.split(maxsplit=1)[0]} and nothing more.", name, "en")


@pytest.mark.parametrize(
    "text", ["eu", "ес", "Europium", "internationalism", "country", "странный", "the world"]
)
def test_what_is_merely_alike_speaks_of_none(text: str) -> None:
    [name] = named("Do you deliver to France?", "en")
    assert not has_country(text, name, "en")
