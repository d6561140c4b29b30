"""What `clean` makes of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.dialog.cleaning import OPERATIONS, clean


# Checklist row 18: an explicit clean stage before the rules.
@pytest.mark.parametrize(
    ("operations", "text", "cleaned"),
    [
        (["digits"], "AB 12-34 ٥", "12345"),
        (["digits"], "none", ""),
        (["lower"], "Fred ÄÖ", "fred äö"),
        (["upper"], "ab-1", "AB-1"),
        (["no_blanks"], " 12\u00a03\t4\n5\u200b6 ", "123456"),
        (["no_marks"], "12-34/56 (a)!", "123456 a"),
        (["no_marks"], "o‘zbek ₽ 5€", "ozbek  5"),
        (["no_marks"], "é e\u0301", "é e\u0301"),
        (["no_marks", "no_blanks", "upper"], "ab-12 / c", "AB12C"),
        ([], " as it is ", " as it is "),
    ],
)
def test_operations_apply_in_the_order_given(operations: list[str], text: str, cleaned: str) -> None:
    assert clean(text, operations) == cleaned


@given(st.text(), st.sampled_from(sorted(OPERATIONS)))
def test_cleaning_twice_is_cleaning_once(text: str, operation: str) -> None:
    once = clean(text, [operation])
    if operation in {"digits", "no_blanks", "no_marks"}:
        assert clean(once, [operation]) == once
        assert len(once) <= len(text)
    assert isinstance(once, str)


@given(st.text())
def test_digits_leaves_digits_only(text: str) -> None:
    digits = clean(text, ["digits"])
    assert not digits or (digits.isascii() and digits.isdigit())
