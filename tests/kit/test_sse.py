"""Events come whole however their bytes are cut, and no stream holds the program up."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.kit.sse import MAX_EVENT, MAX_LINES, BadStream, Events

STREAM = "\ufeff: hello\r\nevent: x\r\ndata: ä1\r\ndata:2\r\n\r\ndata: three\r\rid: 7\n\ndata\n\ndata: not whole".encode()
WHOLE = ["ä1\n2", "three", ""]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    stream, found = Events(), list[str]()
    places = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(places):
        found += stream.feed(STREAM[start:end])
    assert found == WHOLE


def test_each_byte_alone_makes_the_same_events() -> None:
    stream = Events()
    assert [event for byte in STREAM for event in stream.feed(bytes([byte]))] == WHOLE


@pytest.mark.parametrize("line", [b"\n", b"\r", b"\r\n", b"data\n", b": x\n"])
def test_a_flood_of_lines_takes_time_in_line_with_its_length(line: bytes) -> None:
    flood = line * (MAX_LINES - 1)
    started = time.process_time()
    Events().feed(flood)
    assert time.process_time() - started < 2


def test_a_line_in_tiny_pieces_takes_time_in_line_with_its_length() -> None:
    stream, started = Events(), time.process_time()
    stream.feed(b"data: ")
    for _ in range(200_000):
        stream.feed(b"xxxx")
    assert stream.feed(b"\n\n") == ["x" * 800_000]
    assert time.process_time() - started < 5


def test_a_stream_of_too_many_lines_is_refused() -> None:
    stream = Events()
    stream.feed(b"\n" * MAX_LINES)
    with pytest.raises(BadStream, match="too many lines"):
        stream.feed(b"\n")


def test_an_event_that_never_ends_is_refused() -> None:
    stream = Events()
    stream.feed(b"data: " + b"x" * (MAX_EVENT - 10))
    with pytest.raises(BadStream, match="too long"):
        stream.feed(b"xxxxxxxxxxxx")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(BadStream, match="UTF-8"):
        Events().feed(b"data: \xff\n")
