"""What a bot has learnt, and how well, from a shell."""

import asyncio
import re
from pathlib import Path

import pytest
from tests.app.commands.conftest import Place
from tests.line.test_understanding import BOT, GREETING

WITHIN_S = 120.0


@pytest.fixture(scope="module", autouse=True)
async def shop(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A bot with four intents, learnt."""
    await place.set_up()
    await place.done("bot", "publish", str(_folder(tmp_path_factory.mktemp("shop"))))
    async with asyncio.timeout(WITHIN_S):
        # Nothing tells another process when it is learnt.
        while "shop: learnt" not in (await place.command("nlu", "status")).out:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def _folder(where: Path) -> Path:
    (where / "bot.yaml").write_text(BOT.replace("      - has my order been shipped\n", ""))
    return where


async def test_publishing_says_that_examples_are_learnt_and_how_to_follow_it(
    place: Place, tmp_path: Path
) -> None:
    text = BOT.replace("id: shop", "id: second")
    (tmp_path / "bot.yaml").write_text(text)
    said = await place.done("bot", "publish", str(tmp_path))
    assert "Its 4 intents with 20 examples are learnt in the background. How far that is:\n" in said
    command = re.search(r" (nlu status --assistant second)\n", said)
    assert command is not None
    assert (await place.done(*command[1].split())).startswith("second: ")
    assert "learnt in the background" not in await place.done("bot", "publish", str(tmp_path))

    silent = "format: assistant/v1\nassistant: {id: silent, name: Silent, language: en}\nflows:"
    (tmp_path / "bot.yaml").write_text(silent + GREETING)
    assert "learnt in the background" not in await place.done("bot", "publish", str(tmp_path))


async def test_status_tells_what_was_learnt_and_what_to_mend(place: Place) -> None:
    told = await place.done("nlu", "status")
    assert told.startswith("shop: learnt 4 intents from 19 examples by ")
    assert "With fewer than 5 examples, these intents are often not understood: delivery." in told


async def test_a_file_of_texts_is_measured(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "held-back.csv"
    file.write_text(
        "text,intent\n"
        "I want to get my money back,refund\n"
        "when is the store open,opening\n"
        '"please cancel my order, now",cancel_order\n'
        "cancel my order,delivery\n"
        "who painted the Mona Lisa in which century,-\n"
    )
    told = await place.done("nlu", "test", str(file))
    assert "Accuracy: 75.0% of 4 texts" in told
    assert "delivery understood as cancel_order" in told
    assert "Turned down: 100.0% of 1 text that are none of the bot's." in told
    assert (await place.command("nlu", "test", str(file), "--least", "70")).code == 0
    assert (await place.command("nlu", "test", str(file), "--least", "80")).code == 1


async def test_a_text_that_would_be_turned_down_fails_the_gate(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "strange.csv"
    strange = "who painted the Mona Lisa in which century"
    every = ("refund", "delivery", "opening", "cancel_order")
    file.write_text("text,intent\n" + "".join(f"{strange},{intent}\n" for intent in every))
    told = await place.done("nlu", "test", str(file))
    assert "Accuracy: 0.0% of 4 texts (reject 4)." in told
    assert "With those that were turned down although their best intent is right: 25.0%." in told
    assert "refund turned down" in told
    assert told.count("0.0%          -") == len(every)
    assert (await place.command("nlu", "test", str(file), "--least", "1")).code == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a,b\n1,2\n", "needs a first line that names the columns: text,intent"),
        ("text,intent\n", "has 0 texts"),
        ('text,intent\n"open,x\n', "line"),
    ],
)
async def test_a_file_that_cannot_be_measured_is_told(
    place: Place, tmp_path: Path, content: str, told: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content)
    ended = await place.command("nlu", "test", str(file))
    assert ended.code == 2
    assert told in ended.err + ended.out


async def test_a_file_that_is_not_there_is_told(place: Place, tmp_path: Path) -> None:
    ended = await place.command("nlu", "test", str(tmp_path / "no.csv"))
    assert ended.code == 2
    assert "cannot be read" in ended.err + ended.out
