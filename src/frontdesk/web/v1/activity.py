"""`/api/v1/activity`: the audit log. Who did what to what, from where, what it was before; to read, keep and verify.

The log is of the whole workspace. That it was exported or verified is an entry of its own.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from frontdesk.core.ids import WorkspaceId
from frontdesk.insight.activity import Kind, Who, changes, who
from frontdesk.store import activity as stored
from frontdesk.store import audit
from frontdesk.store.activity import LATEST, Done, Wanted
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.moment import Moment
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.unlimited import refuse_limited

ROUTES: list[Route] = []
PATH = "/api/v1/activity"
Form = Literal["csv", "jsonl"]
AT_ONCE = 500
"""Entries that an export reads in one go."""
VERIFIES_FOR_S = 20
"""One request; where a log is longer than that, the next one goes on."""
OF_ALL = "The log is of all assistants: a key that is for some of them cannot read it."


class ActorView(BaseModel):
    kind: Who = Field(description="`shell` is a command; `program` what the program does by itself.")
    id: str = Field(description="Of the account or the key; else empty.")
    name: str = Field(description="What they are called now; empty where they are gone.")


class TargetView(BaseModel):
    id: str
    name: str = Field(
        description="What it is called now, else what it was called then; may be empty. Of a conversation, whose it is."
    )
    there: bool = Field(description="Whether it is still there, and not in the bin.")


class ChangeView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    field: str = Field(description="With those that it is in: `settings.language`.")
    before: object
    after: object


class ActivityView(BaseModel):
    number: int = Field(description="Counted from 1, without gaps.")
    at: datetime
    actor: ActorView
    action: str = Field(description="Such as `key.created`.")
    target: TargetView
    address: str | None = Field(description="The network address it was done from; null for commands.")
    changes: list[ChangeView] = Field(description="The fields that differ between `before` and `after`.")
    before: dict[str, object] | None
    after: dict[str, object] | None


class Remembered(BaseModel):
    model_config = ConfigDict(extra="forbid")

    length: int = Field(ge=1, le=2**53, description="As an earlier answer said.")
    head: str = Field(pattern="^[0-9a-f]{64}$", description="As that answer said.")
    go_on: bool = Field(
        default=False,
        description="Go through the entries after that one alone; those before it were verified.",
    )


class Verified(BaseModel):
    ok: bool = Field(description="Whether everything fits that was gone through.")
    complete: bool = Field(
        description="False when the time of one request was up: send `length` and `head` with `go_on` for the rest."
    )
    length: int = Field(description="How many entries there are, or were gone through.")
    head: str = Field(description="The hash of the last one; keep both elsewhere to notice a log cut short.")
    first_broken: int | None = Field(description="The number of the first entry that does not fit.")


# `async`, though it awaits nothing: FastAPI sends plain functions to a thread.
async def _wanted(
    *,
    actor: Annotated[
        str,
        Query(
            pattern="^([a-z]+(:[a-z0-9_]+)?)?$",
            max_length=60,
            description="Who: `session:acct_…`, `key:key_…`, `shell`.",
        ),
    ] = "",
    kind: Annotated[Kind | Literal[""], Query(description="What it is about: actions of this kind.")] = "",
    action: Annotated[
        str, Query(pattern="^([a-z_]+[.][a-z_]+)?$", max_length=60, description="One action: `key.created`.")
    ] = "",
    target: Annotated[
        str, Query(pattern="^[A-Za-z0-9_]*$", max_length=60, description="The id of what it was done to.")
    ] = "",
    since: Annotated[Moment | None, Query(description="From this moment on.")] = None,
    until: Annotated[Moment | None, Query(description="Before this moment.")] = None,
) -> Wanted:
    return Wanted(actor, kind, action, target, since, until)


Filters = Annotated[Wanted, Depends(_wanted)]


@route(ROUTES, "GET", PATH, permission="activity.read", summary="The audit log, the latest first.")
async def list_activity(
    ask: Asked, wanted: Filters, *, limit: Limit = 50, cursor: Cursor = ""
) -> Page[ActivityView]:
    refuse_limited(ask.actor, OF_ALL)
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {wanted}"
    before = _place(read_cursor(key, of, cursor))
    rows = await stored.entries(ask.workspace, ask.tx, wanted, before=before, limit=limit + 1)
    shown = await _shown(ask.workspace, ask.tx, rows[:limit])
    return page(key, of, rows, limit, lambda row: shown[row.number], position=_position)


@route(
    ROUTES,
    "GET",
    PATH + "/export",
    permission="activity.read",
    summary="The audit log as a file, the latest first.",
    responses={
        200: {
            "description": "One entry a line.",
            "content": {form: {"schema": {"type": "string"}} for form in ("text/csv", "application/jsonl")},
        }
    },
)
async def export_activity(
    ask: Asked, wanted: Filters, form: Annotated[Form, Query(alias="format")] = "csv"
) -> Response:
    refuse_limited(ask.actor, OF_ALL)
    write, media_type = _FORMS[form]
    given = {name: str(value) for name, value in wanted.given().items()}
    await ask.record("activity.exported", ask.workspace, after={"format": form, **given})
    day = ask.program.clock.now().date().isoformat()
    headers = {
        "content-disposition": f'attachment; filename="activity-{day}.{form}"',
        "cache-control": "no-store",
    }
    pages = _written(ask.program.store, ask.workspace, wanted, write)
    return StreamingResponse(pages, media_type=media_type, headers=headers)


@route(
    ROUTES,
    "POST",
    PATH + "/verify",
    permission="activity.read",
    summary="Check that nothing in the audit log was changed, removed or slipped in.",
)
async def verify_activity(ask: Asked, given: Remembered | None = None) -> Verified:
    refuse_limited(ask.actor, OF_ALL)
    told = await ask.aside(_verified(ask.workspace, ask.program.store, given))
    await ask.record(
        "activity.verified",
        ask.workspace,
        after=told.model_dump(include={"ok", "complete", "length", "first_broken"}),
    )
    return told


async def _verified(workspace: WorkspaceId, store: Store, given: Remembered | None) -> Verified:
    remembered = audit.Chain(given.length, bytes.fromhex(given.head)) if given is not None else audit.NOTHING
    begin = remembered if given is not None and given.go_on else audit.NOTHING
    found = await audit.verify(workspace, store, remembered, after=begin, within_s=VERIFIES_FOR_S)
    return Verified(
        ok=found.broken is None,
        complete=found.complete,
        length=found.chain.length,
        head=found.chain.head.hex(),
        first_broken=found.broken,
    )


def _position(row: Done) -> str:
    return f"{row.at.isoformat()} {row.number}"


def _place(position: str) -> tuple[datetime, int]:
    if not position:
        return LATEST
    at, _, number = position.partition(" ")
    return datetime.fromisoformat(at), int(number)


async def _shown(workspace: WorkspaceId, tx: Tx, rows: Sequence[Done]) -> dict[int, ActivityView]:
    ids = {row.target for row in rows} | {who(row.actor)[1] for row in rows}
    found = await stored.find(workspace, tx, ids - {""})
    return {row.number: _view(row, found) for row in rows}


def _view(row: Done, found: dict[str, stored.Found]) -> ActivityView:
    kind, own = who(row.actor)
    by, target = found.get(own), found.get(row.target)
    return ActivityView(
        number=row.number,
        at=row.at,
        actor=ActorView(kind=kind, id=own, name=by.name if by else ""),
        action=row.action,
        target=TargetView(
            id=row.target,
            name=(target.name if target else "") or _former_name(row),
            there=target is not None and target.there,
        ),
        address=row.address,
        changes=[ChangeView.model_validate(one) for one in changes(row.before, row.after)],
        before=row.before,
        after=row.after,
    )


def _former_name(row: Done) -> str:
    every = ((row.after or {}).get("name"), (row.before or {}).get("name"))
    return next((name for name in every if isinstance(name, str)), "")


Writer = Callable[[Sequence[ActivityView]], str]


async def _written(
    store: Store, workspace: WorkspaceId, wanted: Wanted, write: Writer
) -> AsyncIterator[bytes]:
    """The file in parts; nothing is held while its reader takes them."""
    yield write(()).encode()
    before = LATEST
    while True:
        async with store.unit_of_work(workspace) as tx:
            rows = await stored.entries(workspace, tx, wanted, before=before, limit=AT_ONCE)
            shown = await _shown(workspace, tx, rows)
        if rows:
            yield write([shown[row.number] for row in rows]).encode()
        if len(rows) < AT_ONCE:
            return
        before = rows[-1].place


COLUMNS = (
    "number",
    "at",
    "actor",
    "actor_name",
    "action",
    "target",
    "target_name",
    "address",
    "before",
    "after",
)


def _as_csv(views: Sequence[ActivityView]) -> str:
    """Lines for so many entries; for none the line of names, which begins the file."""
    out = io.StringIO()
    rows = csv.writer(out)
    if not views:
        rows.writerow(COLUMNS)
    for view in views:
        rows.writerow(
            (
                view.number,
                view.at.isoformat(),
                ":".join(filter(None, (view.actor.kind, view.actor.id))),
                _cell(view.actor.name),
                view.action,
                view.target.id,
                _cell(view.target.name),
                view.address or "",
                _json(view.before),
                _json(view.after),
            )
        )
    return out.getvalue()


def _cell(text: str) -> str:
    """Never a formula of whatever program opens the file."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _json(value: dict[str, object] | None) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _as_lines(views: Sequence[ActivityView]) -> str:
    return "".join(f"{view.model_dump_json(exclude={'changes'})}\n" for view in views)


_FORMS: dict[str, tuple[Writer, str]] = {
    "csv": (_as_csv, "text/csv; charset=utf-8"),
    "jsonl": (_as_lines, "application/jsonl"),
}
