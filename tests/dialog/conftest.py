"""The tutorial's bot, loaded once, and a conversation with it; the script processes end with the tests."""

from collections.abc import Iterator

import pytest
from tests.dialog.driver import Talk, answers, billing_files
from tests.dialog.script_runner import scripts

from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot


@pytest.fixture(scope="session")
def billing() -> Bot:
    return load_bot(billing_files())


@pytest.fixture
def talk(billing: Bot) -> Talk:
    """A conversation whose balance service answers 512.75."""
    return Talk(billing, {"Balance": answers(body={"accountId": "123456", "accountBalance": 512.75})})


@pytest.fixture(scope="session", autouse=True)
def _script_processes() -> Iterator[None]:
    yield
    if scripts.cache_info().currsize:
        scripts().close()
