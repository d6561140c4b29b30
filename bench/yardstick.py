"""A fixed piece of work, by which figures of different machines compare: what a cost is in yardsticks hangs on the program.

Half of it are products of matrices, too small for the library to use several cores; half are words counted in a dictionary.
"""

import functools
import time

import numpy as np

ROUNDS = 15
PRODUCTS, ROWS, COLUMNS = 1_000, 32, 64
WORDS = 40_000


@functools.cache
def yardstick_ms() -> float:
    """Milliseconds that the work takes here, at its quickest; measured once a run."""
    rows, square = np.ones((ROWS, COLUMNS), np.float32), np.ones((COLUMNS, COLUMNS), np.float32)
    words = [str(number % 997) for number in range(WORDS)]
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(PRODUCTS):
            _ = rows @ square
        counted: dict[str, int] = {}
        for word in words:
            counted[word] = counted.get(word, 0) + 1
        took.append(1000 * (time.perf_counter() - began))
    return min(took)


def beside(ms: float) -> str:
    """A cost in yardsticks."""
    return f"{ms / yardstick_ms():.2f} yardsticks"
