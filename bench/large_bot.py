"""A bot of many flows for the benchmarks: questions, calls, branches, choices, several patterns a flow."""

FLOWS = 200

HEAD = """format: assistant/v1
assistant: {id: large, name: Large}
env: {API: https://api.example.test}
slots: {number: {}, email: {type: email}}
intents:
"""

FLOW = """trigger:
  patterns: ["*order NUMBER*", "(buy|sell|return) item NUMBER", "* article NUMBER (please|now|today)"]
  not: ["*order NUMBER cancelled*"]
  intent: intent_NUMBER
steps:
  - say: I can help you with order NUMBER.
  - id: ask_number
    ask: Please enter the number.
    slot: number
    accept: {regex: '^\\d{6}$'}
    reprompt: [Six digits please., "Six digits, such as 123456."]
  - {ask: And your e-mail address?, slot: email}
  - call: Orders
    on_error: {say: That did not work., goto: more}
  - if: Orders.state == "open" and slots.number != null
    then:
      - say: Order {{ slots.number }} is {{ Orders.state | upper }}.
    else:
      - set: {closed: true}
      - say: It is closed.
  - id: more
    ask: Anything else about NUMBER?
    choices: ["Yes", "No"]
    rules:
      - {pattern: "(yes|yup)", goto: ask_number}
      - {pattern: "(no|nope)", end: true}
"""

ACTION = """request: {method: GET, url: "{{ env.API }}/orders", query: {number: "{{ slots.number }}"}}
result: {state: $.state}
"""


def files(flows: int) -> dict[str, str]:
    """The files of a bot with so many flows."""
    intents = "".join(
        f"  intent_{number}: {{examples: [where is my delivery {number}, what of parcel {number}]}}\n"
        for number in range(flows)
    )
    made = {f"flows/flow_{number}.yaml": FLOW.replace("NUMBER", str(number)) for number in range(flows)}
    return {"bot.yaml": HEAD + intents, "actions/Orders.yaml": ACTION, **made}
