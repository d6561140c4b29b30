"""A page of Settings that is one form: read, drawn, saved by an endpoint of the API. Used by the pages of Settings."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from frontdesk.web.panel.fields import Field, Mistakes, again
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.plugin_form import plugin_mistakes
from frontdesk.web.panel.shell import Visit

Save = Callable[[list[Field], Sent], Awaitable[None]]
"""Has what was sent of the fields kept, by the API's own endpoint."""


@dataclass(frozen=True, slots=True)
class Editing:
    """A form: its fields, the version that it was made from, and what was wrong with what was sent."""

    fields: list[Field]
    version: str
    mistakes: Mistakes | None = None


def version_of(answer: Response) -> str:
    """The row version in an answer of the API."""
    return answer.headers["ETag"].strip('"')


async def saved(visit: Visit, editing: Editing, save: Save, *, path: str, leads_to: str = "") -> Response:
    """Save what was sent; the form again where something is wrong with it, with others' changes beside."""
    sent = await visit.form()
    fields = editing.fields
    try:
        await save(fields, sent)
    except MENDABLE as error:
        mistakes = plugin_mistakes(visit, error)
        stored_now = fields if mistakes.code == "conflict" else []
        shown, mistakes = again(fields, sent, mistakes, stored_now)
        values = {"editing": Editing(shown, editing.version, mistakes), "path": path}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await visit.go(leads_to or path, toast=visit.say("shell.saved"))
