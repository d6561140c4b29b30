"""`/api/v1/analytics`: figures about conversations and about the knowledge base, over whole days of the workspace."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from frontdesk.insight import figures, periods
from frontdesk.insight.figures import Figures, Filters
from frontdesk.insight.periods import Period
from frontdesk.store import desk_settings, questions, workspaces
from frontdesk.store.insight import Counted, Spent
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked

ROUTES: list[Route] = []
PATH = "/api/v1/analytics"
DAYS = 14
MOST_ARTICLES = 20
MOST_LISTED = 100
"""People and topics."""


class Days(BaseModel):
    """The days that a figure is about, as the address says."""

    model_config = {"extra": "forbid"}

    first: date | None = Field(
        None, alias="from", description="The first day; otherwise 13 days before the last."
    )
    last: date | None = Field(None, alias="to", description="The last day, whole; otherwise today.")
    assistant_id: str = ""


class Wanted(Days):
    """Which conversations, as the address says."""

    channel_id: str = ""
    team: str = Field("", description="The name of a team.", max_length=100)


class CountedView(BaseModel):
    """Figures of one lot of conversations.

    `bot`, `person`, `nobody` and `open` add up to `conversations`: who answered last of all. `confirmed`, `silent` and
    `unsolved` add up to `bot`.
    """

    conversations: int
    bot: int = Field(description="The assistant alone answered.")
    person: int = Field(description="A person answered.")
    nobody: int = Field(
        description="A person was promised and none answered, or nothing was answered at all."
    )
    open: int = Field(
        description="Nobody closed it, no person answered, and the last message is younger than a day."
    )
    confirmed: int = Field(description="Closed as solved, or rated with four of five or better.")
    silent: int = Field(description="The customer left without a word.")
    unsolved: int = Field(description="Closed as not solved, or rated lower.")
    handed: int = Field(description="Handed over to people.")
    reached: int = Field(description="Of those, a person answered.")
    kept: int = Field(description="Of those, within the promise; 0 where none is set.")
    wait_p50_s: float | None = Field(description="Seconds from the hand-off to the first answer of a person.")
    wait_p90_s: float | None
    closed: int = Field(description="Closed, by whom or what ever.")
    rated: int
    score: float | None = Field(description="The mean rating, 0 to 1.")


class TimesView(BaseModel):
    """Seconds: the median, and what nine in ten did not exceed; null where there were none."""

    first_p50_s: float | None = Field(
        description="From the customer's first line to the first line of a person."
    )
    first_p90_s: float | None
    closed_p50_s: float | None = Field(description="From the beginning of a conversation to its closing.")
    closed_p90_s: float | None


class DayView(CountedView):
    date: date


class ChannelFiguresView(CountedView):
    channel_id: str


class AssistantFiguresView(CountedView):
    assistant_id: str


class TeamFiguresView(CountedView):
    team: str = Field(description="Its name; empty: of no team.")


class PersonView(BaseModel):
    """Somebody who answered customers."""

    account_id: str
    conversations: int = Field(description="In which they wrote.")
    first: int = Field(description="Of those, in which theirs was the first line of a person.")
    first_p50_s: float | None = Field(
        description="The median of seconds from the customer's first line to it."
    )
    rated: int
    score: float | None = Field(
        description="The mean rating of the conversations in which they wrote, 0 to 1."
    )


class HourView(BaseModel):
    weekday: int = Field(description="0 is Monday.")
    hour: int
    conversations: int


class ReasonView(BaseModel):
    reason: str = Field(description="Where in the bot it was decided (`flow/step`), or who asked.")
    conversations: int


class TopicView(BaseModel):
    flow: str
    conversations: int = Field(description="In which the flow said something.")
    handed: int


class SpentView(BaseModel):
    """What models were used for, whole days of UTC; cost 0 where no prices are set."""

    answers: int
    tokens: int
    cost_micros: int


class ConversationsView(BaseModel):
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    time_zone: str
    promise_s: float = Field(
        description="The time in which customers are to be answered by a person; 0: none set."
    )
    counting: bool = Field(
        description="So much changed a moment ago that it is still being counted; ask again for figures with it."
    )
    total: CountedView
    before: CountedView = Field(description="The same of as many days right before.")
    times: TimesView
    times_before: TimesView
    days: list[DayView]
    channels: list[ChannelFiguresView] = Field(description="Those with conversations, the most first.")
    assistants: list[AssistantFiguresView]
    teams: list[TeamFiguresView]
    people: list[PersonView]
    hours: list[HourView]
    reasons: list[ReasonView]
    topics: list[TopicView]
    models: SpentView | None = Field(
        description="None where a filter is set: costs are not told apart by it."
    )


class ArticleView(BaseModel):
    article_id: str
    title: str
    answered: int


class KnowledgeView(BaseModel):
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    time_zone: str
    questions: int
    answered: int
    unanswered: int
    unavailable: int = Field(description="Asked while the knowledge base was away.")
    hit_rate: float | None = Field(description="Answered of answered and unanswered, 0 to 1.")
    worded_by_model: int
    worded_by_people: int = Field(description="Answered by a curated answer.")
    median_ms: float
    articles: list[ArticleView] = Field(description="Those that answered most.")


@route(
    ROUTES,
    "GET",
    PATH + "/conversations",
    permission="analytics.read",
    summary="Figures about conversations.",
)
async def read_conversation_analytics(ask: Asked, wanted: Annotated[Wanted, Query()]) -> ConversationsView:
    period = await period_of(ask, wanted.first, wanted.last)
    within = sorted(ask.actor.assistant_ids)
    filters = Filters(wanted.channel_id, wanted.assistant_id, wanted.team, within)
    return _shown(await of_period(ask, period, filters))


@route(
    ROUTES,
    "GET",
    PATH + "/knowledge-base",
    permission="analytics.read",
    summary="Figures about the knowledge base.",
)
async def read_knowledge_analytics(ask: Asked, wanted: Annotated[Days, Query()]) -> KnowledgeView:
    period = await period_of(ask, wanted.first, wanted.last)
    found, used = await knowledge_of(ask, period, wanted.assistant_id)
    return KnowledgeView(
        first=period.first,
        last=period.last,
        time_zone=period.zone.key,
        questions=found.found + found.none + found.unavailable,
        answered=found.found,
        unanswered=found.none,
        unavailable=found.unavailable,
        hit_rate=found.hit_rate,
        worded_by_model=found.model,
        worded_by_people=found.curated,
        median_ms=found.ms,
        articles=[ArticleView(article_id=u.article_id, title=u.title, answered=u.times) for u in used],
    )


async def knowledge_of(
    ask: Ask, period: Period, assistant_id: str
) -> tuple[questions.Figures, list[questions.Used]]:
    span = asked_of(ask, period, assistant_id)
    found = await questions.figures(ask.workspace, ask.tx, span)
    return found, await questions.most_used(ask.workspace, ask.tx, span, most=MOST_ARTICLES)


def asked_of(ask: Ask, period: Period, assistant_id: str) -> questions.Span:
    """What was asked of the assistants that the reader may see, or of one of them."""
    within = tuple(sorted(ask.actor.assistant_ids))
    return questions.Span(period.since, period.until, assistant_id, within)


async def of_period(ask: Ask, period: Period, filters: Filters) -> Figures:
    """The figures of this moment, with the promise that the workspace gives."""
    is_whole = await ask.aside(figures.count_on(ask.workspace, ask.program.store, period.zone.key))
    desk = await desk_settings.read(ask.workspace, ask.tx)
    promise = desk.settings.get("promise_s", 0)
    promise_s = float(promise) if isinstance(promise, int | float) else 0.0
    return await figures.of_period(
        ask.workspace, ask.tx, ask.program.clock, period, filters, promise_s=promise_s, is_whole=is_whole
    )


async def period_of(ask: Ask, first: date | None, last: date | None) -> Period:
    zone = periods.zone_of(await workspaces.time_zone(ask.workspace, ask.tx))
    latest = periods.latest(DAYS, zone, ask.program.clock.now())
    end = last or latest.last
    start = first or periods.chosen(end, end, zone).first - (latest.last - latest.first)
    return periods.chosen(start, end, zone)


def _shown(found: Figures) -> ConversationsView:
    now, listed = found.now, found.listed
    return ConversationsView(
        first=found.period.first,
        last=found.period.last,
        time_zone=found.period.zone.key,
        promise_s=found.promise_s,
        counting=not found.is_whole,
        total=_counted(now.total),
        before=_counted(found.before),
        times=TimesView(**asdict(found.times)),
        times_before=TimesView(**asdict(found.times_before)),
        days=[DayView(date=day, **asdict(now.days.get(day, Counted()))) for day in found.period.each()],
        channels=[ChannelFiguresView(channel_id=id_, **asdict(one)) for id_, one in most_first(now.channels)],
        assistants=[
            AssistantFiguresView(assistant_id=id_, **asdict(one)) for id_, one in most_first(now.assistants)
        ],
        teams=[TeamFiguresView(team=name, **asdict(one)) for name, one in most_first(now.teams)],
        people=[PersonView(**asdict(one)) for one in listed.people[:MOST_LISTED]],
        hours=[
            HourView(weekday=weekday, hour=hour, conversations=count)
            for (weekday, hour), count in sorted(listed.hours.items())
        ],
        reasons=[
            ReasonView(reason=reason, conversations=count) for reason, count in sorted(listed.reasons.items())
        ],
        topics=[TopicView(**asdict(topic)) for topic in listed.topics[:MOST_LISTED]],
        models=_spent(found.spent),
    )


def most_first(parts: dict[str, Counted]) -> list[tuple[str, Counted]]:
    return sorted(parts.items(), key=lambda one: (-one[1].conversations, one[0]))


def _counted(found: Counted) -> CountedView:
    return CountedView(**asdict(found))


def _spent(found: Spent | None) -> SpentView | None:
    return None if found is None else SpentView(**asdict(found))
