"""`frontdesk talk`: a conversation with an assistant in the terminal, through the same line as every channel.

It is the preview channel: `reset` starts over. Buttons are numbered; a number or the button's text taps one.
"""

import asyncio
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text as Styled

from frontdesk.app import database
from frontdesk.app.demo import demo
from frontdesk.app.invoked import program
from frontdesk.app.postgres import CannotStart
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running, wired
from frontdesk.core.action import Restarted, Said
from frontdesk.core.errors import FrontdeskError, Refused
from frontdesk.core.message import Attachment, Button, Buttons, Cards, Custom, Image, Part, Text
from frontdesk.dialog.problems import listed
from frontdesk.store.assistants import list_assistants
from frontdesk.store.bots import PREVIEW
from frontdesk.store.directory import every_workspace
from frontdesk.store.ids import mint
from frontdesk.turn.receive import Arrival, receive

RESET = "reset"
MOST_NAMED = 100
LEAVE = frozenset({"quit", "exit", "/quit"})


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

    def tapped(self, typed: str) -> str:
        """What typing a button's number stands for."""
        if typed.isdecimal() and 1 <= int(typed) <= len(self.buttons):
            return self.buttons[int(typed) - 1].payload or self.buttons[int(typed) - 1].title
        return typed

    def _say(self, text: str, style: str = "cyan") -> None:
        self.console.print(Styled("bot  ", "bold cyan"), Styled(text, style), sep="", soft_wrap=True)

    def _show_part(self, part: Part) -> None:
        match part:
            case Text(text):
                self._say(text)
            case Buttons(text, buttons):
                self._say(text)
                self._offer(buttons)
            case Image(url, alt):
                self._say(f"[image] {alt} {url}".replace("  ", " "))
            case Attachment(url, name):
                self._say(f"[file] {name} {url}".replace("  ", " "))
            case Cards(cards):
                for card in cards:
                    self._say(f"{card.title}: {card.subtitle}" if card.subtitle else card.title)
                    self._offer(card.buttons)
            case Custom(body):
                self._say(str(body), "dim")

    def _offer(self, buttons: Iterable[Button]) -> None:
        for button in buttons:
            self.buttons.append(button)
            self.console.print(
                f"     {len(self.buttons)}  {button.title} {button.url}".rstrip(), style="magenta"
            )


async def talk(settings: Settings, assistant: str, console: Console) -> None:
    """Until the person leaves; `assistant` is an id or short name, empty for the one that answers by default.

    Raises:
        CannotStart: Nothing runs here, or there is no such assistant.
    """
    known = demo.read(settings)
    allow = () if known is None else (demo.allow_rule(known.balance_service),)
    async with (
        database.opened(settings, start=False) as found,
        wired(settings, found.url, allow=allow) as running,
    ):
        await _converse(running, assistant, Talk(console))


async def _converse(running: Running, assistant: str, screen: Talk) -> None:
    sender = mint("vis")
    try:
        entrance = await running.line.bots.entrance(host="", name=assistant, channel_type=PREVIEW)
    except Refused:
        raise CannotStart(await _nobody(running, assistant)) from None
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


async def _nobody(running: Running, wanted: str) -> str:
    """Who could be talked to instead, or how somebody comes to be there."""
    ready, unpublished = await _everybody(running)
    publish = f"`{program()} bot publish FOLDER` publishes a folder with bot.yaml."
    if wanted in unpublished:
        return f"Nothing of {wanted} is published yet: {publish}"
    missing = f"There is no assistant {wanted}." if wanted else "No assistant answers by default yet."
    there = f"There are: {listed(ready)}." if ready else "None is published yet."
    return f"{missing} {there} {publish}"


async def _everybody(running: Running) -> tuple[list[str], list[str]]:
    """The names by which assistants are found here, those with something published and those without."""
    ready: list[str] = []
    unpublished: list[str] = []
    for where in await every_workspace(running.store):
        async with running.store.unit_of_work(where.workspace) as tx:
            every = await list_assistants(where.workspace, tx, after="", limit=MOST_NAMED, within=frozenset())
        # A short name is found in one's own workspace and the demo's alone.
        short = where.is_default or where.is_demo
        for one in every:
            names = unpublished if one.published_version is None else ready
            names.append(one.slug if short else one.id)
    return ready, unpublished


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
