"""Steps that do something: calls and every way they end, messages of several parts, hand-off."""

import pytest
from tests.dialog.driver import ERROR, Answer, Talk, answers, fails, make

from frontdesk.core.action import MAX_ATTEMPTS, Say
from frontdesk.core.message import Attachment, Button, Buttons, Image, Text
from frontdesk.dialog.problems import BotInvalid

CALLS = """
actions: {A: {request: {url: "https://a.test/"}, result: {v: $.v, w: {path: $.w, required: false}}}}
flows:
  f: {trigger: {patterns: [go]}, steps: [{call: A, %s}, {say: "v{{ A.v }}w{{ A.w }}"}, {id: end_here, say: over}]}
  sub: {steps: [{say: sub}]}
"""


@pytest.mark.parametrize(
    ("handlers", "mock", "said"),
    [
        ("", answers(200, {"v": 1, "w": 2}), ["v1w2", "over"]),
        ("", answers(201, {"v": 1}), ["v1w", "over"]),
        ("", answers(204), [ERROR]),
        ("on_error: {say: bad}", answers(500), ["bad"]),
        ("on_error: {say: bad, goto: end_here}", answers(500), ["bad", "over"]),
        ("on_error: {run: sub}", answers(500), ["sub"]),
        ("on_error: {run: sub, goto: end_here}", answers(500), ["sub", "over"]),
        ("on_error: {next: end}", answers(500), []),
        ("on_error: {set: {x: 1}}", answers(500), []),
        ("on_error: {say: bad}", fails("timeout"), ["bad"]),
        ("on_error: {say: bad}, on_timeout: {say: slow}", fails("timeout"), ["slow"]),
        ("on_error: {say: bad}, on_timeout: {say: slow}", fails("unknown"), ["bad"]),
        ("on_timeout: {say: slow}", answers(500), [ERROR]),
        ("on_empty: {say: empty}", answers(200, {"w": 1}), ["empty"]),
        ("on_empty: {say: empty}", answers(404, {"v": 1}), [ERROR]),
        ("on_error: {say: bad}", answers(200, {}), [ERROR]),
    ],
)
def test_every_way_a_call_can_end(handlers: str, mock: Answer, said: list[str]) -> None:
    talk = Talk(make(CALLS % handlers), {"A": mock})
    assert talk.say("go") == said
    assert talk.state.moment.pending is None
    assert talk.state.stack == []
    assert bool(talk.alerts) == (ERROR in said)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, {"v": 1}, ["v1w", "over"]),
        (404, None, ["empty"]),
        (200, {"v": 1}, ["v1w", "over"]),
        (410, {"v": 1}, ["bad"]),
    ],
)
def test_an_action_may_take_other_statuses_for_an_answer(status: int, body: object, said: list[str]) -> None:
    bot = CALLS.replace("actions: {A: {", "actions: {A: {success: [404, 409], ")
    talk = Talk(make(bot % "on_error: {say: bad}, on_empty: {say: empty}"), {"A": answers(status, body)})
    assert talk.say("go") == said


def test_what_is_no_status_is_no_success() -> None:
    with pytest.raises(BotInvalid, match="'nothing found' is no status"):
        make((CALLS % "").replace("actions: {A: {", "actions: {A: {success: [nothing found], "))


def test_attempts_are_for_what_may_be_repeated() -> None:
    def attempts(action: str) -> tuple[bool, int]:
        talk = Talk(
            make(
                f"actions: {{A: {{{action}}}}}\nflows: {{f: {{trigger: {{patterns: [go]}}, steps: [{{call: A}}]}}}}"
            )
        )
        talk.mocks["A"] = answers(200, {})
        talk.say("go")
        return talk.calls[0].idempotent, talk.calls[0].attempts

    url = 'url: "https://a.test/"'
    assert attempts(f"request: {{{url}}}") == (True, 1)
    assert attempts(f"request: {{{url}}}, retry: {{attempts: 2}}") == (True, 3)
    assert attempts(f"request: {{{url}}}, retry: {{attempts: 5}}") == (True, MAX_ATTEMPTS)
    assert attempts(f"request: {{method: PUT, {url}}}, retry: {{attempts: 1}}") == (True, 2)
    assert attempts(f"request: {{method: POST, {url}}}, retry: {{attempts: 2}}") == (False, 1)
    assert attempts(f"request: {{method: POST, {url}}}, idempotent: true, retry: {{attempts: 2}}") == (
        True,
        3,
    )
    assert attempts(f"request: {{{url}}}, idempotent: false, retry: {{attempts: 2}}") == (False, 1)


def test_what_an_answer_gave_is_forgotten_with_its_flow() -> None:
    talk = Talk(
        make("""
actions: {A: {request: {url: "https://a.test/"}, result: {v: $.v}}}
flows:
  f: {trigger: {patterns: [go]}, steps: [{call: A}, {ask: "{{ A.v }} {$.api_A.raw}?"}, {say: "{{ A.v }} [{$.api_A.raw}]"}]}
  g: {trigger: {patterns: [see]}, steps: [{say: "[{{ A.v }}{$.api_A.raw}]"}]}
""")
    )
    talk.mocks["A"] = answers(200, {"v": "V", "raw": "R"})
    assert talk.say("go") == ["V R?"]
    assert talk.say("see") == ["[]", "V ?"]
    assert talk.say("ok") == ["V []"]


def test_a_message_of_several_parts() -> None:
    talk = Talk(
        make("""
env: {CDN: https://cdn.test}
flows:
  f:
    trigger: {patterns: ["*"]}
    steps:
      - say:
          text: Look, {$query}
          image: "{{ env.CDN }}/{$query}.png"
          alt: "{$query}"
          attachment: https://cdn.test/a.pdf
          name: A file
          buttons: ["Yes", {title: No, payload: "n"}, {title: More, url: "https://x.test/?q={$query}"}]
""")
    )
    talk.say("a b")
    assert talk.last == [
        Say(
            (
                Buttons(
                    "Look, a b",
                    (Button("Yes", "Yes"), Button("No", "n"), Button("More", url="https://x.test/?q=a%20b")),
                ),
                Image("https://cdn.test/a%20b.png", "a b"),
                Attachment("https://cdn.test/a.pdf", "A file"),
            ),
            "f/#1",
        )
    ]


def test_a_link_that_leads_nowhere_safe_is_left_out() -> None:
    talk = Talk(
        make(
            "flows: {f: {trigger: {patterns: ['*']}, steps: [{say: {text: see, image: 'https://x.test/{$query}/y'}}]}}"
        )
    )
    talk.say("..")
    assert talk.last[-1] == Say((Text("see"),), "f/#1")
    assert talk.alerts == ["link_refused"]


@pytest.mark.parametrize(
    ("handoff", "team", "share", "said"),
    [
        ("Sales", "Sales", ("transcript", "slots", "contact", "last_intent"), []),
        ("{team: Sales}", "Sales", ("transcript", "slots", "contact", "last_intent"), []),
        ("{team: Sales, share: [slots], message: 'Bye {$query}'}", "Sales", ("slots",), ["Bye go"]),
    ],
)
def test_handing_off(handoff: str, team: str, share: tuple[str, ...], said: list[str]) -> None:
    """S001-60, S001-62."""
    talk = Talk(
        make(
            f"slots: {{s: {{scope: session}}}}\nflows: {{f: {{trigger: {{patterns: [go]}}, steps: [{{set: {{s: 1}}}}, {{handoff: {handoff}}}]}}}}"
        )
    )
    assert talk.say("go") == said
    assert [(action.team, action.share) for action in talk.handoffs] == [(team, share)]
    assert talk.slots() == {"s": 1}
