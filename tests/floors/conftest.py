"""What the floors are held against: data from outside, a running program for each embedder, lines of figures for people."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench import accuracy
from bench.intents_bot import bot
from tests.floors.desk import Assistant, Desk, desk

from frontdesk.plugins.embedders.e5 import adapter as e5
from frontdesk.plugins.embedders.minilm import adapter as minilm

LEARNT_WITHIN_S = 1200.0
TROUBLE = {"none": lambda: "", "minilm": minilm.MODEL.trouble, "e5": e5.MODEL.trouble}

Report = Callable[[str], None]


@pytest.fixture(scope="session")
def data() -> Path:
    found = accuracy.folder()
    if found is None:
        pytest.skip(accuracy.WITHOUT)
    return found


@dataclass
class Desks:
    """One running program for each embedder, started when it is first asked for, with its assistants."""

    folder: Path
    data: Path
    stack: AsyncExitStack
    running: dict[str, Desk] = field(default_factory=dict)
    assistants: dict[tuple[str, str, str], Assistant] = field(default_factory=dict)

    async def desk(self, tier: str) -> Desk:
        if trouble := TROUBLE[tier]():
            pytest.skip(trouble)
        if tier not in self.running:
            opened = desk(self.folder / tier, FRONTDESK_EMBEDDER=tier)
            self.running[tier] = await self.stack.enter_async_context(opened)
        return self.running[tier]

    async def learnt(self, tier: str, name: str, split: str) -> tuple[Desk, Assistant]:
        """An assistant that has learnt this part of the data."""
        served, key = await self.desk(tier), (tier, name, split)
        if key not in self.assistants:
            texts = accuracy.read(self.data, name, split)
            slug = f"{name}_{split}"
            made = await served.publish(bot(texts.by_intent(), slug=slug), slug)
            told = await served.learnt(made, within_s=LEARNT_WITHIN_S)
            assert told["by_meaning"] is (tier != "none"), told
            self.assistants[key] = made
        return served, self.assistants[key]


@pytest.fixture(scope="session")
async def desks(data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desks]:
    async with AsyncExitStack() as stack:
        yield Desks(tmp_path_factory.mktemp("floors"), data, stack)


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Report:
    """Prints a line of figures past the capture."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}")  # noqa: T201 - figures are for people

    return say
