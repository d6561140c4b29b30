"""One assistant in the panel: which it is, its draft, and the tabs that all of its pages share."""

from dataclasses import dataclass

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.store import assistants as stored
from frontdesk.store.assistants import Assistant
from frontdesk.store.drafts import By
from frontdesk.store.tx import Tx
from frontdesk.studio import drafts
from frontdesk.studio.drafts import Draft
from frontdesk.web.etag import read_if_match
from frontdesk.web.panel.ai import PATH as LIST
from frontdesk.web.panel.shell import Visit

PATH = LIST + "/{assistant_id}"
TABS = (
    ("overview", ""),
    ("files", "/files"),
    ("try", "/try"),
    ("versions", "/versions"),
    ("settings", "/settings"),
)


@dataclass(frozen=True, slots=True)
class About:
    """What every page of an assistant is given."""

    assistant: Assistant
    draft: Draft
    tab: str

    @property
    def path(self) -> str:
        return f"{LIST}/{self.assistant.id}"

    @property
    def tabs(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, f"{self.path}{below}") for name, below in TABS)


async def about(visit: Visit, tx: Tx, tab: str, *, for_change: bool = False) -> About:
    """The assistant that the address names.

    Raises:
        Refused: There is none, or it is not within the reader's reach.
    """
    assistant_id = parse("asst", visit.request.path_params["assistant_id"])
    if not visit.actor.may_use(assistant_id):
        raise Refused("not_found", "There is no such assistant.")
    found = await stored.read_assistant(visit.workspace, tx, assistant_id, for_change=for_change)
    return About(found, await drafts.read(visit.workspace, tx, found.id), tab)


def seen_of(number: str) -> frozenset[int]:
    """The mark of a file, or the version of a draft, that a form was made from; none where it says none."""
    return read_if_match(f'"{number}"').versions or frozenset()


def writer(visit: Visit) -> By:
    return By(visit.actor.name, visit.program.clock.now())
