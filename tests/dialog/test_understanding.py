"""When the engine asks for a message's intents: once nothing else has decided it, and at most once a turn."""

from tests.dialog.driver import Talk, make

from frontdesk.core.action import Candidate, Said, Understood
from frontdesk.core.message import Buttons

BOT = """
intents:
  refund: {examples: [money back please]}
  delivery: {examples: [where is my parcel]}
  thanks: {examples: [thank you so much]}
flows:
  refund: {name: A refund, trigger: {intent: refund}, steps: [{say: Refunded.}]}
  delivery: {name: A parcel, trigger: {intent: delivery}, steps: [{say: On its way.}]}
  greeting: {trigger: {patterns: [hello]}, steps: [{say: Hi.}]}
  order:
    trigger: {patterns: [order]}
    steps:
      - ask: Which size?
        choices: [small, large]
        slot: size
      - say: "{{ slots.size }} it is."
  name:
    trigger: {patterns: [my name]}
    steps:
      - ask: What is your name?
        slot: name
      - say: "Hi {{ slots.name }}."
  satisfied:
    trigger: {patterns: [rate]}
    steps:
      - ask: Are you happy?
        rules:
          - {intent: thanks, say: You are welcome.}
          - {pattern: "no", say: A pity.}
slots: {size: {}, name: {}}
fallback: {steps: [{say: What?}]}
"""


def means(*found: tuple[str, float, bool]) -> Understood:
    return Understood("", tuple(Candidate(*each) for each in found), band="accept")


def talk(*found: tuple[str, float, bool]) -> Talk:
    return Talk(make(BOT), means=means(*found))


def test_what_is_sure_starts_its_flow() -> None:
    desk = talk(("refund", 0.9, True))
    assert desk.say("I'd like to be paid back") == ["Refunded."]
    assert [(need.text, need.language) for need in desk.understood] == [("I'd like to be paid back", "en")]
    assert desk.state.last_intent == "refund"


def test_patterns_examples_buttons_and_named_intents_never_wait_for_it() -> None:
    desk = talk(("delivery", 0.9, True))
    assert desk.say("hello") == ["Hi."]
    assert desk.say("Money back please!") == ["Refunded."]
    assert desk.hear(Said("x", intent="refund")) == ["Refunded."]
    assert desk.say("order") == ["Which size?"]
    assert desk.say("large") == ["large it is."]
    assert desk.understood == []


def test_candidates_of_the_channel_are_taken_as_they_are() -> None:
    desk = talk(("delivery", 0.9, True))
    assert desk.hear(Said("hm", candidates=(Candidate("refund", 0.8, sure=True),))) == ["Refunded."]
    assert desk.understood == []


def test_between_two_the_customer_chooses() -> None:
    desk = talk(("refund", 0.5, False), ("delivery", 0.4, False))
    desk.say("about that thing")
    (buttons,) = (part for part in desk.parts if isinstance(part, Buttons))
    assert [button.title for button in buttons.buttons][:2] == ["A refund", "A parcel"]
    assert desk.say("A parcel") == ["On its way."]
    assert len(desk.understood) == 1


def test_nothing_found_is_the_fallback() -> None:
    desk = talk()
    assert desk.say("who won the cup") == ["What?"]
    assert len(desk.understood) == 1


def test_a_digression_by_intent_comes_back_to_the_question() -> None:
    desk = talk(("delivery", 0.9, True))
    desk.say("order")
    assert desk.say("has it been shipped") == ["On its way.", "Which size?"]
    assert desk.say("small") == ["small it is."]


def test_an_open_question_is_left_only_for_what_is_sure() -> None:
    unsure = talk(("refund", 0.5, False), ("delivery", 0.4, False))
    unsure.say("my name")
    assert unsure.say("Bill Parcel") == ["Hi Bill Parcel."]
    sure = talk(("refund", 0.9, True))
    sure.say("my name")
    assert sure.say("give me the money") == ["Refunded.", "What is your name?"]


def test_a_question_that_tests_an_intent_waits_for_it() -> None:
    desk = talk(("thanks", 0.9, True))
    desk.say("rate")
    assert desk.say("that was kind of you") == ["You are welcome."]
    assert len(desk.understood) == 1


def test_a_sure_intent_that_nothing_is_for_offers_nothing_else() -> None:
    desk = talk()
    desk.means = means(("weather", 0.8, True), ("refund", 0.15, False))
    assert desk.say("will it rain") == ["What?"]


def test_the_trace_tells_the_rungs_once_with_what_came_of_them() -> None:
    desk = talk(("refund", 0.9, True))
    desk.means = Understood("", (Candidate("refund", 0.9, sure=True),), "", "accept", 1.25, 0.5, 0.75)
    desk.say("paid back")
    facts = [fact["fact"] for fact in desk.trace]
    assert facts.count("heard") == 1
    assert [fact["rung"] for fact in desk.trace if fact["fact"] == "rung"] == ["pattern"]
    (returned,) = (fact for fact in desk.trace if fact["fact"] == "returned")
    assert (returned["outcome"], returned["certainty"], returned["reject_below"]) == ("accept", 1.25, 0.5)


def test_what_was_turned_down_is_in_the_trace_and_decides_nothing() -> None:
    desk = talk()
    desk.means = Understood("", (), "", "reject", 0.25, 0.5, 0.75, (("refund", 0.6123), ("delivery", 0.3)))
    assert desk.say("who won the cup") == ["What?"]
    (returned,) = (fact for fact in desk.trace if fact["fact"] == "returned")
    assert returned["intents"] == {"refund": 0.612, "delivery": 0.3}
    assert [fact for fact in desk.trace if fact["fact"] in {"understood", "trigger", "choose"}] == []


def test_a_late_answer_of_another_turn_changes_nothing() -> None:
    desk = talk(("refund", 0.9, True))
    desk.say("hello")
    assert desk.hear(Understood("in_9:1:", (Candidate("refund", 0.9, sure=True),))) == []


def test_a_bot_without_examples_never_asks() -> None:
    desk = Talk(make("flows: {greeting: {trigger: {patterns: [hello]}, steps: [{say: Hi.}]}}"))
    desk.say("anything")
    assert desk.understood == []


def test_examples_of_a_trigger_are_learnt_for_its_flow() -> None:
    bot = make("flows: {bill: {trigger: {examples: [pay my bill]}, steps: [{say: Paid.}]}}")
    assert bot.lessons == {"flow:bill": ("pay my bill",)}
    desk = Talk(bot, means=means(("flow:bill", 0.9, True)))
    assert desk.say("I'd like to settle what I owe") == ["Paid."]


def test_the_text_of_an_entity_with_figures_is_looked_at_as_what_it_is() -> None:
    desk = Talk(
        make(BOT + "entities: {order_number: {regex: '[A-Z]{2}[0-9]{6}'}, size: [large]}\n"), means=means()
    )
    desk.say("please call off AB123456, the large one")
    assert [need.text for need in desk.understood] == ["please call off order number, the large one"]
