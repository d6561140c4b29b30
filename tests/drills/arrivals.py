"""What came in at a receiver of webhooks, held against what was to be told it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Arrival(NamedTuple):
    """A post that the receiver took."""

    id: str
    body: bytes


class Due(NamedTuple):
    """A delivery that was written for the receiver: which conversation's, and its place there."""

    lane: str
    seq: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """`untold`: texts that customers wrote and were answered, and that came in with no event."""

    count: int
    repeated: int
    lost: tuple[str, ...]
    unknown: tuple[str, ...]
    untold: tuple[str, ...]
    disordered: int
    changed: tuple[str, ...]

    def line(self) -> str:
        return (
            f"{self.count} told, {self.repeated} of them again, lost {len(self.lost) + len(self.untold)}, "
            f"out of order {self.disordered}, changed {len(self.changed)}"
        )

    def assert_clean(self) -> None:
        assert (self.lost, self.unknown, self.untold, self.disordered, self.changed) == ((), (), (), 0, ()), (
            self.line()
        )


def held_against(arrivals: Sequence[Arrival], due: Mapping[str, Due], written: Iterable[str]) -> Arrived:
    """`due` by the posts' ids; `written` are the texts that customers wrote and were answered."""
    bodies: defaultdict[str, set[bytes]] = defaultdict(set)
    times: Counter[str] = Counter()
    last: dict[str, int] = {}
    disordered = 0
    for one in arrivals:
        if one.id in due and one.id not in times:
            lane, seq = due[one.id]
            disordered += seq < last.get(lane, 0)
            last[lane] = max(seq, last.get(lane, 0))
        times[one.id] += 1
        bodies[one.id].add(one.body)
    data = [json.loads(body)["data"] for each in bodies.values() for body in each]
    told = {each.get("text") for each in data}
    return Arrived(
        count=len(times),
        repeated=sum(1 for count in times.values() if count > 1),
        lost=tuple(sorted(due.keys() - times.keys())),
        unknown=tuple(sorted(times.keys() - due.keys())),
        untold=tuple(sorted(set(written) - told)),
        disordered=disordered,
        changed=tuple(sorted(id_ for id_, each in bodies.items() if len(each) > 1)),
    )
