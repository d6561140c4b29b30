"""`frontdesk bot test`: each conversation on a line, the exit code says whether all of them held."""

from pathlib import Path

from typer.testing import CliRunner

from frontdesk.app.commands.bot import app

EXAMPLE = Path(__file__).parents[3] / "examples" / "billing-helper"


def test_the_example_passes() -> None:
    done = CliRunner().invoke(app, ["test", str(EXAMPLE)])
    assert done.exit_code == 0, done.output
    assert "ok      happy path" in done.output
    assert "0 failed." in done.output


def test_a_failure_is_shown_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "bot.yaml").write_text(
        "format: assistant/v1\nassistant: {id: b, name: B}\nflows: {f: {trigger: {patterns: [go]}, steps: [{say: a}]}}\n"
    )
    (tmp_path / "tests" / "t.yaml").write_text("- name: one\n  talk:\n  - user: go\n  - bot: b\n")
    done = CliRunner().invoke(app, ["test", str(tmp_path)])
    assert done.exit_code == 1
    assert "tests/t.yaml:4: The bot says 'a', not 'b'." in done.output
