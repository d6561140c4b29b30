"""Settings, Teams, Labels and Saved replies: lists, a form for each thing, removing it and bringing it back.

The three work alike (`Noun`); what is done is done by the endpoints of the API.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import Response

from frontdesk.web.etag import Expected
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Field
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.settings_fields import label_fields, reply_fields, team_change, team_fields, texts
from frontdesk.web.panel.settings_forms import Editing, saved, version_of
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import labels, saved_replies, teams
from frontdesk.web.v1.labels import LabelView
from frontdesk.web.v1.saved_replies import ReplyView
from frontdesk.web.v1.teams import TeamView

ROUTES: list[Route] = []
SETTINGS = "/panel/settings"
MOST = 100


One = LabelView | ReplyView | TeamView
Handler = Callable[[Visit], Awaitable[Response]]


class Listed(Protocol):
    """A page of a list of the API."""

    @property
    def data(self) -> Sequence[One]: ...
    @property
    def next_cursor(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Noun:
    """One kind of thing that people keep under Settings. `id` is its address, and its section of texts."""

    id: str
    one: str
    permission: str
    rank: int
    icon: str
    list_all: Callable[..., Awaitable[Listed]]
    read: Callable[..., Awaitable[One]]
    create: Callable[[Ask, list[Field], Sent], Awaitable[One]]
    update: Callable[[Ask, str, list[Field], Sent], Awaitable[One]]
    delete: Callable[..., Awaitable[None]]
    restore: Callable[..., Awaitable[One]]
    fields: Callable[..., Awaitable[list[Field]]]

    @property
    def path(self) -> str:
        return f"{SETTINGS}/{self.id}"

    @property
    def parameter(self) -> str:
        """What the path calls the id of one."""
        return f"{self.one}_id"


async def _create_label(ask: Ask, fields: list[Field], sent: Sent) -> One:
    return await labels.create_label(ask, labels.NewLabel.model_validate(texts(fields, sent)), Response())


async def _update_label(ask: Ask, one: str, fields: list[Field], sent: Sent) -> One:
    change = labels.LabelChange.model_validate(texts(fields, sent))
    return await labels.update_label(ask, one, change, expected(sent.get("version")), Response())


async def _create_reply(ask: Ask, fields: list[Field], sent: Sent) -> One:
    given = saved_replies.NewReply.model_validate(texts(fields, sent))
    return await saved_replies.create_reply(ask, given, Response())


async def _update_reply(ask: Ask, one: str, fields: list[Field], sent: Sent) -> One:
    change = saved_replies.ReplyChange.model_validate(texts(fields, sent))
    return await saved_replies.update_reply(ask, one, change, expected(sent.get("version")), Response())


async def _create_team(ask: Ask, fields: list[Field], sent: Sent) -> One:
    given = teams.NewTeam.model_validate(team_change(fields, sent, []))
    return await teams.create_team(ask, given, Response())


async def _update_team(ask: Ask, one: str, fields: list[Field], sent: Sent) -> One:
    before = await teams.read_team(ask, one, Response())
    change = teams.TeamChange.model_validate(team_change(fields, sent, before.members))
    return await teams.update_team(ask, one, change, expected(sent.get("version")), Response())


NOUNS = (
    Noun(
        "teams",
        "team",
        "people",
        30,
        "users-group",
        teams.list_teams,
        teams.read_team,
        _create_team,
        _update_team,
        teams.delete_team,
        teams.restore_team,
        team_fields,
    ),
    Noun(
        "labels",
        "label",
        "workspace",
        40,
        "tag",
        labels.list_labels,
        labels.read_label,
        _create_label,
        _update_label,
        labels.delete_label,
        labels.restore_label,
        label_fields,
    ),
    Noun(
        "replies",
        "reply",
        "workspace",
        50,
        "message-2",
        saved_replies.list_replies,
        saved_replies.read_reply,
        _create_reply,
        _update_reply,
        saved_replies.delete_reply,
        saved_replies.restore_reply,
        reply_fields,
    ),
)


class Pages:
    """The pages of one noun."""

    def __init__(self, noun: Noun) -> None:
        self._noun = noun

    async def listed(self, visit: Visit) -> Response:
        return await visit.show("settings_list.html", await _rows(visit, self._noun))

    async def new(self, visit: Visit) -> Response:
        noun = self._noun
        editing = Editing(await noun.fields(visit, None), "")
        return await visit.show("settings_one.html", _one(visit, noun, editing, None))

    async def create(self, visit: Visit) -> Response:
        noun = self._noun

        async def save(fields: list[Field], sent: Sent) -> None:
            async with visit.asking() as ask:
                await noun.create(ask, fields, sent)

        editing = Editing(await noun.fields(visit, None), "")
        return await saved(visit, editing, save, path=f"{noun.path}/new", leads_to=noun.path)

    async def one(self, visit: Visit) -> Response:
        editing, found = await self._editing(visit)
        return await visit.show("settings_one.html", _one(visit, self._noun, editing, found))

    async def save(self, visit: Visit) -> Response:
        noun = self._noun
        editing, found = await self._editing(visit)

        async def save(fields: list[Field], sent: Sent) -> None:
            async with visit.asking() as ask:
                await noun.update(ask, found.id, fields, sent)

        return await saved(visit, editing, save, path=f"{noun.path}/{found.id}", leads_to=noun.path)

    async def remove(self, visit: Visit) -> Response:
        noun, one = self._noun, visit.request.path_params[self._noun.parameter]
        async with visit.asking() as ask:
            found = await noun.read(ask, one, Response())
            await noun.delete(ask, one, Expected(None))
        toast = visit.say("workspace.removed", None, name=found.name)
        return await visit.go(noun.path, toast=toast, undo=Undo(f"{noun.path}/{one}/restore"))

    async def restore(self, visit: Visit) -> Response:
        noun = self._noun
        async with visit.asking() as ask:
            found = await noun.restore(ask, visit.request.path_params[self._noun.parameter], Response())
        return await visit.go(noun.path, toast=visit.say("workspace.restored", None, name=found.name))

    async def _editing(self, visit: Visit) -> tuple[Editing, One]:
        answer = Response()
        async with visit.asking() as ask:
            found = await self._noun.read(ask, visit.request.path_params[self._noun.parameter], answer)
        return Editing(await self._noun.fields(visit, found), version_of(answer)), found


def _declared(noun: Noun) -> None:
    pages, path, writes = Pages(noun), noun.path, f"{noun.permission}.write"
    one = f"{path}/{{{noun.parameter}}}"
    each: tuple[tuple[str, str, str, Handler], ...] = (
        ("GET", f"{path}/new", "new", pages.new),
        ("POST", f"{path}/new", "create", pages.create),
        ("GET", one, "one", pages.one),
        ("POST", one, "save", pages.save),
        ("POST", f"{one}/remove", "remove", pages.remove),
        ("POST", f"{one}/restore", "restore", pages.restore),
    )
    listed = opens(
        ROUTES,
        "GET",
        path,
        menu="settings",
        permission=f"{noun.permission}.read",
        summary=f"Settings: {noun.id}.",
        entry=noun.id,
        rank=noun.rank,
    )
    listed(_named(pages.listed, f"settings_{noun.id}"))
    for method, place, name, handler in each:
        summary = f"Settings: {noun.id}, {name}."
        declare = opens(ROUTES, method, place, menu="settings", permission=writes, summary=summary)
        declare(_named(handler, f"settings_{noun.id}_{name}"))


def _named(handler: Handler, name: str) -> Handler:
    """The handler as a function of its own, which operations are called after."""

    async def opened(visit: Visit) -> Response:
        return await handler(visit)

    opened.__name__ = name
    return opened


async def _rows(visit: Visit, noun: Noun) -> dict[str, object]:
    async with visit.asking() as ask:
        found = await noun.list_all(
            ask, from_bin=False, limit=MOST, cursor=visit.request.query_params.get("cursor", "")
        )
    return {
        "noun": noun,
        "rows": found.data,
        "later": f"{noun.path}?cursor={found.next_cursor}" if found.next_cursor else "",
        "title": visit.say(f"settings.below.{noun.id}"),
    }


def _one(visit: Visit, noun: Noun, editing: Editing, found: One | None) -> dict[str, object]:
    title = visit.say(f"settings.below.{noun.id}")
    here = visit.say(f"workspace.{noun.id}.new") if found is None else found.name
    path = f"{noun.path}/{'new' if found is None else found.id}"
    return {"noun": noun, "editing": editing, "path": path, "title": title, "here": here}


for _noun in NOUNS:
    _declared(_noun)
