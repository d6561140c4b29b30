"""Slips of the fingers: whatever they are, the word that was meant is found among others."""

from collections.abc import Iterator

import pytest

from frontdesk.knowledge import typos

KNOWN = ["card", "cards", "refund", "parcel", "delivery", "appointment", "subscription", "reservation", "xyz"]


def slips(word: str) -> Iterator[str]:
    """Each slip there is behind the first letter, by which words are looked up."""
    for at in range(1, len(word)):
        yield word[:at] + "q" + word[at:]
        yield word[:at] + word[at + 1 :]
        yield word[:at] + "q" + word[at + 1 :]
        if at > 1:
            yield word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


@pytest.mark.parametrize("word", ["refund", "parcel", "delivery", "appointment", "subscription"])
def test_one_slip_anywhere_still_finds_the_word(word: str) -> None:
    for typed in slips(word):
        assert typos.nearest(typed, KNOWN) == word, typed


@pytest.mark.parametrize("word", ["appointment", "subscription", "reservation"])
def test_two_slips_in_a_long_word_still_find_it(word: str) -> None:
    half = len(word) // 2
    for first in slips(word[:half]):
        for second in slips(word[half:]):
            assert typos.nearest(first + second, KNOWN) == word, first + second


def test_more_slips_make_another_word() -> None:
    assert typos.nearest("apqointqentq", KNOWN) is None
    assert typos.nearest("rfeudn", ["refund"]) is None


@pytest.mark.parametrize("word", ["refund", "parcel", "delivery", "appointment", "subscription"])
def test_whatever_was_meant_has_a_piece_of_what_was_typed(word: str) -> None:
    """By these it is looked up among thousands."""
    for typed in slips(word):
        assert any(piece in word for piece in typos.pieces(typed)), typed


@pytest.mark.parametrize("word", ["", "card", "1990s", "a-b-c-d"])
def test_in_short_words_and_in_numbers_no_slip_is_looked_for(word: str) -> None:
    assert typos.pieces(word) == []
    assert typos.nearest(word, ["card", "1990s"]) is None
