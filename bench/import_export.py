"""How long an export of one megabyte takes to become a bot's folder. Budget: 2 seconds of CPU.

Prints one line and fails above the budget.
"""

import json
import time
from statistics import median

from frontdesk.studio.importing import import_export

SIZE_BYTES = 1_000_000
BUDGET_S = 2.0
ROUNDS = 5


def export(size_bytes: int) -> bytes:
    """An export of at least that size: flows of a trigger, a text, a question with rules, a call and a script."""
    groups: list[dict[str, object]] = []
    messages: list[dict[str, object]] = []
    size = 0
    while size < size_bytes:
        made = _messages(len(groups))
        groups.append({"id": f"g{len(groups)}", "name": f"Flow {len(groups)}", "dialogType": "DIALOG"})
        messages += made
        size += len(json.dumps(made)) + len(json.dumps(groups[-1]))
    responder = {
        "id": "r",
        "name": "Orders",
        "integrationType": "API",
        "method": "GET",
        "webhook": "https://api.example.test/orders",
        "params": [{"key": "number", "value": "{$botContext.slot.number}"}],
        "customDataFields": [{"key": "state", "value": "{$.api_Orders.state}"}],
    }
    whole = {
        "bot": {"name": "Large"},
        "responder": [responder],
        "groups": groups,
        "conversationMessage": messages,
    }
    return json.dumps(whole).encode()


def _messages(number: int) -> list[dict[str, object]]:
    go_on: dict[str, object] = {"conditions": [], "action": {"name": "INTERACTION", "value": "next"}}
    take = {
        "name": "number",
        "conditions": [{"matchType": "REGEX", "regexMatch": {"regexText": rf"^\d{{{number % 9 + 1}}}$"}}],
        "action": {"name": "INTERACTION", "value": "next"},
        "contextDataVariables": [{"name": "slot.number", "value": "{$query}", "scope": "DIALOG"}],
    }
    text = f"<p>Order <b>{number}</b>: " + "we look it up for you, which takes a moment. " * 4 + "</p>"
    kinds: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("DIALOG_STARTER", {}, {"pattern": [f"*order {number}*", f"(buy|sell) {number}"]}),
        (
            "TEXT",
            {"text": text},
            {"preProcessMessage": f"botContext.setBotVariable('n', '{number}', true, false);"},
        ),
        ("TEXT_QUESTION", {"text": "Its number?"}, {"responseMatches": [take]}),
        ("API_INTEGRATION", {}, {}),
        ("TEXT", {"text": "It is {Orders.state}, {$botContext.slot.number}."}, {}),
    ]
    return [
        {
            "id": f"m{number}-{index}",
            "name": f"message {number} {index}",
            "group": f"g{number}",
            "interactionType": kind,
            "content": {"responderId": "r", "results": {"type": kind, "tile": {"tileData": [tile]}}},
            "responseMatches": [go_on],
            **({"nextMessageId": f"m{number}-{index + 1}"} if index + 1 < len(kinds) else {}),
            **more,
        }
        for index, (kind, tile, more) in enumerate(kinds)
    ]


def run() -> None:
    data = export(SIZE_BYTES)
    wall: list[float] = []
    cpu: list[float] = []
    files = 0
    for _ in range(ROUNDS):
        began, began_cpu = time.perf_counter(), time.process_time()
        files = len(import_export(data, "large").files)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - began_cpu)
    print(
        f"import of {len(data):,} bytes: {median(wall):.2f} s, {median(cpu):.2f} s of CPU, "
        f"{files} files (budget {BUDGET_S:.0f} s of CPU)"
    )
    if median(cpu) > BUDGET_S:
        raise SystemExit("The import of an export is over its budget.")
