"""How many deliveries are on their way to one target, and when it is left alone."""

import pytest

from frontdesk.core.ids import WorkspaceId
from frontdesk.turn.targets import (
    ALL_AT_ONCE,
    FAILS,
    FIRST_ROOM,
    LONGEST_PAUSE_S,
    MOST_ROOM,
    PAUSE_S,
    Lane,
    Targets,
)

WORKSPACE = WorkspaceId("ws_1")
LANES = [Lane(WORKSPACE, f"ch_1:conv_{number}") for number in range(MOST_ROOM + 2)]
TARGET = LANES[0].target


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def targets(clock: Clock) -> Targets:
    return Targets(clock)


def closed(targets: Targets) -> None:
    """The target fails until it is left alone."""
    for _ in range(FAILS):
        assert targets.enter(LANES[0])
        targets.failed(TARGET)
        targets.leave(TARGET)


def test_a_lane_is_named_after_its_target() -> None:
    assert TARGET == (WORKSPACE, "ch_1")


def test_lanes_without_a_place_are_handed_out_in_their_order(targets: Targets) -> None:
    entered = [targets.enter(lane) for lane in LANES[: FIRST_ROOM + 2]]
    assert entered == [True] * FIRST_ROOM + [False] * 2
    assert targets.crowded(TARGET)
    assert targets.next(TARGET) is None
    targets.leave(TARGET)
    assert targets.next(TARGET) == LANES[FIRST_ROOM]
    assert targets.next(TARGET) is None
    targets.leave(TARGET)
    assert targets.next(TARGET) == LANES[FIRST_ROOM + 1]
    assert not targets.crowded(TARGET)


def test_a_full_target_takes_no_place_from_another(targets: Targets) -> None:
    for lane in LANES[: FIRST_ROOM + 1]:
        targets.enter(lane)
    assert targets.enter(Lane(WORKSPACE, "ch_2:conv_1"))
    assert targets.enter(Lane(WorkspaceId("ws_2"), "ch_1:conv_1"))


def test_a_target_that_answers_is_given_more_places_up_to_a_bound(targets: Targets) -> None:
    assert targets.enter(LANES[0])
    for _ in range(2 * MOST_ROOM):
        targets.worked(TARGET)
    entered = [targets.enter(lane) for lane in LANES[1:]]
    assert entered == [True] * (MOST_ROOM - 1) + [False] * 2


def test_one_that_is_left_alone_is_probed_at_once_when_somebody_asks(targets: Targets) -> None:
    closed(targets)
    assert not targets.enter(LANES[1])
    targets.bother(TARGET)
    assert targets.enter(LANES[1])
    assert not targets.enter(LANES[2])
    targets.failed(TARGET)
    targets.leave(TARGET)
    assert targets.alone_s(TARGET) == 2 * PAUSE_S


def test_after_failures_in_a_row_it_is_left_alone_and_then_probed_by_one_lane(
    targets: Targets, clock: Clock
) -> None:
    closed(targets)
    assert targets.alone_s(TARGET) == PAUSE_S
    assert not targets.enter(LANES[1])
    clock.now_s += PAUSE_S
    assert targets.next(TARGET) == LANES[1]
    assert not targets.enter(LANES[2])
    targets.worked(TARGET)
    assert targets.next(TARGET) == LANES[2]
    assert targets.enter(LANES[3])


def test_each_failed_probe_makes_the_pause_longer_up_to_a_bound(targets: Targets, clock: Clock) -> None:
    closed(targets)
    pauses = []
    for _ in range(8):
        pauses.append(targets.alone_s(TARGET))
        clock.now_s += pauses[-1]
        assert targets.enter(LANES[0])
        targets.failed(TARGET)
        targets.leave(TARGET)
    assert pauses == [5, 10, 20, 40, 80, 160, LONGEST_PAUSE_S, LONGEST_PAUSE_S]


def test_attempts_that_were_under_way_together_are_one_reason(targets: Targets) -> None:
    for _ in range(FAILS - 1):
        assert targets.enter(LANES[0])
        targets.failed(TARGET)
        targets.leave(TARGET)
    for lane in LANES[:FIRST_ROOM]:
        assert targets.enter(lane)
    for _ in range(FIRST_ROOM):
        targets.failed(TARGET)
    assert targets.alone_s(TARGET) == PAUSE_S


def test_one_success_between_failures_keeps_it_open(targets: Targets) -> None:
    assert targets.enter(LANES[0])
    for _ in range(FAILS):
        targets.failed(TARGET)
        targets.worked(TARGET)
    assert targets.alone_s(TARGET) == 0


def test_a_target_at_rest_is_forgotten(targets: Targets) -> None:
    assert targets.enter(LANES[0])
    targets.worked(TARGET)
    targets.leave(TARGET)
    assert targets.__dict__["_states"] == {}


def test_a_lane_turned_away_because_all_targets_together_were_too_many_gets_its_place(
    targets: Targets,
) -> None:
    crowd = [
        Lane(WORKSPACE, f"ch_{target}:conv_{number}")
        for target in range(2, 2 + ALL_AT_ONCE // FIRST_ROOM)
        for number in range(FIRST_ROOM)
    ]
    assert all(targets.enter(lane) for lane in crowd)
    assert not targets.enter(LANES[0])
    assert targets.turned_away() == []
    targets.leave(crowd[0].target)
    assert targets.turned_away() == [TARGET]
    assert targets.next(TARGET) == LANES[0]
    assert targets.turned_away() == []
