"""Conditions of `if` and `when`."""

import pytest
from tests.dialog.driver import Talk, answers, make

from frontdesk.dialog.load import BotInvalid


def holds(condition: str) -> bool:
    bot = make(f"""
slots: {{n: {{}}, word: {{}}, none: {{}}, code: {{}}, untrue: {{}}}}
actions: {{A: {{request: {{url: "https://a.test/"}}, result: {{balance: $.balance, active: $.active}}}}}}
flows:
  f:
    trigger: {{patterns: [go]}}
    steps:
      - set: {{n: "5", word: Red, code: "007", untrue: false}}
      - call: A
      - if: {condition!r}
        then: [{{say: "yes"}}]
        else: [{{say: "no"}}]
""")
    talk = Talk(bot, {"A": answers(200, {"balance": 512.75, "active": True})})
    (said,) = talk.say("go")
    return said == "yes"


@pytest.mark.parametrize(
    "condition",
    [
        'channel == "web"',
        "channel == 'web'",
        'channel != "rest"',
        "slots.n > 4",
        "slots.n >= 5 and slots.n <= 5.0",
        "slots.n == 5",
        "A.balance > 500",
        "A.balance < 1000 and not A.balance < 500",
        "A.active",
        "A.active == true",
        "slots.untrue == false",
        "not slots.untrue",
        "not slots.none",
        "slots.none == null",
        "slots.word != null",
        "slots.word",
        'slots.word == "Red"',
        'slots.word in ["Blue", "Red"]',
        'slots.word not in ["Blue", "Green"]',
        "slots.n in [4, 5]",
        'slots.code == "007"',
        "slots.code == 7",
        '(slots.none or slots.word) and (channel == "rest" or channel == "web")',
        'slots.none or slots.word == "Red" and not slots.untrue',
        "not (slots.none or slots.untrue)",
        "not not slots.word",
        "{$botContext.slot.n} == 5",
        "{$query} == 'go'",
        "message.text == 'go'",
        "true",
        "-1 < 0",
    ],
)
def test_what_holds(condition: str) -> None:
    assert holds(condition)


@pytest.mark.parametrize(
    "condition",
    [
        'channel == "rest"',
        "slots.n > 5",
        "slots.none > 0",
        "slots.none < 1",
        "slots.word > 1",
        'slots.word == "red"',
        'slots.code == "7"',
        "slots.word == null",
        "slots.none",
        "slots.untrue",
        "false",
        "null",
        "not true",
        'slots.word in ["red"]',
        "vars.unset == 0",
    ],
)
def test_what_does_not_hold(condition: str) -> None:
    assert not holds(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "==",
        "slots.n ==",
        "== 5",
        "slots.n 5",
        "(slots.n",
        "slots.n)",
        "slots.n in 5",
        "slots.n in [5",
        "slots.n not 5",
        "a b",
        "",
        "and",
        "1 +",
    ],
)
def test_what_cannot_be_read_is_refused(condition: str) -> None:
    with pytest.raises(BotInvalid, match=r"bot\.yaml:\d+: "):
        holds(condition)
