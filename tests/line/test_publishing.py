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


async def test_a_session_that_is_over_begins_with_the_published_version(program: Program) -> None:
    desk = await program.desk()
    head = HEAD.replace("language: en", "language: en, session_timeout: 1h")
    await desk.publish({"bot.yaml": head + FLOWS.format(text="First,")})
    await desk.say("ann", "order")
    await desk.publish({"bot.yaml": head + FLOWS.format(text="Second,")})
    await program.execute(
        """UPDATE conversations SET state = jsonb_set(state, '{last_at}',
               to_jsonb((state->>'last_at')::float8 - 3700)) WHERE workspace_id = $1""",
        desk.workspace,
    )
    assert await desk.say("ann", "order") == ["Second, Which size?"]


async def test_the_customers_language_is_used_where_it_is_known(program: Program) -> None:
    desk = await program.desk()
    head = HEAD.replace("language: en", "language: en, languages: [ru]")
    hello = "flows: {f: {trigger: {patterns: [hi]}, steps: [{say: {en: Hello, ru: Привет}}]}}\n"
    await desk.publish({"bot.yaml": head + hello})
    assert await desk.say("ann", "hi") == ["Hello"]
    for theirs, said in (("ru-RU", "Привет"), ("fr", "Hello"), ("ru", "Привет")):
        await program.execute(
            "UPDATE contacts SET attributes = jsonb_build_object('language', $2::text) WHERE workspace_id = $1",
            desk.workspace,
            theirs,
        )
        assert await desk.say("ann", "hi") == [said]
