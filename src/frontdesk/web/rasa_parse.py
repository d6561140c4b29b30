"""`POST /model/parse` of Rasa's HTTP API: what a text means to an assistant's bot, without a conversation.

`intent` is the best one whatever its score, as in Rasa without a fallback classifier; `band` says what a conversation
would do with it.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.action import Said
from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId
from frontdesk.core.message import MAX_TEXT
from frontdesk.core.script import Mention
from frontdesk.dialog.answer_types import around_of
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.patterns import normalise
from frontdesk.ports.answerer import Asker
from frontdesk.store.directory import Entrance
from frontdesk.studio.intents.serving import Looked, Understanding
from frontdesk.turn.bots import Unpublished
from frontdesk.turn.hearing import version_of
from frontdesk.turn.line import Line
from frontdesk.web import rasa, rasa_document
from frontdesk.web.body import parse_json, read_body
from frontdesk.web.rasa_api import envelope, of_assistant
from frontdesk.web.route import Route

BELOW = re.compile(r"(/a/[^/]+)?/model(/.*)?", re.DOTALL)
MOST_RANKED = 10
"""As many intents of the ranking as Rasa gives."""


class Parser:
    """The endpoint, for every assistant."""

    def __init__(self, line: Line, understanding: Understanding) -> None:
        self._line, self._understanding = line, understanding

    async def parse(self, request: Request) -> Response:
        try:
            entrance = await rasa.entrance(self._line, request, "rest")
        except Unpublished as error:
            raise Refused("conflict", error.message) from error
        body = parse_json(await read_body(request))
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str):
            raise Refused("bad_request", "text has to be a string.", field="body.text")
        text = text[:MAX_TEXT]
        bot = await self._line.bots.bot(entrance.workspace, version_of(entrance, None))
        given = body.get("message_id") if isinstance(body, dict) else None
        found = await self._found(entrance, bot, text)
        answer = {"text": text, **found, **({"message_id": given} if isinstance(given, str) else {})}
        return Response(msgspec.json.encode(answer), media_type="application/json")

    async def _found(self, entrance: Entrance, bot: Bot, text: str) -> dict[str, object]:
        said = rasa.heard(text)
        if isinstance(said, Said) and said.intent:
            given = [{"entity": name, "value": value} for name, value in said.entities.items()]
            return _shape([(said.intent, 1.0)], given, "accept")
        around = around_of(bot, self._line.clock.now(), bot.language)
        mentions = bot.entities.find(text, around)
        entities = _entities(text, mentions)
        if example := bot.examples.get(normalise(text), ""):
            return _shape([(example, 1.0)], entities, "accept")
        asker = Asker(
            workspace=entrance.workspace,
            assistant_id=entrance.assistant_id,
            conversation_id=ConversationId(""),
            bot_version=version_of(entrance, None),
            languages=bot.languages or (bot.language,),
        )
        looked = (
            await self._understanding.look(asker, bot.entities.spoken(text, mentions)) if text.strip() else ""
        )
        if isinstance(looked, Looked):
            return _shape(looked.ranked.intents, entities, looked.judged.band, looked.reason)
        return _shape([], entities, "none", looked)


def _shape(
    ranked: Sequence[tuple[str, float]], entities: object, band: str, reason: str = ""
) -> dict[str, object]:
    ranking = [{"name": name, "confidence": round(score, 6)} for name, score in ranked[:MOST_RANKED]]
    found: dict[str, object] = {
        "intent": ranking[0] if ranking else {"name": None, "confidence": 0.0},
        "entities": entities,
        "intent_ranking": ranking,
        "band": band,
    }
    return {**found, "reason": reason} if reason else found


def _entities(text: str, mentions: Mapping[str, tuple[Mention, ...]]) -> list[dict[str, object]]:
    """As Rasa lists them; with their place where the words stand in the text as they are compared."""
    found: list[dict[str, object]] = []
    folded = text.casefold()
    for entity, each in mentions.items():
        for mention in each:
            start = folded.find(mention.phrase.casefold()) if len(folded) == len(text) else -1
            place = {"start": start, "end": start + len(mention.phrase)} if start >= 0 else {}
            found.append({"entity": entity, **place, "value": mention.value, "extractor": "frontdesk"})
    return found


def routes(line: Line, understanding: Understanding, version: str) -> list[Route]:
    """At `/model/parse`, and the same below `/a/{assistant}`."""
    declared = Route(
        method="POST",
        path="/model/parse",
        handler=Parser(line, understanding).parse,
        permission="conversations.rasa",
        summary="What a text means: its intent, the ranking and the entities.",
        operation_id="rasa_parse",
        raw=True,
        operation=rasa_document.PARSE,
        token_in_query=True,
        error_shape=envelope(version),
    )
    return [declared, of_assistant(declared)]
