"""Reads the conversations of a bot's `tests/`, with every mistake by file and line. Called by the package."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from frontdesk.core.action import Fetched, Looked, Passage, Prompted, Said
from frontdesk.core.message import Sent
from frontdesk.dialog.actions import METHODS
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.fields import Fields
from frontdesk.dialog.load import BotInvalid
from frontdesk.dialog.problems import GiveUp, Problems, listed
from frontdesk.dialog.regexes import Regex, RegexError
from frontdesk.dialog.steps.handoff import PRIORITIES
from frontdesk.dialog.utterance import Environment
from frontdesk.dialog.yaml import Node, read
from frontdesk.studio.testing.stories import (
    Expect,
    Happening,
    Heard,
    Passes,
    Restarts,
    Scene,
    Spot,
    Story,
    Wanted,
    WantedCall,
    WantedHandoff,
    WantedText,
)

FOLDER = "tests/"
MAX_STORIES = 2_000
MAX_LINES = 1_000
LINES = ("user", "bot", "wait", "restart", "expect")
"""What a line of `talk` can be."""
_ENVIRONMENTS: dict[str, Environment] = {"dev": "dev", "staging": "staging", "live": "live"}
_MOST_WAIT_S = 400 * 86_400.0


def read_stories(files: Mapping[str, str], bot: Bot) -> tuple[Story, ...]:
    """Every conversation of the bot's files, by file and order.

    Raises:
        BotInvalid: With every mistake in them.
    """
    problems = Problems()
    stories: list[Story] = []
    try:
        for path in sorted(files):
            if path.startswith(FOLDER) and path.endswith(".yaml"):
                stories += _read_file(read(files[path], path, problems), bot, problems)
        _check_names(stories, problems)
    except GiveUp:
        pass
    if problems.fatal:
        raise BotInvalid(tuple(problems.found))
    return tuple(stories)


def _read_file(node: Node | None, bot: Bot, problems: Problems) -> Iterator[Story]:
    if node is None:
        return
    if not isinstance(node.value, list) or len(node.value) > MAX_STORIES:
        problems.error(
            node, f"Tests are a list of at most {MAX_STORIES:,} conversations.", "Begin each with '- name:'."
        )
        return
    for item in node.value:
        yield _Reader(bot, problems).story(item)


def _check_names(stories: Sequence[Story], problems: Problems) -> None:
    names: dict[str, Story] = {}
    for story in stories:
        first = names.setdefault(story.name, story)
        if first is not story and story.name:
            problems.error(story.at, f"{first.at} is called '{story.name[:60]}' too.", "Rename one of them.")


class _Reader:
    def __init__(self, bot: Bot, problems: Problems) -> None:
        self._bot = bot
        self._problems = problems

    def story(self, node: Node) -> Story:
        fields = Fields(node, self._problems, "A test")
        name = fields.text("name")
        if not name:
            self._problems.error(node, "The test has no name.", "Write name: and a few words.")
        fields.text("description")
        expect = self._expect(fields.get("expect") or Node({}, node.file, node.line))
        story = Story(
            name=name,
            at=_spot(node),
            scenes=self._scenes(fields),
            expect=expect,
            mocks=self._mocks(fields),
            knowledge=self._knowledge(fields),
            model=self._model(fields),
            begins=self._begins(fields),
            channel=fields.text("channel", "web"),
            language=fields.text("language"),
            environment=_ENVIRONMENTS[fields.choice("environment", tuple(_ENVIRONMENTS), "dev")],
            env=self._texts(fields, "env"),
            contact=self._texts(fields, "contact"),
            preview=fields.flag("preview", default=False),
        )
        fields.close()
        return story

    # -- what is there before it begins

    def _texts(self, fields: Fields, key: str) -> dict[str, str]:
        inner = fields.sub(key)
        found = () if inner is None else inner.entries()
        return {name: fields.text_of(node, f"'{name}'") for name, node in found}

    def _begins(self, fields: Fields) -> datetime | None:
        text = fields.text("at")
        if not text:
            return None
        try:
            begins = datetime.fromisoformat(text)
        except ValueError:
            self._problems.error(
                fields.place("at"), f"'{text[:40]}' is no moment.", "Write 2026-03-01 09:30."
            )
            return None
        return begins if begins.tzinfo else begins.replace(tzinfo=self._bot.zone)

    def _mocks(self, fields: Fields) -> dict[str, tuple[Fetched, ...]]:
        inner = fields.sub("mock")
        found = {}
        for name, node in () if inner is None else inner.entries():
            self._known(name, self._bot.actions, "action", node)
            items = node.value if isinstance(node.value, list) else [node]
            found[name] = tuple(self._mock(item) for item in items)
            if not items:
                self._problems.error(node, f"The mock of '{name}' answers nothing.", "Write {status: 200}.")
        return found

    def _mock(self, node: Node) -> Fetched:
        fields = Fields(node, self._problems, "A mock")
        status = fields.integer("status", 200, 100, 599)
        body = fields.get("body")
        reason = fields.text("error")
        timeout = fields.flag("timeout", default=False)
        fields.close()
        if timeout or reason:
            return Fetched("", "timeout" if timeout else "error", 0, None, reason or "made to time out")
        outcome = "ok" if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else "error"
        return Fetched("", outcome, status, None if body is None else body.plain())

    def _knowledge(self, fields: Fields) -> Looked | None:
        if not fields.has("knowledge"):
            return None
        node = fields.get("knowledge")
        items = node.value if node is not None and isinstance(node.value, list) else []
        passages = tuple(self._passage(item) for item in items)
        if node is not None and not isinstance(node.value, list):
            self._problems.error(
                node, "'knowledge' must be a list of passages.", "Begin each with '- text:'."
            )
        answer = passages[0].text if passages else ""
        return Looked("", "found" if passages else "none", answer, passages)

    def _passage(self, node: Node) -> Passage:
        fields = Fields(node, self._problems, "A passage")
        passage = Passage(
            fields.text("text"), fields.text("title"), fields.text("url"), fields.fraction("score") or 1.0
        )
        fields.close()
        return passage

    def _model(self, fields: Fields) -> tuple[Prompted, ...]:
        node = fields.get("model")
        if node is None:
            return ()
        if not isinstance(node.value, list):
            self._problems.error(node, "'model' must be a list of moves.", "Begin each with '- says:'.")
            return ()
        return tuple(self._move(item) for item in node.value)

    def _move(self, node: Node) -> Prompted:
        fields = Fields(node, self._problems, "A move of the model")
        text, calls, starts = fields.text("says"), fields.text("calls"), fields.text("starts")
        arguments, done = fields.get("arguments"), fields.flag("done", default=False)
        fields.close()
        if [bool(text), bool(calls), bool(starts), done].count(True) != 1:
            self._problems.error(
                node, "A move of the model is one thing.", "Write says:, calls:, starts: or done: true."
            )
        given = arguments.plain() if arguments is not None else {}
        if calls:
            return Prompted("", "calls", name=calls, arguments=given if isinstance(given, dict) else {})
        if starts:
            return Prompted("", "starts", name=starts)
        return Prompted("", "says", text=text) if text else Prompted("", "done")

    # -- what happens

    def _scenes(self, fields: Fields) -> tuple[Scene, ...]:
        node = fields.get("talk")
        if node is None or not isinstance(node.value, list) or not 0 < len(node.value) <= MAX_LINES:
            place = node or fields.place("talk")
            self._problems.error(
                place, f"'talk' must be a list of 1 to {MAX_LINES:,} lines.", "Write - user: and - bot:."
            )
            return ()
        scenes: list[Scene] = []
        happening: Happening | None = None
        wanted: list[Wanted] = []
        expects: list[Expect] = []
        for line in node.value:
            found = self._line(line)
            if isinstance(found, Wanted):
                wanted.append(found)
            elif isinstance(found, Expect):
                expects.append(found)
            elif found is not None:
                scenes.append(Scene(happening, tuple(wanted), tuple(expects)))
                happening, wanted, expects = found, [], []
        return (*scenes, Scene(happening, tuple(wanted), tuple(expects)))

    def _line(self, node: Node) -> Happening | Wanted | Expect | None:
        keys = list(node.value) if isinstance(node.value, dict) else []
        fields = Fields(node, self._problems, "A line of 'talk'")
        entries = {key: fields.get(key) for key in LINES}
        fields.close()
        if len(keys) != 1 or keys[0] not in LINES:
            self._problems.error(
                node, "This is not a line of a conversation.", f"Write one of: {', '.join(LINES)}."
            )
            return None
        key, entry = keys[0], entries[keys[0]]
        if key == "wait":
            # Read as a duration by the line's own fields, which know how to say what is wrong.
            wait_s = fields.seconds("wait", 1.0, 0.001, _MOST_WAIT_S)
            return Passes(_spot(node), wait_s, entry.raw if entry is not None else "")
        if key == "restart":
            fields.flag("restart", default=True)
            return Restarts(_spot(node))
        if entry is None:
            self._problems.error(fields.place(key), f"'{key}' is empty.", f"Write {key}: and a text.")
            return None
        if key == "expect":
            return self._expect(entry)
        return self._heard(entry) if key == "user" else self._wanted(entry)

    def _heard(self, node: Node) -> Heard:
        if not isinstance(node.value, dict):
            text = Fields(Node({}, node.file, node.line), self._problems, "").text_of(node, "'user'")
            return Heard(_spot(node), Said(text), text)
        fields = Fields(node, self._problems, "'user'")
        text, payload = fields.text("text"), fields.text("payload")
        files = tuple(Sent(text) for text, _ in fields.texts("files"))
        said = Said(
            text or payload,
            fields.text("intent"),
            self._texts(fields, "entities"),
            payload=payload,
            files=files,
        )
        fields.close()
        return Heard(_spot(node), said, text or payload or said.intent or "a file")

    # -- what is expected

    def _wanted(self, node: Node) -> Wanted:
        if not isinstance(node.value, dict):
            text = Fields(Node({}, node.file, node.line), self._problems, "").text_of(node, "'bot'")
            return Wanted(_spot(node), self._wanted_text(text, node))
        fields = Fields(node, self._problems, "'bot'")
        text = fields.text("text")
        wanted = Wanted(
            _spot(node),
            self._wanted_text(text, fields.place("text")) if text else None,
            _listed(fields, "buttons"),
            _listed(fields, "cards"),
            fields.text("file") or None,
        )
        fields.close()
        return wanted

    def _wanted_text(self, text: str, node: Node) -> WantedText:
        text = text.rstrip("\n")
        if len(text) > 2 and text[0] == text[-1] == "~":  # noqa: PLR2004 - more than the two marks
            try:
                return WantedText(text, Regex(text[1:-1]))
            except RegexError as error:
                self._problems.error(node, f"The regex '{text[:60]}' cannot be used: {error}.", "Mend it.")
        return WantedText(text)

    def _expect(self, node: Node) -> Expect:
        fields = Fields(node, self._problems, "'expect'")
        flow = fields.text("flow") if fields.has("flow") else None
        if flow:
            self._known(flow, self._bot.flows, "flow", fields.place("flow"))
        expect = Expect(
            _spot(node),
            calls=self._calls(fields),
            slots=self._slots(fields),
            vars=self._data(fields, "vars"),
            flow=flow,
            handoff=self._handoff(fields),
            notes=tuple(self._wanted_text(text, place) for text, place in fields.texts("notes"))
            if fields.has("notes")
            else None,
            closed=fields.flag("closed", default=False) if fields.has("closed") else None,
            rating=fields.integer("rating", 1, 1, 10) if fields.has("rating") else None,
            alerts=_listed(fields, "alerts"),
        )
        fields.close()
        return expect

    def _data(self, fields: Fields, key: str) -> dict[str, object] | None:
        if not fields.has(key):
            return None
        inner = fields.sub(key)
        return {} if inner is None else {name: node.plain() for name, node in inner.entries()}

    def _slots(self, fields: Fields) -> dict[str, object] | None:
        found = self._data(fields, "slots")
        for name in found or ():
            self._known(name, self._bot.slots, "slot", fields.place("slots"))
        return found

    def _handoff(self, fields: Fields) -> WantedHandoff | None:
        if not fields.has("handoff"):
            return None
        node = fields.get("handoff")
        if node is None or not isinstance(node.value, dict):
            return WantedHandoff(fields.text("handoff"))
        inner = Fields(node, self._problems, "'handoff'")
        wanted = WantedHandoff(
            inner.text("team"),
            inner.choice("priority", tuple(PRIORITIES), "normal") if inner.has("priority") else None,
            inner.text("person") if inner.has("person") else None,
            _listed(inner, "share"),
        )
        inner.close()
        return wanted

    def _calls(self, fields: Fields) -> tuple[WantedCall, ...] | None:
        if not fields.has("calls"):
            return None
        node = fields.get("calls")
        items = [] if node is None else node.value if isinstance(node.value, list) else [node]
        return tuple(self._call(item) for item in items)

    def _call(self, node: Node) -> WantedCall:
        entries = node.value if isinstance(node.value, dict) else {node.raw: None}
        if "call" in entries:
            return self._call_in_full(node)
        if len(entries) != 1:
            self._problems.error(node, "A call is one action.", "Write - ACTION: {name: value}.")
        name, given = next(iter(entries.items()), ("", None))
        self._known(name, self._bot.actions, "action", node)
        values = None if given is None else given.plain()
        return WantedCall(name, values if isinstance(values, dict) else None)

    def _call_in_full(self, node: Node) -> WantedCall:
        fields = Fields(node, self._problems, "A call")
        action = fields.text("call")
        self._known(action, self._bot.actions, "action", fields.place("call"))
        body = fields.get("json")
        call = WantedCall(
            action,
            None,
            fields.choice("method", METHODS, "GET") if fields.has("method") else None,
            fields.text("url") or None,
            self._data(fields, "query"),
            None if body is None else body.plain(),
            fields.has("json"),
        )
        fields.close()
        return call

    def _known(self, name: str, names: Mapping[str, object], what: str, node: Node) -> None:
        if name not in names:
            self._problems.error(node, f"There is no {what} '{name[:60]}'.", f"Known: {listed(names)}.")


def _spot(node: Node) -> Spot:
    return Spot(node.file, node.line)


def _listed(fields: Fields, key: str) -> tuple[str, ...] | None:
    return tuple(text for text, _ in fields.texts(key)) if fields.has(key) else None
