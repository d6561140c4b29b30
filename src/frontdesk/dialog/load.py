"""A bot's files -> `Bot`. Everything wrong is found in one go and raised together as `BotInvalid`.

A bot is `bot.yaml` alone, or with `flows/NAME.yaml`, `actions/NAME.yaml` and `tests/*.yaml` beside it. Other
files are left alone. Called by `studio` and wherever a bot is tried out.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from frontdesk.core.message import TextLimits
from frontdesk.core.script import Source
from frontdesk.dialog.action_reader import declare_actions, read_action
from frontdesk.dialog.actions import HttpAction
from frontdesk.dialog.book import Book
from frontdesk.dialog.bot import SPECIAL_FLOWS, Bot, Flow
from frontdesk.dialog.bot_parts import Intent
from frontdesk.dialog.check import check_names, lint
from frontdesk.dialog.declarations import read_env, read_intents, read_settings, read_slots
from frontdesk.dialog.detection_reader import read_detection
from frontdesk.dialog.entities_reader import read_entities
from frontdesk.dialog.fields import Fields, check_name
from frontdesk.dialog.flow_reader import RESERVED_IDS, read_flow
from frontdesk.dialog.hours_reader import read_hours
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.phrases import ENGLISH, with_english
from frontdesk.dialog.problems import BotInvalid, GiveUp, Problem, Problems, in_order
from frontdesk.dialog.reading import StepType
from frontdesk.dialog.repair import ENGLISH as ENGLISH_REPAIR
from frontdesk.dialog.repair import Phrases as RepairPhrases
from frontdesk.dialog.repair_reader import read_repair
from frontdesk.dialog.steps import installed
from frontdesk.dialog.triggers import Triggers
from frontdesk.dialog.yaml import Node, read

__all__ = ["BotInvalid", "Problem", "load_bot"]

MAX_FILES = 2_000
MAX_BYTES = 5_000_000
MAIN_FILE = "bot.yaml"
OWN_CHANNEL = "a channel of this assistant"
"""What messages call a channel whose limits the author states."""
_REPAIR: RepairPhrases = {"en": ENGLISH_REPAIR}
_KNOWN = re.compile(r"(flows|actions|tests)/[^/]+\.yaml")


def load_bot(
    files: Mapping[str, str],
    *,
    phrases: Mapping[str, Mapping[str, str]] = {"en": ENGLISH},
    repair: RepairPhrases = _REPAIR,
    steps: Mapping[str, StepType] | None = None,
    teams: Collection[str] | None = None,
    limits: Mapping[str, TextLimits] | None = None,
    linted: bool = True,
) -> Bot:
    """Read and compile a bot.

    Args:
        files: Path within the bot's folder (with `/`) -> text.
        phrases: The built-in sentences by language; English ones are there in any case.
        repair: What customers say to repair a conversation, by language and kind.
        steps: The step types by key; by default every installed one.
        teams: Those that can take over, for the linter; None where they are not known.
        limits: What channels show at most, by the channel's name, for the linter.
        linted: Whether to look for what is allowed and yet looks wrong; in large bots that takes most of the time.

    Raises:
        BotInvalid: With every problem found, each with file, line and what to write instead.
    """
    problems = Problems()
    try:
        nodes = _read_files(files, problems)
        main = nodes.get(MAIN_FILE)
        if main is not None:
            unread = {
                problem.file for problem in problems.found if problem.severity == "error"
            } - nodes.keys()
            book = Book(problems, files=files, main=main, teams=teams, limits=limits or {}, unread=unread)
            bot = _Assembly(nodes, book, installed() if steps is None else steps).bot(phrases, repair)
            check_names(bot, book)
            # Where something is missing, most of what looks wrong follows from that.
            if linted and not problems.fatal:
                lint(bot, book)
            if not problems.fatal:
                return replace(bot, warnings=in_order(problems.found))
        elif not problems.fatal:
            problems.error(
                Node(None, MAIN_FILE, 1), f"There is no {MAIN_FILE}, or it is empty.", "Begin with format:."
            )
    except GiveUp:
        pass
    raise BotInvalid(tuple(problems.found))


def _read_files(files: Mapping[str, str], problems: Problems) -> dict[str, Node]:
    top = Node(None, MAIN_FILE, 1)
    if len(files) > MAX_FILES:
        problems.error(top, f"The bot has more than {MAX_FILES:,} files.", "Make two assistants of it.")
        return {}
    # Characters, an under-count of bytes; each file's bytes are counted as it is read.
    if sum(len(text) for text in files.values()) > MAX_BYTES:
        problems.error(
            top, f"The bot's files hold more than {MAX_BYTES:,} bytes.", "Make two assistants of it."
        )
        return {}
    nodes = {}
    for path in sorted(files):
        if path == MAIN_FILE or _KNOWN.fullmatch(path):
            told = len(problems.found)
            node = read(files[path], path, problems)
            if node is not None:
                nodes[path] = node
            elif path != MAIN_FILE and len(problems.found) == told:
                problems.warn(
                    Node(None, path, 1), "This file is empty.", "Write something in it, or remove it."
                )
        elif path.endswith((".yaml", ".yml")):
            problems.warn(
                Node(None, path, 1),
                "This file is not read.",
                "Bots have bot.yaml, flows/*.yaml, actions/*.yaml, tests/*.yaml.",
            )
    return nodes


class _Assembly:
    def __init__(
        self,
        nodes: Mapping[str, Node],
        book: Book,
        types: Mapping[str, StepType],
    ) -> None:
        self._root = Fields(nodes[MAIN_FILE], book.problems, "The bot")
        self._nodes = nodes
        self._problems = book.problems
        self._types = types
        self._book = book

    def bot(self, phrases: Mapping[str, Mapping[str, str]], repair: RepairPhrases) -> Bot:
        root, book = self._root, self._book
        settings = read_settings(root)
        book.languages = settings.languages
        book.limits = {**book.limits, OWN_CHANNEL: settings.text_limits}
        if settings.teams:
            book.teams = (*settings.teams, *(book.teams or ()))
        env, entities, hours = read_env(root), read_entities(root), read_hours(root)
        book.slots = read_slots(root, entities.names)
        intents = read_intents(root)
        action_nodes = self._named("actions", "an action")
        book.names.slots, book.names.env = frozenset(book.slots), frozenset(env.plain)
        book.names.entities, book.names.hours = frozenset(entities.names), frozenset(hours)
        book.actions = action_nodes
        book.names.unread = frozenset(PurePosixPath(p).stem for p in book.unread if p.startswith("actions/"))
        declare_actions(action_nodes, book)
        actions = {name: read_action(name, node, book) for name, node in action_nodes.items()}
        flows = self._flows()
        shared = self._shared()
        bot = Bot(
            id=settings.id,
            name=settings.name,
            language=settings.language,
            session_timeout_s=settings.session_timeout_s,
            debug_commands=settings.debug_commands,
            limits=settings.limits,
            env=env.plain,
            env_by=env.by_environment,
            hours=hours,
            detection=read_detection(root, book),
            repair=read_repair(root, repair, settings.languages),
            zone=settings.zone,
            region=settings.region,
            languages=settings.languages,
            shared=shared,
            scripts=tuple(source for source in book.scripts.values() if source not in shared),
            slots=book.slots,
            intents=intents,
            entities=entities,
            actions={name: self._with_raw(action) for name, action in actions.items()},
            flows=flows,
            triggers=Triggers(flows.values()),
            known_intents=frozenset(
                {flow.trigger.learnt(flow.id) for flow in flows.values()} - {""} | book.intents_heard
            ),
            examples=_by_example(intents),
            lessons=_lessons(intents, flows),
            phrases=with_english(phrases),
        )
        root.close()
        return bot

    def _shared(self) -> tuple[Source, ...]:
        node = self._root.get("globals")
        found = None if node is None else self._book.script(node)
        return () if found is None else (found.source,)

    def _with_raw(self, action: HttpAction) -> HttpAction:
        return replace(action, raw=tuple(self._book.names.raw.get(action.name, {}).values()))

    def _flows(self) -> dict[str, Flow]:
        flows: dict[str, Flow] = {}
        for name, node in self._named("flows", "a flow").items():
            if name in SPECIAL_FLOWS:
                self._problems.error(
                    node, f"'{name}' is not an ordinary flow.", f"Write {name}: at the top of {MAIN_FILE}."
                )
                continue
            if name in RESERVED_IDS:
                self._problems.error(
                    node, f"A flow cannot be called '{name}'.", "That word says where a flow goes on."
                )
                continue
            flows[name] = read_flow(name, node, self._book, self._types)
        for name in SPECIAL_FLOWS:
            special = self._root.get(name)
            if special is not None:
                flows[name] = read_flow(name, special, self._book, self._types, started=False)
        return flows

    def _named(self, kind: str, what: str) -> dict[str, Node]:
        # Those under a key of the main file, then one a file, in the order of their names.
        found = dict(self._root.named(kind, what))
        for path, node in self._nodes.items():
            folder, _, file = path.rpartition("/")
            name = file.removesuffix(".yaml")
            if folder != kind or not check_name(name, what, node, self._problems):
                continue
            if name in found:
                self._problems.error(node, f"'{name}' is in {MAIN_FILE} too.", "Keep one of them.")
            found[name] = node
        return found


def _by_example(intents: Mapping[str, Intent]) -> dict[str, str]:
    found: dict[str, str] = {}
    for intent in intents.values():
        for example in intent.examples:
            found.setdefault(normalise(example), intent.name)
    return found


def _lessons(intents: Mapping[str, Intent], flows: Mapping[str, Flow]) -> dict[str, tuple[str, ...]]:
    found = {intent.name: intent.examples for intent in intents.values() if intent.examples}
    for flow in flows.values():
        if flow.trigger.examples:
            name = flow.trigger.learnt(flow.id)
            found[name] = (*found.get(name, ()), *flow.trigger.examples)
    return found
