"""A bot that asks an outside system: `look ...` may be repeated, `order ...` may not; all else it repeats."""

CALLING_BOT = {
    "bot.yaml": """format: assistant/v1
assistant: {id: calling, name: Calling, language: en}
env: {API: "https://api.example.test"}
fallback:
  steps:
    - say: "You said {{ message.text }}"
""",
    "actions/Look.yaml": """kind: http
request: {method: GET, url: "{{ env.API }}/look"}
timeout: 60s
result: {value: $.value}
""",
    "actions/Order.yaml": """kind: http
request: {method: POST, url: "{{ env.API }}/order", json: {text: "{{ message.text }}"}}
timeout: 60s
result: {value: $.value}
""",
    "flows/look.yaml": """trigger: {patterns: ["look*"]}
steps:
  - call: Look
    on_error: {say: "I could not look."}
  - say: "I found {{ Look.value }}"
""",
    "flows/order.yaml": """trigger: {patterns: ["order*"]}
steps:
  - call: Order
    on_error: {say: "I cannot tell whether it was ordered."}
  - say: "Ordered as {{ Order.value }}"
""",
    "flows/person.yaml": """trigger: {patterns: ["person*"]}
steps:
  - handoff: {team: Human, message: "Hold on."}
""",
}
