"""Models: what they are trained to, what they make of texts, and that nothing degenerate is handed out."""

import io

import msgspec
import numpy as np
import pytest
from tests.nlu.conftest import DIM, INTENTS, vectors

from frontdesk.core.errors import Refused
from frontdesk.nlu.bands import Bands
from frontdesk.nlu.model import IntentModel, ModelUnreadable, dump, load
from frontdesk.nlu.task import Learnt, Lesson, Task, lesson
from frontdesk.nlu.training import fit, train


def toward(label: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    found = np.full(DIM, 0.02, np.float32)
    found[label] = 1
    return (found / np.linalg.norm(found)).astype(np.float32)


def best(model: IntentModel, text: str) -> str:
    return model.rank(text, None).intents[0][0]


def test_words_alone_find_the_intent(learnt: Lesson) -> None:
    model = fit(Task(learnt, ""))
    assert best(model, "refund please") == "refund"
    assert best(model, "is my package late") == "delivery"
    assert best(model, "what time do you open") == "opening"


def test_meaning_finds_the_intent_where_no_word_is_known(task: Task) -> None:
    model = fit(task)
    for label, name in enumerate(task.lesson.intents):
        judged = model.judge("zzz", toward(label), Bands())
        assert judged.candidates[0].intent == name
    assert sum(score for _, score in model.rank("zzz", toward(0)).intents) == pytest.approx(1, abs=1e-3)


def test_what_is_near_nothing_is_rejected(task: Task) -> None:
    strange = np.zeros(DIM, np.float32)
    strange[-1] = 1
    judged = fit(task).judge("who won the cup", strange, Bands())
    assert (judged.band, judged.candidates) == ("reject", ())
    assert judged.certainty < judged.reject_below <= judged.confirm_below


def test_a_model_read_back_says_the_same(task: Task) -> None:
    model = fit(task)
    again = load(dump(model))
    for text, label in (("my refund", 0), ("late parcel", 1), ("", 2)):
        one, other = model.rank(text, toward(label)), again.rank(text, toward(label))
        assert [name for name, _ in one.intents] == [name for name, _ in other.intents]
        assert one.certainty == pytest.approx(other.certainty, abs=2e-3)


def test_training_the_same_gives_the_same_bytes(task: Task) -> None:
    payload = msgspec.msgpack.encode(task)
    one, other = (msgspec.msgpack.decode(train(payload), type=Learnt) for _ in range(2))
    first, second = load(one.model), load(other.model)
    assert first.rank("refund", toward(0)) == second.rank("refund", toward(0))
    assert first.facts == second.facts


@pytest.mark.parametrize("with_vectors", [False, True])
def test_one_intent_is_told_from_anything_else(*, with_vectors: bool) -> None:
    learnt = lesson({"refund": INTENTS["refund"]})
    assert learnt is not None
    made = np.tile(toward(0), (len(learnt.texts), 1)).astype(np.float32)
    model = fit(Task(learnt, "made:1", made.tobytes(), DIM) if with_vectors else Task(learnt, ""))
    near, far = (toward(0), toward(9)) if with_vectors else (None, None)
    assert model.judge("please refund my order", near, Bands()).band != "reject"
    assert model.judge("quantum chromodynamics", far, Bands()).band == "reject"


def test_intents_with_one_example_each_do_not_break_training() -> None:
    learnt = lesson({"a": ["pay the bill"], "b": ["open the door"]})
    assert learnt is not None
    model = fit(Task(learnt, ""))
    assert model.facts.accuracy == 0
    assert model.judge("pay the bill", None, Bands()).band in {"accept", "confirm"}
    assert model.judge("xyzzy", None, Bands()).band == "reject"


def test_examples_that_cannot_be_told_apart_make_no_model() -> None:
    # Same letters, same vectors: only the labels differ.
    texts = [f"{number:b}".replace("0", "on ").replace("1", "off ") for number in range(16, 56)]
    chance = np.random.default_rng(3)
    learnt = Lesson(
        tuple("abcd"),
        (*texts, *"abcd"),
        (*(int(each) for each in chance.integers(0, 4, len(texts))), 0, 1, 2, 3),
    )
    same = np.tile(toward(0), (len(learnt.texts), 1)).astype(np.float32)
    with pytest.raises(Refused, match="too alike"):
        fit(Task(learnt, "made:1", same.tobytes(), DIM))


def test_an_early_layer_tells_apart_what_vectors_do_not(learnt: Lesson) -> None:
    same = np.tile(toward(0), (len(learnt.texts), 1)).astype(np.float32)
    # Far from the middle and of any length, as a layer's numbers are.
    early = 40 * vectors(learnt.texts, learnt.labels) + 7
    rows = np.hstack([same, early]).astype(np.float32)
    model = fit(Task(learnt, "made:1", rows.tobytes(), DIM, DIM))
    for at, intent in enumerate(learnt.intents):
        seen = np.concatenate([toward(0), 40 * toward(at) + 7]).astype(np.float32)
        assert model.rank("zzz", seen).intents[0][0] == intent
    assert load(dump(model)).rank("zzz", rows[0]).intents == model.rank("zzz", rows[0]).intents


def test_shares_move_the_bands_of_a_trained_model(task: Task) -> None:
    model = fit(task)
    lax = model.judge("zzz", toward(0), Bands(reject_share=0, confirm_share=0))
    strict = model.judge("zzz", toward(0), Bands(reject_share=0.5, confirm_share=0.9))
    assert lax.reject_below < strict.reject_below
    assert lax.confirm_below < strict.confirm_below


@pytest.mark.parametrize("cut", [0, 10, -200])
def test_a_damaged_model_is_refused(task: Task, cut: int) -> None:
    raw = dump(fit(task))
    with pytest.raises(ModelUnreadable):
        load(raw[:cut] if cut else b"")


def test_a_model_with_objects_in_it_is_refused() -> None:
    out = io.BytesIO()
    np.savez(out, facts=np.array([{"intents": "any"}], dtype=object))
    with pytest.raises(ModelUnreadable):
        load(out.getvalue())


def test_a_model_of_another_format_is_refused(task: Task) -> None:
    model = fit(task)
    later = IntentModel(msgspec.structs.replace(model.facts, format=99), model.lexical, model.dense)
    with pytest.raises(ModelUnreadable, match="format 99"):
        load(dump(later))


@pytest.mark.parametrize("known", [True, False])
def test_what_usual_texts_have_in_common_is_taken_off_and_not_what_a_few_examples_have(
    task: Task, *, known: bool
) -> None:
    usual = np.tile(toward(0), (50, 1)).astype(np.float32)
    model = fit(msgspec.structs.replace(task, usual=usual.tobytes() if known else b""))
    assert model.dense is not None
    off = model.dense.mean
    assert float(off @ toward(0)) == pytest.approx(1 if known else 0, abs=0.15)
