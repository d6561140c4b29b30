"""Time that passes in the middle of a dialog: pauses, silence, and what interrupts them."""

from tests.dialog.driver import Talk, make

PAUSED = """
flows:
  f: {trigger: {patterns: [go]}, steps: [{wait: 10s, next: %s}, {say: below}, {id: far, say: far}]}
  g: {trigger: {patterns: [other]}, steps: [{ask: G?, accept: {exact: x}}, {say: "g[{{ slots.s }}]"}]}
slots: {s: {}}
"""


def interrupted(way: str) -> list[str]:
    """What is said when the pause is over beneath another flow, and that flow comes to its end."""
    talk = Talk(make(PAUSED % way))
    talk.say("go")
    assert talk.say("other") == ["G?"]
    assert talk.elapse(seconds=30) == []
    return talk.say("x")


def test_a_pause_that_ends_beneath_another_flow_goes_on_where_its_step_says() -> None:
    assert interrupted("end") == ["g[]"]
    assert interrupted("far") == ["g[]", "far"]
    assert interrupted("f/far") == ["g[]", "far"]


def test_a_flow_that_has_rested_is_not_the_one_that_ran_the_interrupting_flow() -> None:
    talk = Talk(make(PAUSED.replace("{wait", "{set: {s: secret}}, {wait") % "end"))
    talk.say("go")
    talk.say("other")
    talk.elapse(seconds=30)
    assert talk.say("x") == ["g[]"]


def test_cancelling_what_came_in_between_leaves_the_flow_that_has_rested() -> None:
    talk = Talk(make(PAUSED % "far"))
    talk.say("go")
    talk.say("other")
    talk.elapse(seconds=30)
    assert talk.say("cancel") == ["All right, we leave it at that.", "far"]


def test_the_answer_to_a_question_asked_after_a_long_pause_is_heard() -> None:
    talk = Talk(
        make("flows: {f: {trigger: {patterns: [go]}, steps: [{wait: 2h}, {ask: Still there?}, {say: good}]}}")
    )
    talk.say("go")
    assert talk.elapse(hours=2, minutes=1) == ["Still there?"]
    assert talk.say("yes I am") == ["good"]


def test_the_session_counts_from_when_the_bot_asked_again() -> None:
    steps = "{ask: Size?, accept: {exact: [s, m]}, no_reply: {after: 59m, say: Hello?}}, {say: good}"
    talk = Talk(make(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{steps}]}}}}"))
    talk.say("go")
    assert "Hello?" in talk.elapse(minutes=62)
    assert talk.say("m") == ["good"]
