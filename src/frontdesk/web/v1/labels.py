"""`/api/v1/labels`: what people call conversations of a kind. Removed ones are in the bin for 30 days."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from frontdesk.core.ids import parse
from frontdesk.store import desk_labels as stored
from frontdesk.store.desk_labels import Label
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.in_bin import FromBin, live

ROUTES: list[Route] = []
PATH = "/api/v1/labels"

# A label's name stands in lists with commas.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^,\x00-\x1f]*$")
]
Color = Literal["grey", "blue", "green", "amber", "red", "violet", "teal", "pink"]


class NewLabel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    color: Color = "grey"


class LabelChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    color: Color | None = None


class LabelView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    color: str
    created_at: datetime
    deleted_at: datetime | None


@route(ROUTES, "GET", PATH, permission="workspace.read", summary="List labels.")
async def list_labels(
    ask: Asked, *, from_bin: FromBin = False, limit: Limit = 50, cursor: Cursor = ""
) -> Page[LabelView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin}"
    rows = await stored.list_labels(
        ask.workspace, ask.tx, after=read_cursor(key, of, cursor), limit=limit + 1, from_bin=from_bin
    )
    return page(key, of, rows, limit, LabelView.model_validate)


@route(ROUTES, "POST", PATH, permission="workspace.write", summary="Create a label.", status=201)
async def create_label(ask: Asked, given: NewLabel, response: Response) -> LabelView:
    made = await stored.create_label(ask.workspace, ask.tx, name=given.name, color=given.color)
    await ask.record("label.created", made, after=given.model_dump())
    response.headers["Location"] = f"{PATH}/{made}"
    return await _shown(ask, made, response)


@route(ROUTES, "GET", PATH + "/{label_id}", permission="workspace.read", summary="Read a label.")
async def read_label(ask: Asked, label_id: str, response: Response) -> LabelView:
    return await _shown(ask, label_id, response)


@route(ROUTES, "PATCH", PATH + "/{label_id}", permission="workspace.write", summary="Change a label.")
async def update_label(
    ask: Asked, label_id: str, change: LabelChange, expected: IfMatch, response: Response
) -> LabelView:
    before = live(await _held(ask, label_id), expected.refuse_unless)
    given = change.model_dump(exclude_none=True)
    after = {"name": before.name, "color": before.color} | given
    await stored.update_label(ask.workspace, ask.tx, before.id, name=after["name"], color=after["color"])
    await ask.record("label.updated", before.id, before=_noted(before), after=after)
    return await _shown(ask, label_id, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{label_id}",
    permission="workspace.write",
    summary="Put a label into the bin.",
    status=204,
)
async def delete_label(ask: Asked, label_id: str, expected: IfMatchOptional) -> None:
    label = live(await _held(ask, label_id), expected.refuse_unless)
    await stored.delete_label(ask.workspace, ask.tx, label.id)
    await ask.record("label.deleted", label.id, before=_noted(label))


@route(
    ROUTES,
    "POST",
    PATH + "/{label_id}/restore",
    permission="workspace.write",
    summary="Take a label out of the bin.",
)
async def restore_label(ask: Asked, label_id: str, response: Response) -> LabelView:
    label = await _held(ask, label_id)
    await stored.restore_label(ask.workspace, ask.tx, label)
    await ask.record("label.restored", label.id)
    return await _shown(ask, label_id, response)


async def _held(ask: Ask, label_id: str) -> Label:
    return await stored.read_label(ask.workspace, ask.tx, parse("lbl", label_id), for_change=True)


async def _shown(ask: Ask, label_id: str, response: Response) -> LabelView:
    label = await stored.read_label(ask.workspace, ask.tx, parse("lbl", label_id))
    set_etag(response, label.row_version)
    return LabelView.model_validate(label)


def _noted(label: Label) -> dict[str, object]:
    return {"name": label.name, "color": label.color}
