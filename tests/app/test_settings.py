"""What follows from settings taken together."""

from pathlib import Path

from tests.program import test_settings as settings_in


def test_no_floor_holds_where_the_database_is_on_another_disk(tmp_path: Path) -> None:
    assert settings_in(tmp_path, disk_floor_mb=256).floor_mb == 256
    assert (
        settings_in(tmp_path, disk_floor_mb=256, database_url="postgresql://a@db.example.com/x").floor_mb == 0
    )
