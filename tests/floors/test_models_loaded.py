"""A server loads no embedding model while none of its assistants uses one; where one does, it is there before it is needed."""

import asyncio
from pathlib import Path

import pytest
from bench.intents_bot import bot
from tests.floors.desk import Desk, desk
from tests.program import until

from frontdesk.plugins.embedders.minilm.adapter import MODEL

RUNTIME = "onnxruntime"
WITHIN_S = 60.0
PATTERNS = {
    "bot.yaml": "format: assistant/v1\n"
    "assistant: {id: shop, name: Shop, language: en}\n"
    "flows: {greeting: {trigger: {patterns: [hello]}, steps: [{say: Good day.}]}}\n"
    "fallback: {steps: [{say: I cannot say.}]}\n"
}
INTENTS = {
    "refund": ["I want my money back", "how do I get a refund", "please refund my order"],
    "delivery": ["where is my parcel", "when will my package arrive", "track my order"],
    "opening": ["when are you open", "what are your opening hours", "are you open on Sunday"],
}

pytestmark = pytest.mark.skipif(bool(MODEL.trouble()), reason="the extra `semantic` is not installed")


async def loaded(served: Desk) -> bool:
    """Whether the runtime of embedding models is in the program's memory."""
    maps = await asyncio.to_thread(Path(f"/proc/{served.pid}/maps").read_text, "utf-8")
    assert "libpython" in maps or "python" in maps
    return RUNTIME in maps


async def test_a_model_is_loaded_by_the_assistants_that_use_one_and_by_no_others(tmp_path: Path) -> None:
    """Issue 4: no model is loaded by a server whose assistants do not use one."""
    async with desk(tmp_path, LOG_LEVEL="info") as served:
        shop = await served.publish(PATTERNS, "shop")
        assert await served.answer(shop, "jo", "hello") == "Good day."
        assert await served.answer(shop, "jo", "something else") == "I cannot say."
        await served.again()
        await served.warmed()
        assert await served.answer(shop, "jo", "something else again") == "I cannot say."
        assert not await loaded(served)

        other = await served.publish(bot(INTENTS, slug="other"), "other")
        assert (await served.learnt(other, within_s=WITHIN_S))["by_meaning"]
        assert await loaded(served)
        await served.again()
        await served.warmed()
        assert await loaded(served), "the first customer would wait for it"


async def test_articles_are_reason_enough(tmp_path: Path) -> None:
    article = tmp_path / "returns.md"
    article.write_text("# Returning goods\n\nYou can return anything within 30 days.\n")
    async with desk(tmp_path / "desk", LOG_LEVEL="info") as served:
        await served.installation.command("kb", "add", str(article))

        async def is_loaded() -> bool:
            return await loaded(served)

        await until(is_loaded, within_s=WITHIN_S)

        async def searched_by_meaning() -> bool:
            return "meaning    yes" in await served.installation.command("kb", "status")

        await until(searched_by_meaning, within_s=WITHIN_S)
        await served.again()
        await served.warmed()
        assert await loaded(served)
