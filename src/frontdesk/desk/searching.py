"""Search over what was said, notes and contacts: whole words, beginnings, other forms of them, and slips of the fingers.

Words are kept beside the messages by a round every few seconds: a message is found a moment after it was said, and the
turn that wrote it did not wait for that.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import plain
from frontdesk.knowledge.typos import nearest, pieces
from frontdesk.knowledge.words import MOST_LETTERS, terms, without_accents, words
from frontdesk.store import desk_search
from frontdesk.store.connect import Store
from frontdesk.store.desk_search import Fresh, Hit, Kind, Line, Person, Standing, Wanted
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

log = structlog.get_logger()

AT_ONCE = 1_000
SETTLED_S = 40
"""A commit may come this much after its ids were made; until then a message that was not seen may still turn up."""
MOST_WORDS = 8
"""Words of a question that are looked for."""
LEAST_BEGINNING, LEAST_LAST = 3, 2
"""Letters from which a word may be the beginning of others; of the last word, which may still be being typed."""
BEGUN = 20
"""Words with one beginning that are looked for."""
VOCABULARY = 20_000
"""Words among which the one is looked for that was meant."""
NAMES = 5_000
"""Names among which the one is looked for that was meant."""
LANGUAGES = ("en", "ru", "uz")
SHOWN = 160
ALL_S = 3600.0
"""How often every workspace is looked at, as the net under the looks for those with news."""
_MOST_TEXT = 8_000
_GAP = re.compile(r"[^\W_]+")


class Searching:
    """Keeps the words of new messages; one a process, run by one process at a time."""

    def __init__(self, store: Store, *, settled_s: float = SETTLED_S) -> None:
        self._store = store
        self._settled_s = settled_s
        self._done: dict[WorkspaceId, set[str]] = {}
        self._due: set[WorkspaceId] = set()
        self._upto = 0
        self._all_at = 0.0

    async def sweep(self) -> None:
        await self._look()
        for workspace in list(self._due):
            try:
                await self.round(workspace)
                self._due.discard(workspace)
            except Unavailable:
                raise
            except Exception:
                # What breaks one workspace's words must not keep the others from theirs.
                log.exception("search.not_kept", workspace=workspace)

    async def _look(self) -> None:
        """Where something was said since the last look, or what was said is settled by now."""
        if is_time := time.monotonic() >= self._all_at:
            self._all_at = time.monotonic() + ALL_S
        said, upto = await desk_search.said_since(self._store, 0 if is_time else self._upto)
        settled = self._settled()
        self._due.update(said, (where for where, kept in self._done.items() if min(kept) < settled))
        # Another database may be behind the one that was there before: then all of it, the next time.
        self._upto = upto if upto >= self._upto else 0

    async def round(self, workspace: WorkspaceId) -> None:
        """Every message that there is by now."""
        done, kept, after = self._done.pop(workspace, set()), set[str](), ""
        while True:
            found = await desk_search.fresh(workspace, self._store, after=after, limit=AT_ONCE)
            settled = [message.id for message in found if message.id < self._settled()]
            standing = [word for message in found if message.id not in done for word in standing_in(message)]
            if standing or settled:
                await desk_search.keep(workspace, self._store, standing, settled[-1] if settled else "")
            kept |= {message.id for message in found} - set(settled)
            if len(found) < AT_ONCE:
                break
            after = found[-1].id
        if kept:
            self._done[workspace] = kept

    def _settled(self) -> str:
        """Ids below this one are of messages that are all there."""
        moment = datetime.now(UTC) - timedelta(seconds=self._settled_s)
        return mint("msg", at_ms=int(moment.timestamp() * 1000))


def standing_in(message: Fresh) -> Iterator[Standing]:
    """The words of a message, as they are and in the form that its language gives them."""
    if message.author == "event":
        return
    kind: Kind = "n" if message.author == "note" else "m"
    text = plain(message.parts)[:_MOST_TEXT]
    found = {without_accents(word) for word in words(text, message.language) if len(word) <= MOST_LETTERS}
    for word in found | set(terms(text, message.language)):
        yield Standing(kind, word, message.conversation_id, message.seq)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: the words, and for each the forms in which it stands somewhere.

    `languages` are those that the words may be in.
    """

    words: tuple[str, ...]
    languages: tuple[str, ...]
    forms: tuple[frozenset[str], ...] = ()

    def wanted(self) -> list[Wanted]:
        return [Wanted(n, form) for n, forms in enumerate(self.forms) for form in sorted(forms)]


def question(text: str, language: str) -> Question:
    """The first words of what somebody typed."""
    found = [without_accents(word) for word in words(text, language) if len(word) <= MOST_LETTERS]
    return Question(tuple(dict.fromkeys(found))[:MOST_WORDS], tuple(dict.fromkeys((language, *LANGUAGES))))


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation, and its message that says it best."""

    hit: Hit
    line: Line | None

    @property
    def id(self) -> str:
        return self.hit.id


async def conversations(
    workspace: WorkspaceId,
    tx: Tx,
    kind: Kind,
    asked: Question,
    *,
    within: frozenset[str],
    after: str,
    limit: int,
) -> tuple[Question, list[Found]]:
    """Those with all the words, the latest first; words that nothing has give way to what was probably meant."""
    if not asked.words:
        return asked, []
    look = _Look(workspace, tx, kind, asked.languages)
    forms = [await look.forms(word, last=word == asked.words[-1]) for word in asked.words]
    meant = Question(asked.words, asked.languages, tuple(forms))
    if not all(forms):
        return meant, []
    wanted = meant.wanted()
    hits = await desk_search.find(workspace, tx, kind, wanted, within=within, after=after, limit=limit)
    lines = await desk_search.lines(workspace, tx, kind, wanted, hits) if hits else {}
    return meant, [Found(hit, lines.get(hit.id)) for hit in hits]


@dataclass(frozen=True, slots=True)
class _Look:
    """Finds in which forms words stand."""

    workspace: WorkspaceId
    tx: Tx
    kind: Kind
    languages: tuple[str, ...]

    async def forms(self, word: str, *, last: bool) -> frozenset[str]:
        """The word itself, its other forms, words that begin so; where there is none of them, what was probably meant."""
        known = {word, *(stem for language in self.languages for stem in terms(word, language))}
        found = await desk_search.standing(self.workspace, self.tx, self.kind, sorted(known))
        # The last word may still be being typed.
        if len(word) >= (LEAST_LAST if last else LEAST_BEGINNING):
            found |= set(await self._vocabulary(word, BEGUN))
        if found:
            return frozenset(found)
        # A slip of the first letter is looked for where the second stands first: too rare to search every word for.
        for beginning in dict.fromkeys((word[:1], word[1:2])):
            near = nearest(word, await self._vocabulary(beginning, VOCABULARY)) if beginning else None
            if near is not None:
                return frozenset({near})
        return frozenset()

    async def _vocabulary(self, beginning: str, most: int) -> list[str]:
        return await desk_search.vocabulary(self.workspace, self.tx, self.kind, beginning, most=most)


async def contacts(workspace: WorkspaceId, tx: Tx, asked: str, *, after: str, limit: int) -> list[Person]:
    """Contacts by parts of name, address, number or company; names with a slip of the fingers where none has these."""
    parts = asked.split()[:MOST_WORDS]
    if not parts:
        return []
    found = await desk_search.contacts(workspace, tx, parts, after=after, limit=limit)
    if found or after:
        return found
    meant = [await _name_meant(workspace, tx, part.casefold()) for part in parts]
    return await desk_search.contacts(workspace, tx, meant, after=after, limit=limit)


async def _name_meant(workspace: WorkspaceId, tx: Tx, part: str) -> str:
    """A word of a name that differs by a slip; itself where there is none."""
    # As in `_Look.forms`: the first letter stands, or else the second is the first by mistake.
    letters, having = [letter for letter in dict.fromkeys(part[:2]) if letter.isalpha()], pieces(part)
    if not having:
        return part
    found = await desk_search.contact_names(workspace, tx, letters, pieces=having, most=NAMES)
    names = {word for name in found for word in name.split() if word[:1] in letters}
    return nearest(part, names) or part


def snippet(text: str, asked: Question) -> list[tuple[str, bool]]:
    """The piece of a text around the first word that was looked for, in parts: those that were are marked."""
    wanted = frozenset[str]().union(*asked.forms)
    marks = [
        (found.start(), found.end())
        for found in _GAP.finditer(text)
        if _forms_of(found[0], asked.languages) & wanted
    ]
    first = max(0, marks[0][0] - SHOWN // 3) if marks else 0
    end = min(len(text), first + SHOWN)
    parts: list[tuple[str, bool]] = [("…", False)] if first else []
    at = first
    for start, stop in marks:
        if stop > end:
            break
        parts += [(text[at:start], False), (text[start:stop], True)]
        at = stop
    parts.append((text[at:end] + ("…" if end < len(text) else ""), False))
    return [(piece, marked) for piece, marked in parts if piece]


def _forms_of(word: str, languages: Sequence[str]) -> frozenset[str]:
    plain_ = {without_accents(each) for each in words(word, "")}
    return frozenset(plain_.union(*(terms(word, language) for language in languages)))
