"""What `frontdesk talk --record` writes is held by `frontdesk bot test`, also where systems outside failed."""

from pathlib import Path

from tests.app.commands.conftest import Place
from tests.doubles.http_server import Answer

BOT = """
format: assistant/v1
assistant: {{id: outage, name: Outage desk, language: en}}
actions:
  Slow: {{request: {{url: "{url}/slow"}}, timeout: 300ms}}
  Broken: {{request: {{url: "{url}/broken"}}}}
  Gone: {{request: {{url: "https://127.0.0.1:9/"}}}}
flows:
  slow:
    trigger: {{patterns: [slow]}}
    steps: [{{call: Slow, on_timeout: {{say: Too slow.}}, on_error: {{say: Broken.}}}}]
  broken:
    trigger: {{patterns: [broken]}}
    steps: [{{call: Broken, on_error: {{say: It broke.}}}}, {{say: Fine.}}]
  gone:
    trigger: {{patterns: [gone]}}
    steps: [{{call: Gone, on_timeout: {{say: Too slow.}}, on_error: {{say: Gone.}}}}]
  sales:
    trigger: {{patterns: [buy]}}
    steps: [{{say: To sales.}}, {{handoff: Sales}}]
  support:
    trigger: {{patterns: [help]}}
    steps: [{{handoff: Support}}]
"""


async def test_what_failed_is_recorded_as_a_test_can_say_it(place: Place, tmp_path: Path) -> None:
    await place.set_up()
    bot = tmp_path / "bot"
    (bot / "tests").mkdir(parents=True)
    (bot / "bot.yaml").write_text(BOT.format(url=place.outside.url().rstrip("/")))
    await place.done("bot", "publish", str(bot))
    place.outside.answers(
        Answer(silent=True),
        Answer(status=503, body=b'{"why": "busy"}'),
        Answer(body=b"{}"),
        Answer(hang_up=True),
    )
    said = [
        *["slow", "broken", "broken", "broken", "gone", "reset"],
        *["slow", "reset", "slow", "buy", "reset", "help"],
    ]
    told: list[str] = []
    for file in ("first.yaml", "second.yaml"):
        path = bot / "tests" / file
        told.append(await place.done("talk", "outage", "--record", str(path), typed="\n".join([*said, ""])))
        place.outside.answers(Answer(status=500))
    assert "Too slow." in told[0]
    held = await place.command("bot", "test", str(bot))
    written = (bot / "tests" / "first.yaml").read_text()
    assert held.code == 0, f"{held.out}\n{written}"
    assert "8 tests passed" in held.out
    assert "timeout: true" in written
    assert "error: " in written
    assert "outcome" not in written
    for changed in ("Too slow.", "Gone.", "Sales"):
        spoilt = written.replace(changed, "Something else.")
        (bot / "tests" / "first.yaml").write_text(spoilt)
        assert (await place.command("bot", "test", str(bot))).code == 1, changed
