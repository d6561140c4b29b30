"""Five examples an intent, published, and customers are understood in words that nobody wrote down (S004-157 ff.)."""

from typing import Any

from tests.program import Desk, Program, until

BOT = """format: assistant/v1
assistant: {id: shop, name: Shop, language: en}
intents:
  refund:
    examples:
      - I want my money back
      - how do I get a refund
      - please refund my order
      - can I return this and be paid back
      - give me back what I paid
  delivery:
    examples:
      - where is my parcel
      - when will my package arrive
      - track my order
      - my delivery is late
      - has my order been shipped
  opening:
    examples:
      - when are you open
      - what are your opening hours
      - are you open on Sunday
      - at what time does the shop close
      - is the store open today
  cancel_order:
    examples:
      - cancel my order
      - I do not want the order any more
      - stop my purchase
      - please call off what I ordered
      - I changed my mind about the order
flows:
  refund: {name: A refund, trigger: {intent: refund}, steps: [{say: Money comes back.}]}
  delivery: {name: A parcel, trigger: {intent: delivery}, steps: [{say: It is on its way.}]}
  opening: {name: Opening hours, trigger: {intent: opening}, steps: [{say: From nine to five.}]}
  cancelling: {name: Cancelling, trigger: {intent: cancel_order}, steps: [{say: It is cancelled.}]}
  greeting: {trigger: {patterns: [hello]}, steps: [{say: Good day.}]}
fallback: {steps: [{say: I cannot say.}]}
"""


async def model(desk: Desk) -> dict[str, Any] | None:
    rows = await desk.rows("intent_models", "created_at DESC")
    return rows[0] if rows and rows[0]["state"] in {"ready", "failed", "none"} else None


async def test_five_examples_are_enough_for_other_words(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    found = await until(lambda: model(desk), within_s=60)
    assert (found["state"], found["intents"], found["examples"]) == ("ready", 4, 20), found["reason"]

    assert await desk.say("ann", "hello") == ["Good day."]
    assert await desk.say("ann", "could you transfer my money back to me please") == ["Money comes back."]
    assert await desk.say("ann", "what time do you open on weekends?") == ["From nine to five."]
    assert await desk.say("ann", "has the parcel left your warehouse yet") == ["It is on its way."]


async def test_what_the_bot_is_not_for_starts_nothing(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    await until(lambda: model(desk), within_s=60)
    for strange in ("who won the world cup in 1998", "write me a poem about the sea", "what is 7 times 12"):
        assert await desk.say("bob", strange) == ["I cannot say."], strange


async def test_between_two_intents_the_customer_chooses(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    await until(lambda: model(desk), within_s=60)
    answer = (await desk.post("cem", "cancel my order and give me a refund")).json()
    titles = [button["title"] for button in answer[0]["buttons"]]
    assert set(titles[:2]) == {"A refund", "Cancelling"}, answer
    assert await desk.say("cem", titles[0]) in (["Money comes back."], ["It is cancelled."])
