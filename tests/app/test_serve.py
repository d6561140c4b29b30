"""The port that the program serves at."""

import asyncio
import os
import socket
import sys

from frontdesk.app.serve import MOST_FILES, take_port


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


async def test_an_answer_of_two_pieces_is_sent_without_waiting_for_an_acknowledgement() -> None:
    """Of its head, which a client's system holds back for 40 ms: on every loop, and not only on those that see to it."""
    listening = take_port("127.0.0.1", 0)
    asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        asked.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(serve, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await asked
        writer.close()
        await writer.wait_closed()


async def test_as_many_connections_are_allowed_as_the_machine_lets_the_program_have() -> None:
    """Shells begin with a limit of about a thousand open files, and each visitor with an open window has one."""
    begin = (
        "import resource; from frontdesk.app.serve import allow_files; kind = resource.RLIMIT_NOFILE; "
        "hard = resource.getrlimit(kind)[1]; resource.setrlimit(kind, (128, hard)); allow_files(); "
        "print(*resource.getrlimit(kind), hard)"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", begin, stdout=asyncio.subprocess.PIPE)
    told, _ = await child.communicate()
    soft, hard, was = map(int, told.split())
    assert hard == was
    assert soft == (MOST_FILES if hard < 0 else min(hard, MOST_FILES))
