"""Everything that understanding is held to, a line a figure: intents, what is of none, what it costs, the knowledge base.

The floors and the data are `accuracy`'s. Fails, and lists them, when figures fall short. `BENCH_SPLITS` (`train_5,train_10`
say) leaves the large part out, which takes minutes. `make floors` holds the running program against the same floors.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench import accuracy, knowledge
from bench.accuracy import Texts
from bench.embedders import local_embedders
from bench.yardstick import beside, yardstick_ms
from frontdesk.nlu.bands import Bands
from frontdesk.nlu.model import IntentModel, load
from frontdesk.nlu.task import Learnt, Task, job, lesson
from frontdesk.ports.embedder import Embedder
from frontdesk.sandbox.work import run as run_in_child
from frontdesk.studio.intents.training import LIMITS

WORDS = "none"
TIMED = 300
TRAINED = 3
"""Times; the quickest and the slowest are told, and the quickest is judged: others may be using the machine."""
MS = 1000.0


@dataclass
class Bench:
    """What falls short is kept; the figures are printed all the same."""

    data: Path
    short: list[str] = field(default_factory=list)

    def told(self, what: str, value: float, floor: float | None, unit: str = "%") -> None:
        if floor is None:
            print(f"{what}: {value:.4g} {unit}")
            return
        self._print(f"{what}: {value:.4g} {unit} (floor {floor:g})", falls=value < floor)

    def cost(self, what: str, value: float, most: float, unit: str) -> None:
        ratio = beside(value * (MS if unit == "s" else 1))
        self._print(f"{what}: {value:.4g} {unit} (at most {most:g}); {ratio}", falls=value > most)

    def _print(self, line: str, *, falls: bool) -> None:
        print(f"{line}{'  FALLS SHORT' if falls else ''}", flush=True)
        if falls:
            self.short.append(line)


def run() -> None:
    data = accuracy.folder()
    if data is None:
        print(f"understanding: {accuracy.WITHOUT}")
        return
    bench = Bench(data)
    print(f"yardstick: {yardstick_ms():.1f} ms")
    asyncio.run(_measured(bench))
    bench.short += knowledge.run()
    if bench.short:
        raise SystemExit("\n  ".join([f"{len(bench.short)} figures fall short:", *bench.short]))
    print("understanding: every floor is reached.")


async def _measured(bench: Bench) -> None:
    wanted = os.environ.get("BENCH_SPLITS", ",".join(accuracy.SPLITS)).split(",")
    tiers: list[tuple[str, Embedder | None]] = [(WORDS, None)]
    tiers += [(embedder.profile.id, embedder) for _, embedder in local_embedders()]
    for tier, embedder in tiers:
        await _cost(bench, tier, embedder)
        vectors = Vectors(embedder)
        for name, splits in accuracy.FLOORS[tier].items():
            for split in splits:
                if split in wanted:
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
    model = await _trained(vectors, accuracy.read(bench.data, name, split))
    valid = accuracy.read(bench.data, name, "valid")
    known = await vectors.of(valid.texts)
    ranked = [model.rank(text, None if known is None else known[at]) for at, text in enumerate(valid.texts)]
    right = [each.intents[0][0] == label for each, label in zip(ranked, valid.labels, strict=True)]
    bench.told(
        f"{tier} {name} {split} accuracy",
        100 * sum(right) / len(right),
        accuracy.FLOORS[tier][name].get(split),
    )
    if name != "CLINC150":
        return
    strange = accuracy.strange(bench.data)
    vectors_of = await vectors.of(strange)
    other = [
        model.rank(text, None if vectors_of is None else vectors_of[at]) for at, text in enumerate(strange)
    ]
    inside, outside = [each.certainty for each in ranked], [each.certainty for each in other]
    floor = accuracy.AUROC.get(tier, {}).get(split)
    bench.told(f"{tier} {name} {split} AUROC", _auroc(inside, outside), floor, "")
    below = model.threshold(Bands().reject_share)
    kept = 100 * sum(hit and each >= below for hit, each in zip(right, inside, strict=True)) / len(right)
    refused = 100 * sum(each < below for each in outside) / len(outside)
    held = (tier, split) == ("minilm", "train_10")
    bench.told(f"{tier} {name} {split} right and not turned down", kept, accuracy.KEPT if held else None)
    bench.told(f"{tier} {name} {split} strange turned down", refused, accuracy.TURNED_DOWN if held else None)


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often one of the bot's own texts is more certain than a strange one."""
    order = np.argsort(np.array([*outside, *inside]), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    own = ranks[len(outside) :].sum() - len(inside) * (len(inside) + 1) / 2
    return float(own / (len(inside) * len(outside)))


async def _trained(vectors: Vectors, texts: Texts) -> IntentModel:
    """As the program does it: the child loads its libraries while the texts are embedded."""
    learnt = lesson(texts.by_intent())
    if learnt is None:
        raise SystemExit("There is nothing to learn.")

    async def payload() -> bytes:
        made = await vectors.of(learnt.texts)
        task = Task(learnt, "")
        if made is not None and vectors.embedder is not None:
            profile = vectors.embedder.profile
            usual = (await vectors.embedder.embed_intents(profile.usual)).tobytes() if profile.usual else b""
            task = Task(learnt, profile.fingerprint, made.tobytes(), profile.dim, profile.early_dim, usual)
        return msgspec.msgpack.encode(task)

    answer = await run_in_child(job(learnt), payload, limits=LIMITS)
    return load(msgspec.msgpack.decode(answer, type=Learnt).model)


async def _cost(bench: Bench, tier: str, embedder: Embedder | None) -> None:
    most, texts = accuracy.COSTS[tier], accuracy.read(bench.data, "BANKING77", "train_10")
    began = time.perf_counter()
    if embedder is not None:
        await embedder.embed_queries(["to load it"])
    bench.cost(f"{tier} loading", time.perf_counter() - began, most.loading_s, "s")
    seconds = []
    for _ in range(TRAINED):
        began = time.perf_counter()
        model = await _trained(Vectors(embedder), texts)
        seconds.append(time.perf_counter() - began)
    what = f"{tier} training 77 x 10 examples ({min(seconds):.1f} to {max(seconds):.1f} s in {TRAINED} times)"
    if tier == "minilm":
        bench.cost(what, min(seconds), accuracy.TRAINING_S, "s")
    else:
        bench.told(what, min(seconds), None, "s")
    took: list[float] = []
    for text in accuracy.read(bench.data, "BANKING77", "valid").texts[:TIMED]:
        began = time.perf_counter()
        vector = None if embedder is None else (await embedder.embed_intents([text]))[0]
        model.judge(text, vector, Bands())
        took.append(MS * (time.perf_counter() - began))
    took.sort()
    bench.told(f"{tier} understanding a message, p50", took[len(took) // 2], None, "ms")
    bench.cost(f"{tier} understanding a message, p95", took[int(len(took) * 0.95)], most.message_ms, "ms")
