"""The port that the program serves at."""

import asyncio
import os
import sys

from frontdesk.app.serve import take_port


async def test_no_child_holds_the_port_when_the_program_is_gone() -> None:
    """One that outlives a kill -9 by a moment would keep the next start from it."""
    listening = take_port("127.0.0.1", 0)
    host, port = listening.getsockname()[:2]
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import os; print(os.listdir('/proc/self/fd'), flush=True); input()"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    await child.stdout.readline()
    assert not os.get_inheritable(listening.fileno())
    listening.close()
    take_port(host, port).close()
    await child.communicate(b"\n")
