"""bot.yaml of an imported bot: its settings, values, slots and intents, and the flows that have no file."""

import re

from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.findings import Report
from frontdesk.studio.importing.flows import Flows
from frontdesk.studio.importing.names import plain_id
from frontdesk.studio.importing.scripts import start_function
from frontdesk.studio.importing.work import Work
from frontdesk.studio.importing.yaml_text import Yaml

FORMAT = "assistant/v1"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_LONGEST = 500
_MOST_MINUTES = 60 * 24 * 365
_DEFAULT_MINUTES = 60
_DEFAULT_REPROMPTS = 3
_MOST_REPROMPTS = 20
GLOBALS = "scripts/globals.js"


def write_bot(export: Part, name: str, work: Work, env: dict[str, Yaml], flows: Flows) -> dict[str, Yaml]:
    bot: dict[str, Yaml] = {"format": FORMAT, "assistant": _assistant(export.part("bot"), name, work.report)}
    code = work.scripts.get(GLOBALS, "")
    if code:
        bot["globals"] = GLOBALS
    if env:
        bot["env"] = dict(env)
    if work.vocabulary.slots:
        bot["slots"] = {slot: {"scope": scope} for slot, scope in sorted(work.vocabulary.slots.items())}
    if work.intents:
        bot["intents"] = _intents(export, work)
    if start := start_function(code):
        bot["on_start"] = {"steps": [{"script": f"{start}();"}]}
    return {**bot, **flows.special}


def _assistant(bot: Part, name: str, report: Report) -> dict[str, Yaml]:
    shown = " ".join(bot.text("name").split())[:_LONGEST] or name.strip()[:_LONGEST] or "Assistant"
    assistant: dict[str, Yaml] = {
        "id": plain_id(name) or plain_id(shown) or "assistant",
        "name": shown,
        "language": _language(bot, report),
    }
    if description := " ".join(bot.text("description").split())[:_LONGEST]:
        assistant["description"] = description
    minutes = _number(bot.text("sessionLength"))
    if minutes and minutes != _DEFAULT_MINUTES:
        assistant["session_timeout"] = f"{min(minutes, _MOST_MINUTES)}m"
        report.add(
            "bot",
            f"The session length {minutes} is read as minutes.",
            "Look at session_timeout: in bot.yaml.",
        )
    attributes = bot.part("botAttributes")
    if attributes.text("ENABLE_DEBUG").lower() == "false":
        assistant["debug_commands"] = "off"
    reprompts = _number(attributes.text("PCS_FALLBACK_LIMIT"))
    if reprompts is not None and reprompts != _DEFAULT_REPROMPTS:
        assistant["limits"] = {"reprompts": min(reprompts, _MOST_REPROMPTS)}
    return assistant


def _language(bot: Part, report: Report) -> str:
    language = bot.text("language", "en").replace("_", "-")
    if _LANGUAGE.fullmatch(language):
        return language.partition("-")[0]
    report.add(
        "bot", f"The language '{language[:40]}' is no code; en is written.", "Write one such as en or ru."
    )
    return "en"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else None


def _intents(export: Part, work: Work) -> dict[str, Yaml]:
    shown = {part.text("id"): part.text("name") for part in export.parts("associatedIntents")}
    intents: dict[str, Yaml] = {}
    for ident, name in work.intents.items():
        intent: dict[str, Yaml] = {}
        if shown[ident] and shown[ident] != name:
            intent["description"] = " ".join(shown[ident].split())[:_LONGEST]
        intent["examples"] = list(work.examples.get(name, []))
        intents[name] = intent
        work.report.add(
            f"intent {name}",
            "The sentences it was trained with are not in the export.",
            "Write them under its examples:.",
        )
    return intents
