"""One conversation under way in a test: the engine is stepped, its needs are served from what the test provides."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from msgspec.structs import replace

from frontdesk.core.action import (
    Action,
    Call,
    Close,
    Elapsed,
    Fetched,
    Handoff,
    Looked,
    Lookup,
    Need,
    Prompt,
    Prompted,
    Restarted,
    Returned,
    Said,
    Understand,
    Understood,
)
from frontdesk.core.action import Heard as Heard_
from frontdesk.core.script import Ran, Script
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.engine import said_once, step, unheard
from frontdesk.dialog.state import STATE_FORMAT, dump_state, load_state, new_state
from frontdesk.dialog.utterance import Turn
from frontdesk.studio.testing.stories import Happening, Heard, Passes, Story

BEGINS = date(2026, 3, 2), time(12)
"""When a conversation begins that does not say: on a Monday, at noon in the bot's time zone."""
MAX_WAKES = 100
"""Most times that one stretch of waiting lets the bot go on by itself."""


class Conversation:
    """Everything that has come of it so far.

    `actions` are those of the scene that is on, `calls` and `trace` all from the beginning, `unmocked` the actions
    that were called though nothing answers for them.
    """

    def __init__(self, bot: Bot, story: Story, run_script: Callable[[Script], Awaitable[Ran]]) -> None:
        self.bot = bot
        self.state = new_state()
        self.actions: list[Action] = []
        self.everything: list[Action] = []
        self.calls: list[Call] = []
        self.trace: list[Mapping[str, object]] = []
        self.unmocked: list[str] = []
        self.handoff: Handoff | None = None
        self.closed = False
        self._story = story
        self._run_script = run_script
        self._now = (story.begins or datetime.combine(*BEGINS, bot.zone)).astimezone(UTC)
        self._turns = 0
        self._model = list(story.model)
        self._answered: dict[str, int] = {}

    async def let(self, happening: Happening) -> None:
        """Let it happen, and the bot answer."""
        self.actions = []
        match happening:
            case Heard(said=said):
                await self._say(said)
            case Passes(seconds=seconds):
                await self._wait(seconds)
            case _:
                self.handoff = None
                await self._hear(Restarted())

    async def _say(self, said: Said) -> None:
        self.closed = False
        if self.handoff is not None:
            self.state = unheard(self.state)  # people have it: the bot is silent
            return
        await self._hear(said)

    async def _wait(self, seconds: float) -> None:
        until = self._now + timedelta(seconds=seconds)
        for _ in range(MAX_WAKES):
            wake_at = self.state.wake_at
            if not wake_at or wake_at > until.timestamp() or self.handoff is not None:
                break
            self._now = max(self._now, datetime.fromtimestamp(wake_at, UTC))
            await self._hear(Elapsed())
        self._now = until

    async def _hear(self, heard: Heard_) -> None:
        self._turns += 1
        turn = self._turn()
        came: list[Action] = []
        while True:
            found = step(self.bot, self.state, heard, turn)
            # As between two messages in the program: through the form in which it is saved.
            self.state = load_state(dump_state(found.state), STATE_FORMAT)
            came += found.actions
            if found.ended:
                came = said_once(came)
            self.trace += found.trace
            if found.need is None:
                break
            heard = await self._serve(found.need)
        for action in came:
            self._take(action)

    def _take(self, action: Action) -> None:
        self.actions.append(action)
        self.everything.append(action)
        if isinstance(action, Handoff):
            self.handoff = action
        elif isinstance(action, Close):
            self.closed = True

    def _turn(self) -> Turn:
        story, bot = self._story, self.bot
        return Turn(
            now=self._now,
            channel=story.channel,
            preview=story.preview,
            key=f"test_{self._turns}",
            language=story.language,
            env=story.env,
            conversation_id="conversation",
            contact_id="contact",
            contact=story.contact,
            assistant_id=bot.id,
            workspace_id="workspace",
            environment=story.environment,
        )

    async def _serve(self, need: Need) -> Returned | Understood:
        match need:
            case Understand(key=key):
                # What is learnt from examples is no part of the files; `frontdesk nlu test` measures it.
                return Understood(key, reason="stories know the examples alone")
            case Call():
                self.calls.append(need)
                return self._fetched(need)
            case Script():
                return await self._run_script(need)
            case Lookup(key=key):
                found = self._story.knowledge
                return Looked(key, "unavailable") if found is None else replace(found, key=key)
            case Prompt(key=key):
                return replace(self._model.pop(0), key=key) if self._model else Prompted(key, "unavailable")

    def _fetched(self, call: Call) -> Fetched:
        mocks = self._story.mocks.get(call.action)
        if mocks:
            before = self._answered.get(call.action, 0)
            self._answered[call.action] = before + 1
            return replace(mocks[min(before, len(mocks) - 1)], key=call.key)
        sample = self.bot.actions[call.action].sample
        if sample is None:
            self.unmocked.append(call.action)
            return Fetched(call.key, "error", reason="nothing answers for it in this test")
        return Fetched(call.key, "ok", 200, sample)

    # -- what tests look at

    def slots(self) -> dict[str, object]:
        """Every slot that is filled, those of interrupted flows too."""
        state = self.state
        found: dict[str, object] = {**state.session, **state.contact}
        for frame in state.stack:
            found |= frame.slots
        return {name: value for name, value in found.items() if name in self.bot.slots}

    def variables(self) -> dict[str, object]:
        """Every variable kept for the session or the contact."""
        found = {**self.state.contact, **self.state.vars}
        return {name: value for name, value in found.items() if name not in self.bot.slots}

    def flow(self) -> str:
        """The flow that is on; empty when none is."""
        return self.state.stack[-1].flow if self.state.stack else ""
