"""`/panel/settings/api/reference`: every operation of the OpenAPI document, by headings, and a page for each.

Whoever is signed in may read it, as anybody may read the document. What a page tries is a GET that the reader's own
browser makes with the reader's own session, so it shows nothing that they may not see.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from frontdesk.web import openapi
from frontdesk.web.client_files import CLIENTS, archive
from frontdesk.web.panel.api_operation import Operation, call, operations
from frontdesk.web.panel.settings_keys import PATH as ABOVE
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route, not_found

PATH = f"{ABOVE}/reference"
MOST_WORDS = 100
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

ROUTES: list[Route] = []
Read = Callable[[], Mapping[str, Any]]


@opens(
    ROUTES,
    "GET",
    PATH + "/clients/{client}",
    menu="settings",
    permission="account.self",
    summary="A client of the API, as an archive.",
)
async def api_client_download(visit: Visit) -> Response:
    client = visit.request.path_params["client"].removesuffix(".zip")
    if client not in CLIENTS:
        raise not_found()
    headers = {"content-disposition": f'attachment; filename="frontdesk-client-{client}.zip"'}
    return Response(archive(client), headers=headers, media_type="application/zip")


def routes(read: Read) -> list[Route]:
    """The pages about the document that `read` gives."""
    made: list[Route] = []

    @cache
    def every() -> dict[str, Operation]:
        found = sorted(operations(read()), key=lambda one: (one.path, METHODS.index(one.method)))
        return {one.id: one for one in found}

    @opens(made, "GET", PATH, menu="settings", permission="account.self", summary="The reference of the API.")
    async def api_reference_page(visit: Visit) -> Response:
        words = visit.request.query_params.get("q", "")[:MOST_WORDS]
        groups = _groups(read(), every(), words)
        shown = sum(len(group["operations"]) for group in groups)
        values = {
            "groups": groups,
            "shown": shown,
            "total": len(every()),
            "q": words,
            "path": PATH,
            "above": ABOVE,
            "document": openapi.PATH,
            "clients": CLIENTS,
            "url": visit.program.public_url,
        }
        return await visit.show("settings_api_reference.html", values)

    @opens(
        made,
        "GET",
        PATH + "/{operation_id}",
        menu="settings",
        permission="account.self",
        summary="One operation in the reference of the API.",
    )
    async def api_operation_page(visit: Visit) -> Response:
        operation = every().get(visit.request.path_params["operation_id"])
        if operation is None:
            raise not_found()
        values = {
            "one": operation,
            "call": call(operation, visit.program.public_url),
            "tries": operation.can_be_tried and visit.actor.may(operation.permission),
            "beside": [each for each in every().values() if each.tag == operation.tag],
            "spans": spans,
            "path": PATH,
            "above": ABOVE,
        }
        return await visit.show("settings_api_operation.html", values)

    return made


def _groups(document: Mapping[str, Any], every: Mapping[str, Operation], words: str) -> list[dict[str, Any]]:
    """Headings with the operations that hold all the words; a heading without one is left out."""
    wanted = words.lower().split()
    found = [one for one in every.values() if all(word in one.words() for word in wanted)]
    groups = [
        {**tag, "operations": [one for one in found if one.tag == tag["name"]]} for tag in document["tags"]
    ]
    return [group for group in groups if group["operations"]]


def spans(text: str) -> Markup:
    """A sentence of the document: what stands in backticks is code, everything else is text."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return Markup("{}").format(text)
    made = (
        Markup('<code dir="ltr">{}</code>').format(part) if at % 2 else part for at, part in enumerate(parts)
    )
    return Markup("").join(made)
