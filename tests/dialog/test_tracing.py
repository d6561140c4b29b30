"""What a trace does not show: values of slots marked as personal data, whatever they are and wherever they stand."""

import pytest

from frontdesk.core.action import Alert, Say
from frontdesk.core.message import Text
from frontdesk.core.script import Logged
from frontdesk.dialog.tracing import conceal, conceal_told

HIDDEN = frozenset({"200", "fred@home.com", "Jo", "4 High St"})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("fred@home.com", "***"),
        ("write to fred@home.com today", "write to *** today"),
        ("https://x.test/of/fred%40home.com", "https://x.test/of/***"),
        ("https://x.test/4%20High%20St", "https://x.test/***"),
        ("Jo", "***"),
        ("Jonas", "Jonas"),  # too short to be looked for inside of others
        (200, "***"),
        (2000, 2000),
        (True, True),
        (None, None),
        ({"a": ["fred@home.com", {"b": 200}]}, {"a": ["***", {"b": "***"}]}),
    ],
)
def test_values_are_hidden_at_every_depth(value: object, shown: object) -> None:
    assert conceal([{"fact": "var", "after": value}], HIDDEN) == [{"fact": "var", "after": shown}]


def test_what_the_program_counts_is_shown_though_it_be_the_same_number() -> None:
    facts: list[dict[str, object]] = [
        {"fact": "returned", "status": 200, "outcome": "ok"},
        {"call": "look", "ms": 200},
        {"fact": "understood", "candidates": {"pay": 0.5}, "sure": "pay"},
        {"fact": "step", "step": "Jo/Jo", "at": "Jo.yaml:200"},
    ]
    assert conceal(facts, HIDDEN | {"0.5"}) == facts


def test_alerts_and_logs_are_told_without_them_and_answers_are_not_touched() -> None:
    said = Say((Text("fred@home.com"),))
    alert, log, same = conceal_told(
        [Alert("x", "no fred@home.com"), Logged("e", "for fred@home.com", "200"), said], HIDDEN
    )
    assert alert == Alert("x", "no ***")
    assert log == Logged("e", "for ***", "***")
    assert same is said
