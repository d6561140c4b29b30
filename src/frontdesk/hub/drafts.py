"""Answers while a model still writes them: whoever follows a conversation hears each sentence once it is checked.

A draft is no message. It may be taken back (an empty one), and what is said in the end is what the turn commits. Heard in
the process alone that has the answer written; elsewhere the answer comes without drafts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from frontdesk.core.ids import ConversationId
from frontdesk.knowledge.sentences import sentences

Tell = Callable[[str], None]


class Drafts:
    def __init__(self) -> None:
        self._followers: defaultdict[ConversationId, list[Tell]] = defaultdict(list)

    @contextmanager
    def followed(self, conversation_id: ConversationId, tell: Tell) -> Iterator[None]:
        """Have `tell` called with all that is written so far, each time that there is more of it."""
        self._followers[conversation_id].append(tell)
        try:
            yield
        finally:
            self._followers[conversation_id].remove(tell)
            if not self._followers[conversation_id]:
                del self._followers[conversation_id]

    def of(self, conversation_id: ConversationId) -> Tell | None:
        """What tells all who follow; None where nobody does, which is almost always."""
        if conversation_id not in self._followers:
            return None

        def tell(text: str) -> None:
            for follower in list(self._followers.get(conversation_id, ())):
                follower(text)

        return tell


class Draft:
    """One answer on its way: of what the model has written, the whole sentences, while all of them are sound.

    `sound` makes of them what the customer may read; None where something is wrong with them.
    """

    def __init__(self, tell: Tell, sound: Callable[[str], str | None]) -> None:
        self._tell = tell
        self._sound = sound
        self._seen = ""
        self._told = ""

    def hears(self, text: str) -> None:
        """`text`: all that the model has written so far; shorter than before where it began anew."""
        spans = sentences(text)
        # The last one may still go on.
        whole = text[: spans[-2].end] if len(spans) > 1 else ""
        if whole == self._seen:
            return
        self._seen = whole
        shown = self._sound(whole) if whole else None
        if shown and shown != self._told:
            self._told = shown
            self._tell(shown)

    def over(self, *, given_out: bool) -> None:
        """The answer is there; one that is not given out is taken back."""
        if self._told and not given_out:
            self._told = ""
            self._tell("")
