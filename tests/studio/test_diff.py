"""What differs between two bots: diffs that turn the one into the other, and are soon made whatever the files hold."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_up import examples

from frontdesk.studio.diff import FileDiff, diff_files

LINES = st.lists(
    st.sampled_from(["a", "b", "c", "", "- say: x", "\u2028", "d\r", "--- e", "+f"]), max_size=25
)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))


def split(text: str) -> list[str]:
    """Lines with their ends; the last one may have none."""
    return [line + "\n" for line in text.split("\n")[:-1]] + (
        [last] if (last := text.rsplit("\n", maxsplit=1)[-1]) else []
    )


def applied(before: str, found: FileDiff) -> str:
    """What `patch` makes of it."""
    given, at, made = split(before), 0, list[str]()
    lines = found.text.split("\n")[2:-1]
    for index, line in enumerate(lines):
        if line.startswith("@@"):
            start, _, length = line.split()[1][1:].partition(",")
            first = int(start) - (0 if length == "0" else 1)
            made += given[at:first]
            at = first
            continue
        if line.startswith("\\"):
            continue
        cut = index + 1 < len(lines) and lines[index + 1].startswith("\\")
        text = line[1:] + ("" if cut else "\n")
        if line[0] in " -":
            assert given[at] == text
            at += 1
        if line[0] in " +":
            made.append(text)
    return "".join([*made, *given[at:]])


@given(before=TEXTS, after=TEXTS)
@examples(300)
def test_the_diff_turns_the_one_into_the_other(before: str, after: str) -> None:
    found = diff_files({"bot.yaml": before}, {"bot.yaml": after})
    if before == after:
        assert found == []
    else:
        (one,) = found
        assert one.change == "changed"
        assert applied(before, one) == after


def test_a_change_has_three_lines_around_it_and_its_place() -> None:
    before = "".join(f"{n}\n" for n in range(1, 21))
    after = before.replace("10\n", "ten\n").replace("20\n", "20\n21\n")
    (found,) = diff_files({"a.md": before}, {"a.md": after})
    assert found.text == (
        "--- a/a.md\n+++ b/a.md\n"
        "@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n"
        "@@ -18,3 +18,4 @@\n 18\n 19\n 20\n+21\n"
    )


def test_files_are_in_order_and_say_what_became_of_them() -> None:
    found = diff_files({"a.md": "a", "b.md": "same", "c.md": "c"}, {"b.md": "same", "c.md": "d", "aa.md": ""})
    assert [(each.path, each.change) for each in found] == [
        ("a.md", "removed"),
        ("aa.md", "added"),
        ("c.md", "changed"),
    ]


N = 20_000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([str(n) for n in range(N)], [str(n) for n in reversed(range(N))]),
        ([str(n % 150) for n in range(N)], [str((n * 7 + 3) % 150) for n in range(N)]),
        ([str(n // 2) for n in range(N)], [str(n * 7 % N // 2) for n in range(N)]),
        (["x"] * N, ["x"] * (N - 7) + ["y"]),
    ],
    ids=["turned round", "few lines often", "all lines twice", "one line"],
)
def test_files_made_to_be_hard_are_compared_within_a_second(before: list[str], after: list[str]) -> None:
    started = time.process_time()
    (found,) = diff_files({"a.md": "\n".join(before)}, {"a.md": "\n".join(after)})
    assert time.process_time() - started < 1
    assert applied("\n".join(before), found) == "\n".join(after)
