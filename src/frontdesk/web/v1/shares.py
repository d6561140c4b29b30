"""`/api/v1/conversations/{id}/share`: make an address at which whoever has it reads along, and end all of them."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.ids import ShareId
from frontdesk.store import share_links as stored
from frontdesk.store.ids import mint
from frontdesk.store.share_links import Link
from frontdesk.turn.links import hash_of
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1.conversation_views import ShareView
from frontdesk.web.v1.desk_doing import reachable

ROUTES: list[Route] = []
PATH = "/api/v1/conversations/{conversation_id}/share"
LEAST_S, WEEK_S, MOST_S = 60, 7 * 86_400, 365 * 86_400


class NewShare(BaseModel):
    model_config = ConfigDict(extra="forbid")

    expires_in_s: int = Field(default=WEEK_S, ge=LEAST_S, le=MOST_S, description="How long it is good for.")


@route(
    ROUTES, "POST", PATH, permission="conversations.write", summary="Make a link to read along.", status=201
)
async def share_conversation(ask: Asked, conversation_id: str, given: NewShare) -> ShareView:
    await reachable(ask, conversation_id)
    links = ask.program.links
    link = Link(ShareId(mint("share")), ask.program.clock.now() + timedelta(seconds=given.expires_in_s))
    await stored.add_link(
        ask.workspace,
        ask.tx,
        conversation_id,
        link,
        hash_=hash_of(links.capability(link.id)),
        made_by=ask.actor.name,
    )
    await ask.record("conversation.shared", conversation_id, after={"until": link.expires_at.isoformat()})
    return ShareView(url=links.share(link.id), expires_at=link.expires_at)


@route(
    ROUTES,
    "DELETE",
    PATH,
    permission="conversations.write",
    summary="End every link of a conversation, those in webhooks too.",
    status=204,
)
async def end_sharing(ask: Asked, conversation_id: str) -> None:
    await reachable(ask, conversation_id)
    ended = await stored.end_links(ask.workspace, ask.tx, conversation_id)
    await ask.record("conversation.unshared", conversation_id, after={"links": ended})
