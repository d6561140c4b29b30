"""Author scripts: the tutorial's script warm, and what the others notice while one hangs.

The budget: p50 at most 0.4 ms; a hang ends within 2 s; the others' p99 meanwhile less than doubles.
"""

import asyncio
import time

import uvloop

from frontdesk.core.script import Script, ScriptContext, Source
from frontdesk.sandbox.pool import ScriptPool

ROUNDS = 1000
PAUSE_S = 0.004  # a child makes its next context in the meantime, as it does between the turns of a program

TUTORIAL = """var channel = botContext.getChannel();
var msg = "Hold on while I transfer you to an agent.";
if(channel == "web"){
  botContext.sendMessage(msg);
}else{
  botContext.setBotVariable('transferMessage',msg,true,false);
}"""
# Neither the engine's time limit nor anything in JavaScript ends this one.
HANG = "new Array(4294967295).reverse()"


def run() -> None:
    # The loop that the program runs on.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run())


async def _run() -> None:
    async with ScriptPool() as pool:
        # Both children warm, as in a program that has served a while.
        await asyncio.gather(*(pool.run(_script(TUTORIAL)) for _ in range(4)))
        alone = [await _timed(pool, TUTORIAL, pause_s=PAUSE_S) for _ in range(ROUNDS)]
        dense = [await _timed(pool, TUTORIAL) for _ in range(ROUNDS)]
        hanging = asyncio.create_task(_timed(pool, HANG))
        beside: list[float] = []
        while not hanging.done():
            beside.append(await _timed(pool, TUTORIAL, pause_s=PAUSE_S))
        hang_s = await hanging
    print(
        f"scripts: warm p50 {_ms(alone, 0.5)}, p99 {_ms(alone, 0.99)}; without a pause p50 {_ms(dense, 0.5)}; "
        f"a hang ends after {hang_s:.2f} s, the others' p50 {_ms(beside, 0.5)}, p99 {_ms(beside, 0.99)} meanwhile"
    )


async def _timed(pool: ScriptPool, code: str, *, pause_s: float = 0) -> float:
    if pause_s:
        await asyncio.sleep(pause_s)
    began = time.perf_counter()
    await pool.run(_script(code))
    return time.perf_counter() - began


def _script(code: str) -> Script:
    return Script("bench", Source("bench.js", code), ScriptContext())


def _ms(times: list[float], share: float) -> str:
    return f"{sorted(times)[int(len(times) * share)] * 1000:.2f} ms"
