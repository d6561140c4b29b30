"""Catalogues: every language says everything, with the same places to fill; plurals, numbers and times."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest
from babel import Locale

from frontdesk.core.errors import Bug
from frontdesk.web.panel.texts import (
    DEFAULT,
    LANGUAGES,
    Moments,
    catalogue,
    is_plural,
    merged,
    preferred,
    said,
    say,
    zone_of,
)

OTHERS = sorted(LANGUAGES.keys() - {DEFAULT})
PLACE = Formatter()


def flat(found: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str | Mapping[str, str]]]:
    for key, value in found.items():
        name = f"{above}{key}"
        if isinstance(value, dict) and not is_plural(value):
            yield from flat(value, f"{name}.")
        else:
            yield name, value


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in PLACE.parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same_things(language: str) -> None:
    english, other = dict(flat(catalogue(DEFAULT))), dict(flat(catalogue(language)))
    assert sorted(english.keys() - other.keys()) == []
    assert sorted(other.keys() - english.keys()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_texts_of_a_language_have_the_places_of_the_english_ones(language: str) -> None:
    other = dict(flat(catalogue(language)))
    wrong = []
    for key, english in flat(catalogue(DEFAULT)):
        there = other[key]
        if isinstance(english, str) and isinstance(there, str):
            wrong += [key] if places(english) != places(there) else []
        elif isinstance(english, str) or isinstance(there, str):
            wrong.append(key)
        else:
            known = set().union(*(places(form) for form in english.values()))
            wrong += [key for form in there.values() if not places(form) <= known]
    assert wrong == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_plurals_have_every_form_of_their_language(language: str) -> None:
    forms = set(Locale(language).plural_form.rules) | {"other"}
    for key, value in flat(catalogue(language)):
        if not isinstance(value, str):
            assert set(value) == forms, key


def test_a_number_chooses_the_form() -> None:
    assert [say("ru", "form.changes", n).split()[1] for n in (1, 2, 5, 21)] == [
        "изменение",
        "изменения",
        "изменений",
        "изменение",
    ]
    assert say("en", "form.changes", 1200) == "1,200 changes"


def test_what_fills_a_text_is_escaped() -> None:
    shown = said("en").get("form").get("changes")(2)  # type: ignore[attr-defined]
    assert "<" not in shown
    assert merged({"a": {"b": "1", "c": "2"}}, {"a": {"c": "3"}}) == {"a": {"b": "1", "c": "3"}}


def test_a_text_that_is_not_there_is_a_bug() -> None:
    with pytest.raises(Bug, match=re.escape("form.nothing_like_it")):
        say("en", "form.nothing_like_it")


def test_the_language_a_browser_likes_best_is_taken() -> None:
    assert preferred("en;q=0.2, uz-Latn;q=0.9") == "uz"
    assert preferred("") == "en"
    assert preferred("ru;q=high, ;;,") == "en"


def test_moments_are_relative_for_a_day_and_exact_behind() -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    moments = Moments("en", zone_of("Asia/Tashkent"), now)
    assert "5 min" in moments.short(now - timedelta(minutes=5))
    assert ">1 Oct<" in moments.short(datetime(2026, 10, 1, tzinfo=UTC))
    assert "2:00" in moments.clock(now)
    assert moments.short(None) == ""
    assert zone_of("Not/AZone") is UTC


@pytest.mark.parametrize(
    ("language", "other_words"),
    [("ru", r"бесед|диалог|ассистент"), ("uz", r"muloqot|dialog|assistent|[\u02bb\u02bc]")],
)
def test_one_word_stands_for_one_thing(language: str, other_words: str) -> None:
    """The words are in the head of `panel.toml`; Uzbek writes one kind of apostrophe."""
    folder = files("frontdesk") / "locales" / language
    for file in folder.iterdir():
        said = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        assert re.findall(other_words, "\n".join(said), re.IGNORECASE) == [], file.name


def test_a_name_never_turns_the_sentence_around_it() -> None:
    assert say("en", "channels.added", name="Shop") == "Shop was added"
    assert say("en", "channels.added", name="متجر") == "\u2068متجر\u2069 was added"
    assert say("en", "channels.added", name="\u202eevil\u2069\u2067") == "\u2068evil\u2069 was added"
