"""What a bot's examples are put in order to, and what its author is told about them."""

import pytest

from frontdesk.nlu.grams import MOST_CHARACTERS, grams, words
from frontdesk.nlu.task import lesson, spoken


def test_a_lesson_holds_every_example_and_then_every_name() -> None:
    found = lesson({"refund": ["my money back", "a refund"], "lateParcel": ["where is it"]})
    assert found is not None
    assert found.texts == ("my money back", "a refund", "where is it", "refund", "late parcel")
    assert found.labels == (0, 0, 1, 0, 1)
    assert found.examples == 3


def test_an_example_of_two_intents_is_learnt_for_the_first_and_told() -> None:
    found = lesson({"a": ["Money back!", "one"], "b": ["money  back !", "two"]})
    assert found is not None
    assert found.texts[:3] == ("Money back!", "one", "two")
    assert "stands in the intents 'a' and 'b'" in found.remarks[0]


def test_intents_with_too_few_examples_are_named() -> None:
    found = lesson({"one": ["x1"], "three": ["y1", "y2", "y3"], "five": [f"z{n}" for n in range(5)]})
    assert found is not None
    single, few = found.remarks
    assert "one example" in single
    assert single.count("one") == 2
    assert "three" in few
    assert "five" not in few


@pytest.mark.parametrize("intents", [{}, {"a": []}, {"a": ["", "  "]}])
def test_without_an_example_there_is_nothing_to_learn(intents: dict[str, list[str]]) -> None:
    assert lesson(intents) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cancel_order", "cancel order"),
        ("trackOrder", "track order"),
        ("flow:billing-2", "billing 2"),
        ("__", "__"),
    ],
)
def test_a_name_is_read_as_words(name: str, said: str) -> None:
    assert spoken(name) == said


def test_uzbek_is_the_same_in_both_alphabets() -> None:
    assert words("Буюртмамни бекор қилинг") == words("Buyurtmamni bekor qiling")
    assert words("ўзбек") == words("o\u2018zbek") == words("o\u02bbzbek")


def test_what_is_counted_of_a_text_is_bounded() -> None:
    assert words("a" * (MOST_CHARACTERS + 500)) == ["a" * MOST_CHARACTERS]
    assert len(grams("a" * MOST_CHARACTERS)) < 20


def test_grams_are_of_words_pairs_and_pieces() -> None:
    once, twice = grams("refund"), grams("refund refund")
    assert set(once) < set(twice)
    assert set(once.values()) == {1}
    assert max(twice.values()) == 2
    assert grams("") == {}
