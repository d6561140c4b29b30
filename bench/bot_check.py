"""How long `bot check` takes on a bot of 200 flows: read, compiled and gone through by every rule of the linter.

The budget: 2 seconds of CPU. Prints one line and fails above the budget.
"""

import time
from statistics import median

from bench.large_bot import FLOWS, files
from frontdesk.dialog.load import load_bot

BUDGET_S = 2.0
ROUNDS = 5


def run() -> None:
    made = files(FLOWS)
    cpu: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        bot = load_bot(made)
        cpu.append(time.process_time() - began)
    steps = sum(len(flow.steps) for flow in bot.flows.values())
    print(
        f"bot check of {FLOWS} flows, {steps} steps: {median(cpu):.2f} s of CPU, {len(bot.warnings)} warnings "
        f"(budget {BUDGET_S:.0f} s)"
    )
    if median(cpu) > BUDGET_S:
        raise SystemExit("Checking a bot is over its budget.")
