"""How well and how fast intents are understood, beside the floors that every release has to keep.

Reads `DATA/intents/NAME/{train_5,train_10,train,valid}/{seq.in,label}` and, for CLINC150, `oos/*`; `DATA` is the
environment variable `BENCH_DATA`. Prints a line a figure, and fails when one falls short. `valid` is what
models are tuned on; figures on texts kept apart may differ by a point.
"""

import asyncio
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.embedders import local_embedders
from frontdesk.nlu.bands import Bands
from frontdesk.nlu.model import IntentModel, load
from frontdesk.nlu.task import Learnt, Task, lesson
from frontdesk.ports.embedder import Embedder
from frontdesk.sandbox.work import run as run_in_child
from frontdesk.studio.intents.training import CHILD, LIMITS

WORDS = "none"
# Accuracy floors in percent by tier, data and size of the training set (understanding on held-back texts).
FLOORS: dict[str, dict[str, dict[str, float]]] = {
    "none": {
        "BANKING77": {"train_5": 62, "train_10": 74, "train": 90},
        "CLINC150": {"train_5": 72.5, "train_10": 80.5, "train": 92},
        "HWU64": {"train_5": 61, "train_10": 70, "train": 88},
    },
    "english": {
        "BANKING77": {"train_5": 79.5, "train_10": 85.5, "train": 93},
        "CLINC150": {"train_5": 87, "train_10": 90, "train": 95.5},
        "HWU64": {"train_5": 76.5, "train_10": 83.5, "train": 91.5},
    },
    "multilingual": {
        "BANKING77": {"train_5": 75, "train_10": 83},
        "CLINC150": {"train_5": 85.5, "train_10": 90},
        "HWU64": {"train_5": 76, "train_10": 82.5},
    },
}
AUROC_FLOORS = {"none": {"train_10": 0.90, "train": 0.945}, "english": {"train_10": 0.96, "train": 0.975}}
INSIDE_FLOOR, TURNED_DOWN_FLOOR = 86.5, 80.0
P95_MS, TRAINING_S = 12.0, 5.0
TIMED = 300


@dataclass(frozen=True, slots=True)
class Texts:
    texts: list[str]
    labels: list[str]


@dataclass
class Bench:
    """What falls short is counted; the figures are printed all the same."""

    data: Path
    short: int = 0

    def told(
        self, what: str, value: float, floor: float | None, unit: str = "%", *, most: bool = False
    ) -> None:
        if floor is None:
            print(f"{what}: {value:.4g} {unit}")
            return
        falls = value > floor if most else value < floor
        self.short += falls
        words = f"({'at most' if most else 'floor'} {floor:g}{', FALLS SHORT' if falls else ''})"
        print(f"{what}: {value:.4g} {unit} {words}")

    def read(self, name: str, split: str) -> Texts:
        folder = self.data / "intents" / name / split
        texts = (folder / "seq.in").read_text("utf-8").splitlines()
        return Texts(texts, (folder / "label").read_text("utf-8").splitlines())


def run() -> None:
    place = os.environ.get("BENCH_DATA", "")
    if not place:
        print("understanding: BENCH_DATA names no folder with data; nothing was measured.")
        return
    bench = Bench(Path(place))
    asyncio.run(_measured(bench))
    if bench.short:
        raise SystemExit(f"{bench.short} figures fall short.")


async def _measured(bench: Bench) -> None:
    wanted = os.environ.get("BENCH_SPLITS", "train_5,train_10").split(",")
    for tier, embedder in [(WORDS, None), *local_embedders()]:
        if embedder is not None:
            await _cost(bench, tier, embedder)
        vectors = Vectors(embedder)
        for name in FLOORS[tier]:
            for split in wanted:
                if embedder is None or split in FLOORS[tier][name]:
                    await _intents(bench, tier, vectors, name, split)


class Vectors:
    """Each text is embedded once."""

    def __init__(self, embedder: Embedder | None) -> None:
        self.embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    async def of(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        if self.embedder is None:
            return None
        missing = iter([text for text in dict.fromkeys(texts) if text not in self._known])
        while part := list(islice(missing, 512)):
            self._known.update(zip(part, await self.embedder.embed_intents(part), strict=True))
        return np.stack([self._known[text] for text in texts])


async def _intents(bench: Bench, tier: str, vectors: Vectors, name: str, split: str) -> None:
    model = await _trained(vectors, bench.read(name, split))
    valid = bench.read(name, "valid")
    known = await vectors.of(valid.texts)
    ranked = [model.rank(text, None if known is None else known[at]) for at, text in enumerate(valid.texts)]
    right = [each.intents[0][0] == label for each, label in zip(ranked, valid.labels, strict=True)]
    accuracy = 100 * sum(right) / len(right)
    bench.told(f"{tier} {name} {split} accuracy", accuracy, FLOORS[tier][name].get(split))
    if name != "CLINC150":
        return
    strange = [text for part in ("oos/train", "oos/valid") for text in bench.read(name, part).texts]
    vectors_of = await vectors.of(strange)
    other = [
        model.rank(text, None if vectors_of is None else vectors_of[at]) for at, text in enumerate(strange)
    ]
    inside, outside = [each.certainty for each in ranked], [each.certainty for each in other]
    bench.told(
        f"{tier} {name} {split} AUROC", _auroc(inside, outside), AUROC_FLOORS.get(tier, {}).get(split), ""
    )
    below = model.threshold(Bands().reject_share)
    kept = 100 * sum(hit and each >= below for hit, each in zip(right, inside, strict=True)) / len(right)
    refused = 100 * sum(each < below for each in outside) / len(outside)
    floors = (INSIDE_FLOOR, TURNED_DOWN_FLOOR) if (tier, split) == ("english", "train_10") else (None, None)
    bench.told(f"{tier} {name} {split} right and not turned down", kept, floors[0])
    bench.told(f"{tier} {name} {split} strange turned down", refused, floors[1])


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often one of the bot's own texts is more certain than a strange one."""
    order = np.argsort(np.array([*outside, *inside]), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    own = ranks[len(outside) :].sum() - len(inside) * (len(inside) + 1) / 2
    return float(own / (len(inside) * len(outside)))


async def _trained(vectors: Vectors, texts: Texts) -> IntentModel:
    intents: dict[str, list[str]] = {}
    for text, label in zip(texts.texts, texts.labels, strict=True):
        intents.setdefault(label, []).append(text)
    learnt = lesson(intents)
    if learnt is None:
        raise SystemExit("There is nothing to learn.")
    made = await vectors.of(learnt.texts)
    task = Task(learnt, "")
    if made is not None and vectors.embedder is not None:
        profile = vectors.embedder.profile
        task = Task(
            learnt, profile.fingerprint, made.tobytes(), profile.dim, profile.early_dim, profile.centred
        )
    answer = await run_in_child(CHILD, msgspec.msgpack.encode(task), limits=LIMITS)
    return load(msgspec.msgpack.decode(answer, type=Learnt).model)


async def _cost(bench: Bench, tier: str, embedder: Embedder) -> None:
    texts = bench.read("BANKING77", "train_10")
    await embedder.embed_queries(["to load it"])
    began = time.perf_counter()
    model = await _trained(Vectors(embedder), texts)
    floors = (TRAINING_S, P95_MS) if tier == "english" else (None, None)
    bench.told(f"{tier} training 77 x 10 examples", time.perf_counter() - began, floors[0], "s", most=True)
    took: list[float] = []
    for text in bench.read("BANKING77", "valid").texts[:TIMED]:
        began = time.perf_counter()
        vector = (await embedder.embed_intents([text]))[0]
        model.judge(text, vector, Bands())
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    bench.told(f"{tier} understanding a message, p50", took[len(took) // 2], None, "ms")
    bench.told(
        f"{tier} understanding a message, p95", took[int(len(took) * 0.95)], floors[1], "ms", most=True
    )
    bench.told(f"{tier} memory of the process", _memory_mb(), None, "MB")


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
