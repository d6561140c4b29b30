"""Whether there is room for more: below the floor new messages are refused instead of half stored."""

import shutil
import time
from pathlib import Path

LOOK_EVERY_S = 2.0


class DiskFloor:
    def __init__(self, folder: Path, floor_mb: int) -> None:
        self._folder = folder
        self._floor_bytes = floor_mb * 1_000_000
        self._looked_at = -LOOK_EVERY_S
        self._room = True

    def has_room(self) -> bool:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            self._room = self.free_bytes() >= self._floor_bytes
        return self._room

    def free_percent(self) -> float:
        usage = shutil.disk_usage(self._folder)
        return 100 * usage.free / usage.total if usage.total else 100.0

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._folder).free
