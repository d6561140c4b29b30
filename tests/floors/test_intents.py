"""How many texts never seen the running program understands, of intents with five, ten or all examples."""

from typing import Any
from uuid import uuid4

import pytest
from bench import accuracy
from bench.intents_bot import OTHER
from tests.floors.conftest import Desks, Report
from tests.floors.desk import Assistant, Desk, each

pytestmark = pytest.mark.slow
ONE_IN = 5
"""A customer's turn is many times the work of a parse."""

WANTED = [
    (tier, name, split)
    for tier, names in accuracy.FLOORS.items()
    for name, splits in names.items()
    for split in splits
]


@pytest.mark.parametrize(("tier", "name", "split"), WANTED)
async def test_texts_never_seen_are_understood(
    desks: Desks, report: Report, tier: str, name: str, split: str
) -> None:
    served, assistant = await desks.learnt(tier, name, split)
    valid = accuracy.read(desks.data, name, "valid")
    guesses = await _parsed(served, assistant, valid.texts)
    right = sum(guess["intent"]["name"] == label for guess, label in zip(guesses, valid.labels, strict=True))
    share, floor = 100 * right / len(guesses), accuracy.FLOORS[tier][name][split]
    report(f"{tier} {name} {split}: {share:.1f} % of {len(guesses):,} texts (floor {floor})")
    assert share >= floor


@pytest.mark.parametrize("tier", ["minilm"])
async def test_what_is_of_no_intent_is_turned_down_and_what_is_of_one_is_not(
    desks: Desks, report: Report, tier: str
) -> None:
    """By thresholds that come from the bot's own examples alone."""
    served, assistant = await desks.learnt(tier, "CLINC150", "train_10")
    valid, strange = accuracy.read(desks.data, "CLINC150", "valid"), accuracy.strange(desks.data)
    inside = await _parsed(served, assistant, valid.texts)
    outside = await _parsed(served, assistant, strange)
    kept = sum(
        guess["intent"]["name"] == label and guess["band"] != "reject"
        for guess, label in zip(inside, valid.labels, strict=True)
    )
    refused = sum(guess["band"] == "reject" for guess in outside)
    shares = 100 * kept / len(inside), 100 * refused / len(outside)
    report(
        f"{tier} CLINC150 train_10: {shares[0]:.1f} % right and kept, {shares[1]:.1f} % strange turned down"
    )
    assert shares[0] >= accuracy.KEPT
    assert shares[1] >= accuracy.TURNED_DOWN


async def test_a_customer_is_led_into_no_wrong_flow(desks: Desks, report: Report) -> None:
    """What is of no intent gets the fallback flow or a question; what is of one gets its flow, or it among the choices."""
    served, assistant = await desks.learnt("minilm", "CLINC150", "train_10")
    strange, valid = accuracy.strange(desks.data), accuracy.read(desks.data, "CLINC150", "valid")
    texts, labels = valid.texts[::ONE_IN], valid.labels[::ONE_IN]

    async def told(text: str) -> list[str]:
        return flows(await served.said(assistant, uuid4().hex, text))

    led = 100 * sum(len(found) == 1 for found in await each(strange, told)) / len(strange)
    pairs = list(zip(await each(texts, told), labels, strict=True))
    right = sum(found == [label] for found, label in pairs)
    offered = sum(len(found) > 1 and label in found for found, label in pairs)
    shares = 100 * right / len(pairs), 100 * offered / len(pairs)
    report(
        f"minilm CLINC150 train_10, as customers: {led:.1f} % strange led into a flow; "
        f"{shares[0]:.1f} % answered rightly, {shares[1]:.1f} % offered the right flow among others"
    )
    assert led <= 100 - accuracy.TURNED_DOWN
    assert sum(shares) >= accuracy.KEPT


async def _parsed(served: Desk, assistant: Assistant, texts: list[str]) -> list[dict[str, Any]]:
    async def parsed(text: str) -> dict[str, Any]:
        return await served.parse(assistant, text)

    return await each(texts, parsed)


def flows(said: list[dict[str, Any]]) -> list[str]:
    """The flow that answered; of a question those that it offers; none when it was the fallback flow."""
    for bubble in said:
        if bubble.get("buttons"):
            return [button["title"] for button in bubble["buttons"]]
    return [bubble["text"] for bubble in said if bubble["text"] != OTHER]
