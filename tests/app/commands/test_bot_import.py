"""`frontdesk bot import`: a folder and a report, or one line and nothing."""

import json
from pathlib import Path

from tests.app.running import command
from tests.studio.importing.exports import tutorial


async def test_an_export_becomes_a_folder_that_loads(tmp_path: Path) -> None:
    export, folder = tmp_path / "export.json", tmp_path / "bots" / "mine"
    export.write_bytes(json.dumps(tutorial()).encode())
    done = await command(tmp_path, "bot", "import", str(export), str(folder))
    assert done.code == 0, done
    assert (folder / "bot.yaml").is_file()
    assert "finding" in done.out
    assert (await command(tmp_path, "bot", "check", str(folder))).code == 0
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


async def test_a_file_that_is_no_export_leaves_nothing_behind(tmp_path: Path) -> None:
    export, folder = tmp_path / "export.json", tmp_path / "mine"
    export.write_text("[]")
    refused = await command(tmp_path, "bot", "import", str(export), str(folder))
    assert refused.code == 2
    assert "was not imported" in refused.err
    assert not folder.exists()


async def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_bytes(json.dumps(tutorial()).encode())
    refused = await command(tmp_path, "bot", "import", str(export), str(tmp_path))
    assert "is there already" in refused.err


async def test_code_that_is_no_javascript_is_reported_and_the_folder_loads(tmp_path: Path) -> None:
    made = tutorial(globalFunctions={"methods": "function ok() {}\n\nvar x = ;\u2028leak();\n"})
    export, folder = tmp_path / "export.json", tmp_path / "my bot"
    export.write_bytes(json.dumps(made).encode())
    done = await command(tmp_path, "bot", "import", str(export), str(folder))
    assert done.code == 0, done
    report = (folder / "import-report.txt").read_text()
    told = (
        "scripts/globals.js\n    Its line 3 is no JavaScript, so it is kept as a comment and does nothing. "
    )
    assert told in report
    assert told in done.out
    assert "This script cannot be run: SyntaxError" in report
    kept = (folder / "scripts" / "globals.js").read_text()
    assert kept == "// function ok() {}\n\n// var x = ;\u2028// leak();\n"
    assert (await command(tmp_path, "bot", "check", str(folder))).code == 0
    assert done.out.rstrip().endswith(f"bot check '{folder}'")
