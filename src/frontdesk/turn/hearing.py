"""Which version of a bot hears a message, and what its engine is told about the turn."""

from collections.abc import Mapping

import msgspec

from frontdesk.core.action import Elapsed, Heard, Restarted
from frontdesk.core.errors import Refused
from frontdesk.core.ids import BotVersionId, InboundId
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.state import load_state
from frontdesk.dialog.utterance import Turn
from frontdesk.store.bots import PREVIEW
from frontdesk.store.conversations import Conversation
from frontdesk.store.directory import Entrance
from frontdesk.turn.act import Acting
from frontdesk.turn.line import Line


def version_of(entrance: Entrance, found: Conversation | None) -> BotVersionId:
    """A dialog under way stays on its bot's version; between dialogs the published one takes over."""
    if found is not None and found.bot_version_id is not None:
        return found.bot_version_id
    if entrance.published_version is None:
        raise Refused("not_found", "There is no such assistant.")
    return entrance.published_version


async def bot_of(
    line: Line, entrance: Entrance, found: Conversation | None, heard: Heard
) -> tuple[BotVersionId, Bot]:
    """The bot that hears this. A dialog whose session is over is under way no more: the published version begins."""
    version = version_of(entrance, found)
    bot = await line.bots.bot(entrance.workspace, version)
    newer = entrance.published_version
    if found is None or newer in {None, version} or isinstance(heard, Elapsed):
        return version, bot
    if not (isinstance(heard, Restarted) or _expired(found, bot, line.clock.now().timestamp())):
        return version, bot
    return newer, await line.bots.bot(entrance.workspace, newer)


def _expired(found: Conversation, bot: Bot, now_s: float) -> bool:
    last_at = load_state(found.state, found.state_format).last_at
    return now_s - last_at > bot.session_timeout_s


def turn_of(
    line: Line,
    bot: Bot,
    acting: Acting,
    found: Conversation | None,
    inbound_id: InboundId,
    *,
    version: BotVersionId,
) -> Turn | None:
    """What the engine is told about this turn; None while it stays silent: people own it, or nobody does."""
    suggesting = acting.suggests and acting.owner in {"queued", "human"}
    if acting.owner != "bot" and not suggesting:
        return None
    return msgspec.structs.replace(facts(line, bot, acting, found, inbound_id), version=version)


def facts(line: Line, bot: Bot, acting: Acting, found: Conversation | None, key: InboundId) -> Turn:
    """Time, place and people of a turn, as the engine wants them."""
    entrance = acting.entrance
    contact = _introduced(acting) if found is None else _attributes(found)
    return Turn(
        now=line.clock.now(),
        channel="web" if entrance.channel_type == PREVIEW else entrance.channel_type,
        preview=entrance.channel_type == PREVIEW,
        key=key,
        language=_language(bot, contact),
        env=entrance.env,
        conversation_id=acting.conversation_id,
        contact_id=acting.contact_id,
        contact=contact,
        assistant_id=entrance.assistant_id,
        workspace_id=entrance.workspace,
        environment="dev" if entrance.channel_type == PREVIEW else line.settings.environment,
    )


def _language(bot: Bot, contact: Mapping[str, str]) -> str:
    """The customer's where it is known and the bot has it, with or without its region; else the bot's."""
    theirs = contact.get("language", "")
    return next((tag for tag in (theirs, theirs.partition("-")[0]) if tag in bot.languages), bot.language)


def _introduced(acting: Acting) -> dict[str, str]:
    name = acting.known.name
    return {"name": name, **acting.attributes} if name else dict(acting.attributes)


def _attributes(found: Conversation) -> dict[str, str]:
    attributes = (
        {} if found.attributes == "{}" else msgspec.json.decode(found.attributes, type=dict[str, str])
    )
    return {"name": found.contact_name, **attributes} if found.contact_name else attributes
