"""`/panel/settings/activity`: the audit log as people read it, done by the endpoints of `/api/v1/activity`.

Days of the filters are the reader's; what an action is called stands in the catalogue.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from frontdesk.insight.activity import Kind, who
from frontdesk.store import activity as stored
from frontdesk.store.activity import Wanted
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import Said
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import activity as api

ROUTES: list[Route] = []
PATH = "/panel/settings/activity"
A_PAGE = 50
MOST_ACTORS = 200
SHOWN_CHANGES = 3
LONGEST = 200
_PLACE = re.compile(r"([1-9][0-9]{0,14}) ([0-9a-f]{64})", re.ASCII)
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMS = ("csv", "jsonl")
PLACES = {
    "acct": "/panel/settings/people/",
    "ais": "/panel/ai/services/",
    "art": "/panel/knowledge/",
    "asst": "/panel/ai/",
    "chan": "/panel/channels/",
    "conv": "/panel/chats?conversation=",
    "hook": "/panel/settings/webhooks/",
    "intg": "/panel/integrations/",
    "key": "/panel/settings/api/",
    "task": "/panel/tasks/",
    "vis": "/panel/contacts/",
}
"""Where the page of a thing is, by the prefix of its id."""
NAMELESS = frozenset({"conv"})
"""What has a page and no name of its own: it is told by its id."""
GONE = frozenset({"deleted", "removed", "erased"})


@dataclass(frozen=True, slots=True)
class Differs:
    """A changed field as it is read; both sides are plain text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is read. `path`: the page of what it was done to, where that is there."""

    at: datetime
    number: int
    who: str
    what: str
    target_id: str
    target: str
    path: str
    address: str
    first: list[Differs]
    more: list[Differs]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters that the address names, as its form shows them again."""

    actor: str
    kind: str
    target: str
    since: str
    until: str
    wanted: Wanted

    @property
    def query(self) -> str:
        """The same for another address; empty where nothing is filtered."""
        every = {name: getattr(self, name) for name in ("actor", "kind", "target", "since", "until")}
        return urlencode({name: value for name, value in every.items() if value})


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="activity.read",
    summary="The page of the audit log.",
    entry="activity",
    rank=90,
)
async def settings_activity_page(visit: Visit) -> Response:
    query = visit.request.query_params
    chosen, cursor = _chosen(visit, query), query.get("cursor", "")
    async with visit.asking() as ask:
        found = await api.list_activity(ask, chosen.wanted, limit=A_PAGE, cursor=cursor)
        people = await _actors(visit, ask, query.get("actor", ""))
    values = {
        "path": PATH,
        "lines": [_line(visit, one) for one in found.data],
        "people": people,
        "kinds": KINDS,
        "chosen": chosen,
        "forms": FORMS,
        "is_first": not cursor,
        "earlier": found.next_cursor or "",
    }
    return await visit.show("settings_activity.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/export",
    menu="settings",
    permission="activity.read",
    summary="The audit log as a file, by the page.",
)
async def settings_activity_export(visit: Visit) -> Response:
    query = visit.request.query_params
    form: api.Form = "jsonl" if query.get("format") == "jsonl" else "csv"
    async with visit.asking() as ask:
        return await api.export_activity(ask, _chosen(visit, query).wanted, form)


@opens(
    ROUTES,
    "POST",
    PATH + "/verify",
    menu="settings",
    permission="activity.read",
    summary="Verify the audit log, by the page.",
)
async def settings_activity_verify(visit: Visit) -> Response:
    sent = await visit.form()
    # What is not an earlier answer's begins again at the first entry.
    place = _PLACE.fullmatch(f"{sent.get('length')} {sent.get('head')}")
    given = api.Remembered(length=int(place[1]), head=place[2], go_on=True) if place else None
    async with visit.asking() as ask:
        told = await api.verify_activity(ask, given)
    return await visit.show("_activity_verified.html", {"told": told, "path": PATH}, part=True)


def _chosen(visit: Visit, query: QueryParams) -> Chosen:
    """What the address asks for; what it cannot ask for is left out, as if it was not there."""
    given = {name: query.get(name, "")[:60] for name in ("actor", "target", "since", "until")}
    given = {name: value if value.isprintable() else "" for name, value in given.items()}
    kind = next((one for one in KINDS if one == query.get("kind")), "")
    first, last = _day(given["since"]), _day(given["until"])
    wanted = Wanted(
        actor=given["actor"],
        kind=kind,
        target=given["target"],
        since=_begins(visit, first) if first else None,
        until=_begins(visit, last + timedelta(days=1)) if last else None,
    )
    since, until = first.isoformat() if first else "", last.isoformat() if last else ""
    return Chosen(given["actor"], kind, given["target"], since, until, wanted)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1970, 1, 1) <= day < date(9000, 1, 1) else None


def _begins(visit: Visit, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=visit.moments.zone)


async def _actors(visit: Visit, ask: Ask, chosen: str) -> list[tuple[str, str]]:
    """Who did something, by name: the first of them, and who is chosen."""
    found = await stored.actors(ask.workspace, ask.tx, limit=MOST_ACTORS)
    found = [*found, chosen] if chosen and chosen not in found else found
    names = await stored.names(ask.workspace, ask.tx, [who(one)[1] for one in found if who(one)[1]])
    told = [(one, _named(visit, who(one)[0], names.get(who(one)[1], ""))) for one in found]
    return sorted(told, key=lambda one: one[1].casefold())


def _named(visit: Visit, kind: str, name: str) -> str:
    if kind == "person":
        return name or visit.say("activity.somebody")
    if kind == "key":
        return visit.say("activity.key", name=name) if name else visit.say("activity.a_key")
    return visit.say(f"activity.{kind}")


def _line(visit: Visit, one: api.ActivityView) -> Line:
    different = [_differs(visit, change) for change in one.changes]
    return Line(
        at=one.at,
        number=one.number,
        who=_named(visit, one.actor.kind, one.actor.name),
        what=_called(visit, one.action),
        target_id=one.target.id,
        target=one.target.name or (one.target.id if _kind_of(one) in NAMELESS else ""),
        path=_path(one),
        address=one.address or visit.say("activity.no_address"),
        first=different[:SHOWN_CHANGES],
        more=different[SHOWN_CHANGES:],
    )


def _called(visit: Visit, action: str) -> str:
    """The action in plain words; itself where an older or newer release wrote it."""
    kind, _, verb = action.partition(".")
    what = visit.t.get("activity")
    kinds = what.get("done") if isinstance(what, Said) else None
    verbs = kinds.get(kind) if isinstance(kinds, Said) else None
    return str(verbs.get(verb, action)) if isinstance(verbs, Said) else action


def _path(one: api.ActivityView) -> str:
    kind = _kind_of(one)
    gone = one.action.partition(".")[2] in GONE or not (one.target.name or kind in NAMELESS)
    return "" if gone or kind not in PLACES else f"{PLACES[kind]}{one.target.id}"


def _kind_of(one: api.ActivityView) -> str:
    return one.target.id.partition("_")[0]


def _differs(visit: Visit, change: api.ChangeView) -> Differs:
    above, _, last = change.field.rpartition(".")
    fields = visit.t.get("activity")
    known = fields.get("fields") if isinstance(fields, Said) else None
    name = str(known.get(last, last)) if isinstance(known, Said) and not above else change.field
    return Differs(name, _written(visit, change.before), _written(visit, change.after))


def _written(visit: Visit, value: object) -> str:
    match value:
        case None:
            text = visit.say("activity.none_was")
        case bool():
            text = visit.say("activity.yes" if value else "activity.no")
        case list():
            text = ", ".join(str(each) for each in value) or visit.say("activity.none_was")
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
