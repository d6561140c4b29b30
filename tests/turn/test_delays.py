"""Messages that a bot wants sent later wait in their lane, and those behind them wait too."""

from tests.doubles.http_server import Answer, FaultServer
from tests.program import Program, until
from tests.turn.slow_bot import slow_bot

BOT = slow_bot("1s")


async def test_a_delayed_message_and_what_follows_arrive_later_and_in_order(program: Program) -> None:
    async with FaultServer() as receiver:
        receiver.answers(Answer(200, b"success"))
        desk = await program.desk(BOT)
        await desk.channel("callback", {"url": receiver.url("/replies")})
        body = {"sender": "jhon", "message": "go"}
        await desk.program.client.post(f"{desk.path}/webhooks/callback/webhook", json=body)
        rows = await desk.rows("deliveries", "seq")
        later = [(row["due_at"] - row["created_at"]).total_seconds() for row in rows]
        assert later == [0.0, 1.0, 1.0]

        async def all_there() -> bool:
            return len(receiver.received) >= 3

        await until(all_there)
        assert [post.json()["text"] for post in receiver.received] == ["one", "two", "three"]
        rows = await desk.rows("deliveries", "seq")
        assert rows[1]["finished_at"] >= rows[1]["due_at"]


async def test_a_synchronous_answer_holds_all_of_them_at_once(program: Program) -> None:
    desk = await program.desk(BOT)
    assert await desk.say("jhon", "go") == ["one", "two", "three"]
