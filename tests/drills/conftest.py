"""What every drill needs: an installation of its own, and a line of figures for whoever runs the long form."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.drills.installation import Installation, installed


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(tmp_path) as found:
        yield found


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Prints a drill's line of figures past the capture."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {line}")  # noqa: T201 - figures are for people

    return say
