"""Bodies that are made to be slow to read are read as fast as others."""

import time

import pytest

from frontdesk.core import strict_json

MOST_S = 1.0


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 65 + b'\\"' * 300_000,
        b"[" * 65 + b'"' + b'\\"' * 300_000,
        b"[" * 65 + b'"' * 300_001,
        b"[" * 65 + b'"' + b"\\" * 300_001,
        b"[" * 900_000,
        b'{"":' * 300_000,
    ],
)
def test_what_is_no_json_is_refused_at_once(body: bytes) -> None:
    began = time.process_time()
    with pytest.raises(strict_json.NotJson):
        strict_json.loads(body)
    assert time.process_time() - began < MOST_S


def test_brackets_within_strings_are_no_nesting() -> None:
    assert strict_json.loads(b'["' + b"[" * 100 + b'\\"' + b"{" * 100 + b'"]') == [
        "[" * 100 + '"' + "{" * 100
    ]
