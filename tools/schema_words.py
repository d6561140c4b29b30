"""What each key of a bot's files means, out of the tables of the pages for authors; editors show it. For `gen_schemas`."""

import re
from functools import cache
from pathlib import Path

from frontdesk.dialog.steps import installed

PAGES = Path(__file__).resolve().parents[1] / "docs" / "build-a-bot"
Place = tuple[str, str, str]
"""Heading, what the table's first column begins with, and what its keys begin with."""

PLACES: dict[str, tuple[Place, ...]] = {
    "bot": (("## bot.yaml", "key", ""),),
    "assistant": (("## bot.yaml", "key | default", ""),),
    "limits": (("## bot.yaml", "key | default", "limits."),),
    "env_value": (("## bot.yaml", "key of a value", ""),),
    "slot": (("### Slots", "key", ""),),
    "intent": (("### Intents", "key", ""),),
    "entity": (("### Entities", "key", ""),),
    "repair": (("### Repair", "key", ""),),
    "detect": (("### Detection", "key", ""),),
    "sign": (("### Detection", "key of a sign", ""),),
    "sign_of_a_program": (("### Detection", "key of a sign", ""), ("### Detection", "key of `is_bot` besides | default", "")),
    "flow": (("## Flows", "key", ""),),
    "trigger": (("## Flows", "key", "trigger."),),
    "action": (("## Actions", "key | default", ""),),
    "request": (("## Actions", "key | default", "request."),),
    "retry": (("## Actions", "key | default", "retry."),),
    "auth": (("## Actions", "key | default", "auth."),),
    **{kind: (("## Actions", "key | default", f"auth.{kind}."),) for kind in ("basic", "api_key", "oauth2", "hmac")},
    "result": (("## Actions", "key | default", "result.NAME."),),
    "say": (("### `say`", "key of the mapping", ""),),
    "button": (("### `say`", "key of a button", ""),),
    "card": (("### `say`", "key of a card", ""),),
    "cards_of_list": (("### `say`", "key of cards for a list", ""),),
    "choice": (("### `ask`", "key of a choice", ""),),
    "accept": (("### `ask`", "test", ""),),
    "rule": (("### `ask`", "test", ""), ("### `ask`", "key of a rule", "")),
    "no_reply": (("### `ask`", "key of `no_reply`", ""),),
    "handler": (("### `call`", "key of a handler", ""),),
    "rate": (("### `rate`", "key of the mapping", ""),),
    "answer": (("### `answer`", "key of the mapping", ""),),
    "agent": (("### `agent`", "key of the mapping", ""),),
    "handoff": (("### `handoff`", "key of the mapping", ""),),
    **{
        f"step_{kind}": (("## Steps", "key", ""), (f"### `{kind}`", "key", ""), (f"### `{kind}`", f"key beside `{kind}`", ""))
        for kind in installed()
    },
    "test": (("## A test", "key", ""),),
    "mock": (("## A test", "key of a mock", ""),),
    "passage": (("## A test", "key of a passage", ""),),
    "move": (("## A test", "key of a move", ""),),
    "line": (("## Lines of talk", "line", ""),),
    "user": (("## Lines of talk", "key of `user`", ""),),
    "message": (("## Lines of talk", "key of `bot`", ""),),
    "expect": (("## What is expected", "key of `expect`", ""),),
    "expected_call": (("## What is expected", "key of a call", ""),),
    "expected_handoff": (("## What is expected", "key of `handoff`", ""),),
}  # fmt: skip
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@cache
def _text() -> str:
    return "\n".join((PAGES / page).read_text("utf-8") for page in ("format.md", "testing.md"))


def meanings(shape: str) -> dict[str, str]:
    """Key -> what it means, for one kind of mapping."""
    found: dict[str, str] = {}
    for heading, head, prefix in PLACES.get(shape, ()):
        found |= {
            key.removeprefix(prefix): text
            for key, text in _table(heading, head).items()
            if key.startswith(prefix) and "." not in key.removeprefix(prefix)
        }
    return found


def _table(heading: str, head: str) -> dict[str, str]:
    """The rows of the table that begins so, in the text under a heading."""
    level = heading.partition(" ")[0]
    after = _text().partition(f"\n{heading}\n")[2]
    section = re.split(rf"^#{{1,{len(level)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]
    found: dict[str, str] = {}
    for row in section.partition(f"\n| {head} |")[2].splitlines()[2:]:
        if not row.startswith("|"):
            break
        first, *others = row.strip("| ").split(" | ")
        text = _LINK.sub(r"\1", others[-1].strip()) if others else ""
        found |= {key.partition(":")[0]: text for key in re.findall(r"`([^`]+)`", first) if text}
    return found
