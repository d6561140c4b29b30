"""`for_each`: runs its steps once for each element of a list, which has the name given by `as` meanwhile."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.fields import check_name
from frontdesk.dialog.moves import Goto, Move, Next
from frontdesk.dialog.paths import Getter
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.state import MAX_ITEMS, MAX_LOOPS, MAX_RESULTS, Loop, bounded


@dataclass(frozen=True)
class _Again(Body):
    """The end of a round."""

    name: str
    first: str

    def run(self, talk: Talk) -> Move:
        loops = talk.state.stack[-1].loops
        loop = loops.pop(self.name, None)
        if loop is None or loop.index + 1 >= len(loop.items):
            return Next()
        loops[self.name] = Loop(loop.name, loop.items, loop.index + 1)
        return Goto(self.first)


@dataclass(frozen=True)
class _ForEach(Body):
    items: Getter
    name: str
    first: str
    again: Body | None = None

    def run(self, talk: Talk) -> Move:
        found = self.items(talk)
        items = found if isinstance(found, list | tuple) else [] if found is None else [found]
        if len(items) > MAX_ITEMS:
            talk.alert(
                "list_cut", f"A list of {len(items):,} elements; only the first {MAX_ITEMS} are gone through."
            )
        kept = bounded(items[:MAX_ITEMS], MAX_RESULTS)
        talk.note("for_each", name=self.name, count=len(items))
        if not isinstance(kept, list) or not kept or not self.first:
            return Next()
        loops = talk.state.stack[-1].loops
        loops.pop(self.name, None)
        while len(loops) >= MAX_LOOPS:
            del loops[next(iter(loops))]
        loops[self.name] = Loop(self.name, kept)
        return Goto(self.first)


class _ForEachType:
    key = "for_each"

    def read(self, fields: StepFields) -> Body:
        items = fields.list_of("for_each")
        name = fields.text("as", "item")
        check_name(name, "an element", fields.place("as"), fields.problems)
        with fields.element(name, fields.place("as")):
            first = fields.steps("steps", again=True)
        if not first:
            fields.problems.error(
                fields.node, "'for_each' has nothing to do.", "Write steps: and a list of steps under it."
            )
        return _ForEach(items or (lambda _values: None), name, first, _Again(name, first))


STEP: StepType = _ForEachType()
