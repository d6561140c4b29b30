"""The part of Rasa's HTTP API that systems beside a bot use (S000-9, S000-12): state read, slots set, messages kept.

The key says the workspace; there the conversation is one of the assistant of the path or host, or of the default
one. Its own error envelope. Deviations from Rasa are listed in docs/integrate/rest-channel.md.
"""

import math
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from frontdesk.core.action import Restarted
from frontdesk.core.errors import Refused
from frontdesk.core.ids import BotVersionId
from frontdesk.core.message import MAX_TEXT
from frontdesk.core.permission import PUBLIC
from frontdesk.dialog.state import load_state
from frontdesk.store import bots, conversations, intent_models, messages
from frontdesk.store.directory import Entrance
from frontdesk.turn.amend import Change, Logged, SlotsSet, amend
from frontdesk.turn.bots import Unpublished
from frontdesk.turn.hearing import version_of
from frontdesk.turn.line import Line
from frontdesk.web import rasa
from frontdesk.web import rasa_document as doc
from frontdesk.web.body import parse_json, read_body
from frontdesk.web.errors import ErrorShape, Problem, explain
from frontdesk.web.rasa import Handler
from frontdesk.web.rasa_tracker import Include, Shown, tracker
from frontdesk.web.route import Route

BELOW = re.compile(r"(/a/[^/]+)?/conversations(/.*)?", re.DOTALL)
"""Addresses of this wire, the ones where nothing is included."""

MOST_MESSAGES = 1_000
MOST_EVENTS = 1_000
MINIMUM_COMPATIBLE_VERSION = "0.1.0"
INCLUDES = frozenset(get_args(Include))
KINDS = frozenset(
    {
        "action",
        "action_execution_rejected",
        "active_loop",
        "agent",
        "bot",
        "cancel_reminder",
        "entities",
        "export",
        "followup",
        "loop_interrupted",
        "pause",
        "reminder",
        "restart",
        "resume",
        "rewind",
        "session_started",
        "slot",
        "undo",
        "user",
        "user_featurization",
    }
)
"""Rasa's kinds of event. Those that have no meaning here are taken and left alone."""

_REASONS: dict[str, tuple[int, str]] = {
    "conflict": (409, "Conflict"),
    "forbidden": (403, "NotAuthorized"),
    "not_found": (404, "NotFound"),
    "unauthenticated": (401, "NotAuthenticated"),
}
_encode = msgspec.json.Encoder().encode


def envelope(version: str, *, not_found: str = "NotFound") -> ErrorShape:
    """Errors as this wire has them; one of its endpoints spells the reason of a 404 in its own way."""
    reasons = _REASONS | {"not_found": (404, not_found)}

    def shape(problem: Problem, _request_id: str) -> Response:
        status, reason = reasons.get(
            problem.code, (problem.status, HTTPStatus(problem.status).phrase.replace(" ", ""))
        )
        place, _, parameter = (problem.field or "").partition(".")
        body = {
            "version": version,
            "status": "failure",
            "message": problem.detail,
            "reason": reason,
            "details": {"parameter": parameter, "in": place} if parameter else {},
            "help": None,
            "code": status,
        }
        return json_answer(body, status, dict(problem.headers))

    return shape


class Api:
    """The endpoints, for every assistant."""

    def __init__(self, line: Line, version: str) -> None:
        self._line = line
        self._version = version

    async def hello(self, request: Request) -> Response:
        """Programs are greeted; people, who come with a browser, look for the panel."""
        headers = {"Vary": "Accept"}
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/panel", 303, headers)
        return Response(f"Hello from Frontdesk: {self._version}", media_type="text/plain", headers=headers)

    async def version(self, _: Request) -> Response:
        found = {"version": self._version, "minimum_compatible_version": MINIMUM_COMPATIBLE_VERSION}
        return json_answer(found)

    async def status(self, request: Request) -> Response:
        """Which version of the assistant's bot answers."""
        entrance = await entrance_of(self._line, request)
        version = version_of(entrance, None)
        number = await bots.number_of(entrance.workspace, self._line.store, version)
        bot = await self._line.bots.bot(entrance.workspace, version)
        return json_answer(
            {
                "model_file": f"{entrance.slug}@{number}",
                "model_id": version,
                "num_active_training_jobs": int(bool(bot.lessons) and await self._learns(entrance, version)),
            }
        )

    async def _learns(self, entrance: Entrance, version: BotVersionId) -> bool:
        async with self._line.store.unit_of_work(entrance.workspace) as tx:
            found = await intent_models.status_of(entrance.workspace, tx, version)
        return found.state in {"waiting", "training"}

    async def tracker(self, request: Request) -> Response:
        include, until = include_of(request), until_of(request)
        entrance = await entrance_of(self._line, request)
        return await self.tracker_answer(entrance, name_of(request), include, until)

    async def events(self, request: Request) -> Response:
        """POST adds events to what was; PUT begins anew with them, though what was said is kept."""
        include = include_of(request)
        entrance = await entrance_of(self._line, request)
        body = await body_of(request)
        if isinstance(body, Response):
            return body
        changes = _changes(body)
        if request.method == "PUT":
            changes.insert(0, Restarted())
        return await self._amend(request, entrance, changes, include)

    async def messages(self, request: Request) -> Response:
        """Keeps a message of the customer's; nothing answers it."""
        include = include_of(request)
        entrance = await entrance_of(self._line, request)
        body = await body_of(request)
        if isinstance(body, Response):
            return body
        if not isinstance(body, dict):
            raise Refused("bad_request", "The body has to be a JSON object.")
        text = body.get("text")
        if body.get("sender") != "user":
            raise Refused("bad_request", "Only messages of sender 'user' are taken.", field="body.sender")
        if not isinstance(text, str):
            raise Refused("bad_request", "text has to be a string.", field="body.text")
        return await self._amend(request, entrance, [Logged("contact", text[:MAX_TEXT])], include)

    async def _amend(
        self, request: Request, entrance: Entrance, changes: list[Change], include: Include
    ) -> Response:
        name = name_of(request)
        if changes:
            await amend(self._line, entrance, name, changes)
        return await self.tracker_answer(entrance, name, include, None)

    async def tracker_answer(
        self, entrance: Entrance, name: str, include: Include, until: float | None
    ) -> Response:
        return json_answer(tracker(await shown_of(self._line, entrance, name), include, until))


async def entrance_of(line: Line, request: Request, channel_type: str = "rest") -> Entrance:
    try:
        return await rasa.entrance(line, request, channel_type)
    except Unpublished as error:
        raise Refused("conflict", error.message) from error


async def shown_of(line: Line, entrance: Entrance, name: str) -> Shown:
    """
    Raises:
        Refused: There is no such conversation.
    """
    workspace = entrance.workspace
    found = await conversations.read(workspace, line.store, entrance.channel_id, name)
    if found is None:
        raise Refused("not_found", "There is no such conversation.")
    bot = await line.bots.bot(workspace, version_of(entrance, found))
    said = await messages.latest(workspace, line.store, found.id, MOST_MESSAGES)
    state = load_state(found.state, found.state_format)
    return Shown(name, found, bot, state, said, entrance.channel_type)


def json_answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(_encode(value), status, headers, "application/json")


def name_of(request: Request) -> str:
    name = str(request.path_params["conversation_id"])
    if not 0 < len(name) <= rasa.MOST_ID or "\x00" in name:
        raise Refused("not_found", "There is no such conversation.")
    return name


def include_of(request: Request) -> Include:
    given = request.query_params.get("include_events", "AFTER_RESTART")
    if given not in INCLUDES:
        raise Refused(
            "bad_request",
            f"include_events is one of {', '.join(sorted(INCLUDES))}.",
            field="query.include_events",
        )
    return cast("Include", given)


def until_of(request: Request) -> float | None:
    given = request.query_params.get("until")
    if given is None:
        return None
    try:
        until = float(given)
    except ValueError:
        until = math.nan
    if math.isnan(until):
        raise Refused("bad_request", "until is a time in seconds since 1970.", field="query.until")
    return until


async def body_of(request: Request) -> object:
    """The decoded body; or the answer to one that cannot be read, which has the webhook's shape here as well."""
    body = await read_body(request)
    if not body:
        raise Refused("bad_request", "The body is empty.")
    try:
        return parse_json(body)
    except Refused as error:
        return rasa.error_shape(explain(error), "")


def _changes(body: object) -> list[Change]:
    """What events ask for; refuses a body of which one is no event, so that all happen or none."""
    events = body if isinstance(body, list) else [body]
    if len(events) > MOST_EVENTS:
        raise Refused("bad_request", f"At most {MOST_EVENTS} events at a time.")
    changes: list[Change] = []
    for at, event in enumerate(events):
        if not isinstance(event, dict) or event.get("event") not in KINDS:
            raise Refused("bad_request", f"Event {at} has no 'event' that is a kind of event.")
        change = _change(at, event)
        changes += [] if change is None else [change]
    return changes


def _change(at: int, event: dict[str, Any]) -> Change | None:
    match event["event"]:
        case "slot":
            name = event.get("name")
            if not isinstance(name, str):
                raise Refused("bad_request", f"Event {at} has no 'name' that is a string.")
            return SlotsSet({name: event.get("value")})
        case "restart":
            return Restarted()
        case "user" | "bot" as kind:
            text = event.get("text")
            if text is not None and not isinstance(text, str):
                raise Refused("bad_request", f"The 'text' of event {at} is no string.")
            return Logged("contact" if kind == "user" else "bot", text[:MAX_TEXT]) if text else None
    return None


def _public(path: str, name: str, handler: Handler, summary: str, operation: dict[str, Any]) -> Route:
    return Route(
        method="GET",
        path=path,
        handler=handler,
        permission=PUBLIC,
        summary=summary,
        operation_id=f"rasa_{name}",
        raw=True,
        operation=operation,
        quiet=True,
    )


def routes(line: Line, version: str) -> list[Route]:
    """Below `/conversations/`, and the same below `/a/{assistant}`."""
    api = Api(line, version)
    base = "/conversations/{conversation_id:path}"
    table: list[tuple[str, str, str, Handler, str, dict[str, Any]]] = [
        ("GET", "/status", "status", api.status, "Which bot version answers.", doc.STATUS),
        ("GET", f"{base}/tracker", "tracker", api.tracker, "A conversation's state.", doc.TRACKER),
        ("POST", f"{base}/tracker/events", "add_events", api.events, "Add events.", doc.EVENTS),
        ("PUT", f"{base}/tracker/events", "put_events", api.events, "Begin anew with events.", doc.EVENTS),
        ("POST", f"{base}/messages", "add_message", api.messages, "Keep a message.", doc.MESSAGE),
    ]
    found = [
        _public("/", "hello", api.hello, "A greeting with the version; browsers go to the panel.", doc.HELLO),
        _public("/version", "version", api.version, "The version.", doc.VERSION),
    ]
    for method, path, name, handler, summary, operation in table:
        declared = Route(
            method=method,
            path=path,
            handler=handler,
            permission="conversations.rasa",
            summary=summary,
            operation_id=f"rasa_{name}",
            raw=True,
            operation=operation,
            token_in_query=True,
            error_shape=envelope(version),
        )
        found += [declared, of_assistant(declared)]
    return found


def of_assistant(route: Route) -> Route:
    """The same for an assistant that the path names; documented once."""
    name = f"{route.operation_id}_of_assistant"
    return replace(route, path=f"/a/{{assistant}}{route.path}", operation_id=name, operation=None)
