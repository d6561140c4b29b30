"""The demo's outside system has an address that a copy of the example can name: the same at every start."""

import socket
from pathlib import Path

from tests.app.running import free_port
from tests.program import test_settings as fixed_settings

from frontdesk.app.demo import demo


async def test_it_is_a_hundred_above_the_programs_port_at_every_start(tmp_path: Path) -> None:
    settings = fixed_settings(tmp_path, port=free_port() - demo.PORTS_ABOVE)
    for _ in range(2):
        async with demo.outside(settings) as found:
            assert found.url == f"http://127.0.0.1:{settings.port + 100}"
            assert found.allow.port == settings.port + 100


async def test_while_that_port_is_taken_it_is_on_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken: int = other.getsockname()[1]
        async with demo.outside(fixed_settings(tmp_path, port=taken - demo.PORTS_ABOVE)) as found:
            assert found.url != f"http://127.0.0.1:{taken}"
            assert found.allow.port == int(found.url.rpartition(":")[2])


async def test_beside_the_last_ports_there_is_one_too(tmp_path: Path) -> None:
    async with demo.outside(fixed_settings(tmp_path, port=65_500)) as found:
        assert found.url.startswith("http://127.0.0.1:")
