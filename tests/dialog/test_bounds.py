"""What one turn may do at most, whatever its bot says: it ends, and everything that came of it is of a size to store."""

import json
import time

import pytest
from tests.dialog.driver import Talk, answers, make

from frontdesk.core.action import Alert
from frontdesk.dialog.bot import Bot

GOES = "flows: {{f: {{trigger: {{patterns: ['go*']}}, steps: [{steps}]}}}}"
VALUES = ", ".join(f"v{number}: '{{{{ message.text }}}}{number}'" for number in range(200))
FILTERS = " | upper | lower" * 5
PLACES = "".join(f"{{{{ vars.v{FILTERS} }}}}" for _ in range(15))
CARD = (
    f"{{title: '{PLACES}', subtitle: '{PLACES}', buttons: [{', '.join([chr(39) + PLACES + chr(39)] * 3)}]}}"
)
BOTS = {
    "values kept over and over": (make(GOES.format(steps=f"{{id: a, set: {{{VALUES}}}, next: a}}")), 8_000),
    "cards of a list, full of filters": (
        make(
            "slots: {l: {scope: session}}\n"
            + GOES.format(
                steps=f"{{set: {{v: '{{{{ message.text }}}}', l: [{', '.join('1' * 10)}]}}}}, "
                f"{{id: a, say: {{cards: {{for_each: slots.l, as: x, card: {CARD}}}}}, next: a}}"
            )
        ),
        3_000,
    ),
    "messages of a script": (
        make(
            GOES.format(
                steps='{id: a, script: "for (let i = 0; i < 100; i += 1) botContext.sendMessages('
                "Array(100).fill('m' + i))\", next: a}"
            )
        ),
        1,
    ),
    "one long text": (make(GOES.format(steps="{id: a, say: '{{ message.text }}{$query}', next: a}")), 8_000),
}


@pytest.mark.parametrize(("bot", "length"), BOTS.values(), ids=BOTS)
def test_a_turn_that_does_too_much_is_ended_and_told(bot: Bot, length: int) -> None:
    talk = Talk(bot)
    began = time.process_time()
    said = talk.say("go " + "y" * length)
    assert time.process_time() - began < 3
    assert len(json.dumps(talk.trace)) + sum(map(len, said)) < 1_000_000
    assert len(said) <= 202
    assert said[-1] == "Sorry, I got stuck. Please tell me again what you need."
    assert [action.code for action in talk.last if isinstance(action, Alert)] == ["loop"]
    assert talk.say("hello") == ["Sorry, I did not understand that."]


def test_what_is_said_over_and_over_between_calls_is_said_once() -> None:
    bot = make(
        "actions: {A: {request: {url: 'https://a.test'}}}\n"
        + GOES.format(steps="{id: a, say: again}, {call: A, next: a}")
    )
    talk = Talk(bot, {"A": answers(200, {})})
    assert talk.say("go") == ["again", "Sorry, I got stuck. Please tell me again what you need."]


def test_a_name_too_many_is_told_and_not_traced_as_kept() -> None:
    values = ", ".join(f"v{number}: 1" for number in range(200))
    steps = f"{{set: {{{values}}}}}, {{set: {{more: 2}}}}, {{say: '[{{{{ vars.more }}}}]'}}"
    talk = Talk(make(GOES.format(steps=steps)))
    assert talk.say("go") == ["[]"]
    assert talk.alerts == ["too_many_names"]
    assert not [fact for fact in talk.trace if fact.get("name") == "more"]
