"""`/panel/chats`: the page of the inbox.

It hands over who is there and what the inbox says; everything else the inbox asks of `/api/v1` itself.
"""

import json

from starlette.responses import Response

from frontdesk.store import channels
from frontdesk.turn import mails
from frontdesk.web.panel import settings_mail
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import texts
from frontdesk.web.route import Route

ROUTES: list[Route] = []
PATH = "/panel/chats"


@opens(ROUTES, "GET", PATH, menu="chats", permission="conversations.read", summary="The page Chats.")
async def chats_page(visit: Visit) -> Response:
    reader = visit.viewer
    async with visit.work() as tx:
        connected = await channels.has_any(visit.workspace, tx)
        mailing = visit.program.mailing is not None and await mails.can_send(visit.workspace, tx)
    handed = {
        "me": {
            "id": reader.account_id,
            "name": reader.name,
            "role": reader.role,
            "permissions": [],
            "language": reader.language,
            "theme": reader.theme,
        },
        "workspace": visit.workspace,
        "time_zone": reader.time_zone,
        "can_write": visit.actor.may("conversations.write"),
        "can_edit_contacts": visit.actor.may("contacts.write"),
        "connected": connected,
        "can_connect": visit.actor.may("channels.write"),
        "can_mail": mailing,
        "mail_page": settings_mail.PATH if visit.actor.may("mail.write") else "",
        "texts": texts(reader.language)["chats"],
    }
    return await visit.show("chats.html", {"handed": json.dumps(handed, ensure_ascii=False)})
