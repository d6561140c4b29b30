"""Two bots and the words in which the tests of the Rasa wire and API speak of them."""

import dataclasses
import json
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from tests.doubles.http_client import Answer
from tests.program import Desk

VERSION = version("frontdesk")
PICTURE = "https://images.example.com/dev/fe711b50.png"
WIRE = {
    "bot.yaml": """
format: assistant/v1
assistant: {id: wire, name: Wire}
env: {API: "https://api.example.test"}
slots:
  color: {scope: session}
  size: {scope: session}
intents:
  about: {examples: [tell me something about you]}
  paint: {examples: [paint it]}
fallback:
  steps: [{say: "I do not know '{{ message.text }}'."}]
""",
    "flows/about.yaml": """
trigger: {intent: about}
steps: [{say: "I can help you work smarter, rather than harder"}]
""",
    "flows/rate.yaml": """
trigger: {patterns: ["rate"]}
steps:
  - say:
      text: "Could you rate my service??"
      buttons: [{title: "Yes", payload: "yes"}, {title: "No", payload: "no"}]
""",
    "flows/yes.yaml": """
trigger: {patterns: ["yes"]}
steps: [{say: "Thank you."}]
""",
    "flows/picture.yaml": f"""
trigger: {{patterns: ["picture"]}}
steps: [{{say: {{image: "{PICTURE}"}}}}]
""",
    "flows/file.yaml": f"""
trigger: {{patterns: ["file"]}}
steps: [{{say: {{attachment: "{PICTURE}"}}}}]
""",
    "flows/both.yaml": f"""
trigger: {{patterns: ["both"]}}
steps: [{{say: {{image: "{PICTURE}", text: "Look:"}}}}]
""",
    "flows/long.yaml": """
trigger: {patterns: ["long"]}
steps: [{say: "One.\\n\\nTwo.\\nStill two."}]
""",
    "flows/two.yaml": """
trigger: {patterns: ["two"]}
steps: [{say: "First."}, {say: "Second."}]
""",
    "flows/paint.yaml": """
trigger: {intent: paint}
steps:
  - {ask: "Which color?", slot: color}
  - {ask: "Which size?", slot: size}
  - say: "{{ slots.color }}, {{ slots.size }}"
""",
    "flows/slow.yaml": """
trigger: {patterns: ["slow"]}
steps: [{call: Slow}, {say: "Done: {{ Slow.word }}"}]
""",
    "actions/Slow.yaml": """
kind: http
request: {method: GET, url: "{{ env.API }}/slow"}
result: {word: $.word}
""",
}
FIRST = {"recipient_id": "jhon", "text": "I can help you work smarter, rather than harder"}


async def send(desk: Desk, body: object, query: str = "", **options: Any) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await desk.program.client.post(desk.webhook + query, body=raw, **options)


def assert_shape(answer: Answer, status: int) -> None:
    """The wire's own error: exactly these three keys."""
    found = answer.json()
    assert (answer.status, found["status"]) == (status, status)
    assert found.keys() == {"description", "status", "message"}
    assert found["message"]
    assert answer.headers["Content-Type"] == "application/json"


ORDER = {
    "bot.yaml": """
format: assistant/v1
assistant: {id: order, name: Order, session_timeout: 1h}
env: {API: "https://api.example.test"}
intents: {person: {examples: [a person please]}, about: {examples: [about you]}}
slots:
  ticket: {scope: session}
  plan: {scope: contact}
  size: {scope: flow}
fallback:
  steps: [{say: "No idea."}]
""",
    "flows/order.yaml": """
trigger: {patterns: ["order"]}
steps:
  - {ask: "Which size?", slot: size}
  - say: "{{ slots.size }} for {{ slots.ticket }}, {{ slots.plan }}"
""",
    "flows/ticket.yaml": """
trigger: {patterns: ["ticket"]}
steps: [{say: "Ticket {{ slots.ticket }}."}]
""",
    "flows/slow.yaml": """
trigger: {patterns: ["slow"]}
steps: [{call: Slow}, {say: "Done: {{ Slow.word }}"}]
""",
    "actions/Slow.yaml": """
kind: http
request: {method: GET, url: "{{ env.API }}/slow"}
result: {word: $.word}
""",
    "flows/about.yaml": """
trigger: {intent: about}
steps: [{say: "I take orders."}]
""",
    "flows/person.yaml": """
trigger: {intent: person}
steps: [{handoff: Sales}]
""",
    "flows/rate.yaml": """
trigger: {patterns: ["rate"]}
steps:
  - say: {text: "How was it?", buttons: [{title: "Good", payload: "good"}], image: "https://i.example/a.png"}
""",
}


@dataclasses.dataclass(frozen=True)
class Api:
    """The API as one key sees it."""

    desk: Desk
    key: str

    async def send(self, method: str, path: str, **options: Any) -> Answer:
        return await self.desk.program.client.send(method, path, **{"key": self.key, **options})

    async def tracker(self, name: str, query: str = "") -> dict[str, Any]:
        answer = await self.send("GET", f"/conversations/{quote(name, safe='/%')}/tracker{query}")
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        return found

    async def events(self, name: str, events: object, method: str = "POST") -> dict[str, Any]:
        answer = await self.send(method, f"/conversations/{name}/tracker/events", json=events)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        return found


def assert_envelope(answer: Answer, status: int, reason: str, details: dict[str, str] | None = None) -> None:
    found = answer.json()
    message = found.pop("message")
    assert message
    assert (answer.status, found) == (
        status,
        {
            "version": VERSION,
            "status": "failure",
            "reason": reason,
            "details": details or {},
            "help": None,
            "code": status,
        },
    )


def kinds(tracker: dict[str, Any]) -> list[str]:
    return [event["event"] for event in tracker["events"]]
