"""What a trace does not show: values of slots marked as personal data, whatever they are and wherever they stand."""

import json

import pytest
from tests.dialog.driver import Talk, make

from frontdesk.core.action import Alert, Said, Say
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


PII = """
slots: {card: {pii: card, scope: session}}
flows: {f: {trigger: {patterns: [go]}, steps: [{ask: Card?, slot: card, %s, ask_again: true}, {say: thanks}]}}
"""


def test_a_long_answer_that_is_personal_is_left_out_as_a_whole() -> None:
    talk = Talk(make(PII % "accept: {regex: '(?s).*'}"))
    talk.say("go")
    found = talk.step(Said("4111111111111111 " + "and so on " * 120))
    shown = json.dumps(conceal(found.trace, found.hidden))
    assert "4111" not in shown


def test_an_answer_is_left_out_however_it_is_spelt_also_the_second_time() -> None:
    talk = Talk(make(PII % "clean: [digits], accept: {regex: '[0-9]{8}'}"))
    for _ in range(2):
        talk.say("go")
        found = talk.step(Said("1234-5678"))
        assert "1234-5678" not in json.dumps(conceal(found.trace, found.hidden))


def test_texts_are_cut_only_after_that() -> None:
    (fact,) = conceal([{"fact": "heard", "text": "a" * 990 + " fred@home.com"}], HIDDEN)
    assert fact["text"] == "a" * 990 + " ***"
    (fact,) = conceal([{"fact": "heard", "text": "a" * 5_000}], frozenset())
    assert fact["text"] == "a" * 1_000
