"""Settings, Bin: everything that was removed lately, with who may bring it back. Articles have a bin of their own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from starlette.responses import Response

from frontdesk.web.panel import ai, channels, integrations, tasks
from frontdesk.web.panel import settings_webhooks as webhooks
from frontdesk.web.panel.settings_nouns import MOST, NOUNS, SETTINGS
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import assistants as assistants_api
from frontdesk.web.v1 import channels as channels_api
from frontdesk.web.v1 import integrations as integrations_api
from frontdesk.web.v1 import tasks as tasks_api
from frontdesk.web.v1 import webhooks as webhooks_api

ROUTES: list[Route] = []
PATH = SETTINGS + "/bin"


class Removed(Protocol):
    """Something in the bin."""

    id: str
    name: str
    deleted_at: datetime | None


class Listed(Protocol):
    """A page of a list of the API."""

    @property
    def data(self) -> Sequence[Removed]: ...
    @property
    def next_cursor(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of thing in the bin: who may look, where its pages are, its list, its title in the catalogue."""

    permission: str
    path: str
    list_all: Callable[..., Awaitable[Listed]]
    title: str

    @property
    def id(self) -> str:
        """What the address of its further pages calls it."""
        return self.path.rpartition("/")[2]


SHELVES = (
    Shelf("assistants.write", ai.PATH, assistants_api.list_assistants, "ai.below.assistants"),
    Shelf("channels.write", channels.PATH, channels_api.list_channels, "nav.channels"),
    Shelf("tasks.write", tasks.PATH, tasks_api.list_tasks, "nav.tasks"),
    Shelf("integrations.write", integrations.PATH, integrations_api.list_integrations, "nav.integrations"),
    Shelf("webhooks.write", webhooks.PATH, webhooks_api.list_webhooks, "settings.below.webhooks"),
    *(
        Shelf(f"{noun.permission}.write", noun.path, noun.list_all, f"settings.below.{noun.id}")
        for noun in NOUNS
    ),
)


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="workspace.read",
    summary="The page of the bin.",
    entry="bin",
    rank=90,
)
async def settings_bin_page(visit: Visit) -> Response:
    """The first things of every kind, or with `shelf` and `cursor` further ones of a kind."""
    query = visit.request.query_params
    shelves = [shelf for shelf in SHELVES if visit.actor.may(shelf.permission)]
    chosen = [shelf for shelf in shelves if shelf.id == query.get("shelf")]
    further = await _shown(visit, chosen, query.get("cursor", ""))
    values = {"shelves": further or await _shown(visit, shelves, ""), "whole": not further, "path": PATH}
    return await visit.show("settings_bin.html", values)


async def _shown(visit: Visit, shelves: Sequence[Shelf], cursor: str) -> list[dict[str, object]]:
    """Those of them with anything on them."""
    filled = [await _filled(visit, shelf, cursor) for shelf in shelves]
    return [one for one in filled if one["rows"]]


async def _filled(visit: Visit, shelf: Shelf, cursor: str) -> dict[str, object]:
    async with visit.asking() as ask:
        found = await shelf.list_all(ask, from_bin=True, limit=MOST, cursor=cursor)
    later = f"{PATH}?{urlencode({'shelf': shelf.id, 'cursor': found.next_cursor})}"
    return {
        "path": shelf.path,
        "rows": found.data,
        "title": visit.say(shelf.title),
        "later": later if found.next_cursor else "",
    }
