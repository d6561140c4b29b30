"""Embedding on this machine: keeps the work off the event loop, and lets a waiting customer go before a long job.

A plug-in gives the function that loads its model; what that gives turns a few texts into vectors at a time.
"""

import asyncio
import ctypes
import importlib
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from frontdesk.core.errors import Unavailable

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

AT_ONCE = 16
"""Texts of a batch; similar lengths together, so that little is padded."""
MOST_CHARACTERS = 2_048
"""Of a batch, padded: the memory that a model works in grows with it, and 16 long texts at once took 300 MB."""
FEW = 4
"""Up to so many texts are a customer's, who waits; more are a job's."""
MOST_THREADS = 2
"""That a job's texts are spread over; they give way to everything else on the machine."""
JOB_NICE = 5


class Encode(Protocol):
    """A loaded model."""

    def __call__(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        """The texts' vectors, not yet of length 1; behind each, where the model shows them, numbers of an early layer."""
        ...


class LocalEmbedder:
    """Runs a model in threads of its own.

    Args:
        load: Loads the model; called once, in a thread, when the first text comes.
        dim: Numbers in a vector.
        early_dim: Numbers of an early layer behind them.
    """

    def __init__(self, load: Callable[[], Encode], dim: int, early_dim: int = 0) -> None:
        self._load, self._dim, self._early_dim = load, dim, early_dim
        self._encode: Encode | None = None
        self._loading = threading.Lock()
        self._few = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self._side_by_side = min(MOST_THREADS, len(os.sched_getaffinity(0)))
        self._many = ThreadPoolExecutor(
            self._side_by_side, thread_name_prefix="embed-job", initializer=_give_way
        )

    async def embed(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        """The vectors of texts, in their order.

        Args:
            texts: Any number of them.

        Returns:
            Rows of length 1.

        Raises:
            Unavailable: The model cannot be loaded.
        """
        return (await self.embed_intents(texts))[:, : self._dim]

    async def embed_intents(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        """As `embed`, with the numbers of the early layer behind each vector.

        Returns:
            Rows whose first `dim` numbers have length 1.

        Raises:
            Unavailable: The model cannot be loaded.
        """
        pool = self._few if len(texts) <= FEW else self._many
        loop = asyncio.get_running_loop()
        # Late, like the model: who compares nothing by meaning loads no numeric library.
        np = importlib.import_module("numpy")
        found: NDArray[numpy.float32] = np.zeros((len(texts), self._dim + self._early_dim), np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        parts = deque(_parts(order, texts))

        async def work() -> None:
            while parts:
                rows = parts.popleft()
                found[rows] = await loop.run_in_executor(pool, self._run, [texts[row] for row in rows])

        try:
            # A thread that is through with its part takes the next.
            await asyncio.gather(*(work() for _ in range(self._side_by_side)))
        finally:
            parts.clear()
        if pool is self._many:
            await loop.run_in_executor(pool, _give_back)
        return found

    def _run(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        np = importlib.import_module("numpy")
        found: NDArray[numpy.float32] = self._model()(texts).astype(np.float32)
        vectors = found[:, : self._dim]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return found

    def _model(self) -> Encode:
        with self._loading:
            if self._encode is None:
                try:
                    self._encode = self._load()
                except ImportError as error:
                    raise Unavailable(f"The model cannot be loaded: {error}.", retry_after_s=60.0) from error
                _give_back()
            return self._encode


def _parts(order: Sequence[int], texts: Sequence[str]) -> list[list[int]]:
    # Of texts in an order of rising length: the last of a batch is what the others are padded to.
    parts: list[list[int]] = []
    for at in order:
        fits = bool(parts) and (len(parts[-1]) + 1) * len(texts[at]) <= MOST_CHARACTERS
        if fits and len(parts[-1]) < AT_ONCE:
            parts[-1].append(at)
        else:
            parts.append([at])
    return parts


def _give_way() -> None:
    """Linux keeps this by thread: those that serve customers stay as they are."""
    os.nice(JOB_NICE)


def _give_back() -> None:
    """Loading and jobs take much more memory than stays in use, and glibc would keep it (70 and 130 MB with MiniLM)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
