"""`frontdesk talk`: a conversation with an assistant in the terminal, through the same line as every channel.

It is the preview channel: `reset` starts over. Buttons are numbered; a number or the button's text taps one.
"""

import asyncio
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text as Styled

from frontdesk.app import database
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.demo import noted
from frontdesk.app.invoked import program
from frontdesk.app.recording import Recording
from frontdesk.app.settings import Settings
from frontdesk.app.talk_news import News, Shown
from frontdesk.app.wiring import Running, wired
from frontdesk.core.action import Restarted, Said
from frontdesk.core.errors import FrontdeskError, Refused, Unavailable
from frontdesk.core.ids import ConversationId
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
from frontdesk.dialog.problems import listed
from frontdesk.store.assistants import list_assistants
from frontdesk.store.bots import PREVIEW
from frontdesk.store.directory import every_workspace
from frontdesk.store.ids import mint
from frontdesk.turn.receive import Arrival, receive

RESET = "reset"
_FILES: dict[type[Part], str] = {Image: "image", Audio: "audio", Video: "video", Attachment: "file"}
MOST_NAMED = 100
LOOK_S = 1.0
"""How often is looked for what comes by itself, while the next line is typed."""
END = "\x04"
"""What stands for the end of what is typed, as Ctrl-D sends it."""
LEAVE = frozenset({"quit", "exit", "/quit", END})
PROMPT = "[bold]you  [/bold]"


@dataclass(slots=True)
class Talk:
    """What is on the screen: the buttons of the last answer can be tapped."""

    console: Console
    buttons: list[Button] = field(default_factory=list)

    def show_answer(self, news: Iterable[Shown]) -> None:
        news = list(news)
        self.buttons = []
        if not any(shown.parts for shown in news):
            self.console.print("(no answer)", style="dim")
        self.show(news)

    def show(self, news: Iterable[Shown]) -> None:
        """More of it: the buttons that are there stay."""
        for shown in news:
            for part in shown.parts:
                self._show_part(part)
            for line in shown.trace:
                self.console.print(Styled(f"     {line}", "dim"), soft_wrap=True)

    def tapped(self, typed: str) -> Button | None:
        """The button whose number this is."""
        if typed.isdecimal() and 1 <= int(typed) <= len(self.buttons):
            return self.buttons[int(typed) - 1]
        return None

    def show_link(self, button: Button) -> None:
        self.console.print(f"This button opens {button.url}", style="dim", soft_wrap=True)

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


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes with the conversation: its trace on the screen, its record in a file, the systems outside."""

    trace: bool = False
    real: bool = False
    record: Recording | None = None


async def talk(settings: Settings, assistant: str, console: Console, beside: Beside) -> None:
    """Until the person leaves; `assistant` is an id or short name, empty for the one that answers by default.

    Raises:
        CannotStart: Nothing runs here, there is no such assistant, or the record cannot be written.
    """
    known = noted.read(settings)
    allow = () if known is None else (noted.allow_rule(known.balance_service),)
    async with (
        database.opened(settings, start=False) as found,
        wired(settings, found.url, allow=allow, samples=not beside.real) as running,
    ):
        if beside.record is None:
            await _converse(running, assistant, Talk(console), beside)
            return
        beside.record.begin()
        try:
            await _converse(running, assistant, Talk(console), beside)
        finally:
            beside.record.end()


async def _converse(running: Running, assistant: str, screen: Talk, beside: Beside) -> None:
    sender = mint("vis")
    try:
        entrance = await running.line.bots.entrance(host="", name=assistant, channel_type=PREVIEW)
    except Refused:
        raise CannotStart(await _nobody(running, assistant)) from None
    screen.console.print(
        f"Talking to {entrance.slug}. `reset` starts over, `quit` or Ctrl-D leaves.", style="dim"
    )
    typing = Typing(screen.console)
    news = News(entrance.workspace, running.store, beside.trace, beside.record)
    conversation: ConversationId | None = None
    while (typed := await _next_line(typing, news, conversation, screen)) not in LEAVE:
        tapped = screen.tapped(typed)
        if tapped is not None and tapped.url:
            screen.show_link(tapped)
        elif typed:
            # People may have taken over, and then no bot hears the word.
            said = typed if tapped is None else tapped.payload or tapped.title
            heard = Restarted() if typed.lower() == RESET else Said(said)
            entrance = await running.line.bots.entrance(host="", name=assistant, channel_type=PREVIEW)
            arrival = Arrival(entrance, sender, heard)
            conversation = await _answered(running, arrival, news, screen) or conversation
    if conversation is not None:
        screen.show(await news.of(conversation))


async def _answered(running: Running, arrival: Arrival, news: News, screen: Talk) -> ConversationId | None:
    """Show the answer; the conversation that it belongs to, or None where there is no answer."""
    try:
        answer = await receive(running.line, running.lanes, arrival)
    except FrontdeskError as error:
        screen.console.print(error.message, style="red")
        return None
    shown = await news.of(answer.conversation_id)
    if isinstance(arrival.heard, Restarted):
        screen.console.print("The conversation starts over.", style="dim")
        screen.buttons = []
        screen.show(shown)
    else:
        screen.show_answer(shown)
    return answer.conversation_id


async def _next_line(typing: "Typing", news: News, conversation: ConversationId | None, screen: Talk) -> str:
    """What is typed next; what comes by itself meanwhile is shown above it."""
    typing.ask()
    while True:
        try:
            return await typing.line(within_s=LOOK_S)
        except TimeoutError:
            shown = [] if conversation is None else await _looked(news, conversation)
        if shown:
            with typing.aside():
                screen.show(shown)


async def _looked(news: News, conversation: ConversationId) -> list[Shown]:
    try:
        return await news.of(conversation)
    except Unavailable:
        return []  # it will be said of the next line that is typed


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
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True, name="typing").start()

    def ask(self) -> None:
        """Have the next line typed: only now, after the answer to the last one."""
        self._asked.release()

    async def line(self, within_s: float) -> str:
        """The line that was asked for, without blanks around it; `END` at the end.

        Raises:
            TimeoutError: Nothing was typed so far.
        """
        async with asyncio.timeout(within_s):
            return await self._lines.get()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Room for more above the line that is being typed."""
        if self._prompting:
            self._console.file.write("\r\x1b[K")
        yield
        if self._prompting:
            self._console.print(PROMPT, end="")
            self._console.file.flush()

    def _read(self) -> None:
        line = ""
        while line != END:
            self._asked.acquire()
            try:
                line = (self._console.input(PROMPT) if self._prompting else next(sys.stdin)).strip()
            except (EOFError, StopIteration):
                line = END
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
