"""Finds steps that certainly go round for ever: no question, no branch and no end among them. Called by `check`."""

from collections.abc import Mapping

from frontdesk.dialog.bot import Flow, Go, Step
from frontdesk.dialog.moves import Goto, Move, RunFlow
from frontdesk.dialog.problems import Problems

_STRAIGHT = frozenset({"say", "set", "note"})
"""Kinds of steps behind which always the same follows."""
Place = tuple[str, str]


def check_exits(flows: Mapping[str, Flow], problems: Problems) -> None:
    """Warn at one step of each such round."""
    done: set[Place] = set()
    for flow in flows.values():
        for step in flow.steps:
            way: dict[Place, None] = {}
            place: Place | None = (flow.id, step)
            while place is not None and place not in done and place not in way:
                way[place] = None
                place = _following(flows, *place)
            if place is not None and place in way:
                found = flows[place[0]].steps[place[1]]
                problems.warn(
                    found, "From here the steps go round for ever.", "Let one of them ask, branch or end."
                )
            done |= way.keys()


def _following(flows: Mapping[str, Flow], flow: str, step_id: str) -> Place | None:
    step = flows[flow].steps[step_id]
    move = _move(step)
    match move:
        case Goto(step=target, flow=""):
            return _at(flows, flow, target) or _first(flows, target)
        case Goto(step=target, flow=there):
            return _at(flows, there, target) if target else _first(flows, there)
        case RunFlow(flow=there):
            return _first(flows, there)
        case None if step.kind in _STRAIGHT and step.after:
            return _at(flows, flow, step.after)
        case _:
            return None


def _move(step: Step) -> Move | None:
    if isinstance(step.body, Go):
        return step.body.move
    return step.next if step.kind in _STRAIGHT else None


def _at(flows: Mapping[str, Flow], flow: str, step: str) -> Place | None:
    return (flow, step) if flow in flows and step in flows[flow].steps else None


def _first(flows: Mapping[str, Flow], flow: str) -> Place | None:
    return _at(flows, flow, flows[flow].first) if flow in flows else None
