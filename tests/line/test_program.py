"""The program that the tests of the line run on is the real one."""

from tests.program import Program


async def test_a_message_gets_its_answer(program: Program) -> None:
    desk = await program.desk()
    assert await desk.say("jhon", "hello") == ["Hello! Ask me about your bill or your account balance."]
    assert [row["author"] for row in await desk.rows("messages", "seq")] == ["contact", "bot"]
