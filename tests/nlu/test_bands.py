"""Between taking an intent and turning the text down, the customer is asked."""

import pytest

from frontdesk.nlu.bands import Bands, Ranked, judge

BANDS = Bands(tie=0.8, named=0.15)


def judged(certainty: float, *scores: float) -> tuple[str, list[tuple[str, bool]]]:
    ranked = Ranked(tuple(zip("abcdefgh", scores, strict=False)), certainty)
    found = judge(ranked, 1.0, 2.0, BANDS)
    return found.band, [(each.intent, each.sure) for each in found.candidates]


@pytest.mark.parametrize(
    ("certainty", "scores", "expected"),
    [
        (3.0, (0.9, 0.05), ("accept", [("a", True)])),
        (3.0, (0.7, 0.2), ("accept", [("a", True), ("b", False)])),
        (3.0, (0.45, 0.40, 0.1), ("confirm", [("a", False), ("b", False)])),
        (1.5, (0.9, 0.05), ("confirm", [("a", False)])),
        (1.5, (0.4, 0.3, 0.2), ("confirm", [("a", False), ("b", False)])),
        (0.5, (0.9, 0.05), ("reject", [])),
        (3.0, (), ("reject", [])),
    ],
)
def test_the_band_follows_from_certainty_and_lead(
    certainty: float, scores: tuple[float, ...], expected: tuple[str, list[tuple[str, bool]]]
) -> None:
    assert judged(certainty, *scores) == expected


@pytest.mark.parametrize("certainty", [-30.0, -0.5, 0.0, 1.5, 40.0])
def test_what_is_told_of_certainty_is_a_share_of_one_and_in_the_same_order(certainty: float) -> None:
    found = judge(Ranked((("a", 0.9),), certainty), 1.0, 2.0, BANDS)
    assert 0 <= found.certainty <= 1
    assert found.reject_below < found.confirm_below
    assert (found.certainty < found.reject_below) == (certainty < 1)
