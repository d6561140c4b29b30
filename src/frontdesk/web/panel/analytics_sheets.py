"""The figures of the page Analytics as sheets for other programs: of each day, and of whatever the page compares.

A name that a spreadsheet would take for a formula is written with a quote before it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields

from frontdesk.core.errors import Refused
from frontdesk.insight.figures import Figures
from frontdesk.store.insight import Counted
from frontdesk.web.v1.analytics import most_first

Names = Mapping[str, str]
Cells = Iterable[object]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COUNTED = tuple(one.name for one in fields(Counted) if one.name != "kept")


@dataclass(frozen=True, slots=True)
class Named:
    """What channels, assistants and people are called, by id."""

    channel: Names = field(default_factory=dict)
    assistant: Names = field(default_factory=dict)
    people: Names = field(default_factory=dict)


def sheet(of: str, found: Figures, named: Named) -> str:
    """As CSV with a line of names.

    Raises:
        Refused: `of` is none of `SHEETS`.
    """
    if of not in SHEETS:
        raise Refused("not_found", "There is no such sheet.")
    columns, rows = SHEETS[of]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows(found, named))
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _figures(counted: Counted) -> list[object]:
    return [getattr(counted, name) for name in _COUNTED]


def _days(found: Figures, _named: Named) -> Iterable[Cells]:
    for day in found.period.each():
        yield [day.isoformat(), *_figures(found.now.days.get(day, Counted()))]


def _parts(by: Mapping[str, Counted], names: Names) -> Iterable[Cells]:
    for id_, counted in most_first(dict(by)):
        yield [id_, names.get(id_, ""), *_figures(counted)]


def _teams(found: Figures, _named: Named) -> Iterable[Cells]:
    for name, counted in most_first(found.now.teams):
        yield [name, *_figures(counted)]


def _people(found: Figures, named: Named) -> Iterable[Cells]:
    for one in found.listed.people:
        name = named.people.get(one.account_id, "")
        yield [one.account_id, name, one.conversations, one.first, one.first_p50_s, one.rated, one.score]


def _topics(found: Figures, _named: Named) -> Iterable[Cells]:
    for one in found.listed.topics:
        yield [one.flow, one.conversations, one.handed]


def _reasons(found: Figures, _named: Named) -> Iterable[Cells]:
    return sorted(found.listed.reasons.items(), key=lambda one: (-one[1], one[0]))


def _hours(found: Figures, _named: Named) -> Iterable[Cells]:
    for (weekday, hour), conversations in sorted(found.listed.hours.items()):
        yield [weekday, hour, conversations]


SHEETS: dict[str, tuple[tuple[str, ...], Callable[[Figures, Named], Iterable[Cells]]]] = {
    "days": (("date", *_COUNTED), _days),
    "channel": (
        ("channel_id", "name", *_COUNTED),
        lambda found, named: _parts(found.now.channels, named.channel),
    ),
    "assistant": (
        ("assistant_id", "name", *_COUNTED),
        lambda found, named: _parts(found.now.assistants, named.assistant),
    ),
    "team": (("team", *_COUNTED), _teams),
    "people": (
        ("account_id", "name", "conversations", "first", "first_p50_s", "rated", "score"),
        _people,
    ),
    "topics": (("flow", "conversations", "handed"), _topics),
    "reasons": (("reason", "conversations"), _reasons),
    "hours": (("weekday", "hour", "conversations"), _hours),
}
"""By what the address says they are of: the names of the columns, and the rows."""
