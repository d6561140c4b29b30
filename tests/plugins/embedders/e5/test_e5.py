"""Multilingual E5: the numbers of a foreign file in a graph of our own, and meaning across languages."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from tests.doubles.http_server import FaultServer
from tests.doubles.outside import outside_of
from tests.plugins.embedders.embedder_rules import holds_to_the_port, knows_what_is_alike

from frontdesk.core.errors import Unavailable
from frontdesk.nlu.bands import Bands
from frontdesk.nlu.task import Task, lesson
from frontdesk.nlu.training import fit
from frontdesk.plugins.embedders.e5 import weights
from frontdesk.plugins.embedders.e5.adapter import E5, MODEL

installed = pytest.mark.skipif(bool(MODEL.trouble()), reason="the extra `multilingual` is not installed")

# The first numbers of the vectors that the package's own engine gives, up to what four bits leave open.
REFERENCE = {
    "hello world": (0.04471, 0.02025, -0.04249, -0.05341, 0.06516, -0.04981, 0.00891, 0.07446),
    "где моя посылка, пожалуйста?  И когда?": (
        *(0.00588, -0.02814, -0.04607, -0.05213),
        *(0.07150, -0.07316, 0.02307, 0.01954),
    ),
}


@pytest.fixture(scope="module")
async def embedder() -> AsyncIterator[E5]:
    async with FaultServer() as server, outside_of(server, "none") as outside:
        yield E5(outside)


@installed
async def test_it_holds_to_the_port(embedder: E5) -> None:
    await holds_to_the_port(embedder)


@installed
@pytest.mark.parametrize("text", REFERENCE)
async def test_its_vectors_are_those_of_the_model(embedder: E5, text: str) -> None:
    (found,) = await embedder.embed_queries([text])
    assert np.allclose(found[:8], REFERENCE[text], atol=2e-3), found[:8]


@installed
async def test_meaning_goes_across_languages_and_alphabets(embedder: E5) -> None:
    await knows_what_is_alike(
        embedder,
        [
            ("where is my parcel", "где моя посылка", "when are you open"),
            ("when are you open", "когда вы открыты", "где моя посылка"),
            ("posilkam qayerda", "посилкам қаерда", "когда вы открыты"),
            ("where is my parcel", "onde está minha encomenda", "quando vocês abrem"),
        ],
    )


@installed
async def test_a_question_and_its_answer_are_prefixed_apart(embedder: E5) -> None:
    (query,) = await embedder.embed_queries(["refunds take 14 days"])
    (passage,) = await embedder.embed_passages(["refunds take 14 days"])
    assert 0.8 < float(query @ passage) < 0.9999


@pytest.mark.parametrize("content", [b"", b"E5S1", b"NOPE" + bytes(64), b"E5S1" + bytes(400)])
def test_a_file_of_another_kind_is_unavailable(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(content or b"x")
    with pytest.raises(Unavailable):
        weights.read(file)


OF_MONEY = [
    "какой сейчас баланс",
    "сколько денег на счёте",
    "проверить остаток",
    "покажи мой баланс",
    "остаток по карте",
]
OF_PEOPLE = [
    "хочу поговорить лично",
    "позовите оператора",
    "мне нужен живой сотрудник",
    "соедините меня, пожалуйста",
    "есть тут люди",
]


@installed
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("сколько средств ещё осталось?", "money"),
        ("кто-нибудь настоящий может ответить?", "people"),
        ("can I talk to a human being?", "people"),
        ("mahsulotni qaytarish muddati qancha?", ""),
        ("какая столица Франции?", ""),
        ("погода завтра в Москве", ""),
        ("как приготовить борщ", ""),
        ("можно отдать покупку обратно?", ""),
    ],
)
async def test_two_intents_with_five_examples_turn_down_what_is_neither(
    embedder: E5, text: str, meant: str
) -> None:
    learnt = lesson({"money": OF_MONEY, "people": OF_PEOPLE})
    assert learnt is not None
    profile = embedder.profile
    rows, usual = [(await embedder.embed_intents(texts)).tobytes() for texts in (learnt.texts, profile.usual)]
    model = fit(Task(learnt, profile.fingerprint, rows, profile.dim, profile.early_dim, usual))
    (vector,) = await embedder.embed_intents([text])
    judged = model.judge(text, vector, Bands())
    found = "" if judged.band == "reject" else judged.candidates[0].intent
    assert found == meant, judged
