"""A conversation as Rasa's test story, and a bot as its domain. Pure; called by `web/rasa_acts.py`."""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from frontdesk.core.message import plain
from frontdesk.dialog.bot import Bot
from frontdesk.store.messages import RESTART, Message
from frontdesk.web.rasa_tracker import Shown

VERSION = "3.1"
LISTEN = "action_listen"
RESTARTED = "action_restart"
_TYPES = {
    "text": "text",
    "number": "float",
    "integer": "float",
    "boolean": "bool",
    "yes_no": "bool",
    "list": "list",
}


class _Block(str):
    """A text that stands on lines of its own."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")
)


def as_yaml(value: object) -> str:
    found: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return found


def story(shown: Shown, *, until: float | None, all_sessions: bool) -> str:
    """YAML with what the customer said and which flows answered; of the last session, or one story for each."""
    last_heard = max((message.seq for message in shown.messages if message.author == "contact"), default=0)
    sessions: list[list[dict[str, object]]] = [[]]
    for message in shown.messages:
        if until is not None and message.created_at.timestamp() > until:
            break
        if message.author == "note" and message.step == RESTART:
            sessions.append([])
        else:
            intent = shown.state.intent if message.seq == last_heard else ""
            sessions[-1] += _steps(message, intent, sessions[-1])
    kept = [steps for steps in sessions if steps] if all_sessions else sessions[-1:]
    names = [
        shown.asked_for if len(kept) == 1 else f"{shown.asked_for}, story {n}"
        for n in range(1, len(kept) + 1)
    ]
    stories = [{"story": name, "steps": steps} for name, steps in zip(names, kept, strict=True)]
    return as_yaml({"version": VERSION, "stories": stories})


def _steps(message: Message, intent: str, before: Sequence[dict[str, object]]) -> Iterator[dict[str, object]]:
    if message.author == "contact":
        heard: dict[str, object] = {"intent": intent} if intent else {}
        yield heard | {"user": _Block(plain(message.parts))}
    elif message.author == "bot" and (flow := message.step.partition("/")[0]):
        # A flow says several things; it is one action.
        if not before or before[-1] != {"action": flow}:
            yield {"action": flow}
    elif message.author in {"bot", "operator"} and (text := plain(message.parts)):
        yield {"bot": _Block(text)}


def actions(bot: Bot) -> list[str]:
    """What can be carried out by name: the flows, and Rasa's own two that mean something here."""
    return [LISTEN, RESTARTED, *sorted(bot.flows)]


def domain(bot: Bot) -> dict[str, Any]:
    """The object; texts stand in flows, so there are no responses by name."""
    return {
        "version": VERSION,
        "config": {"store_entities_as_slots": True},
        "session_config": {
            "session_expiration_time": int(bot.session_timeout_s // 60),
            "carry_over_slots_to_new_session": False,
        },
        "intents": sorted(bot.known_intents | bot.intents.keys()),
        "entities": sorted(bot.entities.names),
        "slots": {
            slot.name: {
                "type": _TYPES.get(slot.type, "any"),
                "initial_value": None,
                "influence_conversation": False,
                "mappings": [
                    {"type": "from_entity", "entity": slot.entity} if slot.entity else {"type": "custom"}
                ],
            }
            for slot in bot.slots.values()
        },
        "responses": {},
        "actions": actions(bot),
        "forms": {},
        "e2e_actions": [],
    }
