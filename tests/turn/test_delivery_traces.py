"""What is remembered of traces for lanes that wait: that of each lane that is kept, and no other."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from weakref import WeakSet

import pytest
from tests.program import Program

from frontdesk.core import spans
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.spans import Fact, Kind, Span
from frontdesk.store.ids import mint
from frontdesk.turn import targets
from frontdesk.turn.deliver import Delivering
from frontdesk.turn.targets import Lane

WORKSPACE = WorkspaceId("ws_1")


class Parent(str):
    """What a span is called to others; it can be seen whether anybody still has it."""

    __slots__ = ("__weakref__",)


class Tells:
    """A listener to whom each moment is another trace."""

    def __init__(self) -> None:
        self.kept: WeakSet[Parent] = WeakSet()

    def span(
        self, name: str, kind: Kind, parent: str | None, facts: Mapping[str, Fact]
    ) -> AbstractContextManager[Span]:
        raise NotImplementedError(name)

    def here(self) -> str:
        parent = Parent(mint("in"))
        self.kept.add(parent)
        return parent


def test_the_traces_of_lanes_that_find_no_place_are_forgotten(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "ALL_AT_ONCE", 0)
    monkeypatch.setattr(targets, "MOST_WAITING", 2)
    delivering, tells = Delivering(program.running.line), Tells()
    spans.listen(tells)
    try:
        for number in range(20):
            delivering.work(Lane(WORKSPACE, f"ch_1:conv_{number}"))
    finally:
        spans.unlisten(tells)
    assert len(tells.kept) == 2
