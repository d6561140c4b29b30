"""CPU of the dialog engine for a turn that a pattern decides, on a bot of 200 flows. The budget: 150 microseconds.

A turn here is what the line does around it as well: the state read, stepped and written. Prints one line and fails
above the budget.
"""

import time
from datetime import UTC, datetime
from statistics import median

from bench.large_bot import FLOWS, files
from frontdesk.core.action import Said
from frontdesk.dialog.engine import step
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.state import STATE_FORMAT, dump_state, load_state
from frontdesk.dialog.utterance import Turn

BUDGET_US = 150.0
TURNS = 2_000
ROUNDS = 5
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def run() -> None:
    bot = load_bot(files(FLOWS))
    messages = [Said(f"where is order {number} please") for number in range(FLOWS)]
    engine: list[float] = []
    whole: list[float] = []
    for _ in range(ROUNDS):
        saved = b""
        spent = began = time.process_time()
        spent = 0.0
        for number in range(TURNS):
            turn = Turn(NOW, "web", False, f"in_{number}", "en", {}, "conv", "contact", {}, "assistant")  # noqa: FBT003 - as the fields stand
            state = load_state(saved, STATE_FORMAT)
            stepped = time.process_time()
            found = step(bot, state, messages[number % FLOWS], turn)
            spent += time.process_time() - stepped
            saved = dump_state(found.state)
        whole.append((time.process_time() - began) / TURNS * 1e6)
        engine.append(spent / TURNS * 1e6)
    print(
        f"engine: {median(engine):.0f} us of CPU a pattern turn on a bot of {FLOWS} flows, {median(whole):.0f} us with "
        f"reading and writing its state (budget {BUDGET_US:.0f} us)"
    )
    if median(engine) > BUDGET_US:
        raise SystemExit("A pattern turn is over its budget.")
