"""A new version takes over between dialogs: a conversation in the middle of one goes on as it began."""

from tests.program import Program

HEAD = "format: assistant/v1\nassistant: {id: b, name: B, language: en}\n"
FLOWS = """flows:
  order:
    trigger: {{patterns: [order]}}
    steps:
      - ask: {text} Which size?
      - say: {text} Thank you.
"""


async def test_a_dialog_under_way_stays_on_its_version(program: Program) -> None:
    desk = await program.desk()
    await desk.publish({"bot.yaml": HEAD + FLOWS.format(text="First,")})
    assert await desk.say("ann", "order") == ["First, Which size?"]

    await desk.publish({"bot.yaml": HEAD + FLOWS.format(text="Second,")})
    assert await desk.say("bob", "order") == ["Second, Which size?"]
    assert await desk.say("ann", "large") == ["First, Thank you."]
    assert await desk.say("ann", "order") == ["Second, Which size?"]
