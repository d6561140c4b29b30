"""Answers of a child that a script has taken over: held to the contract, never believed."""

import pytest
from tests.sandbox.conftest import script

from frontdesk.core.script import Send
from frontdesk.sandbox import answer
from frontdesk.sandbox.task import task

TASK = task(script("1"))


def effects(json: str) -> bytes:
    return f'{{"outcome":"ok","effects":[{json}]}}'.encode()


def test_a_good_answer_is_taken() -> None:
    ran = answer.ran("key", TASK, effects('{"type":"send","texts":["a"]}'))
    assert (ran.outcome, ran.effects) == ("ok", (Send(("a",)),))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"outcome":"unavailable"}',
        b'{"outcome":"ok","effects":[1]}',
        b'{"outcome":"ok","at":"1"}',
        b'{"outcome":"ok","value":NaN}',
        b'{"outcome":"ok","value":1e999}',
        b'{"outcome":"ok","outcome":"ok"}',
        b'{"outcome":"ok","value":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        effects('{"type":"run","code":"x"}'),
        effects('{"type":"send","texts":[1]}'),
        effects('{"type":"send","texts":"abc"}'),
        effects('{"type":"send","texts":[' + ",".join(['"a"'] * 101) + "]}"),
        effects('{"type":"add_replies","replies":[' + ",".join(['{"title":"a"}'] * 101) + "]}"),
        effects('{"type":"put","name":"","value":1}'),
        effects('{"type":"put","name":"n","value":1,"scope":"workspace"}'),
        effects('{"type":"jump","step":"' + "x" * 201 + '"}'),
        effects('{"type":"delay","ms":10001}'),
        effects('{"type":"delay","ms":-1}'),
        effects('{"type":"delay","ms":1.5}'),
        effects(",".join(['{"type":"debug","text":""}'] * 101)),
    ],
)
def test_an_answer_out_of_bounds_is_refused_with_a_short_reason(body: bytes) -> None:
    with pytest.raises(answer.Unusable) as refused:
        answer.ran("key", TASK, body)
    assert 0 < len(str(refused.value)) <= 500


def test_an_error_is_cut_and_a_line_out_of_range_is_none() -> None:
    body = b'{"outcome":"error","error":"' + b"x" * 2000 + b'","at":999999}'
    ran = answer.ran("key", TASK, body)
    assert (len(ran.error), ran.source, ran.line) == (500, "scripts/test.js", 0)
