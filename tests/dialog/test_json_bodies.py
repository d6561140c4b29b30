"""A JSON body that an author pastes as text is sent as the structure that it is, whatever customers put into it."""

from tests.dialog.driver import Talk, answers, make


def test_a_body_pasted_as_json_text_is_the_same_as_one_written_below_its_key() -> None:
    bot = make("""
env: {TEAM: Sales}
slots: {email: {scope: session}, n: {scope: session}}
actions:
  First: {request: {url: "https://a.test/"}, result: {list: $.list}}
  Escalate:
    request:
      method: POST
      url: https://a.test/
      json: |
        {
          "conversationId": "{$conversationId}",
          "skill": "{$env.TEAM}",
          "said": "{$query}",
          "list": {$.api_First.list}, "field": {First.list},
          "n": {{ slots.n | default("0") }},
          "email": [{$botContext.slot.email }, true, null, 1.5],
          "text": "a \\"{$query}\\" {b}"
        }
  Alone: {request: {method: POST, url: "https://a.test/", json: " {$.api_First} "}}
flows:
  f: {trigger: {patterns: ["*"]}, steps: [{set: {n: 7}}, {call: First}, {call: Escalate}, {call: Alone}, {say: done}]}
""")
    talk = Talk(bot, {"First": answers(200, {"list": [1, "a"]}), "Escalate": answers(), "Alone": answers()})
    assert talk.say('", "x": "\\') == ["done"]
    assert talk.calls[1].request.json == {
        "conversationId": "conv_1",
        "skill": "Sales",
        "said": '", "x": "\\',
        "list": [1, "a"],
        "field": [1, "a"],
        "n": 7,
        "email": [None, True, None, 1.5],
        "text": 'a "", "x": "\\" {b}',
    }
    assert talk.calls[2].request.json == {"list": [1, "a"]}
