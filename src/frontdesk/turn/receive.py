"""The line's front door: a message from a wire goes in, what the customer is told comes out, once committed.

Knows what is a repeat, when a message has to wait for its turn, and how long a caller is kept waiting.
"""

import asyncio
import time
from dataclasses import dataclass, replace

import structlog

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import ConversationId, InboundId, WorkspaceId
from frontdesk.dialog.state import STATE_FORMAT, dump_state, new_state
from frontdesk.store import conversations, lanes, messages
from frontdesk.store.addresses import elsewhere
from frontdesk.store.alerts import whose
from frontdesk.store.connect import Duplicate, Stale
from frontdesk.store.messages import InboundRow
from frontdesk.turn import run
from frontdesk.turn.act import TOLD
from frontdesk.turn.arrival import Answer, Arrival, received
from frontdesk.turn.fetching import kept_by, opens_to
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.owners import first_owner, opening, refuse_other
from frontdesk.turn.waiting import POLL_S

__all__ = ["Answer", "Arrival", "receive"]

log = structlog.get_logger()

NO_ROOM_RETRY_S = 30.0


async def receive(line: Line, working: Lanes, arrival: Arrival) -> Answer:
    """Take a message in and answer it.

    Returns:
        The turn's messages after their commit; `complete=False` when the caller's time was up before that.

    Raises:
        Refused: `provider_id` came before with another body (`idempotency_mismatch`), or what it is answered is no longer for
            who sent it (`taken_unanswered`).
        Elsewhere: Who sent it writes to another address by now.
        Unavailable: The database is away or the disk is full; nothing was taken in.
    """
    whose.set(arrival.entrance.workspace)
    structlog.contextvars.bind_contextvars(workspace=arrival.entrance.workspace)
    if not line.has_room():
        raise Unavailable("The disk is almost full.", retry_after_s=NO_ROOM_RETRY_S)
    try:
        answer = await run.at_once(line, arrival)
        if answer is not None:
            return answer
        taken = await _join_lane(line, arrival)
    except Duplicate:
        taken = await _first(line, arrival)
    if arrival.taken is not None:
        arrival.taken(taken.conversation_id)
    return await _wait(line, working, arrival, taken)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A message that is stored and waits for its turn; `reader` as an `Answer` has it."""

    conversation_id: ConversationId
    inbound_id: InboundId
    reader: str


async def _join_lane(line: Line, arrival: Arrival) -> _Taken:
    entrance, took = arrival.entrance, received(arrival)
    while True:
        found = await conversations.load(
            entrance.workspace,
            line.store,
            entrance.channel_id,
            arrival.external_id,
            is_proved=not arrival.named,
        )
        refuse_other(entrance, found)
        try:
            if found is not None:
                kept = kept_by(line, arrival.reading, found)
                await lanes.join(entrance.workspace, line.store, found.id, took, reader=kept)
                return _Taken(found.id, took.id, kept or "")
            fresh, reader = opening(entrance, arrival.external_id, arrival.met), opens_to(arrival.reading)
            await lanes.open_and_join(
                entrance.workspace,
                line.store,
                fresh,
                took,
                state=dump_state(new_state()).decode(),
                state_format=STATE_FORMAT,
                owner=first_owner(entrance),
                reader=reader,
            )
        except Stale:
            continue
        return _Taken(fresh.id, took.id, reader)


async def _first(line: Line, arrival: Arrival) -> _Taken:
    """The message that came first under the same id."""
    if arrival.provider_id is None:
        raise Unavailable("The message could not be taken in; send it again.")
    entrance = arrival.entrance
    row = await messages.inbound_by_provider_id(
        entrance.workspace, line.store, entrance.channel_id, arrival.provider_id
    )
    if row is None:
        raise Unavailable("The message could not be taken in; send it again.")
    if row.body_hash != arrival.body_hash:
        raise Refused("idempotency_mismatch", "The same message id came with another body before.")
    if arrival.named not in {"", arrival.external_id} and row.external_id != arrival.external_id:
        raise taken_unanswered()
    reading = arrival.reading
    opened_it = reading is not None and reading.secret_id and not reading.trusted
    return _Taken(row.conversation_id, row.id, row.reader if opened_it else "")


def taken_unanswered() -> Refused:
    """Its sender's contact was merged with somebody's who is signed in, and the answer may know more than who wrote."""
    return Refused(
        "taken_unanswered",
        "The message has arrived; its answer opens to who is signed in alone. What is sent next begins a new conversation.",
    )


async def _wait(line: Line, working: Lanes, arrival: Arrival, taken: _Taken) -> Answer:
    answer = await _answered(line, working, arrival, taken)
    return replace(answer, reader=taken.reader)


async def _answered(line: Line, working: Lanes, arrival: Arrival, taken: _Taken) -> Answer:
    workspace, external_id = arrival.entrance.workspace, arrival.external_id
    conversation_id, inbound_id = taken.conversation_id, taken.inbound_id
    until = time.monotonic() + line.settings.answer_within_s
    with line.waiting.on(conversation_id) as news:
        while True:
            try:
                row = await messages.inbound_by_id(workspace, line.store, inbound_id)
                if row is not None and row.status != "waiting":
                    if arrival.named and elsewhere(row.reader):
                        raise taken_unanswered()
                    return await _answer(line, workspace, row)
                if row is None:
                    raise Refused("not_found", "The message was removed meanwhile.")
                external_id = row.external_id
            except Unavailable:
                # It is stored: whoever waits for it may as well wait for the database.
                log.info("turn.waits_for_database", conversation=conversation_id)
            working.work(workspace, conversation_id)
            left_s = until - time.monotonic()
            if left_s <= 0 or line.waiting.closed:
                await _note_late(line, workspace, taken)
                return Answer(conversation_id, external_id, (), complete=False)
            try:
                async with asyncio.timeout(min(POLL_S, left_s)):
                    await news.wait()
            except TimeoutError:
                continue
            news.clear()


async def _note_late(line: Line, workspace: WorkspaceId, taken: _Taken) -> None:
    """Whoever fetches what they were not answered with finds it: the turn goes on, here or after the next start."""
    try:
        await messages.note_late(workspace, line.store, taken.inbound_id)
    except Unavailable:
        log.warning(
            "turn.late_answer_not_noted", conversation=taken.conversation_id, inbound=taken.inbound_id
        )
        return
    # It may be said by now; those who fetched meanwhile passed over it.
    line.waiting.wake(taken.conversation_id)
    line.hints.touch(taken.conversation_id)


async def _answer(line: Line, workspace: WorkspaceId, row: InboundRow) -> Answer:
    if row.seqs is None:
        return Answer(row.conversation_id, row.external_id, ())
    found = await messages.between(workspace, line.store, row.conversation_id, *row.seqs)
    return Answer(
        row.conversation_id,
        row.external_id,
        tuple(message.parts for message in found if message.author in TOLD and message.parts),
    )
