"""The system's resolver behind the client: shared lookups, and one waiter giving up."""

import asyncio
import socket
from collections.abc import Iterator
from threading import Event

import pytest

from frontdesk.egress.lookup import SystemLookup


class SlowResolver:
    """Stands in for the operating system's resolver; answers when let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = Event()

    def __call__(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        assert self.go.wait(10)
        if host == "nowhere.example":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return (f"address of {host}",)


@pytest.fixture
def resolver() -> Iterator[SlowResolver]:
    found = SlowResolver()
    yield found
    found.go.set()


async def test_lookups_of_one_name_at_a_time_are_one_lookup(resolver: SlowResolver) -> None:
    lookup = SystemLookup(resolver)
    waiting = [asyncio.create_task(lookup("shop.example")) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    resolver.go.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [("address of shop.example",)] * 49
    assert resolver.asked == ["shop.example"]
    await lookup("shop.example")
    assert len(resolver.asked) == 2
    lookup.close()


async def test_a_name_that_is_not_found_is_an_os_error_for_all_and_asked_again_later(
    resolver: SlowResolver,
) -> None:
    resolver.go.set()
    lookup = SystemLookup(resolver)
    for _ in range(2):
        with pytest.raises(OSError, match="no such name"):
            await lookup("nowhere.example")
    assert len(resolver.asked) == 2
    lookup.close()


async def test_a_failure_nobody_waits_for_any_more_is_no_noise(
    resolver: SlowResolver, caplog: pytest.LogCaptureFixture
) -> None:
    lookup = SystemLookup(resolver)
    task = asyncio.create_task(lookup("nowhere.example"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    resolver.go.set()
    with pytest.raises(OSError, match="no such name"):
        await lookup("nowhere.example")
    assert caplog.text == ""
    lookup.close()


async def test_the_system_is_asked_for_real() -> None:
    lookup = SystemLookup()
    assert set(await lookup("localhost")) <= {"127.0.0.1", "::1"}
    lookup.close()
