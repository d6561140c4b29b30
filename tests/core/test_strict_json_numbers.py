"""Numbers that Python would read as infinity are refused: they could not be written again."""

import pytest

from frontdesk.core import strict_json


@pytest.mark.parametrize("text", [b"1e999", b"-1e999", b'{"a":[1.0e400]}'])
def test_a_number_out_of_range_is_refused(text: bytes) -> None:
    with pytest.raises(strict_json.NotJson, match="number out of range"):
        strict_json.loads(text)


def test_the_largest_and_smallest_numbers_pass() -> None:
    assert strict_json.loads(b"[1.7976931348623157e308,1e-999,512.75]") == [
        1.7976931348623157e308,
        0.0,
        512.75,
    ]
