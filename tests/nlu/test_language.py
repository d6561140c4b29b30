"""A message's language among those of the bot; a conversation keeps its own unless it clearly changes."""

from collections.abc import Sequence

import pytest

from frontdesk.nlu.language import identify, spoken_in, written_in

SPOKEN = ("en", "ru", "uz", "pt")


def never(text: str, languages: Sequence[str]) -> tuple[str, float]:
    raise AssertionError(f"asked for {text!r}")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my parcel", "en"),
        ("где моя посылка", "ru"),
        ("posilkam qayerda qoldi", "uz"),
        ("посилкам қаерда қолди", "uz"),
        ("onde está minha encomenda", "pt"),
        ("привет", "ru"),
        ("hello", "en"),
        ("ok", ""),
        ("12345 ???", ""),
        ("", ""),
        ("oi", ""),
        ("\u4f60\u597d\u4f60\u597d\u4f60\u597d", ""),
    ],
)
def test_the_first_message_tells(text: str, language: str) -> None:
    assert spoken_in(text, SPOKEN, "", identify) == language


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [("где моя посылка", ("en", "ru"), "ru"), ("hello there", ("ru", "en"), "en"), ("hello", ("en",), "")],
)
def test_where_the_alphabet_tells_no_model_is_asked(
    text: str, languages: tuple[str, ...], language: str
) -> None:
    assert spoken_in(text, languages, "", never) == language


@pytest.mark.parametrize(
    ("text", "current", "language"),
    [
        ("salom", "en", "en"),
        ("AB-10023 refund", "uz", "uz"),
        ("men pulimni qaytarib olmoqchiman iltimos", "en", "uz"),
        ("I would like to have my money back", "uz", "en"),
        ("где моя посылка", "en", "ru"),
    ],
)
def test_a_word_does_not_change_it_and_a_sentence_does(text: str, current: str, language: str) -> None:
    assert spoken_in(text, SPOKEN, current, identify) == language


def test_a_region_is_kept_as_the_bot_has_it() -> None:
    assert spoken_in("onde está minha encomenda agora", ("en-US", "pt-BR"), "", identify) == "pt-BR"


def test_a_language_that_no_model_knows_is_left_to_the_bots_own() -> None:
    assert spoken_in("some words here", ("xx", "yy"), "", identify) == "xx"


@pytest.mark.parametrize(
    ("text", "language", "may"),
    [
        ("You have 14 days.", "en", True),
        ("You have 14 days.", "ru", False),
        ("У вас 14 дней.", "ru-RU", True),
        ("У вас 14 дней.", "en", False),
        ("Sizda 14 kun bor.", "uz", True),
        ("Сизда 14 кун бор.", "uz", True),
        ("உங்களுக்கு 14 நாட்கள்", "ta", True),
        ("14 - 15", "ru", True),
        ("У вас 14 дней.", "", True),
    ],
)
def test_letters_tell_in_which_language_a_text_cannot_be(text: str, language: str, *, may: bool) -> None:
    assert written_in(text, language) is may
