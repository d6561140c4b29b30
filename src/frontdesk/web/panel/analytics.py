"""`/panel/analytics`: are people helped, and what to improve. Every figure opens the conversations behind it.

Counted as the API counts (`store.insight`). Under twenty conversations there are no shares yet, only what is known.
"""

import base64
from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.desk.settings import DeskSettings
from frontdesk.insight import figures, periods
from frontdesk.insight.figures import Figures
from frontdesk.store import desk_people, desk_settings, insight, questions
from frontdesk.store.insight import Behind, Counted, Row
from frontdesk.web.panel import charts
from frontdesk.web.panel.analytics_chosen import Choice, Chosen, choices, chosen_by
from frontdesk.web.panel.analytics_sheets import Named, sheet
from frontdesk.web.panel.analytics_shown import Told, duration, linking
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1.analytics import asked_of, most_first, of_period

ROUTES: list[Route] = []
PATH = "/panel/analytics"
KNOWLEDGE = "/panel/knowledge"
A_PAGE = 50
MOST_ROWS = 12
_HOURS = range(24)
_WEEKDAYS = range(7)
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week; `level` 0 to 4 is how dark it is."""

    weekday: int
    hour: int
    conversations: int
    level: int


@dataclass(frozen=True, slots=True)
class Part:
    """One channel, assistant or team beside the others; `path` shows it alone."""

    name: str
    counted: Counted
    path: str


@dataclass(frozen=True, slots=True)
class Asks:
    """What questions to the knowledge base came to, and where what it could not answer is listed."""

    answered: int
    unanswered: int
    path: str


@opens(ROUTES, "GET", PATH, menu="analytics", permission="analytics.read", summary="The page Analytics.")
async def analytics_page(visit: Visit) -> Response:
    try:
        async with visit.asking() as ask:
            values = await _read(visit, ask)
    except figures.NotCounted:
        # The job counts what is new here; nothing is shown that is not whole.
        values = {"counting": True}
    return await visit.show("analytics.html", values)


async def _read(visit: Visit, ask: Ask) -> dict[str, object]:
    chosen = await chosen_by(visit, ask)
    known = await insight.ever(
        visit.workspace, ask.tx, within=sorted(visit.actor.assistant_ids), most=figures.ENOUGH
    )
    found = await of_period(ask, chosen.period, chosen.filters(visit))
    desk = await desk_settings.read(ask.workspace, ask.tx)
    offered = await choices(visit, ask)
    asks = None
    if not {"channel", "team"} & set(chosen.others):
        span = asked_of(ask, chosen.period, chosen.others.get("assistant", ""))
        answered, unanswered = await questions.counts(visit.workspace, ask.tx, span)
        asks = Asks(answered, unanswered, KNOWLEDGE if visit.actor.may("articles.read") else "")
    people = found.listed.people[:MOST_ROWS]
    names = await desk_people.names(visit.workspace, ask.tx, [one.account_id for one in people])
    return {
        "counting": False,
        "chosen": chosen,
        "lengths": periods.LENGTHS,
        "choices": offered,
        "known": known,
        "enough": figures.ENOUGH,
        "found": found,
        "export": linking(f"{PATH}/export", chosen.query),
        "parts": _parts(chosen, found, offered),
        "people": [(names.get(one.account_id, ""), one) for one in people],
        "stars": figures.stars,
        **_shown(
            visit, chosen, found, asks, asks_rating=DeskSettings.model_validate(desk.settings).ask_rating
        ),
    }


def _parts(chosen: Chosen, found: Figures, offered: list[Choice]) -> list[tuple[str, list[Part]]]:
    """Channels, assistants and teams side by side, each where there are at least two to compare."""
    names = {choice.name: dict(choice.options) for choice in offered}
    every = {"assistant": found.now.assistants, "channel": found.now.channels, "team": found.now.teams}
    return [
        (
            name,
            [
                Part(
                    names.get(name, {}).get(value, value if name == "team" else ""),
                    counted,
                    linking(PATH, {**chosen.query, name: value})() if value else "",
                )
                for value, counted in most_first(counted_by)[:MOST_ROWS]
            ],
        )
        for name, counted_by in every.items()
        if len(counted_by) > 1
    ]


def _shown(
    visit: Visit, chosen: Chosen, found: Figures, asks: Asks | None, *, asks_rating: bool
) -> dict[str, object]:
    behind = linking(f"{PATH}/conversations", chosen.query)
    told = Told(visit, found, behind, asks_rating)
    days = [(day, found.now.days.get(day, Counted())) for day in found.period.each()]
    shown = (
        told.every()
        if asks is None
        else [*told.every(), told.questions(asks.answered, asks.unanswered, asks.path)]
    )
    return {
        "told": shown,
        "columns": 3 if len(shown) % 3 == 0 else 4,
        "behind": behind,
        "days": days,
        "bars": charts.stacked([(one.bot, one.person, one.nobody) for _, one in days]),
        "waits": charts.curve([one.wait_p50_s for _, one in days], found.promise_s),
        "duration": duration,
        "share": lambda part, whole: told.percent(figures.share(part, whole)),
        "week": _week(found),
        "reasons": sorted(found.listed.reasons.items(), key=lambda one: (-one[1], one[0]))[:MOST_ROWS],
        "topics": found.listed.topics[:MOST_ROWS],
    }


def _week(found: Figures) -> list[list[Cell]]:
    counted = found.listed.hours
    most = max(counted.values(), default=0)

    def cell(weekday: int, hour: int) -> Cell:
        number = counted.get((weekday, hour), 0)
        level = 0 if not number else 1 + min(_LEVELS - 2, (_LEVELS - 1) * number // (most + 1))
        return Cell(weekday, hour, number, level)

    return [[cell(weekday, hour) for hour in _HOURS] for weekday in _WEEKDAYS]


@opens(
    ROUTES,
    "GET",
    PATH + "/conversations",
    menu="analytics",
    permission="analytics.read",
    summary="The conversations behind a figure.",
)
async def behind_page(visit: Visit) -> Response:
    query = visit.request.query_params
    which = _which(dict(query))
    try:
        async with visit.asking() as ask:
            chosen = await chosen_by(visit, ask)
            await ask.aside(figures.count_on(visit.workspace, visit.program.store, chosen.period.zone.key))
            span = figures.span_of(chosen.period, chosen.filters(visit), visit.program.clock)
            rows = await insight.behind(
                visit.workspace, ask.tx, span, which, before=_place(query.get("after", "")), limit=A_PAGE + 1
            )
    except figures.NotCounted:
        return await visit.show("analytics.html", {"counting": True})
    more = rows[A_PAGE:] and {**dict(query), "after": _written(rows[A_PAGE - 1])}
    values = {
        "rows": rows[:A_PAGE],
        "chosen": chosen,
        "which": which,
        "duration": duration,
        "back": linking(PATH, chosen.query)(),
        "later": linking(f"{PATH}/conversations", more)() if more else "",
    }
    return await visit.show("analytics_conversations.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/export",
    menu="analytics",
    permission="analytics.read",
    summary="The figures of each day, channel, assistant, team, person, topic, reason or hour as CSV.",
)
async def export_sheet(visit: Visit) -> Response:
    of = visit.request.query_params.get("of", "days")
    async with visit.asking() as ask:
        chosen = await chosen_by(visit, ask)
        found = await of_period(ask, chosen.period, chosen.filters(visit))
        names = {choice.name: dict(choice.options) for choice in await choices(visit, ask)}
        people = [one.account_id for one in found.listed.people]
        named = Named(
            names.get("channel", {}),
            names.get("assistant", {}),
            await desk_people.names(visit.workspace, ask.tx, people),
        )
    name = f"figures-{of}-{found.period.first}-{found.period.last}.csv"
    body = sheet(of, found, named)
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


def _which(query: dict[str, str]) -> Behind:
    try:
        return Behind(
            ended=query.get("ended", ""),
            solved=query.get("solved", ""),
            handed=query.get("handed", ""),
            rated=bool(query.get("rated")),
            day=date.fromisoformat(query["day"]) if query.get("day") else None,
            weekday=int(query["weekday"]) if query.get("weekday") else None,
            hour=int(query["hour"]) if query.get("hour") else None,
            reason=query.get("reason"),
            flow=query.get("flow", ""),
            operator=query.get("operator", ""),
            closed=bool(query.get("closed")),
        )
    except ValueError:
        raise Refused("not_found", "There is no such figure.") from None


def _written(row: Row) -> str:
    """Where a page ends: the next one begins after it."""
    return base64.urlsafe_b64encode(f"{row.created_at.isoformat()} {row.id}".encode()).decode().rstrip("=")


def _place(text: str) -> tuple[datetime, str] | None:
    if not text:
        return None
    try:
        at, _, place = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
        return datetime.fromisoformat(at), parse("conv", place)
    except ValueError:
        raise Refused("cursor_invalid", "That is not a page of this list.") from None
