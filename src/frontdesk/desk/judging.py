"""What a conversation shows by a language model's word, where its bot asks for that: looked at after the turn.

a turn leaves a job --> lines read --> model asked --> marks set, integration told, all of it noted as read
                `--nobody wrote since--> nothing  `--no sound answer--> noted as read: nothing until they write again
No transaction is held while the model is asked. What a killed process had begun is begun again with its job. Two processes
may both ask; each mark is set and told once, as those of rules are, by whoever holds the conversation first.
"""

import asyncio
import time
from collections.abc import Mapping

import structlog

from frontdesk.core.conversation import Mark
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId
from frontdesk.core.message import Author, plain
from frontdesk.desk.doing import Act, Doing, hold, write
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.state import load_state
from frontdesk.dialog.tracing import hidden_values
from frontdesk.ports.answerer import MOST_JUDGED, Asker, SaidLine
from frontdesk.store import judging, messages
from frontdesk.store.conversations import Conversation
from frontdesk.store.outcomes import NewMessage
from frontdesk.turn.hearing import version_of
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.waiting import POLL_S

AT_ONCE = 4
SETTLED_WITHIN_S = 30.0
_BY: dict[Author, str] = {"contact": "customer", "bot": "bot", "operator": "person"}

log = structlog.get_logger()


class Judging:
    """The handler of the jobs that turns leave."""

    def __init__(self, line: Line, lanes: Lanes) -> None:
        self._line = line
        self._lanes = lanes
        self._at_work: dict[ConversationId, int] = {}

    async def job(self, payload: Mapping[str, str]) -> None:
        workspace = WorkspaceId(payload["workspace"])
        conversation_id = ConversationId(payload["conversation"])
        seq = await judging.unread(workspace, self._line.store, conversation_id)
        if seq is None or self._at_work.get(conversation_id, 0) >= seq:
            return
        self._at_work[conversation_id] = seq
        try:
            await self._judge(workspace, conversation_id, seq)
        except Refused as error:
            # Erased, or its assistant removed, since the turn.
            log.info("judging.left", conversation=conversation_id, code=error.code)
        finally:
            if self._at_work.get(conversation_id) == seq:
                del self._at_work[conversation_id]

    async def _judge(self, workspace: WorkspaceId, conversation_id: ConversationId, seq: int) -> None:
        marks = await self._shown(workspace, conversation_id)
        if marks:
            await self._note(workspace, conversation_id, marks, seq)
            return
        async with self._line.store.unit_of_work(workspace) as tx:
            await judging.mark_read(workspace, tx, conversation_id, seq)

    async def _shown(self, workspace: WorkspaceId, conversation_id: ConversationId) -> frozenset[Mark] | None:
        """What the model says that the conversation shows."""
        line = self._line
        async with line.store.unit_of_work(workspace) as tx:
            act = await hold(Doing(line, self._lanes, workspace, tx), conversation_id)
            found, version = act.held.conversation, version_of(act.acting.entrance, act.held.conversation)
        bot = await line.bots.bot(workspace, version)
        questions = bot.detection.open_questions(found.marks)
        if not questions or line.judge is None:
            return None
        lines = await messages.latest(
            workspace, line.store, conversation_id, MOST_JUDGED, authors=("contact", "bot", "operator")
        )
        said = [SaidLine(_BY[one.author], text) for one in lines if (text := plain(one.parts))]
        return await line.judge.judge(_asker(workspace, bot, found, version), said, questions)

    async def _note(
        self, workspace: WorkspaceId, conversation_id: ConversationId, marks: frozenset[Mark], seq: int
    ) -> None:
        """Set and tell what nobody has noticed meanwhile, once the turn that may be at work is over."""
        line, until = self._line, time.monotonic() + SETTLED_WITHIN_S
        with line.waiting.on(conversation_id) as news:
            while True:
                async with line.store.unit_of_work(workspace) as tx:
                    doing = Doing(line, self._lanes, workspace, tx)
                    act = await hold(doing, conversation_id)
                    busy = act.held.conversation.busy and time.monotonic() < until
                    if not busy:
                        await self._write(act, marks - act.acting.marks)
                        await judging.mark_read(workspace, tx, conversation_id, seq)
                if not busy:
                    break
                news.clear()
                try:
                    async with asyncio.timeout(POLL_S):
                        await news.wait()
                except TimeoutError:
                    continue
        for announce in doing.after:
            announce()

    async def _write(self, act: Act, new: frozenset[Mark]) -> None:
        doing, acting = act.doing, act.acting
        brought_by = await judging.last_of_customer(doing.workspace, doing.tx, act.id)
        if not new or brought_by is None:
            return
        if acting.telling is not None:
            acting.telling.brought_by = NewMessage(
                brought_by.id, brought_by.seq, "contact", brought_by.parts, brought_by.step
            )
        acting.notice(acting.known, new)
        await judging.trace(doing.workspace, doing.tx, brought_by.id, sorted(new))
        await write(act)


def _asker(workspace: WorkspaceId, bot: Bot, found: Conversation, version: str) -> Asker:
    known = found.known
    state = load_state(found.state, found.state_format)
    personal = {*hidden_values(bot, state), known.name, known.email, known.phone} - {""}
    return Asker(
        workspace=workspace,
        assistant_id=AssistantId(found.assistant_id),
        conversation_id=found.id,
        bot_version=version,
        languages=bot.languages or (bot.language,),
        personal=frozenset(personal),
    )
