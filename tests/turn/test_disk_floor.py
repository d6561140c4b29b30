"""Below the disk's floor nothing is taken in, and all is well again with room (promise 13)."""

from pathlib import Path

from tests.database import Database
from tests.program import served, until
from tests.turn.calling_bot import CALLING_BOT

from frontdesk.app.disk import DiskFloor


async def test_messages_are_refused_while_there_is_no_room_and_taken_again_after(
    database: Database, tmp_path: Path
) -> None:
    async with served(database, tmp_path, jobs=False, disk_floor_mb=10**9) as program:
        desk = await program.desk(CALLING_BOT)
        before = await desk.counts()
        for answer in [await desk.post("jo", "hello") for _ in range(3)]:
            assert answer.status == 503
            assert int(answer.headers["retry-after"]) >= 1
        assert await desk.counts() == before
        program.running.disk.__dict__["_floor_bytes"] = 0

        async def taken() -> bool:
            return (await desk.post("jo", "hello")).status == 200

        await until(taken)
        assert (await desk.counts())["inbound"] == 1


def test_the_floor_is_looked_at_again_and_again(tmp_path: Path) -> None:
    """Free space comes and goes; what was seen once holds for a moment only."""
    free_bytes = [0]

    class Disk(DiskFloor):
        def free_bytes(self) -> int:
            return free_bytes[0]

    disk = Disk(tmp_path, 1)
    assert not disk.has_room()
    free_bytes[0] = 2_000_000
    assert not disk.has_room()
    disk._looked_at -= 10
    assert disk.has_room()
