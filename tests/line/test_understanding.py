"""Five examples an intent, published, and customers are understood in words that nobody wrote down (S004-157 ff.)."""

from typing import Any

from tests.line.test_knowledge import taken_in
from tests.line.test_traces import newest, of
from tests.program import Desk, Program, until

from frontdesk.store.keys import create_key

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
GREETING = " {greeting: {trigger: {patterns: [hello]}, steps: [{say: Good day.}]}}\n"


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


async def test_the_trace_says_what_was_understood_in_one_entry_with_its_time(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    await until(lambda: model(desk), within_s=60)
    await desk.say("jo", "could you transfer my money back to me please")
    trace = await newest(desk)
    (asked,) = of(trace, "asked")
    assert (asked["of"], asked["outcome"]) == ("intents", "accept")
    assert asked["ms"] >= 0
    assert of(trace, "event") == []


async def test_the_trace_of_a_message_turned_down_tells_how_near_it_was(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    await until(lambda: model(desk), within_s=60)
    assert await desk.say("jo", "who won the world cup in 1998") == ["I cannot say."]
    (asked,) = of(await newest(desk), "asked")
    assert asked["outcome"] == "reject"
    assert {each["name"] for each in asked["candidates"]} == {"refund", "delivery", "opening", "cancel_order"}
    scores = [each["score"] for each in asked["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert asked["certainty"] < asked["reject_below"] <= asked["confirm_below"]


async def test_what_the_bot_is_not_for_starts_nothing(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    await until(lambda: model(desk), within_s=60)
    for strange in ("who won the world cup in 1998", "write me a poem about the sea", "what is 7 times 12"):
        assert await desk.say("bob", strange) == ["I cannot say."], strange


async def test_between_two_intents_the_customer_chooses(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    await until(lambda: model(desk), within_s=60)
    answer = (await desk.post("cem", "cancel my order and refund it")).json()
    titles = [button["title"] for button in answer[0]["buttons"]]
    assert set(titles[:2]) == {"A refund", "Cancelling"}, answer
    assert await desk.say("cem", titles[0]) in (["Money comes back."], ["It is cancelled."])


async def test_rasas_parse_tells_the_intent_without_a_conversation(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT + "entities: {day: [sunday, monday]}\n"})
    await until(lambda: model(desk), within_s=60)
    key = {"Authorization": f"Bearer {await desk.key()}"}

    async def parse(text: object) -> Any:
        return await program.client.post(f"{desk.path}/model/parse", json={"text": text}, headers=key)

    found = (await parse("could I visit the store on Sunday")).json()
    assert found["intent"]["name"] == "opening"
    assert found["intent"] == found["intent_ranking"][0]
    assert len(found["intent_ranking"]) == 4
    assert abs(sum(each["confidence"] for each in found["intent_ranking"]) - 1) < 1e-3
    assert found["entities"] == [
        {"entity": "day", "start": 27, "end": 33, "value": "sunday", "extractor": "frontdesk"}
    ]
    assert (await parse("who wrote Hamlet")).json()["band"] == "reject"
    named = (await parse('/refund{"order": "7"}')).json()
    assert named["intent"] == {"name": "refund", "confidence": 1.0}
    assert named["entities"] == [{"entity": "order", "value": "7"}]
    assert (await parse(7)).status == 400
    assert (await program.client.post(f"{desk.path}/model/parse", json={"text": "x"})).status == 401
    assert (await desk.counts())["conversations"] == 0


async def test_the_api_tells_how_far_learning_is_and_what_to_mend(program: Program) -> None:
    poor = BOT.replace("      - are you open on Sunday\n", "").replace(
        "      - I changed my mind about the order\n", "      - please refund my order\n"
    )
    desk = await program.desk({"bot.yaml": poor})
    await until(lambda: model(desk), within_s=60)
    async with program.running.store.unit_of_work(desk.workspace) as tx:
        _, text = await create_key(
            desk.workspace, tx, kind="api", name="A key", scopes=frozenset({"read:bots"})
        )
    key = {"Authorization": f"Bearer {text.reveal()}"}
    answer = await program.client.get(f"/api/v1/assistants/{desk.assistant_id}/understanding", headers=key)
    found = answer.json()
    assert (answer.status, found["state"], found["intents"]) == (200, "ready", 4), found
    assert "stands in the intents 'refund' and 'cancel_order'" in found["remarks"][0]
    assert "opening" in found["remarks"][-1]


async def test_a_version_that_learns_the_same_takes_the_model_over(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    first = await until(lambda: model(desk), within_s=60)
    await desk.publish({"bot.yaml": BOT.replace("Good day.", "Good evening.")})

    async def second() -> dict[str, Any] | None:
        found = await model(desk)
        return found if found is not None and found["bot_version_id"] != first["bot_version_id"] else None

    again = await until(second, within_s=60)
    assert again["lesson"] == first["lesson"]
    assert again["model"] == first["model"]


async def test_a_bot_without_intents_has_nothing_to_learn(program: Program) -> None:
    desk = await program.desk({"bot.yaml": BOT[: BOT.index("intents:")] + "flows:" + GREETING})
    found = await until(lambda: model(desk), within_s=60)
    assert (found["state"], found["model"]) == ("none", None)


async def test_a_customer_is_answered_in_the_language_they_write(program: Program) -> None:
    bot = """format: assistant/v1
assistant: {id: b, name: B, language: en, languages: [ru, uz]}
flows:
  hello: {trigger: {patterns: ["*"]}, steps: [{say: {en: Good day., ru: Добрый день., uz: Xayrli kun.}}]}
"""
    desk = await program.desk({"bot.yaml": bot})
    assert await desk.say("ivan", "где моя посылка") == ["Добрый день."]
    assert await desk.say("ivan", "ok") == ["Добрый день."]
    assert await desk.say("ann", "where is my parcel please") == ["Good day."]
    assert await desk.say("bek", "mening posilkam qayerda qoldi") == ["Xayrli kun."]


DESK = BOT.replace("fallback: {steps: [{say: I cannot say.}]}", "fallback: {steps: [{answer: true}]}")


async def test_a_question_answered_by_hand_goes_before_asking_which_intent_is_meant(program: Program) -> None:
    desk = await program.desk({"bot.yaml": DESK}, slug="literal")
    await until(lambda: model(desk), within_s=60)
    asked = "cancel my order and refund it"
    assert (await desk.post("dan", asked)).json()[0].get("buttons"), "unsure without the answer"
    table = "question,answer\nCancel my order and refund it!,Write to us and both is done.\n"
    await taken_in(desk, {"answers.csv": table.encode()})
    assert await desk.say("eli", asked) == ["Write to us and both is done."]
