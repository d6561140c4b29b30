"""What `frontdesk talk --trace` prints."""

from datetime import UTC, datetime

from frontdesk.app.trace_lines import trace_lines
from frontdesk.core.ids import ConversationId, InboundId
from frontdesk.store.traces import TraceRow
from frontdesk.studio.traces import read_trace

AT = datetime(2026, 11, 21, tzinfo=UTC)
ASKED: dict[str, object] = {"fact": "need", "kind": "intents", "what": "intents", "key": "k", "request": ""}


def lines(returned: dict[str, object]) -> list[str]:
    facts: list[dict[str, object]] = [
        ASKED,
        {"understand": "reject", "ms": 3},
        {"fact": "returned", **returned},
    ]
    row = TraceRow(
        inbound_id=InboundId("in_1"),
        conversation_id=ConversationId("conv_1"),
        version_id=None,
        number=None,
        facts=facts,
        created_at=AT,
    )
    return [line for line in trace_lines(read_trace(row)) if line.startswith("asked")]


def test_what_was_turned_down_is_told_with_its_best_intents_and_the_thresholds() -> None:
    certain = {"certainty": 0.18, "reject_below": 0.42, "confirm_below": 0.55}
    intents = {"opening": 0.31, "delivery": 0.27}
    (line,) = lines({"what": "intents", "outcome": "reject", "intents": intents, "reason": "", **certain})
    assert line == (
        "asked    intents  reject  opening 0.31, delivery 0.27  "
        "certainty 0.18 (reject below 0.42, confirm below 0.55)  3 ms"
    )


def test_where_nothing_was_learnt_no_numbers_are_told() -> None:
    nothing = {"certainty": 0.0, "reject_below": 0.0, "confirm_below": 0.0}
    told = {"what": "intents", "outcome": "none", "intents": {}, "reason": "nothing learnt", **nothing}
    assert lines(told) == ["asked    intents  none  nothing learnt  3 ms"]
