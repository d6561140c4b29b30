"""`/panel/settings/activity`: the audit log as people read it, done by the endpoints of `/api/v1/activity`.

Days of the filters are the reader's; what an action is called stands in the catalogue.
"""

import json
import re
from collections.abc import Iterator, Mapping
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
Known = Mapping[str, stored.Found]
PATH = "/panel/settings/activity"
A_PAGE = 50
MOST_ACTORS = 200
SHOWN_CHANGES = 3
LONGEST = 200
_ID = re.compile(r"[a-z]{2,5}_[0-9a-z]{26}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-9:.]{8,15}(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)
_LENGTH = re.compile(r"([0-9]{1,12}) characters", re.ASCII)
"""All that the log has of an article's text."""
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


@dataclass(frozen=True, slots=True)
class Differs:
    """A changed field as it is read. `before`: None where there was nothing to change from."""

    field: str
    before: str | None
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
        held = [value for one in found.data for change in one.changes for value in _values(change)]
        known = await stored.find(ask.workspace, ask.tx, [text for text in held if _ID.fullmatch(text)])
    values = {
        "path": PATH,
        "lines": [_line(visit, one, known) for one in found.data],
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
    known = await stored.find(ask.workspace, ask.tx, [who(one)[1] for one in found if who(one)[1]])
    names = {id_: each.name for id_, each in known.items()}
    told = [(one, _named(visit, who(one)[0], names.get(who(one)[1], ""))) for one in found]
    return sorted(told, key=lambda one: one[1].casefold())


def _named(visit: Visit, kind: str, name: str) -> str:
    if kind == "person":
        return name or visit.say("activity.somebody")
    if kind == "key":
        return visit.say("activity.key", name=name) if name else visit.say("activity.a_key")
    return visit.say(f"activity.{kind}")


def _line(visit: Visit, one: api.ActivityView, known: Known) -> Line:
    different = [_differs(visit, change, known, taken_away=one.after is None) for change in one.changes]
    return Line(
        at=one.at,
        number=one.number,
        who=_named(visit, one.actor.kind, one.actor.name),
        what=_called(visit, one.action),
        target_id=one.target.id,
        target=one.target.name
        or (visit.say("activity.gone") if _place(one) and not one.target.there else ""),
        path=f"{_place(one)}{one.target.id}" if one.target.there and one.target.name and _place(one) else "",
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


def _place(one: api.ActivityView) -> str:
    return PLACES.get(one.target.id.partition("_")[0], "")


def _values(change: api.ChangeView) -> Iterator[str]:
    for side in (change.before, change.after):
        yield from (each for each in (side if isinstance(side, list) else [side]) if isinstance(each, str))


def _differs(visit: Visit, change: api.ChangeView, known: Known, *, taken_away: bool) -> Differs:
    """Of something taken away, what it was."""
    fields = visit.t.get("activity")
    words = fields.get("fields") if isinstance(fields, Said) else None
    named = [
        str(words.get(part, part)) if isinstance(words, Said) else part for part in change.field.split(".")
    ]
    name = ": ".join(named).replace("_", " ")

    def written(value: object) -> str:
        length = _LENGTH.fullmatch(value) if change.field == "body" and isinstance(value, str) else None
        return (
            _written(visit, value, known)
            if length is None
            else visit.say("activity.characters", int(length[1]))
        )

    if taken_away or change.before is None:
        return Differs(name, None, written(change.before if taken_away else change.after))
    return Differs(name, written(change.before), written(change.after))


def _written(visit: Visit, value: object, known: Known) -> str:
    match value:
        case None | []:
            text = visit.say("activity.none_is")
        case bool():
            text = visit.say("activity.yes" if value else "activity.no")
        case list():
            text = ", ".join(_plain(visit, each, known) for each in value)
        case _:
            text = _plain(visit, value, known)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _plain(visit: Visit, value: object, known: Known) -> str:
    """A name in the place of an id, a moment as the reader's clock has it, everything else as it is written."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if text in known and known[text].name:
        return known[text].name
    if not _MOMENT.fullmatch(text):
        return text
    try:
        return visit.moments.exact(datetime.fromisoformat(text))
    except ValueError:
        return text  # a name may look like a moment and be none
