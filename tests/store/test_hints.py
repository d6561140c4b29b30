"""Hints: what one process touches is heard in every other, however long it is in bytes."""

import asyncio

import pytest
from tests.database import Database

from frontdesk.core.errors import Bug
from frontdesk.store.hints import Hints

WITHIN_S = 60


async def test_many_ids_of_letters_that_take_several_bytes_are_all_heard(database: Database) -> None:
    ids = {f"{number}-{chr(0x1F600) * 200}" for number in range(40)}
    heard: set[str] = set()
    hints, listener = Hints(database.url), Hints(database.url)
    listener.listen(heard.add)
    async with hints.running(), listener.running(), asyncio.timeout(WITHIN_S):
        while "probe" not in heard:
            hints.touch("probe")
            await asyncio.sleep(0.02)
        for id_ in ids:
            hints.touch(id_)
        while not ids <= heard:  # noqa: ASYNC110  # nothing tells when it is heard
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("word", ["", " ", "a b", "a\nat:ws:conv:acct:1:2"])
def test_what_is_not_one_word_is_no_hint(word: str) -> None:
    with pytest.raises(Bug):
        Hints("postgresql://nowhere").touch(word)
