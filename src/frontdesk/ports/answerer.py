"""Who answers what the dialog engine cannot know by itself: intents, the knowledge base, a language model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from frontdesk.core.action import (
    NOWHERE,
    Looked,
    Lookup,
    Page,
    Passage,
    Prompt,
    Prompted,
    Understand,
    Understood,
)
from frontdesk.core.conversation import Mark
from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose turn it is.

    Attributes:
        bot_version: Id of the version that the conversation is on.
        languages: Those of the assistant, the first its own.
        personal: Values of this conversation that may not leave in the clear (slots marked `pii`).
        page: The page that the customer is on, where the channel has pages.
        turn: What the turn is called; the same when it is run again. All that is asked in it shares its time.
    """

    workspace: WorkspaceId
    assistant_id: AssistantId
    conversation_id: ConversationId
    bot_version: str = ""
    languages: tuple[str, ...] = ("en",)
    personal: frozenset[str] = frozenset()
    page: Page = NOWHERE
    turn: str = ""


class Understander(Protocol):
    """Finds the intents of a text."""

    async def understand(self, asker: Asker, need: Understand) -> Understood:
        """What `need.text` may mean; trouble is an outcome without candidates, never an exception."""
        ...


class Answerer(Protocol):
    """Answers out of the knowledge base."""

    async def look(self, asker: Asker, need: Lookup) -> Looked:
        """The answer and what it rests on; trouble is an outcome, never an exception."""
        ...

    async def is_curated(self, asker: Asker, need: Lookup) -> bool:
        """Whether somebody wrote an answer for this very question; False where that cannot be told."""
        ...


class Prompter(Protocol):
    """Has a language model decide what to do next within what a bot allows it."""

    async def prompt(self, asker: Asker, need: Prompt) -> Prompted:
        """The model's next move; trouble is an outcome, never an exception."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """An answer that a model wrote out of passages.

    Attributes:
        text: For the customer; every number, name and link in it occurs in the passages used.
        used: Indices of the passages that it cites.
    """

    text: str
    used: tuple[int, ...]


class Writer(Protocol):
    """Puts what was found into words."""

    async def write(
        self, asker: Asker, question: str, passages: Sequence[Passage], *, language: str
    ) -> Written | None:
        """The answer, checked against the passages; None when no service is set up, or none gave a sound one."""
        ...


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One line of a conversation.

    Attributes:
        by: `customer`, `bot` or `person`.
        text: As it was said.
    """

    by: str
    text: str


MOST_JUDGED = 20
"""The last lines of a conversation that are looked at for what it shows."""


class Judge(Protocol):
    """Says what a conversation shows; of `said`, the last `MOST_JUDGED` lines count."""

    async def judge(
        self, asker: Asker, said: Sequence[SaidLine], questions: Mapping[Mark, str]
    ) -> frozenset[Mark] | None:
        """Those of `questions`, which say what shows each mark, that the lines answer with yes; None without an answer."""
        ...


class Spoken(Protocol):
    """Finds the language of a message."""

    async def __call__(self, text: str, languages: Sequence[str], current: str) -> str:
        """The one of `languages` in which a conversation goes on that was in `current`; empty where nothing tells."""
        ...
