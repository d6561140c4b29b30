"""`/panel/analytics`: are people helped, and what to improve. Every figure opens the conversations behind it.

Counted as the API counts (`store.insight`). Under twenty conversations there are no shares yet, only what is known.
"""

import base64
import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.insight import figures, periods
from frontdesk.insight.figures import Figures, Filters
from frontdesk.insight.periods import Period
from frontdesk.store import channels as stored_channels
from frontdesk.store import desk_settings, insight, workspaces
from frontdesk.store.insight import Behind, Counted, Row
from frontdesk.web.panel import charts
from frontdesk.web.panel.analytics_shown import Told, duration, linking
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1.analytics import of_period

ROUTES: list[Route] = []
PATH = "/panel/analytics"
DAYS = 14
MOST_CHANNELS = 200
A_PAGE = 50
MOST_ROWS = 12
_HOURS = range(24)
_WEEKDAYS = range(7)
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """The days and the channel that the address names."""

    period: Period
    days: int
    channel_id: str

    @property
    def query(self) -> dict[str, str]:
        return {"days": str(self.days), **({"channel": self.channel_id} if self.channel_id else {})}

    def filters(self, visit: Visit) -> Filters:
        return Filters(self.channel_id, within=sorted(visit.actor.assistant_ids))


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week; `level` 0 to 4 is how dark it is."""

    weekday: int
    hour: int
    conversations: int
    level: int


@opens(ROUTES, "GET", PATH, menu="analytics", permission="analytics.read", summary="The page Analytics.")
async def analytics_page(visit: Visit) -> Response:
    async with visit.asking() as ask:
        chosen = await _chosen(visit, ask)
        known = await insight.ever(
            visit.workspace, ask.tx, within=sorted(visit.actor.assistant_ids), most=figures.ENOUGH
        )
        channels = await stored_channels.list_channels(
            visit.workspace, ask.tx, after="", limit=MOST_CHANNELS, within=visit.actor.assistant_ids
        )
        found = await of_period(ask, chosen.period, chosen.filters(visit))
        desk = await desk_settings.read(ask.workspace, ask.tx)
    values = {
        "chosen": chosen,
        "lengths": periods.LENGTHS,
        "channels": channels,
        "known": known,
        "enough": figures.ENOUGH,
        "found": found,
        "export": linking(f"{PATH}/export", chosen.query)(),
        **_shown(visit, chosen, found, asks_rating=bool(desk.settings.get("ask_rating"))),
    }
    return await visit.show("analytics.html", values)


def _shown(visit: Visit, chosen: Chosen, found: Figures, *, asks_rating: bool) -> dict[str, object]:
    behind = linking(f"{PATH}/conversations", chosen.query)
    told = Told(visit, found, behind, asks_rating)
    days = [(day, found.now.days.get(day, Counted())) for day in found.period.each()]
    return {
        "told": told.every(),
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
    async with visit.asking() as ask:
        chosen = await _chosen(visit, ask)
        await figures.count_on(visit.workspace, ask.tx, chosen.period.zone.key)
        span = figures.span_of(chosen.period, chosen.filters(visit), visit.program.clock)
        rows = await insight.behind(
            visit.workspace, ask.tx, span, which, before=_place(query.get("after", "")), limit=A_PAGE + 1
        )
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
    summary="The figures of each day as CSV.",
)
async def export_days(visit: Visit) -> Response:
    async with visit.asking() as ask:
        chosen = await _chosen(visit, ask)
        found = await of_period(ask, chosen.period, chosen.filters(visit))
    names = [name for name in Counted.__dataclass_fields__ if name != "kept"]
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["date", *names])
    for day in found.period.each():
        counted = found.now.days.get(day, Counted())
        writer.writerow([day.isoformat(), *(getattr(counted, name) for name in names)])
    name = f"figures-{found.period.first}-{found.period.last}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(sheet.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


async def _chosen(visit: Visit, ask: Ask) -> Chosen:
    query = visit.request.query_params
    days = int(text) if (text := query.get("days", "")).isdecimal() else DAYS
    days = days if days in periods.LENGTHS else DAYS
    channel_id = query.get("channel", "")
    zone = periods.zone_of((await workspaces.settings_of(visit.workspace, ask.tx)).time_zone)
    period = periods.latest(days, zone, visit.program.clock.now())
    return Chosen(period, days, parse("chan", channel_id) if channel_id else "")


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
