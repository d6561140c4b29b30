"""Builds the web application: every route in one table, and around it request ids, errors and the access log.

`build` is called by `app` with the running program; the answer is an ASGI application for uvicorn. Start it
with uvicorn's own access log off: that one writes tokens of query strings.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import cache
from itertools import chain
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from frontdesk.core import spans
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.meter import HTTP_OPEN
from frontdesk.core.network_address import plain_address
from frontdesk.web import authors, docs_page, error_page, metrics, openapi, probes, static_files
from frontdesk.web.auth import KeyRing
from frontdesk.web.cross_origin import Preflights
from frontdesk.web.errors import ErrorShape, problem_json
from frontdesk.web.exchange import KEY, Exchange
from frontdesk.web.feed import routes as feed
from frontdesk.web.feed.hub import Feeds
from frontdesk.web.files import routes as files
from frontdesk.web.panel import api_reference, shell
from frontdesk.web.panel.every import ROUTES as PAGES
from frontdesk.web.program import Program
from frontdesk.web.route import Endpoint, Place, Route, Table, not_found, refuse
from frontdesk.web.session_ring import SessionRing
from frontdesk.web.v1 import (
    activity,
    alerts,
    analytics,
    assistants,
    channels,
    contact_acts,
    contacts,
    conversation_acts,
    conversations,
    desk_settings,
    integrations,
    labels,
    mail,
    me,
    messages,
    people,
    plans,
    presence,
    push_subscriptions,
    retention,
    saved_replies,
    search,
    session,
    shares,
    sign_in_secrets,
    suggestions,
    tasks,
    teams,
    traces,
    transcripts,
    understanding,
    versions,
    webhook_deliveries,
    webhooks,
    workspace,
)
from frontdesk.web.v1 import (
    keys as key_routes,
)

BAD = 400
BROKEN = 500
UNTRACED = frozenset({*(each.path for each in probes.ROUTES), metrics.PATH})
"""Asked every few seconds by machines: their traces would be most of all."""

Shapes = Sequence[tuple[re.Pattern[str], ErrorShape]]
"""Whole paths -> the shape of errors where no route says it, because nothing is at the address."""


class Live(Protocol):
    """What has connections that stay open."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Entered with the server."""

    def close(self) -> None:
        """End every connection: the program stops."""


class WebApplication:
    """An ASGI application. `table` holds everything that it answers."""

    def __init__(
        self, program: Program, table: Table, keys: KeyRing, shapes: Shapes, live: Sequence[Live]
    ) -> None:
        self._preflights = Preflights(program.store)
        self.program = program
        self.table = table
        self._live_parts = live
        self._keys = keys
        self._shapes = shapes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if client := scope.get("client"):
            scope["client"] = (plain_address(client[0]), client[1])
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._talk(scope, receive, send)

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = self.table.find(scope)
        endpoint = None if place is None else place.endpoints.get("GET")
        if endpoint is None or endpoint.route.socket is None:
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        scope[KEY] = Exchange(self.program, scope, send)
        HTTP_OPEN.more("socket")
        try:
            await endpoint.route.socket(scope, receive, send)
        finally:
            HTTP_OPEN.less("socket")

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = scope[KEY] = Exchange(self.program, scope, send)
        place = self.table.find(scope)
        if place is None or place.path in UNTRACED:
            await self._serve(exchange, place, scope, receive)
            return
        method = scope["method"]
        with spans.span(
            f"{method} {place.path}", span_kind="server", parent="", method=method, route=place.path
        ) as span:
            await self._serve(exchange, place, scope, receive)
            span.tell(
                status=exchange.status, request=exchange.request_id, workspace=exchange.actor.workspace or ""
            )
            if exchange.status >= BROKEN:
                span.fail()

    async def _serve(self, exchange: Exchange, place: Place | None, scope: Scope, receive: Receive) -> None:
        shape: ErrorShape | None = None
        endpoint: Endpoint | None = None
        try:
            allowed = await self._preflights.answer(scope)
            if allowed is not None:
                exchange.beside.extend(allowed)
                await Response(status_code=204)(scope, receive, exchange.send)
                return
            if place is None:
                raise not_found()
            shape = place.error_shape
            endpoint = place.endpoint(scope["method"])
        except (Refused, Unavailable) as error:
            await refuse(error, exchange, scope, receive, shape or self._shape(scope["path"]))
        else:
            await endpoint.serve(exchange, scope, receive)
        finally:
            exchange.count_end(scope, place.path if place is not None else "")
            if endpoint is None or not endpoint.route.quiet or exchange.status >= BAD:
                exchange.log_end(scope, place.path if place is not None else "")

    def _shape(self, path: str) -> ErrorShape:
        return next((shape for paths, shape in self._shapes if paths.fullmatch(path)), problem_json)

    def end_streams(self) -> None:
        for part in self._live_parts:
            part.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as beside:
            for part in self._live_parts:
                await stack.enter_async_context(part.running())
            notes = beside.create_task(self._keys.write_notes())
            await send({"type": "lifespan.startup.complete"})
            await receive()
            notes.cancel()
        await self._keys.write_notes_once()
        await send({"type": "lifespan.shutdown.complete"})


OWN: tuple[Iterable[Route], ...] = (
    probes.ROUTES,
    docs_page.ROUTES,
    error_page.ROUTES,
    authors.ROUTES,
    PAGES,
    static_files.ROUTES,
    activity.ROUTES,
    alerts.ROUTES,
    analytics.ROUTES,
    assistants.ROUTES,
    channels.ROUTES,
    contact_acts.ROUTES,
    contacts.ROUTES,
    conversation_acts.ROUTES,
    conversations.ROUTES,
    mail.ROUTES,
    messages.ROUTES,
    me.ROUTES,
    people.ROUTES,
    plans.ROUTES,
    presence.ROUTES,
    push_subscriptions.ROUTES,
    retention.ROUTES,
    desk_settings.ROUTES,
    labels.ROUTES,
    saved_replies.ROUTES,
    search.ROUTES,
    teams.ROUTES,
    session.ROUTES,
    suggestions.ROUTES,
    files.ROUTES,
    integrations.ROUTES,
    key_routes.ROUTES,
    shares.ROUTES,
    sign_in_secrets.ROUTES,
    tasks.ROUTES,
    versions.ROUTES,
    workspace.ROUTES,
    understanding.ROUTES,
    traces.ROUTES,
    transcripts.ROUTES,
    webhooks.ROUTES,
    webhook_deliveries.ROUTES,
)
"""The routes of every module that has some."""


def build(
    program: Program, extra_routes: Iterable[Route] = (), shapes: Shapes = (), live: Sequence[Live] = ()
) -> WebApplication:
    """The application of `program`: our own routes and those handed in (wires, panel, plug-ins).

    `shapes`: wires with an error shape of their own, for addresses of theirs where nothing is. `live`: those with
    connections that stay open.
    """
    keys = KeyRing(
        program.store, program.clock, SessionRing(program.door), program.public_url, program.faults
    )
    feeds = Feeds(
        program.store,
        program.clock,
        tell=program.touch,
        linking=lambda workspace: program.file_links.of(workspace, program.clock.now()),
    )
    program.listen(feeds.heard)
    program.listen(keys.heard)

    @cache
    def document() -> dict[str, object]:
        return openapi.document(table, version=program.version, public_url=program.public_url)

    known = (*shapes, (shell.BELOW, shell.panel_problem))
    table = Table(
        [
            *extra_routes,
            *chain.from_iterable(OWN),
            *feed.routes(feeds),
            metrics.route(program.metrics_from, program.metrics_token, feeds.open_streams),
            openapi.openapi_route(document),
            *api_reference.routes(document),
            *shell.NOWHERE,
        ],
        keys,
    )
    return WebApplication(program, table, keys, known, (feeds, *live))
