"""The catalogues of what customers say to repair a conversation."""

import pytest

from frontdesk.dialog.patterns import compile_pattern
from frontdesk.dialog.repair import ENGLISH, KINDS, correction_mistake
from frontdesk.studio.phrases import bot_phrases, repair_phrases


def test_the_english_catalogue_is_what_is_understood_without_one() -> None:
    assert repair_phrases()["en"] == ENGLISH


@pytest.mark.parametrize("language", sorted(bot_phrases()))
def test_every_language_has_patterns_of_every_kind_that_can_be_read(language: str) -> None:
    patterns = repair_phrases()[language]
    assert set(patterns) == set(KINDS)
    for kind, listed in patterns.items():
        assert listed
        for pattern in listed:
            compile_pattern(pattern)
            assert kind != "correct" or correction_mistake(pattern) == ""
