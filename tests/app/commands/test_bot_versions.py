"""Versions of a bot by commands: listed, compared, given back byte for byte, and answering again."""

from pathlib import Path

import pytest
from tests.app.commands.conftest import Place

BOT = """format: assistant/v1
assistant: {id: versioned, name: Versioned, language: en}
flows:
  hello:
    trigger: {patterns: [hello]}
    steps:
      - say: %s
"""


@pytest.fixture(scope="module")
async def published(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was published twice, with another greeting."""
    link = (await place.done("setup-link")).strip()
    form = {"Origin": place.client.base_url, "Content-Type": "application/x-www-form-urlencoded"}
    path = link.removeprefix(place.client.base_url)
    assert (await place.client.post(path, headers=form, body="name=Northwind&time_zone=UTC")).status == 200
    folder = tmp_path_factory.mktemp("versions") / "bot"
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "a.js").write_text("botContext.sendMessage('h\u00e9');\n\n", encoding="utf-8")
    for text in ("One.", "Two."):
        (folder / "bot.yaml").write_text(BOT % text)
        await place.done("bot", "publish", str(folder))
    return folder


async def test_versions_are_listed_compared_given_back_and_rolled_back_to(
    place: Place, published: Path, tmp_path: Path
) -> None:
    listed = (await place.done("bot", "versions", "--assistant", "versioned")).splitlines()
    assert [line.split()[0] for line in listed] == ["2", "1"]
    assert listed[0].endswith("answers now")

    told = await place.done("bot", "diff", "1", "2", "--assistant", "versioned")
    assert "-      - say: One." in told
    assert "+      - say: Two." in told

    back = tmp_path / "back"
    await place.done("bot", "export", str(back), "--assistant", "versioned")
    for path in ("bot.yaml", "scripts/a.js"):
        assert (back / path).read_bytes() == (published / path).read_bytes()
    again = await place.done("bot", "publish", str(back))
    assert "has these files already: version 2" in again

    assert "as version 3" in await place.done("bot", "rollback", "1", "--assistant", "versioned")
    assert await place.say("/a/versioned", "hello") == ["One."]
    assert "They are the same." in await place.done("bot", "diff", "1", "3", "--assistant", "versioned")


async def test_a_version_that_is_not_there_is_one_line(place: Place, published: Path) -> None:
    ended = await place.command("bot", "rollback", "99", "--assistant", "versioned")
    assert ended.code == 2
    assert "has no version 99" in ended.err
