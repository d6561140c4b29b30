"""`/panel/contacts`: everybody who wrote: found by name, address, number or company, latest known first."""

from urllib.parse import urlencode

from starlette.responses import Response

from frontdesk.store.contact_lists import LONGEST_WORD
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import contacts as api

ROUTES: list[Route] = []
PATH = "/panel/contacts"
A_PAGE = 50


@opens(ROUTES, "GET", PATH, menu="contacts", permission="contacts.read", summary="The page Contacts.")
async def contacts_page(visit: Visit) -> Response:
    query = visit.request.query_params
    q = query.get("q", "")[:LONGEST_WORD]
    async with visit.asking() as ask:
        found = await api.list_contacts(ask, q, A_PAGE, query.get("cursor", ""))
    more = {**({"q": q} if q else {}), "cursor": found.next_cursor} if found.next_cursor else {}
    values = {"rows": found.data, "q": q, "later": f"{PATH}?{urlencode(more)}" if more else ""}
    return await visit.show("contacts.html", values)
