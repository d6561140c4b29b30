"""The catalogues of built-in sentences that assistants fall back on."""

import re

import pytest
from tests.dialog.driver import HEAD, Talk

from frontdesk.dialog.load import load_bot
from frontdesk.dialog.phrases import ENGLISH
from frontdesk.studio.phrases import bot_phrases


def test_the_english_catalogue_is_what_the_engine_knows_without_one() -> None:
    assert bot_phrases()["en"] == ENGLISH


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_every_language_has_every_sentence_with_the_same_places(language: str) -> None:
    phrases = bot_phrases()[language]
    assert set(phrases) == set(ENGLISH)
    for key, sentence in phrases.items():
        assert sentence.strip()
        assert sorted(re.findall(r"\{\w+\}", sentence)) == sorted(re.findall(r"\{\w+\}", ENGLISH[key]))


def test_a_conversation_in_another_language_gets_its_sentences() -> None:
    bot = load_bot({"bot.yaml": HEAD}, phrases=bot_phrases())
    for language in ("ru", "uz"):
        assert Talk(bot, language=language).say("reset") == [bot_phrases()[language]["reset_done"]]
    assert Talk(bot, language="de").say("reset") == [ENGLISH["reset_done"]]
