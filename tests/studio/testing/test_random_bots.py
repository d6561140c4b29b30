"""Whole bots made up at random, and conversations with them: nothing breaks, nothing grows without bound, order is kept.

They are held by a holder of this file's own. What was said then, written down as a test, passes with the runner of tests.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import yaml as writer
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests.dialog.driver import HEAD
from tests.dialog.schemas import refused
from tests.made_up import examples

from frontdesk.core.action import (
    Action,
    Alert,
    Call,
    Elapsed,
    Fetched,
    Handoff,
    Heard,
    Looked,
    Lookup,
    Need,
    Prompt,
    Prompted,
    Returned,
    Said,
    Say,
    Understand,
    Understood,
)
from frontdesk.core.message import plain
from frontdesk.core.script import Put, Ran, Script, Send
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.engine import said_once, step, unheard
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.state import MAX_ASKED, MAX_STACK, MAX_STATE_BYTES, State, dump_state, new_state
from frontdesk.dialog.utterance import Turn
from frontdesk.studio.testing import run_tests, stories_of
from frontdesk.studio.testing.hold import BEGINS, MAX_WAKES

FLOWS = ("one", "two", "three", "four")
WORDS = (
    "bill",
    "order",
    "help",
    "yes",
    "no",
    "12",
    "ann@home.com",
    "tomorrow",
    "stop",
    "back",
    "actually 12",
    "reset",
)
targets = st.sampled_from([*FLOWS, "end", "resume", "mark"])
words = st.sampled_from(WORDS)
texts = st.sampled_from(
    [
        "Hello.",
        "{{ slots.a }} {{ vars.v }}",
        "{$query}",
        "{Look.x}",
        "{{ entity.size }} {{ hours.desk }}",
        "{{ now }}",
    ]
)
shown = texts | st.fixed_dictionaries({"en": texts, "ru": texts})
handlers = st.fixed_dictionaries({}, optional={"say": shown, "goto": targets, "set": st.just({"v": "x"})})
rules = st.lists(
    st.fixed_dictionaries(
        {"pattern": words},
        optional={"say": shown, "goto": targets, "slot": st.just("b"), "when": st.just("slots.a")},
    ),
    max_size=3,
)


def asks(**more: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    optional = {
        "reprompt": shown,
        "listen": st.booleans(),
        "no_reply": st.fixed_dictionaries({"after": st.just("5m")}, optional={"say": shown, "goto": targets}),
    }
    return st.fixed_dictionaries({"ask": shown, **more}, optional=optional)


cleanings = st.lists(
    st.sampled_from(["digits", "lower", "upper", "no_blanks", "no_marks"]),
    min_size=1,
    max_size=2,
    unique=True,
)
plain_steps = st.one_of(
    st.fixed_dictionaries({"say": shown}),
    st.fixed_dictionaries(
        {
            "say": st.fixed_dictionaries(
                {"text": texts}, optional={"buttons": st.just(["yes", "no"]), "delay": st.just("1s")}
            )
        }
    ),
    asks(slot=st.sampled_from("ab"), accept=st.just({"regex": r"\d+"}), clean=cleanings),
    asks(slot=st.just("a"), accept=st.just({"entity": "size"}), clean=cleanings),
    asks(slot=st.just("b"), clean=cleanings),
    asks(choices=st.just(["yes", {"label": "no", "payload": "n"}]), rules=rules),
    asks(slot=st.just("c"), type=st.sampled_from(["number", "email", "date", "yes_no"])),
    asks(slot=st.just("a"), rules=rules),
    st.fixed_dictionaries({"call": st.just("Look")}, optional={"on_error": handlers, "on_empty": handlers}),
    st.fixed_dictionaries(
        {"set": st.dictionaries(st.sampled_from(["a", "v", "language"]), texts, min_size=1)}
    ),
    st.fixed_dictionaries({"script": st.just("botContext.sendMessage('x')")}),
    st.fixed_dictionaries({"goto": targets}),
    st.fixed_dictionaries({"run": st.sampled_from(FLOWS)}),
    st.fixed_dictionaries({"note": texts}),
    st.fixed_dictionaries({"wait": st.just("1m")}, optional={"next": targets}),
    st.fixed_dictionaries({"rate": shown}),
    st.fixed_dictionaries({"answer": st.sampled_from([True])}, optional={"on_none": handlers}),
    st.sampled_from([{"end": True}, {"resume": True}, {"close": True}, {"handoff": "Human"}]),
)
blocks = st.lists(plain_steps, min_size=1, max_size=3)
steps = st.one_of(
    plain_steps,
    plain_steps,
    plain_steps,
    st.fixed_dictionaries(
        {"if": st.sampled_from(["slots.a", "hours.desk", 'channel == "web"']), "then": blocks, "else": blocks}
    ),
    st.fixed_dictionaries({"for_each": st.just("Look.list"), "steps": blocks}),
)
triggers = st.fixed_dictionaries(
    {"patterns": st.lists(words.map(lambda word: f"*{word}*") | words, min_size=1, max_size=2)},
    optional={
        "not": st.just(["*never*"]),
        "intent": st.just("buying"),
        "examples": st.just(["I want to buy"]),
    },
)
flow_settings = st.fixed_dictionaries({}, optional={"resume": shown, "listen": st.booleans()})
flow_bodies = st.lists(steps, min_size=1, max_size=6)


@st.composite
def bots(draw: st.DrawFn) -> dict[str, str]:
    """The files of a bot: some flows, each with steps of every kind, that go to one another."""
    files: dict[str, str] = {}
    for name in FLOWS:
        body = draw(flow_bodies)
        marked = [
            {**step, "id": "mark"} if place == len(body) - 1 else step for place, step in enumerate(body)
        ]
        flow = {"trigger": draw(triggers), "steps": marked, **draw(flow_settings)}
        files[f"flows/{name}.yaml"] = writer.safe_dump(flow)
    special = {
        name: {"steps": draw(blocks)}
        for name in draw(st.sets(st.sampled_from(["fallback", "escalation", "on_start"])))
    }
    # Outside of the four flows there is no such step.
    text = (
        writer.safe_dump(special).replace("goto: mark", "goto: one").replace("next: mark", "next: end")
        if special
        else ""
    )
    files["bot.yaml"] = (
        HEAD.replace(
            "language: en", "language: en, languages: [ru], limits: {steps_per_turn: 20, reprompts: 1}"
        )
        + "slots: {a: {entity: size}, b: {scope: session}, c: {scope: contact}}\n"
        + "intents: {buying: {examples: [i buy it]}}\nentities: {size: [small, large]}\n"
        + "hours: {desk: {timezone: UTC, mon-fri: '09:00-17:00'}}\n"
        + "actions: {Look: {request: {url: 'https://a.test'}, result: {x: $.x, list: {path: $.list, required: false}},"
        + " sample: {x: found, list: [1, 2]}}}\n"
        + text
    )
    return files


@dataclass(frozen=True)
class Line:
    """What happens next in a conversation: words, or a while of silence."""

    say: str = ""
    wait: str = ""


lines = st.lists(
    st.builds(
        Line,
        words | st.sampled_from(["I want to buy", "a small one", " No. 1-2 ", "LARGE!", "{{ secret.X }}"]),
    )
    | st.builds(Line, wait=st.sampled_from(["1m", "10m", "2h"])),
    min_size=1,
    max_size=10,
)


class Scripts:
    """As the script of these bots does, without its process."""

    async def run(self, script: Script) -> Ran:
        return _ran(script)


def _ran(script: Script) -> Ran:
    return Ran(script.key, effects=(Send(("x",)), Put("v", "y", "session")))


NOON = datetime.combine(*BEGINS, UTC)


@dataclass
class Held:
    """Holds a conversation with the engine alone: what the runner of tests is compared with.

    It keeps the state as the engine gave it, where the runner saves and loads it between any two steps.
    """

    bot: Bot
    now: datetime = NOON
    state: State = field(default_factory=new_state)
    handoff: str | None = None
    actions: list[Action] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    trace: list[Mapping[str, object]] = field(default_factory=list)
    turns: int = 0

    def say(self, text: str) -> None:
        self.actions, self.trace = [], []
        if self.handoff is None:
            self._turn(Said(text))
        else:
            self.state = unheard(self.state)

    def wait(self, wait_s: float) -> None:
        self.actions, self.trace = [], []
        until = self.now + timedelta(seconds=wait_s)
        wakes = 0
        while self.handoff is None and 0 < self.state.wake_at <= until.timestamp() and wakes < MAX_WAKES:
            self.now = max(self.now, datetime.fromtimestamp(self.state.wake_at, UTC))
            self._turn(Elapsed())
            wakes += 1
        self.now = until

    def _turn(self, heard: Heard) -> None:
        self.turns += 1
        turn = Turn(
            now=self.now,
            channel="web",
            preview=False,
            key=f"own_{self.turns}",
            language="",
            env={},
            conversation_id="conversation",
            contact_id="contact",
            contact={},
            assistant_id=self.bot.id,
            workspace_id="workspace",
            environment="dev",
        )
        need: Need | None = None
        came: list[Action] = []
        while True:
            found = step(self.bot, self.state, heard, turn)
            self.state, need = found.state, found.need
            came += found.actions
            if found.ended:
                came = said_once(came)
            self.trace += found.trace
            handed = [action.team for action in found.actions if isinstance(action, Handoff)]
            self.handoff = handed[-1] if handed else self.handoff
            if need is None:
                break
            heard = self._answer(need)
        self.actions += came
        self.alerts += [action.code for action in came if isinstance(action, Alert)]

    def _answer(self, need: Need) -> Returned | Understood:
        match need:
            case Understand(key=key):
                return Understood(key)
            case Call(key=key):
                return Fetched(key, "ok", 200, {"x": "found", "list": [1, 2]})
            case Script():
                return _ran(need)
            case Lookup(key=key):
                return Looked(key, "unavailable")
            case Prompt(key=key):
                return Prompted(key, "unavailable")

    def slots(self) -> dict[str, object]:
        kept: dict[str, object] = {**self.state.session, **self.state.contact}
        for frame in self.state.stack:
            kept |= frame.slots
        return {name: value for name, value in kept.items() if name in {"a", "b", "c"}}


WAITS_S = {"1m": 60.0, "10m": 600.0, "2h": 7_200.0}


@examples(40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(bots(), lines)
def test_any_bot_holds_any_conversation(files: dict[str, str], talk: list[Line]) -> None:
    bot = load_bot(files)
    assert refused(files) == []
    told = _hold(bot, talk)

    recorded = {**files, "tests/recorded.yaml": writer.safe_dump([told], sort_keys=False, allow_unicode=True)}
    run = asyncio.run(run_tests(bot, stories_of(recorded, bot), Scripts()))
    assert [str(result.failure) for result in run.failed] == []


def _hold(bot: Bot, talk: list[Line]) -> dict[str, object]:
    """Hold the conversation and look at each turn; gives it as a test tells it."""
    held = Held(bot)
    recorded: list[dict[str, object]] = []
    for line in talk:
        if line.say:
            held.say(line.say)
        else:
            held.wait(WAITS_S[line.wait])
        _look_at(held)
        recorded.append({"user": line.say} if line.say else {"wait": line.wait})
        said = [plain(action.parts) for action in held.actions if isinstance(action, Say)]
        # Messages of buttons alone have no text; a test names those by what it sees of them.
        recorded += [
            {"bot": text} if text and not _is_marked(text) else {"bot": {"text": ""}} for text in said
        ]
    handoff = {} if held.handoff is None else {"handoff": held.handoff}
    alerts = {"alerts": held.alerts} if held.alerts else {}
    return {"name": "recorded", "talk": recorded, "expect": {"slots": held.slots(), **handoff, **alerts}}


def _is_marked(text: str) -> bool:
    return text.startswith("~") or text != text.rstrip("\n")


def _look_at(held: Held) -> None:
    state, facts = held.state, held.trace
    assert len(dump_state(state)) <= MAX_STATE_BYTES
    assert len(state.stack) <= MAX_STACK
    assert all(len(frame.asked) <= MAX_ASKED for frame in state.stack)
    assert state.moment.pending is None
    ran = [str(fact["step"]) for fact in facts if fact["fact"] == "step"]
    # A wait can wake the bot several times, each time for a turn of its own.
    turns = 1 + sum(fact["fact"] in {"no_reply", "pause_over"} for fact in facts)
    assert len(ran) <= turns * (held.bot.limits.steps_per_turn + 1)
    _in_order(
        [action.step for action in held.actions if isinstance(action, Say)],
        [str(fact.get("step", "")) for fact in facts],
    )


def _in_order(said_by: list[str], places: list[str]) -> None:
    """Each message comes from where the turn had come to by then: never from a place that was left before."""
    at = 0
    for place in filter(None, said_by):  # built-in sentences come from nowhere
        assert place in places[at:], f"{said_by} is not in the order of {places}"
        at = places.index(place, at)
