"""The part of Rasa's HTTP API that moves a conversation or looks ahead: trigger_intent, execute, story, predict, domain.

Going by a name is a turn like any other and takes its way over the line. Shapes, errors and the key are those of
`web/rasa_api.py`; deviations are listed in docs/integrate/rest-channel.md.
"""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.action import Begun, Heard, Restarted, Said, Say
from frontdesk.core.errors import Refused
from frontdesk.core.ids import InboundId
from frontdesk.core.message import MAX_TEXT, plain
from frontdesk.store import conversations
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.turn import decide
from frontdesk.turn.arrival import Arrival
from frontdesk.turn.hearing import turn_of, version_of
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.owners import continuing
from frontdesk.turn.receive import receive
from frontdesk.web import rasa_document as doc
from frontdesk.web.rasa import Handler, answer_body
from frontdesk.web.rasa_api import (
    body_of,
    entrance_of,
    envelope,
    include_of,
    json_answer,
    name_of,
    of_assistant,
    shown_of,
    until_of,
)
from frontdesk.web.rasa_socket_gate import TYPE as SOCKET
from frontdesk.web.rasa_story import LISTEN, RESTARTED, actions, as_yaml, domain, story
from frontdesk.web.rasa_tracker import Shown, tracker
from frontdesk.web.route import Route

EXTERNAL = "EXTERNAL: "
"""Begins the text that is kept of an intent that a program triggered."""
POLICY = "policy_0_Flows"
MOST_NAME = 100
_YAML = "application/x-yaml"


class Acts:
    """The endpoints, for every assistant."""

    def __init__(self, line: Line, lanes: Lanes, version: str) -> None:
        self._line, self._lanes, self._version = line, lanes, version

    async def trigger_intent(self, request: Request) -> Response:
        """As if the customer had said something of that intent."""
        at = await self._at(request)
        body = await body_of(request)
        if isinstance(body, Response):
            return body
        intent = _name_in(body, "intent")
        found = await conversations.read(at.workspace, self._line.store, at.channel_id, name_of(request))
        bot = await self._line.bots.bot(at.workspace, version_of(at, found))
        if intent not in bot.known_intents:
            raise Refused("not_found", "No flow of the assistant begins with that intent.", field="body.name")
        return await self._turn(
            request, at, Said(f"{EXTERNAL}{intent}", intent=intent, entities=_entities(body))
        )

    async def execute(self, request: Request) -> Response:
        """A flow begins, by its name; of a conversation that there is."""
        at = await self._at(request)
        body = await body_of(request)
        if isinstance(body, Response):
            return body
        action = _name_in(body, "action")
        shown = await shown_of(self._line, at, name_of(request))
        if action == LISTEN:
            return await self._answer(request, at, [])
        if action not in actions(shown.bot):
            raise Refused("bad_request", "The assistant has no flow of that name.", field="body.name")
        return await self._turn(request, at, Restarted() if action == RESTARTED else Begun(action))

    async def story(self, request: Request) -> Response:
        until, all_sessions = (
            until_of(request),
            request.query_params.get("all_sessions", "").lower() == "true",
        )
        at = await entrance_of(self._line, request)
        shown = await shown_of(self._line, at, name_of(request))
        return Response(story(shown, until=until, all_sessions=all_sessions), media_type="text/plain")

    async def predict(self, request: Request) -> Response:
        """What the bot would do next: wait, or what it does with a message that was kept and nobody answered."""
        include = include_of(request)
        at = await entrance_of(self._line, request)
        shown = await shown_of(self._line, at, name_of(request))
        now = tracker(shown, include, None)
        next_ = await self._next(at, shown)
        scores = [{"action": name, "score": float(name == next_)} for name in actions(shown.bot)]
        return json_answer(
            {
                "scores": sorted(scores, key=lambda each: (-float(str(each["score"])), str(each["action"]))),
                "policy": POLICY,
                "confidence": 1.0,
                "tracker": now,
            }
        )

    async def domain(self, request: Request) -> Response:
        wanted = request.headers.get("accept", "*/*").lower()
        at = await entrance_of(self._line, request)
        bot = await self._line.bots.bot(at.workspace, version_of(at, None))
        if "json" in wanted or "*/*" in wanted or "application/*" in wanted:
            return json_answer(domain(bot))
        if "yaml" in wanted or "yml" in wanted:
            return Response(as_yaml(domain(bot)), media_type=_YAML)
        refused: dict[str, object] = {
            "version": self._version,
            "status": "failure",
            "message": f"It comes as application/json or {_YAML}; Accept names neither.",
            "reason": "NotAcceptable",
            "details": {},
            "help": None,
            "code": 406,
        }
        return json_answer(refused, 406)

    async def _at(self, request: Request) -> Entrance:
        """Of the channel that is named, where it is one that lines are sent over; else of the one that is asked."""
        named = request.query_params.get("output_channel", "")
        pushes = named in self._line.channels or named == SOCKET
        return await entrance_of(self._line, request, named if pushes else "rest")

    async def _turn(self, request: Request, at: Entrance, heard: Heard) -> Response:
        include_of(request)
        answer = await receive(self._line, self._lanes, Arrival(at, name_of(request), heard))
        return await self._answer(request, at, answer_body(answer))

    async def _answer(self, request: Request, at: Entrance, said: list[dict[str, object]]) -> Response:
        shown = await shown_of(self._line, at, name_of(request))
        found: dict[str, object] = {"tracker": tracker(shown, include_of(request), None)}
        if at.channel_type == "rest":
            found["messages"] = said
        return json_answer(found)

    async def _next(self, at: Entrance, shown: Shown) -> str:
        last = next((m for m in reversed(shown.messages) if m.author in {"contact", "bot", "operator"}), None)
        if last is None or last.author != "contact" or shown.found.busy:
            return LISTEN
        heard = Said(plain(last.parts))
        acting = continuing(self._line, at, shown.found, heard)
        version, key = version_of(at, shown.found), InboundId(mint("in"))
        turn = turn_of(self._line, shown.bot, acting, shown.found, key, version=version)
        if turn is None:
            return LISTEN
        decided = await decide.at_once(self._line, shown.bot, shown.state, heard=heard, turn=turn)
        steps = [] if decided is None else [act.step for act in decided.actions if isinstance(act, Say)]
        flow = steps[0].partition("/")[0] if steps else ""
        return flow if flow in shown.bot.flows else LISTEN


def _name_in(body: object, what: str) -> str:
    if not isinstance(body, dict):
        raise Refused("bad_request", "The body has to be a JSON object.")
    name = body.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= MOST_NAME:
        raise Refused("bad_request", f"name has to be that of the {what}.", field="body.name")
    return name


def _entities(body: object) -> dict[str, str]:
    """Given as an object, or as a list of what Rasa calls entities; of text and numbers."""
    given: Any = body.get("entities") if isinstance(body, dict) else None
    if isinstance(given, list):
        named = [each for each in given if isinstance(each, dict) and isinstance(each.get("entity"), str)]
        given = {each["entity"]: each.get("value") for each in named}
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Refused("bad_request", "entities has to be an object or a list.", field="body.entities")
    return {
        name: str(value)[:MAX_TEXT]
        for name, value in given.items()
        if isinstance(name, str) and isinstance(value, str | int | float) and not isinstance(value, bool)
    }


def routes(line: Line, lanes: Lanes, version: str) -> list[Route]:
    """Below `/conversations/`, `/domain`, and the same below `/a/{assistant}`."""
    acts = Acts(line, lanes, version)
    base = "/conversations/{conversation_id:path}"
    table: list[tuple[str, str, Handler, str, dict[str, Any]]] = [
        ("POST", f"{base}/trigger_intent", acts.trigger_intent, "Go by an intent.", doc.TRIGGER),
        ("POST", f"{base}/execute", acts.execute, "Begin a flow.", doc.EXECUTE),
        (
            "GET",
            f"{base}/story",
            acts.story,
            "A conversation as a test story.",
            doc.STORY,
        ),
        ("POST", f"{base}/predict", acts.predict, "What comes next.", doc.PREDICT),
        ("GET", "/domain", acts.domain, "What the bot knows.", doc.DOMAIN),
    ]
    found: list[Route] = []
    for method, path, handler, summary, operation in table:
        declared = Route(
            method=method,
            path=path,
            handler=handler,
            permission="conversations.rasa",
            summary=summary,
            operation_id=f"rasa_{handler.__name__}",
            raw=True,
            operation=operation,
            token_in_query=True,
            error_shape=envelope(version),
        )
        if handler == acts.story:
            declared = replace(declared, error_shape=envelope(version, not_found="Not found"))
        found += [declared, of_assistant(declared)]
    return found
