"""What is remembered: saved and read at any moment, lifted from older formats, never too large."""

import json

import msgspec
import pytest
from tests.dialog.driver import Talk, answers, make

from frontdesk.core.action import Fetched, Said
from frontdesk.core.errors import Bug
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.engine import step
from frontdesk.dialog.state import (
    MAX_STATE_BYTES,
    STATE_FORMAT,
    Frame,
    Moment,
    State,
    bounded,
    dump_state,
    load_state,
    new_state,
)


def test_a_state_in_the_middle_of_a_turn_is_saved_and_goes_on(billing: Bot) -> None:
    talk = Talk(billing)
    talk.all("balance", "123456")
    turn = talk.turn()
    waiting = step(billing, talk.state, Said("fred@home.com"), turn)
    assert waiting.need is not None
    saved = dump_state(waiting.state)
    assert json.loads(saved)["moment"]["pending"]["key"] == waiting.need.key
    outcome = Fetched(waiting.need.key, "ok", 200, {"accountId": "1", "accountBalance": 7})
    straight = step(billing, waiting.state, outcome, turn)
    resumed = step(billing, load_state(saved, STATE_FORMAT), outcome, turn)
    assert straight == resumed
    assert dump_state(straight.state) == dump_state(resumed.state)


def test_the_message_is_still_known_after_a_call() -> None:
    talk = Talk(
        make("""
actions: {A: {request: {url: "https://a.test/"}}}
slots: {t: {scope: turn}}
flows: {f: {trigger: {patterns: ["*"]}, steps: [{set: {t: kept}}, {call: A}, {say: "{$query} {{ slots.t }}"}]}}
"""),
        {"A": answers(200)},
    )
    assert talk.say("my words") == ["my words kept"]
    assert talk.state.moment == Moment()


def test_a_new_state_is_small_and_names_its_format() -> None:
    assert json.loads(dump_state(new_state())) == {"format": STATE_FORMAT, "moment": {}}
    assert load_state(None, 0) == load_state(b"", STATE_FORMAT) == new_state()
    assert load_state('{"format": 1, "last_intent": "x"}', 1).last_intent == "x"


def test_a_state_of_an_older_format_is_lifted_step_by_step() -> None:
    def to_0(fields: dict[str, object]) -> dict[str, object]:
        return {**fields, "flows": [fields.pop("flow")]}

    def to_1(fields: dict[str, object]) -> dict[str, object]:
        flows = fields.pop("flows")
        assert isinstance(flows, list)
        return {**fields, "stack": [{"flow": flow, "at": "q", "mode": "ask"} for flow in flows]}

    found = load_state('{"flow": "f", "session": {"a": 1}}', STATE_FORMAT - 2, upgrades={-1: to_0, 0: to_1})
    assert found == State(format=STATE_FORMAT, stack=[Frame("f", "q", "ask")], session={"a": 1})


def test_without_an_upgrade_it_is_a_bug_not_a_guess() -> None:
    with pytest.raises(Bug):
        load_state("{}", STATE_FORMAT - 1)


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"format": 1, "stack": 5}', b"\xff", b"null"])
def test_bytes_that_are_no_state_are_a_bug(raw: bytes) -> None:
    with pytest.raises(Bug):
        load_state(raw, STATE_FORMAT)


def test_a_state_of_a_later_release_starts_afresh() -> None:
    assert load_state('{"format": 99, "stack": "something else"}', STATE_FORMAT + 1) == new_state()


def test_a_state_that_names_what_the_bot_no_longer_has_does_no_harm(billing: Bot) -> None:
    for frames in (
        [Frame("gone", "q", "ask")],
        [
            Frame("billing", "gone", "ask"),
            Frame("billing", "copy_yes", "ask"),
            Frame("billing", "want_copy", "call"),
        ],
        [Frame("billing", "#1", "unheard of")],
    ):
        talk = Talk(billing, state=State(format=STATE_FORMAT, stack=frames))
        assert talk.say("hello") == ["Hello! Ask me about your bill or your account balance."]
        assert talk.state.stack == []


@pytest.mark.parametrize("char", ["x", '"', "\n", "\u20ac", "\U0001f600"])
def test_a_saved_state_is_never_too_large(char: str) -> None:
    text = char * 8_000
    full: dict[str, object] = {f"name{number}": text for number in range(60)}
    state = State(
        format=STATE_FORMAT,
        stack=[
            Frame(
                f"flow{number}",
                "at",
                "ask",
                slots=dict(full),
                results={f"A{n}": dict(full) for n in range(2)},
            )
            for number in range(10)
        ],
        session=dict(full),
        vars=dict(full),
        contact={"list": [full, [text] * 50]},
        last_intent=text,
        chosen_intent=text,
        options=["flow"] * 10,
    )
    data = dump_state(state)
    assert len(data) <= MAX_STATE_BYTES
    found = load_state(data, STATE_FORMAT)
    assert [frame.flow for frame in found.stack] == [f"flow{number}" for number in range(10)]
    assert state.last_intent == text, "the state itself is left alone"


def test_values_are_bounded_as_they_come() -> None:
    talk = Talk(
        make("""
slots: {s: {scope: session}}
actions: {A: {request: {url: "https://a.test/"}, result: {v: $.v}}}
flows: {f: {trigger: {patterns: ["*"]}, steps: [{set: {s: "{$query}"}}, {call: A}, {ask: "{$.api_A.v} more?"}]}}
"""),
        {"A": answers(200, {"v": [{"text": "x" * 100} for _ in range(10_000)]})},
    )
    talk.say("y" * 8_000)
    assert len(str(talk.state.session["s"])) == 4_000
    assert len(dump_state(talk.state)) < 20_000


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("abcdef", "abc"),
        (["ab", "cd", "ef"], ["ab"]),
        ({"a": 1, "b": 2}, {"a": 1}),
        (2**80, "120"),
        (True, True),
        (None, None),
        (1.5, 1.5),
        ({1, 2}, None),
    ],
)
def test_a_value_is_cut_to_its_budget(value: object, kept: object) -> None:
    assert bounded(value, 3) == kept


def test_deep_values_are_cut() -> None:
    deep: object = "x"
    for _ in range(50):
        deep = [deep]
    assert len(json.dumps(bounded(deep))) < 30
    msgspec.json.encode(bounded({"a": {"b": {1: 2**70}}}))
