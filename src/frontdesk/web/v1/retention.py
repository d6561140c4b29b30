"""`/api/v1/retention`: after how many days closed conversations are deleted, and how many that would be now."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from frontdesk.insight import expiring
from frontdesk.store import retention as stored
from frontdesk.store.retention import LEAST_DAYS, MOST_DAYS
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.unlimited import refuse_limited

ROUTES: list[Route] = []
PATH = "/api/v1/retention"
OF_ALL = "The limit is for the conversations of all assistants: it is not for a key that is for some of them."


def _no_truth(value: object) -> object:
    """True is no day, although it counts as one: so much would be deleted by a slip."""
    if isinstance(value, bool):
        raise ValueError("give a number of days")  # noqa: TRY004  # what pydantic turns into a mistake of the field
    return value


Days = Annotated[int, Field(ge=LEAST_DAYS, le=MOST_DAYS), BeforeValidator(_no_truth)]


class RetentionView(BaseModel):
    closed_conversations_days: int | None = Field(
        description="So many days after a conversation was closed it is deleted for good; null keeps it."
    )


class RetentionChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    closed_conversations_days: Days | None = Field(
        description="So many days after a conversation was closed it is deleted for good; null keeps it."
    )


class RetentionPreview(BaseModel):
    days: int
    conversations: int = Field(
        description="Closed longer than this ago, now: saving it would have them deleted."
    )


@route(
    ROUTES, "GET", PATH, permission="workspace.read", summary="Read how long closed conversations are kept."
)
async def read_retention(ask: Asked, response: Response) -> RetentionView:
    found = await stored.read(ask.workspace, ask.tx)
    set_etag(response, found.row_version)
    return RetentionView(closed_conversations_days=found.closed_days)


@route(
    ROUTES,
    "GET",
    PATH + "/preview",
    permission="workspace.read",
    summary="Count the closed conversations that a limit would delete now.",
)
async def preview_retention(
    ask: Asked, days: Annotated[int, Query(ge=LEAST_DAYS, le=MOST_DAYS)]
) -> RetentionPreview:
    refuse_limited(ask.actor, OF_ALL)
    (count,) = await closed_for(ask, days)
    return RetentionPreview(days=days, conversations=count)


async def closed_for(ask: Ask, *days: int) -> list[int]:
    """How many have been closed for so many days; given from the fewest on."""
    now = ask.program.clock.now()
    return await stored.count_closed(ask.workspace, ask.tx, [expiring.before(now, each) for each in days])


@route(
    ROUTES,
    "PATCH",
    PATH,
    permission="retention.write",
    summary="Change how long closed conversations are kept.",
)
async def update_retention(
    ask: Asked, change: RetentionChange, expected: IfMatch, response: Response
) -> RetentionView:
    refuse_limited(ask.actor, OF_ALL)
    before = await stored.read(ask.workspace, ask.tx, for_change=True)
    expected.refuse_unless(before.row_version)
    after = change.closed_conversations_days
    await stored.put(ask.workspace, ask.tx, after)
    set_etag(response, before.row_version + 1)
    await ask.record(
        "retention.changed",
        ask.workspace,
        before={"closed_conversations_days": before.closed_days},
        after={"closed_conversations_days": after},
    )
    return RetentionView(closed_conversations_days=after)
