"""`/panel/settings/privacy`: how long closed conversations are kept; what a shorter time deletes is said before it is saved."""

from starlette.responses import Response

from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Field, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.settings_forms import Editing, saved, version_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import retention as api

ROUTES: list[Route] = []
PATH = "/panel/settings/privacy"
DAYS = "closed_conversations_days"
AGES = (30, 90, 180, 365, 730)
"""Days that the page counts for."""


class _Unsure(Exception):
    """Nothing is saved before somebody knows how many conversations that deletes."""

    def __init__(self, days: int, conversations: int, version: str) -> None:
        super().__init__()
        self.days = days
        self.conversations = conversations
        self.version = version


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="workspace.read",
    summary="The page of how long conversations are kept.",
    entry="privacy",
    rank=85,
)
async def settings_privacy_page(visit: Visit) -> Response:
    async with visit.asking() as ask:
        counts = await api.closed_for(ask, *AGES)
    values = {"editing": await _editing(visit), "path": PATH, "ages": zip(AGES, counts, strict=True)}
    return await visit.show("settings_privacy.html", values)


@opens(
    ROUTES,
    "POST",
    PATH,
    menu="settings",
    permission="retention.write",
    summary="Save how long conversations are kept, by the form.",
)
async def settings_privacy_save(visit: Visit) -> Response:
    async def save(fields: list[Field], sent: Sent) -> None:
        change = api.RetentionChange.model_validate(given(fields, sent, prefix=""))
        days = change.closed_conversations_days
        async with visit.asking() as ask:
            if days is not None and sent.get("sure") != str(days):
                kept = (await api.read_retention(ask, Response())).closed_conversations_days
                (count,) = await api.closed_for(ask, days)
                if count and (kept is None or days < kept):
                    raise _Unsure(days, count, sent.get("version"))
            await api.update_retention(ask, change, expected(sent.get("version")), Response())

    editing = await _editing(visit)
    try:
        return await saved(visit, editing, save, path=PATH)
    except _Unsure as unsure:
        values = {"unsure": unsure, "name": DAYS, "path": PATH}
        return await visit.show("_privacy_sure.html", values, part=True)


async def _editing(visit: Visit) -> Editing:
    answer = Response()
    async with visit.asking() as ask:
        found = (await api.read_retention(ask, answer)).closed_conversations_days
    days = Field(
        DAYS,
        visit.say("privacy.closed_days"),
        kind="number",
        hint=visit.say("privacy.closed_days_line"),
        value="" if found is None else str(found),
        unit="days",
    )
    return Editing([days], version_of(answer))
