"""`/api/v1/settings/mail`: read, set, try out and remove how the workspace sends mail; passwords never come out."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Bug, Refused
from frontdesk.hub import mail as hub_mail
from frontdesk.store import mails
from frontdesk.turn.mails import Mailing
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked

ROUTES: list[Route] = []
PATH = "/api/v1/settings/mail"
MOST_RECENT = 20


class PostedView(BaseModel):
    """One mail on its way; to whom, and what is in it, is sealed."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    status: str = Field(description="`waiting`, `sending`, `sent` or `failed`.")
    tries: int
    detail: str = Field(description="The mail server's answer to the last try.")
    created_at: datetime
    finished_at: datetime | None


class MailView(BaseModel):
    configured: bool
    kind: str = Field(description="What sends; empty when nothing is set up.")
    kinds: list[str] = Field(description="What can send.")
    settings: dict[str, object]
    secret_names: list[str] = Field(description="Settings that are set and not shown.")
    changed_at: datetime | None
    recent: list[PostedView] = Field(description="The last mails, newest first.")


class MailChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str | None = Field(default=None, description="One of `kinds`; may be left out where there is one.")
    settings: dict[str, object] = Field(
        default_factory=dict, description="Merged into what is there; null takes a key away."
    )


class MailTest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: Annotated[str, StringConstraints(max_length=320)]
    kind: str | None = None
    settings: dict[str, object] = Field(
        default_factory=dict, description="Tried on top of what is stored, and not kept."
    )


class TriedView(BaseModel):
    """What was sent, what came back, and how long it took."""

    model_config = ConfigDict(from_attributes=True)

    ok: bool
    detail: str
    took_ms: int
    to: str
    subject: str


@route(ROUTES, "GET", PATH, permission="workspace.read", summary="Read how mail is sent.")
async def read_mail(ask: Asked, response: Response) -> MailView:
    return await _shown(ask, await mails.read(ask.workspace, ask.tx), response)


@route(ROUTES, "PATCH", PATH, permission="mail.write", summary="Set how mail is sent.")
async def update_mail(ask: Asked, given: MailChange, expected: IfMatch, response: Response) -> MailView:
    before = await mails.read(ask.workspace, ask.tx, for_change=True)
    expected.refuse_unless(before.row_version if before else 0)
    after = await hub_mail.change(mailing(ask), ask.workspace, ask.tx, kind=given.kind, given=given.settings)
    shown = await _shown(ask, after, response)
    await ask.record("mail.changed", mails.TARGET, before=_noted(before), after=_noted(after))
    return shown


@route(ROUTES, "DELETE", PATH, permission="mail.write", summary="Send no mail any more.", status=204)
async def delete_mail(ask: Asked, expected: IfMatchOptional) -> None:
    before = await mails.read(ask.workspace, ask.tx, for_change=True)
    if before is None:
        raise Refused("not_found", "No mail server is set up.")
    expected.refuse_unless(before.row_version)
    await hub_mail.remove(ask.workspace, ask.tx, before)
    await ask.record("mail.removed", mails.TARGET, before=_noted(before))


@route(ROUTES, "POST", PATH + "/test", permission="mail.write", summary="Send a test mail now.")
async def try_mail(ask: Asked, given: MailTest) -> TriedView:
    trial = await hub_mail.trial(
        mailing(ask), ask.workspace, ask.tx, to=given.to, kind=given.kind, given=given.settings
    )
    return TriedView.model_validate(await ask.aside(hub_mail.try_out(trial)))


def mailing(ask: Ask) -> Mailing:
    if ask.program.mailing is None:
        raise Bug("this program was built without mail")
    return ask.program.mailing


async def _shown(ask: Ask, found: mails.MailSettings | None, response: Response) -> MailView:
    set_etag(response, found.row_version if found else 0)
    recent = await mails.recent(ask.workspace, ask.tx, limit=MOST_RECENT)
    return MailView(
        configured=found is not None,
        kind=found.kind if found else "",
        kinds=sorted(mailing(ask).kinds),
        settings=found.settings if found else {},
        secret_names=list(found.secret_names) if found else [],
        changed_at=found.changed_at if found else None,
        recent=[PostedView.model_validate(row) for row in recent],
    )


def _noted(found: mails.MailSettings | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {"kind": found.kind, "settings": found.settings, "secret_names": found.secret_names}
