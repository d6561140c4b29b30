"""The limits of a plan in the reader's language: what it lacks, what it switched off, and how that is lifted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.plan import QUOTAS
from frontdesk.store import plans
from frontdesk.store.tx import Tx
from frontdesk.web.panel.texts import say
from frontdesk.web.program import Offer, Program

Names = Mapping[str, str]
NO_NAMES: Names = {}
_TYPES = frozenset({"channel", "connector"})
"""Categories that a plan has switches for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The plan as a page about some of its switches tells it.

    Attributes:
        lacks: Those that the plan does not have.
        line: What the page says of them; empty where it has all.
        stopped: The ids of what a plan switched off.
        name: What the plan is called.
    """

    lacks: frozenset[str]
    line: str
    stopped: Collection[str]
    name: str


async def seen(
    program: Program, workspace: WorkspaceId, tx: Tx, switches: Iterable[str], language: str
) -> Seen:
    """What the plan of a workspace has to do with a page about `switches`."""
    plan = await plans.plan_of(workspace, tx)
    stopped = await plans.stopped(workspace, tx)
    known = program.plan_switches
    lacks = [name for name in switches if name in known and not plan.has(name, known[name])]
    names = switch_names(program, language)
    line = _lacking(plan.name, ", ".join(names[name] for name in lacks), language) if lacks else ""
    return Seen(frozenset(lacks), line, stopped.keys(), say(language, f"plans.names.{plan.name}"))


def switch_names(program: Program, language: str) -> Names:
    """What each switch is called, also where no heading says what the names are of."""
    offers = {offer.id: _type_name(offer, language) for offer in program.offers}
    own = {"webhooks": say(language, "plans.webhooks")}
    return {name: own.get(name) or offers.get(name, name) for name in program.plan_switches}


def _type_name(offer: Offer, language: str) -> str:
    name = offer.spoken(language).name
    return say(language, f"plans.types.{offer.category}", name=name) if offer.category in _TYPES else name


def limit_said(details: Mapping[str, object], language: str, names: Names = NO_NAMES) -> str:
    """`details` are those of a `plan_limit`; `names` what `switch_names` says, where a switch can be met."""
    limit = str(details["limit"])
    if limit not in QUOTAS:
        what = say(language, "plans.webhooks") if limit == "webhooks" else names.get(limit, limit)
        return _lacking(str(details["plan"]), what, language)
    plan, what = say(language, f"plans.names.{details['plan']}"), say(language, f"plans.quotas.{limit}")
    counts = {"most": details["most"], "used": details["used"]}
    told = say(language, "plans.full", None, plan=plan, what=what, **counts)
    return f"{told} {say(language, 'plans.lifted')}"


def _lacking(plan: str, what: str, language: str) -> str:
    told = say(language, "plans.lacks", plan=say(language, f"plans.names.{plan}"), what=what)
    return f"{told} {say(language, 'plans.lifted')}"
