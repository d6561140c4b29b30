"""Whole bots made up at random, and conversations with them: nothing breaks, nothing grows without bound, order is kept.

They are held by the runner of tests, so this is also what it stands on: what was said, written down as a test, passes.
"""

import asyncio
from dataclasses import dataclass

import yaml as writer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dialog.driver import HEAD
from tests.dialog.schemas import refused

from frontdesk.core.action import Alert, Say
from frontdesk.core.message import plain
from frontdesk.core.script import Put, Ran, Script, Send
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.state import MAX_ASKED, MAX_STACK, MAX_STATE_BYTES, dump_state
from frontdesk.studio.testing import run_tests, stories_of
from frontdesk.studio.testing.hold import Conversation
from frontdesk.studio.testing.stories import Heard, Passes

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


plain_steps = st.one_of(
    st.fixed_dictionaries({"say": shown}),
    st.fixed_dictionaries(
        {
            "say": st.fixed_dictionaries(
                {"text": texts}, optional={"buttons": st.just(["yes", "no"]), "delay": st.just("1s")}
            )
        }
    ),
    asks(slot=st.sampled_from("ab"), accept=st.just({"regex": r"\d+"})),
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
    st.fixed_dictionaries({"wait": st.just("1m")}),
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
        files[f"flows/{name}.yaml"] = writer.safe_dump({"trigger": draw(triggers), "steps": marked})
    special = {
        name: {"steps": draw(blocks)}
        for name in draw(st.sets(st.sampled_from(["fallback", "escalation", "on_start"])))
    }
    # Outside of the four flows there is no such step.
    text = writer.safe_dump(special).replace("goto: mark", "goto: one") if special else ""
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
    st.builds(Line, words | st.sampled_from(["I want to buy", "a small one", "{{ secret.X }}"]))
    | st.builds(Line, wait=st.sampled_from(["1m", "10m", "2h"])),
    min_size=1,
    max_size=10,
)


async def _script(script: Script) -> Ran:
    """As the script of these bots does, without its process."""
    return Ran(script.key, effects=(Send(("x",)), Put("v", "y", "session")))


class Scripts:
    run = staticmethod(_script)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(bots(), lines)
def test_any_bot_holds_any_conversation(files: dict[str, str], talk: list[Line]) -> None:
    bot = load_bot(files)
    assert refused(files) == []
    told = asyncio.run(_hold(bot, files, talk))

    recorded = {**files, "tests/recorded.yaml": writer.safe_dump([told], sort_keys=False, allow_unicode=True)}
    run = asyncio.run(run_tests(bot, stories_of(recorded, bot), Scripts()))
    assert [str(result.failure) for result in run.failed] == []


async def _hold(bot: Bot, files: dict[str, str], talk: list[Line]) -> dict[str, object]:
    """Hold the conversation and look at each turn; gives it as a test tells it."""
    draft = [{"user": line.say} if line.say else {"wait": line.wait} for line in talk]
    text = writer.safe_dump([{"name": "draft", "talk": draft}])
    (story,) = stories_of({**files, "tests/draft.yaml": text}, bot)
    conversation = Conversation(bot, story, _script)
    recorded: list[dict[str, object]] = []
    for scene in story.scenes:
        if scene.happening is None:
            continue
        before = len(conversation.trace)
        await conversation.let(scene.happening)
        _look_at(conversation, before)
        match scene.happening:
            case Heard(shown=shown):
                recorded.append({"user": shown})
            case Passes(shown=shown):
                recorded.append({"wait": shown})
        said = [plain(action.parts) for action in conversation.actions if isinstance(action, Say)]
        # Messages of buttons alone have no text; a test names those by what it sees of them.
        recorded += [
            {"bot": text} if text and not _is_marked(text) else {"bot": {"text": ""}} for text in said
        ]
    handoff = {} if conversation.handoff is None else {"handoff": conversation.handoff.team}
    alerts = {"alerts": codes} if (codes := _alerts(conversation)) else {}
    return {
        "name": "recorded",
        "talk": recorded,
        "expect": {"slots": conversation.slots(), **handoff, **alerts},
    }


def _alerts(conversation: Conversation) -> list[str]:
    return [action.code for action in conversation.everything if isinstance(action, Alert)]


def _is_marked(text: str) -> bool:
    return text.startswith("~") or text != text.rstrip("\n")


def _look_at(conversation: Conversation, before: int) -> None:
    state, bot = conversation.state, conversation.bot
    assert len(dump_state(state)) <= MAX_STATE_BYTES
    assert len(state.stack) <= MAX_STACK
    assert all(len(frame.asked) <= MAX_ASKED for frame in state.stack)
    assert state.moment.pending is None
    facts = conversation.trace[before:]
    ran = [str(fact["step"]) for fact in facts if fact["fact"] == "step"]
    # A wait can wake the bot several times, each time for a turn of its own.
    turns = 1 + sum(fact["fact"] in {"no_reply", "pause_over"} for fact in facts)
    assert len(ran) <= turns * (bot.limits.steps_per_turn + 1)
    _in_order(
        [action.step for action in conversation.actions if isinstance(action, Say)],
        [str(fact.get("step", "")) for fact in facts],
    )


def _in_order(said_by: list[str], places: list[str]) -> None:
    """Each message comes from where the turn had come to by then: never from a place that was left before."""
    at = 0
    for step in filter(None, said_by):  # built-in sentences come from nowhere
        assert step in places[at:], f"{said_by} is not in the order of {places}"
        at = places.index(step, at)
