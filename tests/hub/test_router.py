"""Which model a question goes to, by what can be counted in it. S004-205, S004-206"""

from typing import Any

import pytest

from frontdesk.hub.router import COMPLEX, features, tier

SIMPLE = "How long do I have to return shoes?"


@pytest.mark.parametrize(
    ("text", "given", "points"),
    [
        (SIMPLE, {}, 0),
        ("word " * 31, {}, 1),
        ("word " * 81, {}, 2),
        ("One. Two. Three.", {}, 1),
        ("Why? And when?", {}, 1),
        ("Why? And when? And then?", {}, 2),
        ("From 1 to 2", {}, 1),
        ("为什么？什么时候？", {}, 1),
        (SIMPLE, {"sources": ["a", "b", "c"]}, 1),
        (SIMPLE, {"sources": ["a", "a", "a"]}, 0),
        (SIMPLE, {"sources": ["a"], "best": 0.4}, 1),
        (SIMPLE, {"best": 0.4}, 0),
        (SIMPLE, {"tools": 3}, 1),
        (SIMPLE, {"tools": 3, "turns": 4}, 2),
        ("", {}, 0),
    ],
)
def test_each_feature_is_a_point(text: str, given: dict[str, Any], points: int) -> None:
    found = features(text, **given)
    assert found.points == points
    assert tier(found) == ("complex" if points >= COMPLEX else "standard")
