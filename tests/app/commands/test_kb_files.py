"""Many files are read some at a time: a folder may hold more than memory does."""

from pathlib import Path

import pytest

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands.kb_files import BYTES_AT_ONCE, FILES_AT_ONCE, find_sources, read_in_turn


def test_small_files_come_by_number_and_large_ones_by_size(tmp_path: Path) -> None:
    for number in range(FILES_AT_ONCE + 1):
        (tmp_path / f"{number:03}.md").write_text(f"Text {number}.")
    batches = list(read_in_turn(find_sources([tmp_path]).files))
    assert [len(batch) for batch in batches] == [FILES_AT_ONCE, 1]
    assert batches[1] == {f"{FILES_AT_ONCE:03}.md": f"Text {FILES_AT_ONCE}.".encode()}
    for name in ("000.md", "001.md"):
        (tmp_path / name).write_bytes(b"x" * BYTES_AT_ONCE)
    assert [len(batch) for batch in read_in_turn(find_sources([tmp_path]).files)] == [1, 1, FILES_AT_ONCE - 1]


def test_a_file_that_is_gone_when_its_turn_comes_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Text.")
    found = find_sources([tmp_path]).files
    (tmp_path / "a.md").unlink()
    with pytest.raises(CannotStart, match=r"a\.md cannot be read"):
        list(read_in_turn(found))
