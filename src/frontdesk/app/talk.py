"""`frontdesk talk`: a conversation with an assistant in the terminal, through the same line as every channel.

It is the preview channel: `reset` starts over. Buttons are numbered; a number or the button's text taps one.
"""

import asyncio
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from rich.console import Console
from rich.text import Text as Styled

from frontdesk.app import database
from frontdesk.app.demo import demo
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running, wired
from frontdesk.core.action import Restarted, Said
from frontdesk.core.errors import FrontdeskError
from frontdesk.core.message import (
    Attachment,
    Audio,
    Button,
    Buttons,
    Cards,
    Custom,
    Image,
    Input,
    Part,
    Text,
    Video,
)
from frontdesk.store.bots import PREVIEW
from frontdesk.store.ids import mint
from frontdesk.store.traces import latest
from frontdesk.turn.receive import Arrival, receive

RESET = "reset"
_MOST_SHOWN = 100
_FILES: dict[type[Part], str] = {Image: "image", Audio: "audio", Video: "video", Attachment: "file"}
LEAVE = frozenset({"quit", "exit", "/quit"})


class _Trace(msgspec.Struct):
    steps: list[dict[str, object]] = []


def _short(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


@dataclass(slots=True)
class Talk:
    """What is on the screen: the buttons of the last answer can be tapped."""

    console: Console
    buttons: list[Button] = field(default_factory=list)

    def show(self, messages: Iterable[tuple[Part, ...]]) -> None:
        self.buttons = []
        shown = False
        for parts in messages:
            for part in parts:
                self._show_part(part)
                shown = True
        if not shown:
            self.console.print("(no answer)", style="dim")

    def explain(self, trace: str | None) -> None:
        """How the last turn came to what it said, a fact a line."""
        steps = [] if trace is None else msgspec.json.decode(trace, type=_Trace).steps
        for fact in steps:
            # PostgreSQL keeps no order of keys.
            keys = sorted(fact.keys() - {"fact"}, key=lambda key: (key != "step", key))
            told = " ".join(f"{key}={_short(fact[key])}" for key in keys if fact[key] != "")
            self.console.print(Styled(f"     {fact.get('fact', '')} {told}".rstrip(), "dim"), soft_wrap=True)

    def tapped(self, typed: str) -> str:
        """What typing a button's number stands for."""
        if typed.isdecimal() and 1 <= int(typed) <= len(self.buttons):
            return self.buttons[int(typed) - 1].payload or self.buttons[int(typed) - 1].title
        return typed

    def _say(self, text: str, style: str = "cyan") -> None:
        self.console.print(Styled("bot  ", "bold cyan"), Styled(text, style), sep="", soft_wrap=True)

    def _show_part(self, part: Part) -> None:
        match part:
            case Text(text) | Input(text):
                self._say(text)
            case Buttons(text, buttons):
                self._say(text)
                self._offer(buttons)
            case Image(url, name) | Audio(url, name) | Video(url, name) | Attachment(url, name):
                self._say(f"[{_FILES[type(part)]}] {name} {url}".replace("  ", " "))
            case Cards(cards):
                for card in cards:
                    self._say(f"{card.title}: {card.subtitle}" if card.subtitle else card.title)
                    if card.image:
                        self._say(f"[image] {card.image}")
                    self._offer(card.buttons)
            case Custom(body):
                self._say(str(body), "dim")

    def _offer(self, buttons: Iterable[Button]) -> None:
        for button in buttons:
            self.buttons.append(button)
            self.console.print(
                f"     {len(self.buttons)}  {button.title} {button.url}".rstrip(), style="magenta"
            )


async def talk(settings: Settings, assistant: str, console: Console, *, trace: bool = False) -> None:
    """Until the person leaves; `assistant` is an id or short name, empty for the one that answers by default.

    Raises:
        CannotStart: Nothing runs here.
        Refused: There is no such assistant.
    """
    known = demo.read(settings)
    allow = () if known is None else (demo.allow_rule(known.balance_service),)
    async with (
        database.opened(settings, start=False) as found,
        wired(settings, found.url, allow=allow) as running,
    ):
        await _converse(running, assistant, Talk(console), trace=trace)


async def _converse(running: Running, assistant: str, screen: Talk, *, trace: bool) -> None:
    sender = mint("vis")
    entrance = await running.line.bots.entrance(host="", name=assistant, channel_type=PREVIEW)
    screen.console.print(
        f"Talking to {entrance.slug}. `reset` starts over, `quit` or Ctrl-D leaves.", style="dim"
    )
    typing = Typing(screen.console)
    while (typed := await typing.line()) is not None and typed.strip() not in LEAVE:
        if not typed.strip():
            continue
        entrance = await running.line.bots.entrance(host="", name=assistant, channel_type=PREVIEW)
        # People may have taken over, and then no bot hears the word.
        heard = Restarted() if typed.strip().lower() == RESET else Said(screen.tapped(typed.strip()))
        arrival = Arrival(entrance, sender, heard)
        try:
            answer = await receive(running.line, running.lanes, arrival)
        except FrontdeskError as error:
            screen.console.print(error.message, style="red")
            continue
        if isinstance(heard, Restarted):
            screen.console.print("The conversation starts over.", style="dim")
        else:
            screen.show(answer.messages)
        if trace:
            screen.explain(await latest(entrance.workspace, running.store, answer.conversation_id))


class Typing:
    """Lines as they are typed; read beside the loop, so that its tasks go on meanwhile."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._prompting = sys.stdin.isatty()
        self._asked = threading.Semaphore(0)
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True, name="typing").start()

    async def line(self) -> str | None:
        """The next line, asked for only now: after the answer to the last one; None at the end."""
        self._asked.release()
        return await self._lines.get()

    def _read(self) -> None:
        line: str | None = ""
        while line is not None:
            self._asked.acquire()
            try:
                line = self._console.input("[bold]you  [/bold]") if self._prompting else next(sys.stdin)
            except (EOFError, StopIteration):
                line = None
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
