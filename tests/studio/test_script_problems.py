"""Code that cannot be run at all keeps a bot from being published, and is named by its place."""

import pytest

from frontdesk.dialog.problems import BotInvalid
from frontdesk.studio.checking import check

HEAD = "format: assistant/v1\nassistant: {id: b, name: B, language: en}\n"
FLOW = "trigger: {patterns: [go]}\nsteps:\n  - {script: scripts/a.js}\n"


async def problems(files: dict[str, str]) -> list[str]:
    try:
        checked = await check({"bot.yaml": HEAD, "flows/f.yaml": FLOW, "scripts/a.js": "1", **files})
    except BotInvalid as error:
        return [str(problem) for problem in error.problems]
    return [str(problem) for problem in checked.bot.warnings]


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"scripts/a.js": "var a = 1;\nvar b = ;\n"}, "scripts/a.js:2: This script cannot be run: "),
        ({"flows/f.yaml": FLOW + "  - script: |\n      var a;\n      var b = ;\n"}, "flows/f.yaml:6: "),
        ({"flows/f.yaml": FLOW + "  - script: var b = ;\n"}, "flows/f.yaml:4: "),
        ({"bot.yaml": HEAD + "globals: scripts/g.js\n", "scripts/g.js": "function ("}, "scripts/g.js:1: "),
        ({"scripts/a.js": "function f() {\n  return 1;\n"}, "scripts/a.js:2: "),
        ({"flows/f.yaml": FLOW + "  - script: |\n      1;\n      function f() {\n"}, "flows/f.yaml:6: "),
    ],
)
async def test_a_mistake_is_found_where_it_stands(files: dict[str, str], place: str) -> None:
    (found,) = await problems(files)
    assert found.startswith(place)
    assert found.endswith(". Mend the code.")


async def test_code_that_can_be_run_is_fine_and_is_not_run() -> None:
    assert await problems({"scripts/a.js": "return; for (;;) {}"}) == []


async def test_a_script_that_nothing_runs_is_pointed_out() -> None:
    (found,) = await problems({"scripts/idle.js": "1"})
    assert found.startswith("scripts/idle.js:1: Nothing runs this script.")
